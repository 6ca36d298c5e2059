#include <string.h>

#include "cli/doctor.h"
#include "flow/directory.h"
#include "flow/sender.h"
#include "net/dns.h"

enum { PATIENCE_MS = 3000, NAME_MAX_BYTES = 400, SEEN_MAX = 64 };

struct dns_check {
	struct doctor *d;
	/* Domains looked at: tenants may share the installation's sender. */
	struct domain_name seen[SEEN_MAX];
	unsigned n_seen;
};

/* What the records of one name say. */
struct answer {
	struct str wanted;	/* a record begins so: "v=spf1" */
	struct str key;		/* a public key that is looked for */
	unsigned n;
	bool has_key, passes_all, asks_nothing;
};

/* The value of a tag in "a=b; c=d"; empty: it is not there. */
static struct str
tag_of(struct str record, struct str name)
{
	struct str part;

	while (str_split(&record, ';', &part)) {
		size_t at = str_find(part, '=');

		if (at < part.n && str_equal(str_trim(str_slice(part, 0,
		    at)), name)) {
			return str_trim(str_slice(part, at + 1, part.n));
		}
	}
	return STR("");
}

static void
look_at(void *ctx, struct str text)
{
	struct answer *a = ctx;

	if (!str_starts(text, a->wanted)) {
		return;
	}
	a->n++;
	a->has_key |= a->key.n > 0 && str_equal(tag_of(text, STR("p")),
	    a->key);
	a->passes_all |= str_ends(text, STR("+all")) ||
	    str_ends(text, STR(" all"));
	a->asks_nothing |= str_equal(tag_of(text, STR("p")), STR("none"));
}

static enum err
ask(const struct dns_check *c, const struct buf *name, struct answer *a)
{
	enum err e = buf_err(name);

	a->n = 0;
	return e != ERR_NONE ? e : dns_text(
	    str_of(c->d->c->config.mail_dns_server), buf_c(name),
	    (duration_ms){PATIENCE_MS}, look_at, a);
}

/* name and sentence, as one finding. */
static void
tell(const struct dns_check *c, enum health h, const char *what,
    const char *name, const char *sentence, const char *advice)
{
	struct buf CLEANUP(buf_done) found = {0};

	buf_init(&found, 1024);
	buf_printf(&found, "%s %s", name, sentence);
	doctor_tell(c->d, h, what, buf_c(&found), advice);
}

/* False: the question had no answer, and that was said. */
static bool
was_answered(const struct dns_check *c, enum err e, const char *what,
    const char *name)
{
	if (e == ERR_NONE || e == ERR_MISSING) {
		return true;
	}
	tell(c, HEALTH_WARNING, what, name, "could not be looked up",
	    "Check the name server, or mail.dns_server.");
	return false;
}

static void
check_key(const struct dns_check *c, const struct tenant *t,
    const struct tenant_key *k)
{
	struct answer a = {
		.wanted = STR(""), .key = str_of(k->public_key),
	};
	struct buf CLEANUP(buf_done) name = {0};
	struct buf CLEANUP(buf_done) advice = {0};
	enum err e;

	buf_init(&name, NAME_MAX_BYTES);
	buf_init(&advice, NAME_MAX_BYTES);
	dkim_key_put_name(&name, str_of(k->selector), str_of(k->domain));
	buf_printf(&advice, "Publish what \"watchword dkim dns --tenant %s\" "
	    "prints.", t->name);
	e = ask(c, &name, &a);
	if (!was_answered(c, e, "dkim", buf_c(&name))) {
		return;
	}
	if (a.n == 0) {
		tell(c, HEALTH_BAD, "dkim", buf_c(&name), "is not published",
		    buf_c(&advice));
	} else if (a.n > 1 || !a.has_key) {
		tell(c, HEALTH_BAD, "dkim", buf_c(&name), a.n > 1
		    ? "has more than one record" : "has another key",
		    buf_c(&advice));
	} else {
		tell(c, HEALTH_GOOD, "dkim", buf_c(&name), "is published",
		    "");
	}
}

