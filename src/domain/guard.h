/*
 * The guard of what goes by telephone: against pumping, where somebody earns
 * on messages that nobody reads (S39 to S42).
 *
 * Each rule has a name that stays, and every refusal its figures.  None locks
 * for good: what was counted leaves the window.
 */
#ifndef DOMAIN_GUARD_H
#define DOMAIN_GUARD_H

#include "base/buf.h"
#include "domain/number.h"
#include "domain/policy.h"
#include "domain/tally.h"

enum guard_rule {
	GUARD_RULE_NONE,
	GUARD_RULE_PREMIUM,		/* "premium_number" */
	GUARD_RULE_IMPOSSIBLE,		/* "impossible_number" */
	GUARD_RULE_NOT_LISTED,		/* "country_not_listed" */
	GUARD_RULE_BLOCK,		/* "number_block" */
	GUARD_RULE_NEIGHBOURS,		/* "neighbours" */
	GUARD_RULE_PREFIX,		/* "prefix" */
	GUARD_RULE_COUNTRY,		/* "country" */
	GUARD_RULE_NETWORK,		/* "network" */
	GUARD_RULE_TENANT,		/* "tenant" */
	GUARD_RULE_PREFIX_UNUSED,	/* "prefix_conversion" */
	GUARD_RULE_COUNTRY_UNUSED,	/* "country_conversion" */
	GUARD_RULE_BUDGET_DAY,		/* "budget_day" */
	GUARD_RULE_BUDGET_MONTH,	/* "budget_month" */
	GUARD_RULE_BUDGET_COUNTRY,	/* "budget_country" */
	GUARD_RULE_NO_PRICE,		/* "no_price" */
	GUARD_RULE_COUNT
};

const char *guard_rule_name(enum guard_rule r);

/* guard_rule_lasts(r): waiting does not help: the number itself is refused. */
bool guard_rule_lasts(enum guard_rule r);

struct guard_verdict {
	enum guard_rule rule;
	int64_t seen;		/* messages; of a conversion, codes used; of a
				 * budget, millionths with this message */
	int64_t of;		/* of a conversion, codes asked for */
	int64_t limit;		/* messages, percent, millionths */
	duration_ms window;
	duration_ms wait;
};

/* guard_number(p, n, facts): rules of the number itself (S39). */
struct guard_verdict guard_number(const struct guard_policy *p,
    const struct e164 *n, const struct number *facts) NONNULL;

/*
 * guard_tallies(p, t, has, now): rules of what was sent before; bit s of has:
 * t[s] is known.
 */
struct guard_verdict guard_tallies(const struct guard_policy *p,
    const struct tally t[static GUARD_SCOPES], uint32_t has, unix_ms now)
    NONNULL;

/* How long a number that was asked for has neighbours. */
#define GUARD_NEIGHBOURS_WINDOW MINUTES(10)

/*
 * guard_neighbours(p, run, wait): run numbers in a row would have been asked
 * for with this one (S40); the first of them is forgotten after wait.
 */
struct guard_verdict guard_neighbours(const struct guard_policy *p,
    int64_t run, duration_ms wait) NONNULL;

/* guard_say(v, out): the rule and its figures, in a sentence. */
void guard_say(const struct guard_verdict *v, struct buf *out) NONNULL;

#endif
