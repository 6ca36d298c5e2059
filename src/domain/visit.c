#include "domain/visit.h"

#include <assert.h>

static const char *const outcomes[VISIT_OUTCOME_COUNT] = {
	[VISIT_OPEN] = "open",
	[VISIT_DELIVERED] = "delivered",
	[VISIT_PARTIAL] = "partial",
	[VISIT_ABSENT] = "absent",
	[VISIT_REFUSED] = "refused",
	[VISIT_ADDRESS] = "address",
	[VISIT_UNSAFE] = "unsafe",
	[VISIT_LOCKED] = "locked",
	[VISIT_DAY_ENDED] = "day_ended",
	[VISIT_RECALLED] = "recalled",
};

static const char *const proofs[PROOF_COUNT] = {
	[PROOF_NONE] = "none",
	[PROOF_CODE] = "code",
	[PROOF_DELEGATE] = "delegate",
	[PROOF_PASS] = "pass",
	[PROOF_OVERRIDE] = "override",
	[PROOF_NOT_NEEDED] = "not_needed",
};

static const char *const typers[TYPED_COUNT] = {
	[TYPED_UNKNOWN] = "unknown",
	[TYPED_CUSTOMER] = "customer",
	[TYPED_AGENT] = "agent",
};

const char *
visit_outcome_name(enum visit_outcome o)
{
	assert(o < VISIT_OUTCOME_COUNT);
	return outcomes[o];
}

bool
visit_attempt_parse(struct str s, enum visit_outcome *ret_outcome)
{
	for (int i = VISIT_ABSENT; i <= VISIT_UNSAFE; i++) {
		if (str_equal(s, str_of(outcomes[i]))) {
			*ret_outcome = (enum visit_outcome)i;
			return true;
		}
	}
	return false;
}

enum shipment_event
visit_event(enum visit_outcome o)
{
	switch ((int)o) {
	case VISIT_REFUSED:
		return SHIPMENT_REFUSED;
	case VISIT_ADDRESS:
		return SHIPMENT_BLOCK;
	default:
		return SHIPMENT_ABSENT;
	}
}

const char *
visit_proof_name(enum visit_proof p)
{
	assert(p < PROOF_COUNT);
	return proofs[p];
}

const char *
typed_by_name(enum typed_by t)
{
	assert(t < TYPED_COUNT);
	return typers[t];
}

bool
typed_by_parse(struct str s, enum typed_by *ret_typed)
{
	for (int i = TYPED_CUSTOMER; i < TYPED_COUNT; i++) {
		if (str_equal(s, str_of(typers[i]))) {
			*ret_typed = (enum typed_by)i;
			return true;
		}
	}
	return false;
}
