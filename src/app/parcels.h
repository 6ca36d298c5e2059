/*
 * What became of messages, on its way from a courier to the store.
 *
 * Several results are written in one job of the store: under load a commit
 * costs as much as writing ten of them.  None is held longer than
 * PARCELS_HELD.  When such a job fails, each of its results is handed in once
 * more alone, so that one which cannot be written takes none with it.
 *
 * All belongs to the courier's thread, except where it is said.
 */
#ifndef APP_PARCELS_H
#define APP_PARCELS_H

#include <pthread.h>

#include "flow/deliver.h"
#include "flow/directory.h"

#define PARCELS_HELD ((duration_ms){5})

/* A message with the carrier, and then its result. */
struct parcel {
	void *owner;		/* the caller's own use */
	struct settle settle;	/* result, reason and so on are the caller's */
	/* Internal. */
	struct message_row leased;
	struct arena *arena;
	struct directory_copy *tenants;
	struct parcels *parcels;
	struct store_job job;	/* of the first of those that go together */
	struct parcel *next;
	bool alone;
};

struct parcels {
	const struct flow *flow;
	/* On a thread of the store: there may be something to do. */
	void (*news)(void *ctx);
	void *ctx;
	struct parcel *held;		/* the oldest first */
	struct parcel **end;
	unsigned n;
	mono_ms since;			/* the oldest is held */
	bool refused;			/* the store had no room */
	pthread_mutex_t lock;		/* guards what follows */
	pthread_cond_t quiet;
	unsigned under_way;		/* jobs on the way to the store */
	struct parcel *returned;	/* each to be handed in alone */
};

void parcels_init(struct parcels *ps, const struct flow *flow,
    void (*news)(void *ctx), void *ctx) NONNULL;

/* parcels_done(ps): after parcels_finish. */
void parcels_done(struct parcels *ps) NONNULL;

/* parcel_new(tenants, d): for a message that was leased; NULL: no memory. */
struct parcel *parcel_new(struct parcels *ps, struct directory *tenants,
    const struct delivery *d) MUST_CHECK NONNULL;

/* parcels_put(ps, p): its settle is complete.  Taken. */
void parcels_put(struct parcels *ps, struct parcel *p) NONNULL;

/*
 * parcels_hand_in(ps, all): those whose time has come, or all.  What the
 * store has no room for is kept and offered again: forgotten it would cost a
 * second message when the lease is over.
 */
void parcels_hand_in(struct parcels *ps, bool all) NONNULL;

/* parcels_refused(ps): the store had no room; no more messages meanwhile. */
bool parcels_refused(const struct parcels *ps) NONNULL;

/* parcels_wait(ps): how long the held ones may be left; UNIX_MS_MAX: none is. */
duration_ms parcels_wait(const struct parcels *ps) NONNULL;

/*
 * parcels_finish(ps): all is handed in, however long the store takes, and
 * written when it returns; so is what parcels_begin has announced.
 */
void parcels_finish(struct parcels *ps) NONNULL;

/*
 * parcels_begin(ps), parcels_end(ps): a job of the caller's own is on its way
 * to the store, and done; parcels_end from any thread.
 */
void parcels_begin(struct parcels *ps) NONNULL;
void parcels_end(struct parcels *ps) NONNULL;

#endif
