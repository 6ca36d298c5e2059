/*
 * What settings must not say together.
 */
#include <assert.h>

#include "config/config.h"

static void
require(bool holds, const char *what, bool *good, struct buf *reason)
{
	if (!holds) {
		buf_printf(reason, "%s\n", what);
		*good = false;
	}
}

static bool
given(const char *z)
{
	return z[0] != '\0';
}

static bool
host_is_local(const char *host)
{
	struct config_listen at;
	char text[CONFIG_HOST_SIZE + 4];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	buf_printf(&b, str_find(str_of(host), ':') < str_of(host).n
	    ? "[%s]:0" : "%s:0", host);
	return buf_err(&b) == ERR_NONE &&
	    config_listen_parse(buf_view(&b), &at) && at.loopback;
}

static void
check_server(const struct config *c, bool *good, struct buf *reason)
{
	bool tls = given(c->server_tls_certificate_file);
	struct config_listen at;
	bool parsed = config_listen_parse(str_of(c->server_listen), &at);

	assert(parsed);
	require(tls == given(c->server_tls_key_file),
	    "server.tls_certificate_file and server.tls_key_file go together",
	    good, reason);
	/* S104: there is no plain HTTP but on this machine. */
	require(at.loopback || tls || c->server_behind_proxy,
	    "server.listen is not a loopback address: give "
	    "server.tls_certificate_file, or say server.behind_proxy = yes",
	    good, reason);
	require(at.loopback || !c->sandbox,
	    "server.listen must be a loopback address: a sandbox shows its "
	    "codes", good, reason);
	require(c->server_connections_per_address <= c->server_connections_max,
	    "server.connections_per_address must not be above "
	    "server.connections_max", good, reason);
}

static void
check_mail(const struct config *c, bool *good, struct buf *reason)
{
	require(!given(c->mail_host) || given(c->mail_from),
	    "mail.host needs mail.from", good, reason);
	require(given(c->mail_user) == given(c->mail_password_file),
	    "mail.user and mail.password_file go together", good, reason);
	/* S97 */
	require(!given(c->mail_user) ||
	    c->mail_security != CONFIG_MAIL_NONE ||
	    host_is_local(c->mail_host),
	    "mail.user would send its password readable: set mail.security",
	    good, reason);
	require(c->mail_connect_timeout_ms <= c->mail_send_timeout_ms,
	    "mail.connect_timeout_ms must not be above mail.send_timeout_ms",
	    good, reason);
}

bool
config_check(const struct config *c, struct buf *reason)
{
	bool good = true;

	check_server(c, &good, reason);
	check_mail(c, &good, reason);
	require(c->store_batch_max <= c->store_queue_max,
	    "store.batch_max must not be above store.queue_max", &good,
	    reason);
	return good;
}
