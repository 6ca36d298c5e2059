#include "flow/guard.h"

#include <stdio.h>
#include <string.h>

#include "base/ip.h"
#include "domain/price.h"
#include "flow/audit.h"
#include "flow/neighbours.h"
#include "flow/recipient.h"

_Static_assert(TALLY_KEY_BYTES == KEYRING_INDEX, "a key is a blind index");

enum { V4_NETWORK = 15, V6_NETWORK = 6, SCOPE_MAX = 24 };

static enum err
add_key(const struct flow *f, const struct id *tenant, enum guard_scope s,
    const char *use, struct str text, struct guard_keys *keys)
{
	keys->has |= 1U << s;
	return keyring_index(f->ring, use, flow_id_bytes(tenant), text,
	    keys->key[s]);
}

/* A /24 or a /48: whoever pumps has more than one address. */
static enum err
add_network(const struct flow *f, const struct id *tenant,
    struct str network, struct guard_keys *keys)
{
	struct ip ip;
	size_t n;

	if (network.n != sizeof(ip.b)) {
		return ERR_NONE;
	}
	memcpy(ip.b, network.p, sizeof(ip.b));
	n = ip_is_v4(&ip) ? V4_NETWORK : V6_NETWORK;
	return add_key(f, tenant, GUARD_NETWORK, "guard_network",
	    str_slice(network, 0, n), keys);
}

enum err
guard_keys_make(const struct flow *f, const struct id *tenant,
    const struct e164 *number, struct str network,
    struct guard_keys *ret_keys)
{
	struct guard_keys k = {.number = *number};
	enum err e;

	k.facts = number_of(number);
	e = add_key(f, tenant, GUARD_BLOCK, "guard_block",
	    number_block(number), &k);
	if (e == ERR_NONE) {
		e = add_key(f, tenant, GUARD_PREFIX, "guard_prefix",
		    number_prefix(number, &k.facts), &k);
	}
	if (e == ERR_NONE) {
		e = add_key(f, tenant, GUARD_COUNTRY, "guard_country",
		    str_of(k.facts.region), &k);
	}
	if (e == ERR_NONE) {
		e = add_network(f, tenant, network, &k);
	}
	if (e == ERR_NONE) {
		e = add_key(f, tenant, GUARD_TENANT, "guard_tenant", STR(""),
		    &k);
	}
	if (e == ERR_NONE) {
		*ret_keys = k;
	}
	return e;
}

/* What the number alone is refused for. */
static struct guard_verdict
judge_number(const struct guarded *g)
{
	struct guard_verdict v = guard_number(&g->tenant->policy.guard,
	    &g->keys->number, &g->keys->facts);

	if (v.rule == GUARD_RULE_NONE && g->way != NULL &&
	    g->way->countries != NULL &&
	    !number_listed(str_of(g->way->countries), &g->keys->number)) {
		v.rule = GUARD_RULE_NOT_LISTED;
	}
	return v;
}

static enum err
load(struct tx *tx, const struct guarded *g,
    struct tally_row rows[static GUARD_SCOPES])
{
	enum err e = ERR_NONE;

	for (int s = 0; e == ERR_NONE && s < GUARD_SCOPES; s++) {
		if ((g->keys->has & 1U << s) != 0) {
			e = tally_row_get(tx, &g->tenant->id,
			    (enum guard_scope)s, g->keys->key[s], &rows[s]);
		}
	}
	return e;
}

static struct guard_verdict
judge_tallies(const struct guarded *g,
    const struct tally_row rows[static GUARD_SCOPES])
{
	struct tally tallies[GUARD_SCOPES];

	for (int s = 0; s < GUARD_SCOPES; s++) {
		tallies[s] = rows[s].state;
	}
	return guard_tallies(&g->tenant->policy.guard, tallies, g->keys->has,
	    g->now);
}

static enum err
store(struct tx *tx, const struct guarded *g,
    struct tally_row rows[static GUARD_SCOPES])
{
	enum err e = ERR_NONE;

	for (int s = 0; e == ERR_NONE && s < GUARD_SCOPES; s++) {
		if ((g->keys->has & 1U << s) != 0) {
			tally_send(&rows[s].state, g->first, g->now);
			e = tally_row_put(tx, &rows[s], g->now);
		}
	}
	return e;
}

/* The three purses of a message, in the order in which they are asked. */
enum purse { PURSE_DAY, PURSE_MONTH, PURSE_COUNTRY, PURSES };