/* RFC 7208 section 4.5: one record, no more. */
static void
check_spf(const struct dns_check *c, const char *domain)
{
	struct answer a = {.wanted = STR("v=spf1")};
	struct buf CLEANUP(buf_done) name = {0};
	enum err e;

	buf_init(&name, NAME_MAX_BYTES);
	buf_z(&name, domain);
	e = ask(c, &name, &a);
	if (!was_answered(c, e, "spf", domain)) {
		return;
	}
	if (a.n == 0) {
		tell(c, HEALTH_WARNING, "spf", domain, "has no SPF record",
		    "Publish \"v=spf1 a:HOST -all\" with every host that "
		    "sends for it.");
	} else if (a.n > 1) {
		tell(c, HEALTH_BAD, "spf", domain, "has more than one SPF "
		    "record", "Make one of them: two count as none.");
	} else if (a.passes_all) {
		tell(c, HEALTH_BAD, "spf", domain, "lets everybody send",
		    "End its SPF record with -all.");
	} else {
		tell(c, HEALTH_GOOD, "spf", domain, "has an SPF record", "");
	}
}

/*
 * RFC 7489 section 6.6.3 looks at the domain and then at its organisation's.
 * Which that is no rule tells; every parent of two labels or more is asked.
 */
static void
check_dmarc(const struct dns_check *c, const char *domain)
{
	struct answer a = {.wanted = STR("v=DMARC1")};
	struct str rest = str_of(domain);
	enum err e = ERR_MISSING;

	while (a.n == 0 && str_find(rest, '.') < rest.n) {
		struct buf CLEANUP(buf_done) name = {0};

		buf_init(&name, NAME_MAX_BYTES);
		buf_z(&name, "_dmarc.");
		buf_str(&name, rest);
		e = ask(c, &name, &a);
		if (!was_answered(c, e, "dmarc", domain)) {
			return;
		}
		rest = str_slice(rest, str_find(rest, '.') + 1, rest.n);
	}
	if (a.n == 0) {
		tell(c, HEALTH_WARNING, "dmarc", domain, "has no DMARC "
		    "record", "Publish \"v=DMARC1; p=quarantine\" at "
		    "_dmarc. before it.");
	} else if (a.n > 1) {
		tell(c, HEALTH_BAD, "dmarc", domain, "has more than one "
		    "DMARC record", "Leave one: two count as none.");
	} else if (a.asks_nothing) {
		tell(c, HEALTH_WARNING, "dmarc", domain, "asks nobody to "
		    "refuse forgeries", "Go from p=none to p=quarantine.");
	} else {
		tell(c, HEALTH_GOOD, "dmarc", domain, "has a DMARC record",
		    "");
	}
}

/* Once for each domain; false: it was looked at before. */
static bool
is_new(struct dns_check *c, struct str domain)
{
	for (unsigned i = 0; i < c->n_seen; i++) {
		if (str_equal(domain, domain_name_str(&c->seen[i]))) {
			return false;
		}
	}
	return c->n_seen < SEEN_MAX && domain_name_parse(domain,
	    &c->seen[c->n_seen++]) == FLAW_NONE;
}

static void
check_tenant(void *ctx, const struct tenant *t)
{
	struct dns_check *c = ctx;
	struct email from;

	for (unsigned i = 0; i < t->n_keys; i++) {
		check_key(c, t, &t->keys[i]);
	}
	if (t->has_sender) {
		from = t->sender;
	} else if (email_parse(str_of(c->d->c->config.mail_from), &from) !=
	    FLAW_NONE) {
		return;
	}
	if (is_new(c, email_domain(&from))) {
		const char *domain = c->seen[c->n_seen - 1].z;

		check_spf(c, domain);
		check_dmarc(c, domain);
	}
	if (sender_proof(t, &from) != SENDER_SIGNED) {
		tell(c, HEALTH_WARNING, "dkim", t->name, "sends mail that is "
		    "not signed", "Make a key with \"watchword dkim new\".");
	}
}

void
doctor_check_dns(struct doctor *d, struct install *i)
{
	struct dns_check c = {.d = d};
	struct directory *directory;
	struct directory_copy *copy;

	if (d->c->config.mail_host[0] == '\0' ||
	    directory_new(&i->flow, &directory) != ERR_NONE) {
		return;
	}
	copy = directory_hold(directory);
	directory_each(copy, check_tenant, &c);
	directory_drop(copy);
	directory_free(directory);
}
