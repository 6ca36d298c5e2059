/*
 * Deliver: from the outbox to a channel, and what became of it.
 *
 * The courier leases messages, renders each with its code (S5), gives it to
 * its channel, and settles the result.  A message is sent at least once; one
 * whose challenge is over, or whose code was replaced, is not sent at all,
 * and none is sent after its code has died.  A notice has no code and goes
 * out for as long as it lives itself (S22).
 */
#ifndef FLOW_DELIVER_H
#define FLOW_DELIVER_H

#include "base/arena.h"
#include "flow/directory.h"
#include "flow/flow.h"
#include "store/challenges.h"
#include "store/messages.h"

#define DELIVER_BATCH 256
#define DELIVER_LEASE SECONDS(60)

struct delivery {
	struct message_row message;
	struct challenge_row challenge;
};

struct deliver {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;	/* reset by run; 1 MiB will do */
	unsigned max;		/* at most DELIVER_BATCH */
	struct message_lanes at;	/* no channels: all of them */
	/* Made by run: what is to be sent now. */
	struct delivery items[DELIVER_BATCH];
	unsigned n;
	unix_ms next_due;	/* when to look again, UNIX_MS_MAX: when woken */
};

/* deliver_run: a use_case over struct deliver. */
enum err deliver_run(struct tx *tx, void *deliver) MUST_CHECK NONNULL;

/*
 * deliver_end(tx, f, m, state, reason, now): m is over, for reason; with its
 * event, unless it was cancelled.
 */
enum err deliver_end(struct tx *tx, const struct flow *f,
    struct message_row *m, enum message_state state, const char *reason,
    unix_ms now) MUST_CHECK NONNULL;

enum deliver_result {
	DELIVER_ACCEPTED,	/* the peer has taken it */
	DELIVER_TEMPORARY,	/* try again, while the message lives */
	DELIVER_CIRCUIT,	/* the same, and nobody is answered there */
	DELIVER_PERMANENT	/* never */
};

/* What became of one message. */
struct settle {
	/* Given. */
	const struct flow *flow;
	const struct directory_copy *tenants;	/* NULL: no plan goes on */
	struct arena *arena;
	struct id tenant;
	struct id challenge;
	struct id message;
	/*
	 * As its courier leased it, or NULL: what was accepted while nobody
	 * else has touched it is written without being read again.  None of
	 * its texts is used.
	 */
	const struct message_row *leased;
	enum deliver_result result;
	char reason[32];	/* stable, "smtp_550" */
	/* Where it was accepted, for receipts; or empty. */
	char provider[33];
	char reference[129];
	bool receipts;		/* will come: accepted is not arrived */
	duration_ms wait;	/* the peer's own wish; zero: none */
};

/* settle_run: a use_case over struct settle. */
enum err settle_run(struct tx *tx, void *settle) MUST_CHECK NONNULL;

#endif
