/*
 * The courier: one thread that brings messages from the outbox to their
 * carrier, after the commit that decided them.
 */
#ifndef APP_COURIER_H
#define APP_COURIER_H

#include "channel/channel.h"
#include "flow/directory.h"
#include "flow/flow.h"
#include "store/messages.h"

struct courier;

struct courier_options {
	const struct flow *flow;
	struct directory *directory;
	struct carrier carrier;		/* the courier's from now on */
	struct message_lanes at;	/* which messages are its own */
	struct way *way;		/* one of flow's, whose health it is;
					 * NULL: in a sandbox */
	const struct email *from;	/* the sender; NULL in a sandbox */
};

enum err courier_start(const struct courier_options *options,
    struct courier **ret_courier) MUST_CHECK NONNULL;

/*
 * courier_stop(c): what is under way is given a moment, the rest is sent by
 * the next process.  What a peer has said is written down, however long the
 * store takes; it must be open still.  The carrier is gone then.  It may still
 * be woken, in vain, by a store that commits what was on its way.  NULL is
 * fine.
 */
void courier_stop(struct courier *c);

/* courier_free(c): when nobody is left who wakes it.  NULL is fine. */
void courier_free(struct courier *c);

/* courier_wake(c): there may be something to do; from any thread. */
void courier_wake(struct courier *c) NONNULL;

/* What it has done since it started; for metrics. */
struct courier_counts { uint64_t sent, later, failed; };
struct courier_counts courier_counts(struct courier *c) NONNULL;

#endif
