#include "domain/rules.h"

#include <assert.h>
#include <string.h>

static const char *const events[DECISION_EVENT_COUNT] = {
	[DECISION_SIGN_IN] = "sign_in",
	[DECISION_TRANSACTION] = "transaction",
	[DECISION_ACCOUNT_CHANGE] = "account_change",
	[DECISION_DELIVERY] = "delivery",
};

static const char *const codes[] = {
	[DECISION_REQUIRED] = "required",
	[DECISION_NOT_REQUIRED] = "not_required",
	[DECISION_DENY] = "deny",
};

bool
decision_event_parse(struct str s, enum decision_event *ret_event)
{
	for (int i = 0; i < DECISION_EVENT_COUNT; i++) {
		if (str_equal(s, str_of(events[i]))) {
			*ret_event = (enum decision_event)i;
			return true;
		}
	}
	return false;
}

const char *
decision_event_name(enum decision_event e)
{
	assert(e < DECISION_EVENT_COUNT);
	return events[e];
}

bool
decision_code_parse(struct str s, enum decision_code *ret_code)
{
	for (int i = 0; i <= DECISION_DENY; i++) {
		if (str_equal(s, str_of(codes[i]))) {
			*ret_code = (enum decision_code)i;
			return true;
		}
	}
	return false;
}

const char *
decision_code_name(enum decision_code c)
{
	assert(c <= DECISION_DENY);
	return codes[c];
}

const char *
rules_mode_name(enum rules_mode m)
{
	return m == RULES_MONITOR ? "monitor" : "enforce";
}

/* Limits of a policy are whole units. */
static int64_t
bound(const struct condition *c, const struct policy *policy)
{
	switch (c->limit) {
	case LIMIT_TRANSACTION_FROM:
		return policy->transaction_from * SIGNAL_SCALE;
	case LIMIT_DELIVERY_FROM:
		return policy->delivery_from * SIGNAL_SCALE;
	case LIMIT_DELIVERY_ALWAYS_FROM:
		return policy->delivery_always_from * SIGNAL_SCALE;
	case LIMIT_NONE:
		break;
	}
	return c->number;
}

/* A custom signal whose type is not what the test is about is not known. */
static struct signal_value
value_of(const struct condition *c, const struct signals *signals)
{
	const struct signal_custom *custom;
	enum signal_type wanted = SIGNAL_MONEY;

	if (c->signal != SIGNAL_CUSTOM) {
		return signal_get(signals, c->signal);
	}
	custom = signal_custom_get(signals, c->custom);
	if (c->test == CONDITION_IS) {
		wanted = SIGNAL_SWITCH;
	} else if (c->test == CONDITION_ONE_OF) {
		wanted = SIGNAL_WORD;
	}
	if (custom == NULL ||
	    (c->test != CONDITION_KNOWN && custom->type != wanted)) {
		return (struct signal_value){0};
	}
	return (struct signal_value){true, custom->n, str_of(custom->word)};
}

static bool
is_one_of(struct str s, const struct condition *c)
{
	for (size_t i = 0; i < c->n_words; i++) {
		if (str_equal(s, c->words[i])) {
			return true;
		}
	}
	return false;
}

static bool
condition_holds(const struct condition *c, const struct signals *signals,
    const struct policy *policy)
{
	struct signal_value v = value_of(c, signals);

	switch (c->test) {
	case CONDITION_IS:
		/* What is not known is off. */
		return v.n == c->number;
	case CONDITION_ONE_OF:
		return v.known && is_one_of(v.s, c);
	case CONDITION_AT_LEAST:
		return v.known && v.n >= bound(c, policy);
	case CONDITION_BELOW:
		return v.known && v.n < bound(c, policy);
	case CONDITION_KNOWN:
		return v.known == (c->number != 0);
	}
	assert(!"a test");
	return false;
}

static bool
all_hold(const struct condition *c, size_t n, const struct signals *signals,
    const struct policy *policy)
{
	for (size_t i = 0; i < n; i++) {
		if (!condition_holds(&c[i], signals, policy)) {
			return false;
		}
	}
	return true;
}

bool
rule_holds(const struct rule *r, enum decision_event event,
    const struct signals *signals, const struct policy *policy)
{
	return (r->events >> event & 1) != 0 &&
	    all_hold(r->when, r->n_when, signals, policy) &&
	    (r->n_unless == 0 ||
	    !all_hold(r->unless, r->n_unless, signals, policy));
}
