/*
 * What a textual setting may say.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "base/ip.h"
#include "base/parse.h"
#include "config/config.h"
#include "config/table.h"
#include "domain/address.h"

static bool
printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f) {
			return false;
		}
	}
	return str_is_utf8(s);
}

/* s as an address of the family into dst[16]. */
static bool
address(int family, struct str s, unsigned char *dst)
{
	char z[INET6_ADDRSTRLEN];

	return str_copy(s, z, sizeof(z)) && inet_pton(family, z, dst) == 1;
}

/* IPv4 and IPv6, and the IPv4-mapped form of the former's. */
static bool
is_loopback(bool v6, const unsigned char *b)
{
	static const unsigned char one[16] = {[15] = 1};
	static const unsigned char mapped[13] = {
		[10] = 0xff, [11] = 0xff, [12] = 127,
	};

	return v6 ? memcmp(b, one, sizeof(one)) == 0 ||
	    memcmp(b, mapped, sizeof(mapped)) == 0 : b[0] == 127;
}

bool
config_listen_parse(struct str s, struct config_listen *ret_listen)
{
	struct config_listen l = {.loopback = false};
	size_t colon = s.n;
	unsigned char b[16];
	struct str host;
	uint64_t port;
	bool v6;

	while (colon > 0 && s.p[colon - 1] != ':') {
		colon--;
	}
	if (colon == 0 || !parse_u64(str_slice(s, colon, s.n), &port) ||
	    port > UINT16_MAX) {
		return false;
	}
	host = str_slice(s, 0, colon - 1);
	v6 = str_starts(host, STR("[")) && str_ends(host, STR("]"));
	host = v6 ? str_slice(host, 1, host.n - 1) : host;
	if (!v6 && str_equal(host, STR("localhost"))) {
		l.loopback = true;
	} else if (address(v6 ? AF_INET6 : AF_INET, host, b)) {
		l.loopback = is_loopback(v6, b);
	} else {
		return false;
	}
	if (!str_copy(host, l.host, sizeof(l.host))) {
		return false;
	}
	l.port = (uint16_t)port;
	*ret_listen = l;
	return true;
}

static const char *
networks(struct str s)
{
	struct ip_net net;
	struct str one;

	while (str_split(&s, ',', &one)) {
		if (!ip_net_parse(str_trim(one), &net)) {
			return "must be addresses or networks between commas, "
			    "such as 10.0.0.0/8, fd00::1";
		}
	}
	return NULL;
}

/* What follows "//" in url, up to its path or its parameters. */
static struct str
authority(struct str url)
{
	struct str s = str_slice(url, str_find(url, ':') + 3, url.n);

	s = str_slice(s, 0, str_find(s, '?'));
	return str_slice(s, 0, str_find(s, '/'));
}

/* A password before the "@", or as a parameter. */
static bool
has_password(struct str url)
{
	struct str user = authority(url);
	struct str query = str_slice(url, str_find(url, '?') + 1, url.n);
	size_t at = str_find(user, '@');
	struct str parameter;

	if (at < user.n && str_find(user, ':') < at) {
		return true;
	}
	while (str_split(&query, '&', &parameter)) {
		if (str_starts(parameter, STR("password="))) {
			return true;
		}
	}
	return false;
}

static const char *
location(struct str s)
{
	size_t colon = str_find(s, ':');

	if (!str_starts(str_slice(s, colon, s.n), STR("://"))) {
		return NULL;
	}
	if (!str_starts(s, STR("postgresql://"))) {
		return "must be a file's name or begin with postgresql://";
	}
	return has_password(s)
	    ? "must not hold a password: name a file with passfile=" : NULL;
}

static const char *
host_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '.' || c == '-' ||
		    c == ':')) {
			return "must be the name or the address of a host";
		}
	}
	return NULL;
}

const char *
config_text_flaw(enum config_type type, struct str s)
{
	struct config_listen listen;
	struct email email;

	if (!printable(s)) {
		return "must be UTF-8 without control characters";
	}
	switch (type) {
	case CONFIG_TEXT:
	case CONFIG_PATH:
		return NULL;
	case CONFIG_LISTEN:
		return config_listen_parse(s, &listen) ? NULL : "must be "
		    "ADDRESS:PORT, such as 127.0.0.1:8640 or [::1]:8640";
	case CONFIG_NETWORKS:
		return networks(s);
	case CONFIG_LOCATION:
		return location(s);
	case CONFIG_HOST:
		return host_name(s);
	case CONFIG_EMAIL:
		return email_parse(s, &email) == FLAW_NONE ? NULL
		    : "must be an e-mail address";
	case CONFIG_NUMBER:
	case CONFIG_SWITCH:
	case CONFIG_CHOICE:
	case CONFIG_TYPE_COUNT:
	default:
		assert(!"not a text");
		return NULL;
	}
}
