#include "domain/guard.h"

#include <assert.h>

#include "domain/price.h"
#include "domain/provider.h"

static const char *const names[GUARD_RULE_COUNT] = {
	[GUARD_RULE_NONE] = "none",
	[GUARD_RULE_PREMIUM] = "premium_number",
	[GUARD_RULE_IMPOSSIBLE] = "impossible_number",
	[GUARD_RULE_NOT_LISTED] = "country_not_listed",
	[GUARD_RULE_BLOCK] = "number_block",
	[GUARD_RULE_NEIGHBOURS] = "neighbours",
	[GUARD_RULE_PREFIX] = "prefix",
	[GUARD_RULE_COUNTRY] = "country",
	[GUARD_RULE_NETWORK] = "network",
	[GUARD_RULE_TENANT] = "tenant",
	[GUARD_RULE_PREFIX_UNUSED] = "prefix_conversion",
	[GUARD_RULE_COUNTRY_UNUSED] = "country_conversion",
	[GUARD_RULE_BUDGET_DAY] = "budget_day",
	[GUARD_RULE_BUDGET_MONTH] = "budget_month",
	[GUARD_RULE_BUDGET_COUNTRY] = "budget_country",
	[GUARD_RULE_NO_PRICE] = "no_price",
};

/* What each scope's limit is called, and what it is measured over. */
static const struct { enum guard_rule rule; duration_ms window; }
scopes[GUARD_SCOPES] = {
	[GUARD_BLOCK] = {GUARD_RULE_BLOCK, {600000}},
	[GUARD_PREFIX] = {GUARD_RULE_PREFIX, {3600000}},
	[GUARD_COUNTRY] = {GUARD_RULE_COUNTRY, {3600000}},
	[GUARD_NETWORK] = {GUARD_RULE_NETWORK, {3600000}},
	[GUARD_TENANT] = {GUARD_RULE_TENANT, {3600000}},
};

const char *
guard_rule_name(enum guard_rule r)
{
	assert(r < GUARD_RULE_COUNT);
	return names[r];
}

bool
guard_rule_lasts(enum guard_rule r)
{
	return r == GUARD_RULE_PREMIUM || r == GUARD_RULE_IMPOSSIBLE ||
	    r == GUARD_RULE_NOT_LISTED || r == GUARD_RULE_NO_PRICE;
}

struct guard_verdict
guard_number(const struct guard_policy *p, const struct e164 *n,
    const struct number *facts)
{
	enum guard_rule rule = GUARD_RULE_NONE;

	if (number_premium(n)) {
		rule = GUARD_RULE_PREMIUM;
	} else if (!facts->possible) {
		rule = GUARD_RULE_IMPOSSIBLE;
	} else if (p->countries[0] != '\0' &&
	    !number_listed(str_of(p->countries), n)) {
		rule = GUARD_RULE_NOT_LISTED;
	}
	return (struct guard_verdict){.rule = rule};
}

static struct guard_verdict
too_many(const struct guard_policy *p, enum guard_scope s,
    const struct tally *t, unix_ms now)
{
	int64_t seen = tally_sent(t, scopes[s].window, now);

	if (seen < p->most[s]) {
		return (struct guard_verdict){0};
	}
	return (struct guard_verdict){
		.rule = scopes[s].rule,
		.seen = seen,
		.limit = p->most[s],
		.window = scopes[s].window,
		.wait = tally_wait(t, scopes[s].window, p->most[s], now),
	};
}

/* S41: asked for often, and hardly ever used. */
static struct guard_verdict
unused(const struct guard_policy *p, enum guard_rule rule,
    const struct tally *t, unix_ms now)
{
	const struct tally_bucket c = tally_conversion(t, now);

	if (c.asked < p->conversion_sample ||
	    (int64_t)c.used * 100 >= (int64_t)c.asked *
	    p->conversion_percent) {
		return (struct guard_verdict){0};
	}
	return (struct guard_verdict){
		.rule = rule,
		.seen = c.used,
		.of = c.asked,
		.limit = p->conversion_percent,
		.window = HOURS(1),
		.wait = TALLY_BUCKET,
	};
}

struct guard_verdict
guard_tallies(const struct guard_policy *p,
    const struct tally t[static GUARD_SCOPES], uint32_t has, unix_ms now)
{
	struct guard_verdict v = {0};

	for (int s = 0; s < GUARD_SCOPES && v.rule == GUARD_RULE_NONE; s++) {
		if ((has & 1U << s) != 0) {
			v = too_many(p, (enum guard_scope)s, &t[s], now);
		}
	}
	if (v.rule == GUARD_RULE_NONE) {
		v = unused(p, GUARD_RULE_PREFIX_UNUSED, &t[GUARD_PREFIX], now);
	}
	if (v.rule == GUARD_RULE_NONE) {
		v = unused(p, GUARD_RULE_COUNTRY_UNUSED, &t[GUARD_COUNTRY],
		    now);
	}
	return v;
}

struct guard_verdict
guard_neighbours(const struct guard_policy *p, int64_t run, duration_ms wait)
{
	if (run < p->neighbours) {
		return (struct guard_verdict){0};
	}
	return (struct guard_verdict){
		.rule = GUARD_RULE_NEIGHBOURS,
		.seen = run,
		.limit = p->neighbours - 1,
		.window = GUARD_NEIGHBOURS_WINDOW,
		.wait = wait,
	};
}

static void
say_money(const struct guard_verdict *v, struct buf *out)
{
	buf_z(out, "with this message ");
	price_print(v->seen, out);
	buf_z(out, " would be spent, and ");
	price_print(v->limit, out);
	buf_z(out, " may be");
}

void
guard_say(const struct guard_verdict *v, struct buf *out)
{
	buf_printf(out, "%s: ", guard_rule_name(v->rule));
	switch (v->rule) {
	case GUARD_RULE_PREMIUM:
		buf_z(out, "this range is never written to");
		break;
	case GUARD_RULE_IMPOSSIBLE:
		buf_z(out, "no number of this country is so long or so short");
		break;
	case GUARD_RULE_NOT_LISTED:
		buf_z(out, "no provider may write there");
		break;
	case GUARD_RULE_NO_PRICE:
		buf_z(out, "there is a budget, and no price for this number");
		break;
	case GUARD_RULE_BUDGET_DAY:
	case GUARD_RULE_BUDGET_MONTH:
	case GUARD_RULE_BUDGET_COUNTRY:
		say_money(v, out);
		break;
	case GUARD_RULE_PREFIX_UNUSED:
	case GUARD_RULE_COUNTRY_UNUSED:
		buf_printf(out, "of %lld codes of an hour %lld were used, "
		    "fewer than %lld in a hundred", (long long)v->of,
		    (long long)v->seen, (long long)v->limit);
		break;
	case GUARD_RULE_NEIGHBOURS:
		buf_printf(out, "with this one %lld numbers in a row were "
		    "asked for, and %lld may be in %lld s",
		    (long long)v->seen, (long long)v->limit,
		    (long long)(v->window.v / 1000));
		break;
	case GUARD_RULE_BLOCK:
	case GUARD_RULE_PREFIX:
	case GUARD_RULE_COUNTRY:
	case GUARD_RULE_NETWORK:
	case GUARD_RULE_TENANT:
		buf_printf(out, "%lld messages went there, and %lld may in "
		    "%lld s", (long long)v->seen, (long long)v->limit,
		    (long long)(v->window.v / 1000));
		break;
	case GUARD_RULE_NONE:
	case GUARD_RULE_COUNT:
	default:
		break;
	}
}
