#include <stdlib.h>
#include <string.h>

#include "app/admin_words.h"
#include "base/ip.h"
#include "base/jsonw.h"
#include "flow/sender.h"
#include "store/senders.h"

enum { ARENA_MAX = 4 << 20, SELECTOR_BYTES = 128 };

/* What the DNS should say, as a line of a zone file or as JSON. */
static void
put_record(struct admin *a, struct str name, struct str value)
{
	struct jsonw w;

	if (!a->json) {
		buf_str(a->out, name);
		buf_z(a->out, ". IN TXT ");
		dkim_key_put_strings(a->out, value);
		buf_char(a->out, '\n');
		return;
	}
	jsonw_init(&w, a->out);
	jsonw_object(&w);
	jsonw_member_str(&w, "name", name);
	jsonw_member_z(&w, "type", "TXT");
	jsonw_member_str(&w, "value", value);
	jsonw_object_end(&w);
	buf_char(a->out, '\n');
}

static void
put_key_record(struct admin *a, struct str domain, struct str selector,
    enum dkim_key_algorithm algorithm, struct str public_key)
{
	struct buf CLEANUP(buf_done) name = {0};
	struct buf CLEANUP(buf_done) value = {0};

	buf_init(&name, EMAIL_DOMAIN_MAX + DKIM_KEY_SELECTOR_MAX + 16);
	buf_init(&value, DKIM_KEY_PUBLIC_MAX + 32);
	dkim_key_put_name(&name, selector, domain);
	dkim_key_put_value(&value, algorithm, public_key);
	put_record(a, buf_view(&name), buf_view(&value));
}

/* Making keys. */

static bool
default_selector(const struct admin *a, struct buf *selector)
{
	struct civil day = unix_ms_civil(flow_now(&a->install->flow));

	buf_printf(selector, "ww%04d%02d%02d", day.year, day.month, day.day);
	return buf_err(selector) == ERR_NONE;
}

static int
new_key(struct admin *a, const struct tenant *t,
    const struct domain_name *domain, enum dkim_key_algorithm algorithm,
    struct str selector)
{
	struct dkim_new k;
	enum err e;

	dkim_new_init(&k);
	k.flow = &a->install->flow;
	k.tenant = t->id;
	k.domain = *domain;
	k.selector = selector;
	k.algorithm = algorithm;
	e = dkim_new_prepare(&k);
	if (e == ERR_NONE) {
		e = store_do(k.flow->store, STORE_BACKGROUND, dkim_new_run,
		    &k);
	}
	if (e == ERR_NONE) {
		put_key_record(a, domain_name_str(domain), selector,
		    algorithm, buf_view(&k.public_key));
	}
	dkim_new_done(&k);
	if (e == ERR_EXISTS) {
		return admin_refuse(a, "this selector is or was in use for "
		    "the domain; name another with --selector");
	}
	if (e == ERR_LIMIT) {
		return admin_refuse(a, "four keys of the tenant sign "
		    "already; retire one first");
	}
	return e == ERR_NONE ? EXIT_DONE
	    : admin_fail(a, "the key was not made", e);
}

/* "--algorithm both", and what is not named, gets the algorithm's name. */
static int
new_keys(struct admin *a, const struct tenant *t,
    const struct domain_name *domain, const bool wanted[DKIM_KEY_ALGORITHMS])
{
	bool both = wanted[DKIM_KEY_RSA] && wanted[DKIM_KEY_ED25519];
	int status = EXIT_DONE;

	for (unsigned i = 0; i < DKIM_KEY_ALGORITHMS && status == EXIT_DONE;
	    i++) {
		enum dkim_key_algorithm algorithm =
		    (enum dkim_key_algorithm)i;
		struct buf CLEANUP(buf_done) selector = {0};

		buf_init(&selector, SELECTOR_BYTES);
		if (!wanted[i]) {
			continue;
		}
		if (a->selector != NULL) {
			buf_z(&selector, a->selector);
		} else if (!default_selector(a, &selector)) {
			return admin_fail(a, "no selector", ERR_LIMIT);
		}
		if (both || a->selector == NULL) {
			buf_printf(&selector, "-%s",
			    dkim_key_algorithm_name(algorithm));
		}
		status = dkim_key_selector_ok(buf_view(&selector))
		    ? new_key(a, t, domain, algorithm, buf_view(&selector))
		    : admin_misuse(a, "--selector wants a-z, 0-9 and -, "
		    "at most 55");
	}
	return status;
}