static const enum guard_rule purse_rules[PURSES] = {
	[PURSE_DAY] = GUARD_RULE_BUDGET_DAY,
	[PURSE_MONTH] = GUARD_RULE_BUDGET_MONTH,
	[PURSE_COUNTRY] = GUARD_RULE_BUDGET_COUNTRY,
};

static int64_t
purse_most(const struct guard_policy *p, enum purse purse)
{
	int64_t units = purse == PURSE_DAY ? p->budget_day
	    : purse == PURSE_MONTH ? p->budget_month : p->budget_country;

	return units * PRICE_UNIT;
}

/* "2026-11-22", "2026-11", "2026-11-22 DE": by UTC. */
static void
purse_scope(const struct guarded *g, enum purse purse,
    char dst[static SCOPE_MAX])
{
	char date[RFC3339_SIZE];

	unix_ms_format(g->now, date);
	snprintf(dst, SCOPE_MAX, "%.*s%s%s", purse == PURSE_MONTH ? 7 : 10,
	    date, purse == PURSE_COUNTRY ? " " : "",
	    purse == PURSE_COUNTRY ? g->keys->facts.region : "");
}

static enum err
take(struct tx *tx, const struct guarded *g, enum purse purse, int64_t price,
    int64_t most, bool *ret_taken)
{
	char scope[SCOPE_MAX];

	purse_scope(g, purse, scope);
	return spending_take(tx, &g->tenant->id, str_of(scope),
	    g->now.v / HOURS(24).v, price, most, ret_taken);
}

static enum err
give_back(struct tx *tx, const struct guarded *g, unsigned taken,
    int64_t price)
{
	enum err e = ERR_NONE;

	for (unsigned p = 0; e == ERR_NONE && p < PURSES; p++) {
		char scope[SCOPE_MAX];

		if ((taken & 1U << p) != 0) {
			purse_scope(g, (enum purse)p, scope);
			e = spending_give_back(tx, &g->tenant->id,
			    str_of(scope), price);
		}
	}
	return e;
}

static enum err
over_budget(struct tx *tx, const struct guarded *g, enum purse purse,
    int64_t price, int64_t most, struct guard_verdict *v)
{
	char scope[SCOPE_MAX];
	int64_t spent = 0;
	enum err e;

	purse_scope(g, purse, scope);
	e = spending_get(tx, &g->tenant->id, str_of(scope), &spent);
	*v = (struct guard_verdict){
		.rule = purse_rules[purse],
		.seen = spent + price,
		.limit = most,
		.window = HOURS(24),
		/* Until midnight; for a month, asked again each day. */
		.wait = {HOURS(24).v - g->now.v % HOURS(24).v},
	};
	return e;
}

/*
 * S42: set aside before it is sent.  Every purse is filled, also where there
 * is no budget, so that one that is set later knows what was spent.
 */
static enum err
pay(struct tx *tx, const struct guarded *g, int64_t price,
    struct guard_verdict *v)
{
	const struct guard_policy *p = &g->tenant->policy.guard;
	unsigned taken = 0;
	enum err e = ERR_NONE;

	for (int i = 0; e == ERR_NONE && i < PURSES; i++) {
		enum purse purse = (enum purse)i;
		int64_t most = purse_most(p, purse);
		bool got = false;

		e = take(tx, g, purse, price, most > 0 ? most
		    : INT64_MAX - price, &got);
		if (e != ERR_NONE || got) {
			taken |= 1U << i;
			continue;
		}
		e = over_budget(tx, g, purse, price, most, v);
		if (e == ERR_NONE && p->monitor == 0) {
			return give_back(tx, g, taken, price);
		}
		if (e == ERR_NONE) {
			e = take(tx, g, purse, price, INT64_MAX - price,
			    &got);
		}
	}
	return e;
}

static enum err
charge(struct tx *tx, const struct guarded *g, int64_t *ret_price,
    struct guard_verdict *v)
{
	const struct guard_policy *p = &g->tenant->policy.guard;
	int64_t price = 0;

	*ret_price = 0;
	if (g->way == NULL) {
		return ERR_NONE;
	}
	if (g->way->prices == NULL || !price_of(str_of(g->way->prices),
	    &g->keys->number, &price)) {
		if (p->budget_day + p->budget_month + p->budget_country > 0) {
			v->rule = GUARD_RULE_NO_PRICE;
		}
		return ERR_NONE;
	}
	*ret_price = price;
	return price == 0 ? ERR_NONE : pay(tx, g, price, v);
}

