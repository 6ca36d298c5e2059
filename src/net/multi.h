/*
 * One thread's outbound traffic.
 *
 * A multi drives any number of transfers with one thread, which calls
 * multi_run_once in a loop; completions are called from there, and may start
 * new transfers.  Everything but multi_wakeup belongs to that thread.
 *
 * At most in_flight transfers run, and at most queued wait behind them; past
 * that, a new one is refused with ERR_BUSY, so that a peer that hangs cannot
 * fill the memory.
 */
#ifndef NET_MULTI_H
#define NET_MULTI_H

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"

struct multi;

struct multi_limits {
	unsigned in_flight;	/* 1 to 256 */
	unsigned queued;	/* up to 65,536 */
	unsigned kept;		/* idle connections that stay open */
};

/*
 * multi_new(limits, clock, ret_multi): ERR_RANGE: limits are not as above.
 * ERR_NOMEM.  The first one sets up the library for the whole process, with
 * memory that is wiped before it is given back (I8), and has SIGPIPE ignored
 * where nobody has said otherwise.
 */
enum err multi_new(const struct multi_limits *limits, struct clock clock,
    struct multi **ret_multi) MUST_CHECK NONNULL;

/*
 * multi_free(m): every transfer that has not ended is given up, and its
 * completion called with a temporary failure.  NULL is fine.
 */
void multi_free(struct multi *m);

/*
 * multi_run_once(m, timeout): waits for traffic, a deadline or a wake-up, at
 * most timeout; does what is due; calls the completions.  ERR_IO or ERR_NOMEM
 * when the loop itself fails; the transfers stay.
 */
enum err multi_run_once(struct multi *m, duration_ms timeout)
    MUST_CHECK NONNULL;

/* multi_wakeup(m): ends a wait now, or the next one; from any thread. */
void multi_wakeup(struct multi *m) NONNULL;

/* Transfers that have not ended: running and waiting. */
unsigned multi_pending(const struct multi *m) NONNULL;

/* multi_room(m): how many more would be taken. */
unsigned multi_room(const struct multi *m) NONNULL;

#endif
