/*
 * The circuit breaker of a provider: whether it is asked at all.
 *
 *	        FAILED, the 5th in a row
 *	CLOSED ─────────────────────────▶ OPEN ◀──── FAILED ────┐
 *	  ▲                                │                    │
 *	  │                                │ pause over: ask    │
 *	  │                                ▼                    │
 *	  └────────── ANSWERED ───────── HALF_OPEN ─────────────┘
 *
 * FAILED is no answer, or one that says "not now"; a message that is refused
 * for good was ANSWERED: its number is wrong, and the provider is well.  The
 * pause is 10 s, then twice as long each time, 5 minutes at most.  HALF_OPEN
 * lets one message through, whose result decides.
 */
#ifndef DOMAIN_BREAKER_H
#define DOMAIN_BREAKER_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/compiler.h"

#define BREAKER_FAILURES 5
#define BREAKER_PAUSE SECONDS(10)
#define BREAKER_PAUSE_MAX MINUTES(5)

enum breaker_state {
	BREAKER_CLOSED,
	BREAKER_OPEN,
	BREAKER_HALF_OPEN,
	BREAKER_STATE_COUNT
};

struct breaker {
	enum breaker_state state;
	unsigned failures;	/* in a row */
	bool asking;		/* HALF_OPEN: the one message is under way */
	duration_ms pause;	/* of the present or last opening */
	unix_ms ask_at;		/* OPEN: no message before */
};

/* How many messages may be sent now. */
enum breaker_leave { BREAKER_NONE, BREAKER_ONE, BREAKER_ALL };

/*
 * breaker_ask(b, now): may open it half; an OPEN one whose pause lies further
 * ahead than any is long was read off a wrong clock, and is over (S31).
 */
enum breaker_leave breaker_ask(struct breaker *b, unix_ms now) NONNULL;

/* breaker_sent(b): a message was handed over that breaker_ask has allowed. */
void breaker_sent(struct breaker *b) NONNULL;

/* breaker_result(b, answered, now): what became of one. */
void breaker_result(struct breaker *b, bool answered, unix_ms now) NONNULL;

/* breaker_state_name(s): "half_open". */
const char *breaker_state_name(enum breaker_state s);

#endif
