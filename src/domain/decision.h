/*
 * The decision: is a code needed here?  Rules in order, the first that holds
 * decides; the answer names it and says why in words.
 */
#ifndef DOMAIN_DECISION_H
#define DOMAIN_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/str.h"
#include "domain/policy.h"

enum decision_event {
	DECISION_SIGN_IN,
	DECISION_TRANSACTION,
	DECISION_ACCOUNT_CHANGE,
	DECISION_DELIVERY,
	DECISION_EVENT_COUNT
};

bool decision_event_parse(struct str s, enum decision_event *ret_event)
    MUST_CHECK NONNULL;
const char *decision_event_name(enum decision_event e);

/* What the shop knows.  An absent signal is false, or zero. */
struct signals {
	bool known_device;	/* seen with this account before */
	bool new_device;
	bool new_place;
	bool two_step;		/* the customer asked for a code each time */
	bool recent_change;	/* of a contact or the password */
	bool suspicious;	/* the shop's own alarm */
	bool new_payee;
	bool risky_place;	/* of the delivery address */
	bool unattended;	/* a method that leaves the parcel */
	bool region_off;	/* codes are not offered there (R7) */
	bool blocked;		/* the shop wants it refused */
	int64_t failures;	/* wrong passwords just before */
	bool has_amount;
	int64_t amount;		/* of money, in ten-thousandths of its unit */
};

/*
 * signals_switch(s, i, ret_name): where the i-th switch is kept, and its name;
 * NULL past the last.
 */
bool *signals_switch(struct signals *s, size_t i, const char **ret_name)
    NONNULL;

/*
 * money_parse(s, ret_amount): "129.00": up to 12 digits, a point, up to 4.
 */
bool money_parse(struct str s, int64_t *ret_amount) MUST_CHECK NONNULL;

enum decision_code { DECISION_REQUIRED, DECISION_NOT_REQUIRED, DECISION_DENY };

const char *decision_code_name(enum decision_code c);

struct decision {
	enum decision_code code;
	const char *rule;	/* stable name, "sign_in.new_device" */
	const char *reason;	/* a sentence */
};

struct decision decision_make(enum decision_event event,
    const struct signals *signals, const struct policy *policy) NONNULL;

#endif
