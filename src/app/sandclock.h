/*
 * The sandbox's clock: the system's, moved by an offset that may be changed
 * at any time from any thread.  The monotonic clock is not moved.
 */
#ifndef APP_SANDCLOCK_H
#define APP_SANDCLOCK_H

#include <stdatomic.h>

#include "base/clock.h"

struct sandclock {
	struct clock system;
	atomic_int_fast64_t offset_ms;
};

/* sandclock_init(s): no offset.  s must outlive every clock made of it. */
void sandclock_init(struct sandclock *s) NONNULL;

struct clock sandclock_clock(struct sandclock *s) NONNULL;

/* sandclock_advance(s, d): forward, or back where d is negative. */
void sandclock_advance(struct sandclock *s, duration_ms d) NONNULL;

/* sandclock_set(s, t): the clock shows t and goes on from there. */
void sandclock_set(struct sandclock *s, unix_ms t) NONNULL;

#endif
