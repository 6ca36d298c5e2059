#include "app/sandclock.h"

static unix_ms
now(void *ctx)
{
	struct sandclock *s = ctx;

	return unix_ms_add(clock_now(&s->system),
	    (duration_ms){atomic_load(&s->offset_ms)});
}

static mono_ms
mono(void *ctx)
{
	struct sandclock *s = ctx;

	return clock_mono(&s->system);
}

void
sandclock_init(struct sandclock *s)
{
	s->system = clock_system();
	atomic_init(&s->offset_ms, 0);
}

struct clock
sandclock_clock(struct sandclock *s)
{
	return (struct clock){.now = now, .mono = mono, .ctx = s};
}

void
sandclock_advance(struct sandclock *s, duration_ms d)
{
	/* What can be shown is bounded, and so is the offset. */
	sandclock_set(s, unix_ms_add(now(s), d));
}

void
sandclock_set(struct sandclock *s, unix_ms t)
{
	atomic_store(&s->offset_ms,
	    unix_ms_since(t, clock_now(&s->system)).v);
}