static bool
read_algorithm(const struct admin *a, bool wanted[DKIM_KEY_ALGORITHMS])
{
	const char *word = a->algorithm != NULL ? a->algorithm : "both";
	bool both = strcmp(word, "both") == 0, known = both;

	for (unsigned i = 0; i < DKIM_KEY_ALGORITHMS; i++) {
		wanted[i] = both || strcmp(word, dkim_key_algorithm_name(
		    (enum dkim_key_algorithm)i)) == 0;
		known = known || wanted[i];
	}
	return known;
}

int
admin_dkim_new(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);
	bool wanted[DKIM_KEY_ALGORITHMS];
	struct domain_name domain;

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	if (a->n != 2 || a->domain == NULL ||
	    domain_name_parse(str_of(a->domain), &domain) != FLAW_NONE) {
		return admin_misuse(a, "dkim new --tenant T --domain D: D is "
		    "a domain such as shop.example");
	}
	if (!read_algorithm(a, wanted)) {
		return admin_misuse(a, "--algorithm wants rsa, ed25519 or "
		    "both");
	}
	return new_keys(a, t, &domain, wanted);
}

int
admin_dkim_retire(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);
	struct dkim_retire k = {.flow = &a->install->flow};
	enum err e;

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	if (a->n != 3 || a->domain == NULL ||
	    domain_name_parse(str_of(a->domain), &k.domain) != FLAW_NONE) {
		return admin_misuse(a, "dkim retire SELECTOR --tenant T "
		    "--domain D");
	}
	k.tenant = t->id;
	k.selector = str_of(a->words[2]);
	e = store_do(k.flow->store, STORE_BACKGROUND, dkim_retire_run, &k);
	if (e == ERR_MISSING) {
		return admin_refuse(a, "no such key of the tenant signs; see "
		    "\"watchword dkim list\"");
	}
	return e == ERR_NONE ? EXIT_DONE
	    : admin_fail(a, "the key was not retired", e);
}

/* Listing keys. */

struct key_list {
	struct id tenant;
	struct arena *arena;
	struct dkim_row *rows;
	unsigned n;
};

static enum err
list_run(struct tx *tx, void *arg)
{
	struct key_list *l = arg;

	return dkim_row_list(tx, &l->tenant, l->arena, SENDER_KEYS_MAX,
	    l->rows, &l->n);
}

static int
with_keys(struct admin *a, const struct tenant *t,
    void (*fn)(struct admin *a, const struct tenant *t,
    const struct key_list *l))
{
	struct key_list l = {.tenant = t->id, .arena = arena_new(ARENA_MAX)};
	enum err e = ERR_NOMEM;

	l.rows = calloc(SENDER_KEYS_MAX, sizeof(*l.rows));
	if (l.arena != NULL && l.rows != NULL) {
		e = store_read(a->install->flow.store, list_run, &l);
	}
	if (e == ERR_NONE) {
		fn(a, t, &l);
	}
	free(l.rows);
	arena_free(l.arena);
	return e == ERR_NONE ? EXIT_DONE
	    : admin_fail(a, "the keys cannot be read", e);
}

