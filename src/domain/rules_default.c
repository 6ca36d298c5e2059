/*
 * The rules that hold where a tenant has none, or none that decides.
 */
#include "domain/rules.h"

#define ON(s) {.signal = SIGNAL_##s, .test = CONDITION_IS, .number = 1}
#define FROM(s, v) \
	{.signal = SIGNAL_##s, .test = CONDITION_AT_LEAST, .number = (v)}
#define FROM_LIMIT(s, l) \
	{.signal = SIGNAL_##s, .test = CONDITION_AT_LEAST, .limit = (l)}
#define KNOWN(s, v) \
	{.signal = SIGNAL_##s, .test = CONDITION_KNOWN, .number = (v)}

/* Faster than an airliner: somebody else is at one of the two places. */
enum { AIRLINER_KMH = 1000 };

static const struct condition blocked[] = {ON(blocked)};
static const struct condition suspicious[] = {ON(suspicious)};
static const struct condition two_step[] = {ON(two_step)};
static const struct condition trusted_device[] = {ON(trusted_device)};
static const struct condition known_device[] = {ON(known_device)};
static const struct condition new_device[] = {ON(new_device)};
static const struct condition new_place[] = {ON(new_place)};
static const struct condition travel[] = {FROM(travel_kmh, AIRLINER_KMH)};
static const struct condition failures[] = {FROM(failures, 3)};
static const struct condition recent_change[] = {ON(recent_change)};
static const struct condition new_payee[] = {ON(new_payee)};
static const struct condition no_amount[] = {KNOWN(amount, 0)};
static const struct condition region_off[] = {ON(region_off)};
static const struct condition risky_place[] = {ON(risky_place)};
static const struct condition unattended[] = {ON(unattended)};
static const struct condition transaction_from[] = {
	FROM_LIMIT(amount, LIMIT_TRANSACTION_FROM),
};
static const struct condition delivery_from[] = {
	FROM_LIMIT(amount, LIMIT_DELIVERY_FROM),
};

static const struct condition opted_out[] = {ON(opted_out)};
static const struct condition delivery_always[] = {
	FROM_LIMIT(amount, LIMIT_DELIVERY_ALWAYS_FROM),
};

static const struct str merchants[] = {
	STR_INIT("seller"), STR_INIT("operator"),
};
static const struct condition merchant[] = {
	{.signal = SIGNAL_kind, .test = CONDITION_ONE_OF, .words = merchants,
	    .n_words = 2},
};

#define RULE(event, says, name, conditions, reason) { \
	STR_INIT(name), STR_INIT(reason), UINT32_C(1) << DECISION_##event, \
	DECISION_##says, conditions, \
	sizeof(conditions) / sizeof(struct condition), NULL, 0, \
}
#define RULE_UNLESS(event, says, name, conditions, except, reason) { \
	STR_INIT(name), STR_INIT(reason), UINT32_C(1) << DECISION_##event, \
	DECISION_##says, conditions, \
	sizeof(conditions) / sizeof(struct condition), except, \
	sizeof(except) / sizeof(struct condition), \
}
#define ALWAYS(event, says, name, reason) { \
	STR_INIT(name), STR_INIT(reason), UINT32_C(1) << DECISION_##event, \
	DECISION_##says, NULL, 0, NULL, 0, \
}

