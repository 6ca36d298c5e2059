/*
 * The road of a message: which way it takes, and the next one when it does
 * not arrive (domain/plan.h).
 *
 * Whatever the road, it is one code, and one message of the customer's
 * limits; each step passes the guard and pays for itself.  Nothing is sent
 * after the code has died, nor to a contact that the challenge does not have.
 */
#ifndef FLOW_ROAD_H
#define FLOW_ROAD_H

#include "base/arena.h"
#include "flow/directory.h"
#include "flow/guard.h"
#include "flow/recipient.h"
#include "store/messages.h"

/* Whom a challenge can reach. */
struct contacts {
	struct recipient main;
	bool has_other;
	struct recipient other;
	struct guard_keys keys;		/* keys.has is 0: no telephone */
};

/* contacts_keys(f, tenant, network, c): of the telephone, where there is one. */
enum err contacts_keys(const struct flow *f, const struct id *tenant,
    struct str network, struct contacts *c) MUST_CHECK NONNULL;

/* contacts_open(f, row, ret): ERR_MISSING: forgotten by retention. */
enum err contacts_open(const struct flow *f, const struct challenge_row *row,
    struct contacts *ret_contacts) MUST_CHECK NONNULL;

struct road_begin {
	const struct flow *flow;
	const struct tenant *tenant;
	const struct contacts *contacts;
	bool any;		/* the plan chooses; else row->channel does */
	bool first;		/* message of this challenge */
	struct id message;	/* the identifier that it has */
	unix_ms now;
	struct limited limited;	/* made: wait is not zero: no way was open */
};

/*
 * road_begin(tx, b, row): queues the first message; row->channel becomes what
 * it goes by.  What was on its way for the challenge before takes no further
 * step.
 */
enum err road_begin(struct tx *tx, struct road_begin *b,
    struct challenge_row *row) MUST_CHECK NONNULL;

/* The details of a message that is cancelled because the next step is taken. */
#define ROAD_LEFT_LATE "next_step"
#define ROAD_LEFT_CIRCUIT "circuit_open"

struct road_next {
	const struct flow *flow;
	const struct directory_copy *tenants;	/* NULL: nothing follows */
	struct arena *arena;
	enum road_event event;
	const char *reason;	/* of the provider; or "" */
	unix_ms now;
	bool moved;		/* made: another message is queued */
};

/*
 * road_next(tx, n, m): what event makes of the road that m is on; m must be
 * written afterwards.  Where nothing follows and something still may (its
 * provider is only slow), m keeps its deadline.
 */
enum err road_next(struct tx *tx, struct road_next *n, struct message_row *m)
    MUST_CHECK NONNULL;

/* road_late_run: a use_case over struct road_late: deadlines that are over. */
struct road_late {
	const struct flow *flow;
	const struct directory_copy *tenants;
	struct arena *arena;
	unsigned max;
	unsigned done;		/* made */
};
enum err road_late_run(struct tx *tx, void *road_late) MUST_CHECK NONNULL;

/*
 * road_orphans_run: a use_case over struct flow: what waits for a provider
 * that is gone becomes its channel's.
 */
enum err road_orphans_run(struct tx *tx, void *flow) MUST_CHECK NONNULL;

#endif
