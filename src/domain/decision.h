/*
 * The decision: is a code needed here?  Rules in order, the first that holds
 * decides; the answer names it and says why in words (R6).
 *
 * A tenant's rules are asked first, then the built-in ones, of which one
 * always holds.  Where the answer is that no code is needed, the floor is
 * asked: what no rule may make free of a code.
 */
#ifndef DOMAIN_DECISION_H
#define DOMAIN_DECISION_H

#include "domain/rules.h"

/* The sentence of a rule, or one for each condition. */
#define DECISION_REASONS_MAX RULES_CONDITIONS_MAX

struct decision {
	enum decision_code code;
	struct str rule;	/* stable name, "sign_in.new_device" */
	const struct rule *by;	/* borrowed from the set that has it */
};

/*
 * decision_make(event, signals, policy, own): own may be NULL; it is asked
 * whatever its mode.
 */
struct decision decision_make(enum decision_event event,
    const struct signals *signals, const struct policy *policy,
    const struct rule_set *own) __attribute__((nonnull(2, 3)));

/*
 * decision_reasons(d, policy, w): an array of sentences: the rule's own, or
 * where it has none, its conditions in words.
 */
void decision_reasons(const struct decision *d, const struct policy *policy,
    struct jsonw *w) NONNULL;

#endif
