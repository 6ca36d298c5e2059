/*
 * The challenge: one request for a code, as a pure state machine.
 *
 *                        ┌── CODE_RIGHT ─────────────▶ APPROVED
 *                        ├── CODE_WRONG, last try ───▶ EXHAUSTED
 *   (made) ──▶ PENDING ──┼── BINDING_DIFFERS ────────▶ MISMATCH
 *               ▲    │   ├── TIME_UP ────────────────▶ EXPIRED
 *               └────┘   ├── CANCEL ─────────────────▶ CANCELLED
 *     SPEND, CODE_WRONG, └── SUPERSEDE ──────────────▶ SUPERSEDED
 *     SEND, REISSUE
 *
 * Every state but PENDING is final: no event leaves it (I5).  The events of a
 * check come in two: SPEND takes an attempt, and only what it has taken may
 * be judged by CODE_RIGHT, CODE_WRONG or BINDING_DIFFERS (rule 1: count, then
 * compare).  A resend sends the same generation; a reissue makes a new one;
 * neither gives an attempt back (S33).
 */
#ifndef DOMAIN_CHALLENGE_H
#define DOMAIN_CHALLENGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "domain/policy.h"

/* Stored as a number: add at the end. */
enum challenge_status {
	CHALLENGE_PENDING,
	CHALLENGE_APPROVED,
	CHALLENGE_EXHAUSTED,
	CHALLENGE_EXPIRED,
	CHALLENGE_SUPERSEDED,
	CHALLENGE_CANCELLED,
	CHALLENGE_MISMATCH,
	CHALLENGE_STATUS_COUNT
};

enum challenge_event {
	CHALLENGE_SPEND,
	CHALLENGE_CODE_RIGHT,
	CHALLENGE_CODE_WRONG,
	CHALLENGE_BINDING_DIFFERS,
	CHALLENGE_TIME_UP,
	CHALLENGE_CANCEL,
	CHALLENGE_SUPERSEDE,
	CHALLENGE_SEND,
	CHALLENGE_REISSUE,
	CHALLENGE_EVENT_COUNT
};

struct challenge {
	enum challenge_status status;
	uint32_t generation;	/* of the code; 1 at first */
	int64_t attempts_left;
	int64_t attempts_max;
	int64_t sends_left;
	int64_t sends_max;
	unix_ms created_at;
	unix_ms expires_at;
	unix_ms resend_at;	/* no further message before */
	unix_ms ended_at;	/* zero while pending */
	bool spent;		/* an attempt is taken and not yet judged */
};

/* What an event did. */
enum challenge_step {
	CHALLENGE_DONE,		/* the state is what the event makes it */
	CHALLENGE_OVER,		/* final before: nothing changed */
	CHALLENGE_TOO_EARLY,	/* SEND, REISSUE before resend_at: nothing */
	CHALLENGE_NO_SENDS	/* SEND, REISSUE, none left: nothing */
};

/* challenge_make(policy, now, expires_at): pending, its first send taken. */
struct challenge challenge_make(const struct purpose_policy *policy,
    unix_ms now, unix_ms expires_at) NONNULL;

/*
 * challenge_step(c, event, policy, now): apply event.  A challenge whose time
 * is up expires first, whatever the event (S25), and says CHALLENGE_OVER; so
 * does one that was made more than a minute after now, by a wrong clock.
 * The judging events without a spent attempt are a bug (assert).
 */
enum challenge_step challenge_step(struct challenge *c,
    enum challenge_event event, const struct purpose_policy *policy,
    unix_ms now) MUST_CHECK NONNULL;

/* challenge_status_name(s): the word of the API. */
const char *challenge_status_name(enum challenge_status s);

/* challenge_check_invariants(c): assert what holds between two events. */
void challenge_check_invariants(const struct challenge *c) NONNULL;

#endif