static void
print_key(struct admin *a, const struct dkim_row *k)
{
	char made[RFC3339_SIZE];
	struct jsonw w;

	unix_ms_format(k->created_at, made);
	if (!a->json) {
		buf_printf(a->out, "%-24.*s %-28.*s %-7s %.10s %s\n",
		    STR_ARG(k->selector), STR_ARG(k->domain),
		    dkim_key_algorithm_name(k->algorithm), made,
		    k->retired_at.v == 0 ? "signs" : "retired");
		return;
	}
	jsonw_init(&w, a->out);
	jsonw_object(&w);
	jsonw_member_str(&w, "domain", k->domain);
	jsonw_member_str(&w, "selector", k->selector);
	jsonw_member_z(&w, "algorithm",
	    dkim_key_algorithm_name(k->algorithm));
	jsonw_member_str(&w, "public_key", k->public_key);
	jsonw_member_time(&w, "created_at", k->created_at);
	if (k->retired_at.v != 0) {
		jsonw_member_time(&w, "retired_at", k->retired_at);
	}
	jsonw_object_end(&w);
	buf_char(a->out, '\n');
}

static void
print_keys(struct admin *a, const struct tenant *t UNUSED,
    const struct key_list *l)
{
	for (unsigned i = 0; i < l->n; i++) {
		print_key(a, &l->rows[i]);
	}
}

int
admin_dkim_list(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);

	return t == NULL ? a->tenant == NULL ? EXIT_USAGE : EXIT_NO
	    : with_keys(a, t, print_keys);
}

/* The DNS. */

static void
remark(struct admin *a, const char *sentence)
{
	if (!a->json) {
		buf_printf(a->out, "; %s\n", sentence);
	}
}

/*
 * Who may send for the domain is more than we know: the host that we hand
 * our mail to, at least, where it has a name.
 */
static void
suggest_spf(struct admin *a, struct str domain)
{
	const char *host = a->install->config->mail_host;
	struct buf CLEANUP(buf_done) value = {0};
	struct ip address;

	buf_init(&value, 512);
	if (host[0] != '\0' && strchr(host, '.') != NULL &&
	    !ip_parse(str_of(host), &address)) {
		buf_printf(&value, "v=spf1 a:%s -all", host);
	} else {
		buf_z(&value, "v=spf1 mx -all");
	}
	remark(a, "SPF, a suggestion: name every host that sends for it");
	put_record(a, domain, buf_view(&value));
}

static void
suggest_dmarc(struct admin *a, struct str domain)
{
	struct buf CLEANUP(buf_done) name = {0};
	struct buf CLEANUP(buf_done) value = {0};

	buf_init(&name, EMAIL_DOMAIN_MAX + 8);
	buf_init(&value, EMAIL_DOMAIN_MAX + 128);
	buf_z(&name, "_dmarc.");
	buf_str(&name, domain);
	buf_z(&value, "v=DMARC1; p=quarantine; rua=mailto:dmarc@");
	buf_str(&value, domain);
	remark(a, "DMARC, a suggestion: p=reject once the reports are clean");
	put_record(a, buf_view(&name), buf_view(&value));
}

static void
print_dns(struct admin *a, const struct tenant *t, const struct key_list *l)
{
	struct str domain = STR("");

	for (unsigned i = 0; i < l->n; i++) {
		const struct dkim_row *k = &l->rows[i];

		if (k->retired_at.v != 0) {
			continue;
		}
		put_key_record(a, k->domain, k->selector, k->algorithm,
		    k->public_key);
		domain = k->domain;
	}
	for (unsigned i = 0; i < l->n && !a->json; i++) {
		const struct dkim_row *k = &l->rows[i];

		if (k->retired_at.v != 0) {
			buf_printf(a->out, "; retired: %.*s._domainkey.%.*s. "
			    "keep its record a week, then empty its p=\n",
			    STR_ARG(k->selector), STR_ARG(k->domain));
		}
	}
	if (t->has_sender) {
		suggest_spf(a, email_domain(&t->sender));
	} else if (domain.n > 0) {
		suggest_spf(a, domain);
	}
	if (domain.n > 0) {
		suggest_dmarc(a, domain);
	}
}

int
admin_dkim_dns(struct admin *a, const struct directory_copy *c)
{
	const struct tenant *t = admin_tenant(a, c);

	if (t == NULL) {
		return a->tenant == NULL ? EXIT_USAGE : EXIT_NO;
	}
	if (t->n_keys == 0) {
		return admin_refuse(a, "the tenant has no key that signs; "
		    "see \"watchword dkim new\"");
	}
	return with_keys(a, t, print_dns);
}
