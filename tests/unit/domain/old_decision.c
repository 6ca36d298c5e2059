/*
 * The rules as they were when they were code, word for word: what the
 * built-in rules, which are data, are held against.
 */
#include "old_decision.h"

#include <assert.h>
#include <stddef.h>

/* One ten-thousandth of a unit of money. */
enum { MONEY_SCALE = 10000 };

static bool
above(const struct signals *s, int64_t from)
{
	return s->has_amount && s->amount >= from * MONEY_SCALE;
}

static bool
blocked(const struct signals *s, const struct policy *p UNUSED)
{
	return s->blocked;
}

static bool
suspicious(const struct signals *s, const struct policy *p UNUSED)
{
	return s->suspicious;
}

static bool
two_step(const struct signals *s, const struct policy *p UNUSED)
{
	return s->two_step;
}

static bool
new_device(const struct signals *s, const struct policy *p UNUSED)
{
	return s->new_device;
}

static bool
new_place(const struct signals *s, const struct policy *p UNUSED)
{
	return s->new_place;
}

static bool
failures(const struct signals *s, const struct policy *p UNUSED)
{
	return s->failures >= 3;
}

static bool
recent_change(const struct signals *s, const struct policy *p UNUSED)
{
	return s->recent_change;
}

static bool
known_device(const struct signals *s, const struct policy *p UNUSED)
{
	return s->known_device;
}

static bool
new_payee(const struct signals *s, const struct policy *p UNUSED)
{
	return s->new_payee;
}

static bool
transaction_amount(const struct signals *s, const struct policy *p)
{
	return above(s, p->transaction_from);
}

static bool
no_amount(const struct signals *s, const struct policy *p UNUSED)
{
	return !s->has_amount;
}

static bool
region_off(const struct signals *s, const struct policy *p UNUSED)
{
	return s->region_off;
}

/* It came later, as data. */
static bool
opted_out(const struct signals *s, const struct policy *p)
{
	return s->opted_out && !above(s, p->delivery_always_from);
}

static bool
delivery_value(const struct signals *s, const struct policy *p)
{
	return above(s, p->delivery_from);
}

static bool
risky_place(const struct signals *s, const struct policy *p UNUSED)
{
	return s->risky_place;
}

static bool
unattended(const struct signals *s, const struct policy *p UNUSED)
{
	return s->unattended;
}

static bool
always(const struct signals *s UNUSED, const struct policy *p UNUSED)
{
	return true;
}

/* First match wins; the last row of an event holds always. */
static const struct old_rule {
	enum decision_event event;
	bool (*holds)(const struct signals *, const struct policy *);
	struct old_decision decision;
} rules[] = {
	/* R49, R50, R54 */
	{DECISION_SIGN_IN, blocked, {DECISION_DENY,
	    "sign_in.blocked", "The shop asked for this to be refused."}},
	{DECISION_SIGN_IN, suspicious, {DECISION_REQUIRED,
	    "sign_in.suspicious", "The shop sees unusual activity."}},
	{DECISION_SIGN_IN, two_step, {DECISION_REQUIRED,
	    "sign_in.two_step", "Two-step verification is switched on."}},
	{DECISION_SIGN_IN, new_device, {DECISION_REQUIRED,
	    "sign_in.new_device", "The device was not seen before."}},
	{DECISION_SIGN_IN, new_place, {DECISION_REQUIRED,
	    "sign_in.new_place", "The place was not seen before."}},
	{DECISION_SIGN_IN, failures, {DECISION_REQUIRED,
	    "sign_in.failures", "Several wrong passwords came before."}},
	{DECISION_SIGN_IN, recent_change, {DECISION_REQUIRED,
	    "sign_in.recent_change",
	    "A contact or the password was changed lately."}},
	{DECISION_SIGN_IN, known_device, {DECISION_NOT_REQUIRED,
	    "sign_in.known_device", "The device is known."}},
	{DECISION_SIGN_IN, always, {DECISION_REQUIRED,
	    "sign_in.default", "Nothing is known about the device."}},

	/* R53, R54 */
	{DECISION_TRANSACTION, blocked, {DECISION_DENY,
	    "transaction.blocked", "The shop asked for this to be refused."}},
	{DECISION_TRANSACTION, suspicious, {DECISION_REQUIRED,
	    "transaction.suspicious", "The shop sees unusual activity."}},
	{DECISION_TRANSACTION, new_device, {DECISION_REQUIRED,
	    "transaction.new_device", "The device was not seen before."}},
	{DECISION_TRANSACTION, new_place, {DECISION_REQUIRED,
	    "transaction.new_place", "The place was not seen before."}},
	{DECISION_TRANSACTION, failures, {DECISION_REQUIRED,
	    "transaction.failures", "Several wrong passwords came before."}},
	{DECISION_TRANSACTION, new_payee, {DECISION_REQUIRED,
	    "transaction.new_payee", "The payee was not paid before."}},
	{DECISION_TRANSACTION, transaction_amount, {DECISION_REQUIRED,
	    "transaction.amount",
	    "The amount reaches the limit from which a code is needed."}},
	{DECISION_TRANSACTION, no_amount, {DECISION_REQUIRED,
	    "transaction.no_amount", "The amount is not known."}},
	{DECISION_TRANSACTION, recent_change, {DECISION_REQUIRED,
	    "transaction.recent_change",
	    "A contact or the password was changed lately."}},
	{DECISION_TRANSACTION, always, {DECISION_NOT_REQUIRED,
	    "transaction.default", "A small amount to a known payee."}},

	/* R51, R55: no signal makes a change possible without a code. */
	{DECISION_ACCOUNT_CHANGE, blocked, {DECISION_DENY,
	    "account_change.blocked",
	    "The shop asked for this to be refused."}},
	{DECISION_ACCOUNT_CHANGE, always, {DECISION_REQUIRED,
	    "account_change.always",
	    "A change of the account always needs a code."}},

	/* R2 to R7 */
	{DECISION_DELIVERY, blocked, {DECISION_DENY,
	    "delivery.blocked", "The shop asked for this to be refused."}},
	{DECISION_DELIVERY, region_off, {DECISION_NOT_REQUIRED,
	    "delivery.region_off", "Codes are not offered in this region."}},
	{DECISION_DELIVERY, suspicious, {DECISION_REQUIRED,
	    "delivery.suspicious", "The shop sees unusual activity."}},
	{DECISION_DELIVERY, opted_out, {DECISION_NOT_REQUIRED,
	    "delivery.opted_out",
	    "The customer has turned delivery codes off."}},
	{DECISION_DELIVERY, delivery_value, {DECISION_REQUIRED,
	    "delivery.value",
	    "The value reaches the limit from which a code is needed."}},
	{DECISION_DELIVERY, risky_place, {DECISION_REQUIRED,
	    "delivery.place", "Parcels were lost at this place before."}},
	{DECISION_DELIVERY, unattended, {DECISION_REQUIRED,
	    "delivery.method",
	    "The delivery method would leave the parcel unattended."}},
	{DECISION_DELIVERY, always, {DECISION_NOT_REQUIRED,
	    "delivery.default", "Nothing speaks for a code."}},
};

struct old_decision
old_decision_make(enum decision_event event, const struct signals *signals,
    const struct policy *policy)
{
	size_t i = 0;

	while (rules[i].event != event || !rules[i].holds(signals, policy)) {
		i++;
		assert(i < sizeof(rules) / sizeof(rules[0]));
	}
	return rules[i].decision;
}
