#include "domain/breaker.h"

#include <assert.h>

static void
open_it(struct breaker *b, unix_ms now)
{
	duration_ms pause = {b->pause.v * 2};

	b->state = BREAKER_OPEN;
	b->asking = false;
	b->pause = pause.v < BREAKER_PAUSE.v ? BREAKER_PAUSE
	    : pause.v > BREAKER_PAUSE_MAX.v ? BREAKER_PAUSE_MAX : pause;
	b->ask_at = unix_ms_add(now, b->pause);
}

enum breaker_leave
breaker_ask(struct breaker *b, unix_ms now)
{
	const int64_t rest = unix_ms_since(b->ask_at, now).v;

	switch (b->state) {
	case BREAKER_OPEN:
		if (rest > 0 && rest <= BREAKER_PAUSE_MAX.v) {
			return BREAKER_NONE;
		}
		b->state = BREAKER_HALF_OPEN;
		b->asking = false;
		return BREAKER_ONE;
	case BREAKER_HALF_OPEN:
		return b->asking ? BREAKER_NONE : BREAKER_ONE;
	case BREAKER_CLOSED:
	case BREAKER_STATE_COUNT:
	default:
		return BREAKER_ALL;
	}
}

void
breaker_sent(struct breaker *b)
{
	if (b->state == BREAKER_HALF_OPEN) {
		b->asking = true;
	}
}

/* What was under way when it opened is no news. */
void
breaker_result(struct breaker *b, bool answered, unix_ms now)
{
	if (answered) {
		*b = (struct breaker){0};
		return;
	}
	b->failures++;
	if (b->state == BREAKER_HALF_OPEN ||
	    (b->state == BREAKER_CLOSED && b->failures >= BREAKER_FAILURES)) {
		open_it(b, now);
	}
}

const char *
breaker_state_name(enum breaker_state s)
{
	static const char *const names[BREAKER_STATE_COUNT] = {
		[BREAKER_CLOSED] = "closed",
		[BREAKER_OPEN] = "open",
		[BREAKER_HALF_OPEN] = "half_open",
	};

	assert(s < BREAKER_STATE_COUNT);
	return names[s];
}
