/*
 * At the door: the agent arrives, hands over, or cannot.
 *
 * A code opens only here: from a paired device of the agent whose stop it is,
 * on that day, after he has arrived (R27 to R29).  As everywhere an attempt is
 * spent before it is compared, in one transaction; wrong codes count for the
 * shipment, over all its days, and for the agent, over all his stops.
 */
#ifndef FLOW_DOOR_H
#define FLOW_DOOR_H

#include "base/arena.h"
#include "flow/agent.h"
#include "flow/door_code.h"
#include "otp/code_input.h"

/* Where a device says it is: a signal that is kept, and decides nothing. */
struct door_place {
	bool given;
	int64_t lat_e5, lon_e5;		/* hundred-thousandths of a degree */
	int64_t accuracy_m;
};

/* What people should see of a door. */
enum door_alert {
	DOOR_ALERT_NOT_YOURS,	/* another agent's stop */
	DOOR_ALERT_NOT_NOW,	/* a code before the arrival */
	DOOR_ALERT_GUESSING,	/* an agent's last wrong code of a day */
	DOOR_ALERT_LOCKED,	/* the last try of a shipment */
	DOOR_ALERT_PASS,	/* a pass that is none of this visit's */
	DOOR_ALERT_CONTRADICTION,	/* see flow/contradiction.h */
	DOOR_ALERT_FAR,		/* see flow/far.h */
	DOOR_ALERT_COUNT
};

const char *door_alert_name(enum door_alert a);

/* How many of each a run has raised: to be counted once it is on disk. */
struct door_alerts {
	unsigned n[DOOR_ALERT_COUNT];
};

/* Common to all that a device asks for. */
struct door_call {
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id device;
	struct id shipment;
	struct door_alerts *alerts;	/* run's own; or NULL */
};

enum door_verdict {
	DOOR_DONE,
	DOOR_UNPAIRED,		/* device or agent revoked */
	DOOR_UNKNOWN,		/* no such shipment of this tenant */
	DOOR_NOT_YOURS,		/* another agent's stop; an alert is raised */
	DOOR_NOT_NOW,		/* see row.state */
	DOOR_EXPIRED,		/* its day is over */
	DOOR_WRONG,
	DOOR_LOCKED,		/* no tries left, of shipment or agent */
	DOOR_PARTIAL,		/* handed over, and some parcels stay */
	DOOR_PARCELS,		/* parcels that are not expected here */
	DOOR_NO_CODE,		/* a code or pass is needed, and none given */
	DOOR_NOT_A_CODE		/* see input */
};

const char *door_verdict_name(enum door_verdict v);

struct arrive {
	struct door_call call;
	/* Made by run. */
	enum door_verdict verdict;
	struct shipment_row row;
	struct visit_row visit;
	struct door_alerts alerts;
};
enum err arrive_run(struct tx *tx, void *arrive) MUST_CHECK NONNULL;

struct handover {
	/* Given. */
	struct door_call call;
	struct str code;		/* as typed; empty: none */
	struct str pass;		/* or empty */
	struct str tracking[PARCELS_MAX];	/* what changes hands */
	unsigned n;			/* 0: all that is expected */
	struct str refused[PARCELS_MAX];	/* what the customer leaves */
	unsigned n_refused;
	enum typed_by typed_by;
	struct door_place place;
	/* Told later (flow/sync.h): when it was, by the device's clock. */
	bool late;
	unix_ms at;
	unix_ms arrived_at;
	/* Made by run. */
	enum door_verdict verdict;
	enum code_input input;
	bool again;			/* told before: nothing has changed */
	int64_t attempts_left;
	struct agent_row agent;
	struct shipment_row row;
	struct visit_row visit;
	struct parcel_row parcels[PARCELS_MAX];
	unsigned n_parcels;
	unix_ms now;
	struct door_alerts alerts;
	/* Made by finish. */
	struct str receipt;
};
enum err handover_run(struct tx *tx, void *handover) MUST_CHECK NONNULL;

/*
 * handover_late_run: a use_case over struct handover with late set: what a
 * device has checked by a pass, without coverage, and tells now.  Told again
 * it changes nothing (again).
 */
enum err handover_late_run(struct tx *tx, void *handover) MUST_CHECK NONNULL;

/* handover_finish(h): after the commit: the receipt of what changed hands. */
enum err handover_finish(struct handover *h) MUST_CHECK NONNULL;

struct door_attempt {
	/* Given. */
	struct door_call call;
	enum visit_outcome outcome;	/* visit_attempt_parse */
	struct str note;		/* may be empty */
	struct door_place place;
	bool late;
	unix_ms at;
	unix_ms arrived_at;
	/* Made by run. */
	enum door_verdict verdict;
	bool again;
	struct shipment_row row;
	struct visit_row visit;
	unix_ms now;
	struct door_alerts alerts;
};
enum err door_attempt_run(struct tx *tx, void *door_attempt) MUST_CHECK
    NONNULL;

/* door_signals_cell: place and note of a visit, sealed. */
struct cell door_signals_cell(const struct id *visit) NONNULL;

#endif
