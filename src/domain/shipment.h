/*
 * The shipment: its way to the door and back, as a pure state machine.
 *
 *	           DISPATCH                 ARRIVE            HAND_OVER
 *	SCHEDULED ─────────▶ OUT_FOR_DELIVERY ────▶ AT_DOOR ───────────▶ DELIVERED
 *	 ▲  ▲                  │ │                   │ │ │ │              │    ▲
 *	 │  └──── RECALL ──────┘ │ DAY_ENDS          │ │ │ │   CONTRADICT │    │
 *	 │                       ▼                   │ │ │ │              ▼    │ RESOLVE
 *	 └── RESCHEDULE ── ATTEMPTED ◀─ ABSENT, ─────┘ │ │ │             DISPUTED
 *	                             DAY_ENDS, PART    │ │ │
 *	       RETURNING ◀──────── REFUSED ────────────┘ │ │
 *	                                                 │ │ BLOCK, or WRONG
 *	       HELD ◀────────────────────────────────────┘─┘ for the last time
 *	        │
 *	        └─▶ OVERRIDE: DELIVERED   RELEASE: SCHEDULED   REFUSED: RETURNING
 *
 * A visit to the door that fails counts: with the last of them ATTEMPTED is
 * RETURNING at once (R33).  Wrong codes are counted over all visits: a new
 * day, a new code and another agent give none back (S13).  CANCEL ends
 * whatever is neither delivered nor ended.  SETTLE is a hand-over that was
 * proved without coverage and is told later: the day may have ended since.
 */
#ifndef DOMAIN_SHIPMENT_H
#define DOMAIN_SHIPMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/str.h"

/* Stored as a number: add at the end. */
enum shipment_status {
	SHIPMENT_SCHEDULED,
	SHIPMENT_OUT_FOR_DELIVERY,
	SHIPMENT_AT_DOOR,
	SHIPMENT_DELIVERED,
	SHIPMENT_ATTEMPTED,
	SHIPMENT_HELD,
	SHIPMENT_RETURNING,
	SHIPMENT_CANCELLED,
	SHIPMENT_DISPUTED,
	SHIPMENT_STATUS_COUNT
};

enum shipment_event {
	SHIPMENT_DISPATCH,	/* onto an agent's route; again: another one */
	SHIPMENT_RECALL,	/* off the route, before the door */
	SHIPMENT_ARRIVE,
	SHIPMENT_WRONG,		/* a wrong code at the door */
	SHIPMENT_HAND_OVER,	/* all that is left of it */
	SHIPMENT_PART,		/* some of its parcels */
	SHIPMENT_ABSENT,	/* nobody there, or not safe */
	SHIPMENT_REFUSED,	/* the customer does not want it */
	SHIPMENT_BLOCK,		/* a person must look: the address is wrong */
	SHIPMENT_DAY_ENDS,
	SHIPMENT_RESCHEDULE,
	SHIPMENT_OVERRIDE,	/* two people release it without a code */
	SHIPMENT_RELEASE,	/* an operator lets it try again */
	SHIPMENT_SETTLE,
	SHIPMENT_CONTRADICT,
	SHIPMENT_RESOLVE,
	SHIPMENT_CANCEL,
	SHIPMENT_EVENT_COUNT
};

struct shipment {
	enum shipment_status status;
	int64_t visits;		/* that failed */
	int64_t visits_max;
	int64_t failures;	/* wrong codes, over all visits */
	int64_t failures_max;
};

enum shipment_step {
	SHIPMENT_DONE,
	SHIPMENT_NOT_NOW	/* nothing changed */
};

/* shipment_make(visits, tries): scheduled; both maxima at least 1. */
struct shipment shipment_make(int64_t visits_max, int64_t failures_max);

enum shipment_step shipment_step(struct shipment *s,
    enum shipment_event event) MUST_CHECK NONNULL;

/* shipment_is_final(status): nothing but a contradiction can come. */
bool shipment_is_final(enum shipment_status status);

/* shipment_on_route(status): an agent has it. */
bool shipment_on_route(enum shipment_status status);

const char *shipment_status_name(enum shipment_status s);
bool shipment_status_parse(struct str s, enum shipment_status *ret_status)
    MUST_CHECK NONNULL;

void shipment_check_invariants(const struct shipment *s) NONNULL;

/* What became of one parcel.  Stored as a number: add at the end. */
enum parcel_state {
	PARCEL_EXPECTED,
	PARCEL_DELIVERED,
	PARCEL_REFUSED,
	PARCEL_STATE_COUNT
};

const char *parcel_state_name(enum parcel_state s);

#define PARCELS_MAX 24
#define TRACKING_MAX 32

/* tracking_ok(s): 1 to 32 of A-Z, a-z, 0-9 and "-". */
bool tracking_ok(struct str s);

#endif