static const struct rule builtin[] = {
	/* R49, R50, R54 */
	RULE(SIGN_IN, DENY, "sign_in.blocked", blocked,
	    "The shop asked for this to be refused."),
	RULE(SIGN_IN, REQUIRED, "sign_in.suspicious", suspicious,
	    "The shop sees unusual activity."),
	RULE(SIGN_IN, REQUIRED, "sign_in.travel", travel,
	    "Nobody travels that fast between two sign-ins."),
	RULE_UNLESS(SIGN_IN, REQUIRED, "sign_in.two_step", two_step,
	    trusted_device, "Two-step verification is switched on."),
	RULE(SIGN_IN, REQUIRED, "sign_in.new_device", new_device,
	    "The device was not seen before."),
	RULE(SIGN_IN, REQUIRED, "sign_in.new_place", new_place,
	    "The place was not seen before."),
	RULE(SIGN_IN, REQUIRED, "sign_in.failures", failures,
	    "Several wrong passwords came before."),
	RULE(SIGN_IN, REQUIRED, "sign_in.recent_change", recent_change,
	    "A contact or the password was changed lately."),
	RULE(SIGN_IN, NOT_REQUIRED, "sign_in.trusted_device", trusted_device,
	    "The customer trusts this device."),
	RULE(SIGN_IN, NOT_REQUIRED, "sign_in.known_device", known_device,
	    "The device is known."),
	ALWAYS(SIGN_IN, REQUIRED, "sign_in.default",
	    "Nothing is known about the device."),

	/* R53, R54 */
	RULE(TRANSACTION, DENY, "transaction.blocked", blocked,
	    "The shop asked for this to be refused."),
	RULE(TRANSACTION, REQUIRED, "transaction.suspicious", suspicious,
	    "The shop sees unusual activity."),
	RULE(TRANSACTION, REQUIRED, "transaction.travel", travel,
	    "Nobody travels that fast since the last sign-in."),
	RULE(TRANSACTION, REQUIRED, "transaction.new_device", new_device,
	    "The device was not seen before."),
	RULE(TRANSACTION, REQUIRED, "transaction.new_place", new_place,
	    "The place was not seen before."),
	RULE(TRANSACTION, REQUIRED, "transaction.failures", failures,
	    "Several wrong passwords came before."),
	RULE(TRANSACTION, REQUIRED, "transaction.new_payee", new_payee,
	    "The payee was not paid before."),
	RULE(TRANSACTION, REQUIRED, "transaction.amount", transaction_from,
	    "The amount reaches the limit from which a code is needed."),
	RULE(TRANSACTION, REQUIRED, "transaction.no_amount", no_amount,
	    "The amount is not known."),
	RULE(TRANSACTION, REQUIRED, "transaction.recent_change", recent_change,
	    "A contact or the password was changed lately."),
	ALWAYS(TRANSACTION, NOT_REQUIRED, "transaction.default",
	    "A small amount to a known payee."),

	/* R51, R55: no signal makes a change possible without a code. */
	RULE(ACCOUNT_CHANGE, DENY, "account_change.blocked", blocked,
	    "The shop asked for this to be refused."),
	ALWAYS(ACCOUNT_CHANGE, REQUIRED, "account_change.always",
	    "A change of the account always needs a code."),

	/* R2 to R7 */
	RULE(DELIVERY, DENY, "delivery.blocked", blocked,
	    "The shop asked for this to be refused."),
	RULE(DELIVERY, NOT_REQUIRED, "delivery.region_off", region_off,
	    "Codes are not offered in this region."),
	RULE(DELIVERY, REQUIRED, "delivery.suspicious", suspicious,
	    "The shop sees unusual activity."),
	/* R41: a preference, and the tenant's word above a value. */
	RULE_UNLESS(DELIVERY, NOT_REQUIRED, "delivery.opted_out", opted_out,
	    delivery_always, "The customer has turned delivery codes off."),
	RULE(DELIVERY, REQUIRED, "delivery.value", delivery_from,
	    "The value reaches the limit from which a code is needed."),
	RULE(DELIVERY, REQUIRED, "delivery.place", risky_place,
	    "Parcels were lost at this place before."),
	RULE(DELIVERY, REQUIRED, "delivery.method", unattended,
	    "The delivery method would leave the parcel unattended."),
	ALWAYS(DELIVERY, NOT_REQUIRED, "delivery.default",
	    "Nothing speaks for a code."),
};

const struct rule_set rules_builtin = {
	builtin, sizeof(builtin) / sizeof(builtin[0]),
};

static const struct rule floors[] = {
	/* R55 */
	ALWAYS(ACCOUNT_CHANGE, REQUIRED, "account_change.always",
	    "A change of the account always needs a code."),
	/* R59 */
	RULE(SIGN_IN, REQUIRED, "sign_in.kind", merchant,
	    "Sellers and operators always need a second factor."),
	/* The customer's own wish is not the shop's to overrule. */
	RULE_UNLESS(SIGN_IN, REQUIRED, "sign_in.two_step", two_step,
	    trusted_device, "Two-step verification is switched on."),
};

const struct rule_set rules_floor = {
	floors, sizeof(floors) / sizeof(floors[0]),
};
