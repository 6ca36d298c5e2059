/*
 * What the use cases of the door share (door.c, handover.c, door_attempt.c,
 * override.c); for them only.
 */
#ifndef FLOW_DOOR_PART_H
#define FLOW_DOOR_PART_H

#include "flow/door.h"
#include "store/counters.h"

struct door_entered {
	enum door_verdict verdict;	/* DOOR_DONE: all of these are there */
	struct agent_row agent;
	struct shipment_row row;
	struct visit_row visit;		/* the latest; this agent's */
};

/*
 * door_enter(tx, call, now, ret): the device is paired, the shipment is the
 * tenant's, and its latest visit this agent's.  Another agent's stop is
 * counted against him, with an alert.
 */
enum err door_enter(struct tx *tx, const struct door_call *call, unix_ms now,
    struct door_entered *ret) MUST_CHECK NONNULL;

/* Visits that what is told later may be of: of one shipment never more. */
#define LATE_VISITS 16

/*
 * door_in_time(visit, at, now): at is of this visit's day; by the device's
 * clock, which is believed within that day only.
 */
bool door_in_time(const struct visit_row *visit, unix_ms at, unix_ms now)
    NONNULL;

/* door_agent_counter(tx, f, tenant, agent, now, ret): his wrong codes. */
enum err door_agent_counter(struct tx *tx, const struct flow *f,
    const struct id *tenant, const struct id *agent, unix_ms now,
    struct counter_row *ret_row) MUST_CHECK NONNULL;

/* door_seal_signals(call, visit, place, note): into visit->signals. */
enum err door_seal_signals(const struct door_call *call,
    struct visit_row *visit, const struct door_place *place, struct str note)
    MUST_CHECK NONNULL;

/* A hand-over that has been proved. */
struct door_give {
	const struct door_call *call;
	struct shipment_row *row;
	struct visit_row *visit;
	struct parcel_row *parcels;
	unsigned n_parcels;
	enum visit_proof proof;
	enum shipment_event event;	/* of the whole: HAND_OVER as a rule */
	bool give[PARCELS_MAX];		/* by their place in parcels */
	bool refused[PARCELS_MAX];
	unix_ms at, now;
	/* Made by door_give. */
	bool partial;
};

/* door_leaves(g): something that is expected stays with the agent. */
bool door_leaves(const struct door_give *g) NONNULL;

/*
 * door_give(tx, g): parcels, visit and shipment become what they are now, the
 * event is written and the customer told.  The codes are the caller's.
 */
enum err door_give(struct tx *tx, struct door_give *g) MUST_CHECK NONNULL;

/* Of handover.c, for handover_late.c: what a hand-over is made of. */
struct door handover_door(const struct handover *h) NONNULL;
bool handover_choose(const struct handover *h, struct door_give *g) MUST_CHECK
    NONNULL;
enum err handover_guess(struct tx *tx, const struct handover *h) MUST_CHECK
    NONNULL;
enum err handover_give(struct tx *tx, struct handover *h, struct door_give *g,
    enum visit_proof proof) MUST_CHECK NONNULL;

#endif
