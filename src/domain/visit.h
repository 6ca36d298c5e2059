/*
 * The words of a visit to the door: its outcome, what proved it, and who
 * typed.  Stored as numbers: add at the end.
 */
#ifndef DOMAIN_VISIT_H
#define DOMAIN_VISIT_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/str.h"
#include "domain/shipment.h"

enum visit_outcome {
	VISIT_OPEN,		/* it goes on */
	VISIT_DELIVERED,
	VISIT_PARTIAL,		/* some parcels stayed with the agent */
	VISIT_ABSENT,
	VISIT_REFUSED,
	VISIT_ADDRESS,		/* it could not be found */
	VISIT_UNSAFE,
	VISIT_LOCKED,		/* too many wrong codes */
	VISIT_DAY_ENDED,	/* nobody came, or nobody said so */
	VISIT_RECALLED,		/* taken off the route, or cancelled */
	VISIT_OUTCOME_COUNT
};

const char *visit_outcome_name(enum visit_outcome o);

/* visit_attempt_parse(s, ret): what an agent may say of a door. */
bool visit_attempt_parse(struct str s, enum visit_outcome *ret_outcome)
    MUST_CHECK NONNULL;

/* visit_event(o): what an agent's word does to the shipment. */
enum shipment_event visit_event(enum visit_outcome o);

enum visit_proof {
	PROOF_NONE,
	PROOF_CODE,		/* the customer's */
	PROOF_DELEGATE,		/* of somebody he named */
	PROOF_PASS,
	PROOF_OVERRIDE,		/* two people of the shop */
	PROOF_NOT_NEEDED,	/* no code was asked for this shipment */
	PROOF_COUNT
};

const char *visit_proof_name(enum visit_proof p);

enum typed_by {
	TYPED_UNKNOWN,
	TYPED_CUSTOMER,		/* R25 */
	TYPED_AGENT,		/* R26 */
	TYPED_COUNT
};

const char *typed_by_name(enum typed_by t);
bool typed_by_parse(struct str s, enum typed_by *ret_typed) MUST_CHECK
    NONNULL;

#endif