static void
limit(const struct guarded *g, const struct guard_verdict *v,
    struct limited *l)
{
	struct buf text;

	*l = (struct limited){
		.rule = guard_rule_name(v->rule),
		.quota = v->of > 0 ? 0 : v->limit,
		.window = v->window,
		.wait = v->wait.v > 0 ? v->wait : HOURS(24),
		.lasts = guard_rule_lasts(v->rule),
		.seen = v->seen,
		.of = v->of,
	};
	memcpy(l->country, g->keys->facts.region, sizeof(l->country));
	buf_fixed(&text, l->why, sizeof(l->why));
	guard_say(v, &text);
	(void)buf_c(&text);
}

/* Monitor mode: what would have been refused. */
static enum err
report(struct tx *tx, const struct guarded *g, const struct guard_verdict *v)
{
	struct limited l;
	struct audit a;
	enum err e = audit_begin(&a, g->flow, AUDIT_GUARD_REPORTED,
	    &g->tenant->id, g->now);

	if (e != ERR_NONE) {
		return e;
	}
	limit(g, v, &l);
	limited_record(&l, &a.json);
	return audit_commit(&a, tx, g->flow);
}

/*
 * S40: numbers in a row.  Also one that is refused stands in it, so whoever
 * goes on counting upwards gets none of the rest.
 */
static enum err
meet_neighbours(struct tx *tx, const struct guarded *g,
    struct guard_verdict *v)
{
	const struct guard_policy *p = &g->tenant->policy.guard;
	const struct neighbours n = {
		.flow = g->flow, .tenant = &g->tenant->id,
		.number = &g->keys->number, .now = g->now,
	};
	duration_ms wait;
	int64_t run;
	enum err e = neighbours_count(tx, &n, p->neighbours, &run, &wait);

	if (e == ERR_NONE) {
		*v = guard_neighbours(p, run, wait);
		e = neighbours_add(tx, &n);
	}
	return e;
}

enum err
guard_pass(struct tx *tx, const struct guarded *g,
    struct limited *ret_limited, int64_t *ret_price)
{
	const bool monitor = g->tenant->policy.guard.monitor != 0;
	struct tally_row rows[GUARD_SCOPES] = {0};
	struct guard_verdict v = judge_number(g);
	int64_t price = 0;
	enum err e = ERR_NONE;

	*ret_limited = (struct limited){0};
	if (v.rule == GUARD_RULE_NONE) {
		e = load(tx, g, rows);
		if (e == ERR_NONE) {
			v = judge_tallies(g, rows);
		}
		if (e == ERR_NONE && v.rule == GUARD_RULE_NONE) {
			e = meet_neighbours(tx, g, &v);
		}
		if (e == ERR_NONE && (v.rule == GUARD_RULE_NONE || monitor)) {
			e = charge(tx, g, &price, &v);
		}
		if (e == ERR_NONE && monitor && v.rule != GUARD_RULE_NONE) {
			e = report(tx, g, &v);
			v.rule = GUARD_RULE_NONE;
		}
	}
	if (e != ERR_NONE) {
		return e;
	}
	if (v.rule != GUARD_RULE_NONE) {
		limit(g, &v, ret_limited);
		return ERR_NONE;
	}
	*ret_price = price;
	return store(tx, g, rows);
}

enum err
guard_used(struct tx *tx, const struct flow *f,
    const struct challenge_row *row, unix_ms now)
{
	static const enum guard_scope kept[] = {GUARD_PREFIX, GUARD_COUNTRY};
	struct recipient r;
	struct guard_keys keys;
	struct tally_row t;
	enum err e;

	if (!channel_restricted(row->channel)) {
		return ERR_NONE;
	}
	e = recipient_by(f, row, row->channel, &r);
	if (e == ERR_NONE) {
		e = guard_keys_make(f, &row->tenant, &r.phone, STR(""),
		    &keys);
	}
	for (size_t i = 0; e == ERR_NONE && i < 2; i++) {
		e = tally_row_get(tx, &row->tenant, kept[i],
		    keys.key[kept[i]], &t);
		if (e == ERR_NONE && t.version > 0) {
			tally_use(&t.state, row->state.created_at, now);
			e = tally_row_put(tx, &t, now);
		}
	}
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(&keys, sizeof(keys));
	return e == ERR_MISSING ? ERR_NONE : e;
}
