#include "domain/challenge.h"

#include <assert.h>
#include <stddef.h>

/*
 * What a pending challenge becomes.  A final state stands for itself and no
 * event leaves it, so it needs no rows.  EXHAUSTED here means: when that was
 * the last attempt.
 */
static const enum challenge_status after[CHALLENGE_EVENT_COUNT] = {
	[CHALLENGE_SPEND] = CHALLENGE_PENDING,
	[CHALLENGE_CODE_RIGHT] = CHALLENGE_APPROVED,
	[CHALLENGE_CODE_WRONG] = CHALLENGE_EXHAUSTED,
	[CHALLENGE_BINDING_DIFFERS] = CHALLENGE_MISMATCH,
	[CHALLENGE_TIME_UP] = CHALLENGE_EXPIRED,
	[CHALLENGE_CANCEL] = CHALLENGE_CANCELLED,
	[CHALLENGE_SUPERSEDE] = CHALLENGE_SUPERSEDED,
	[CHALLENGE_SEND] = CHALLENGE_PENDING,
	[CHALLENGE_REISSUE] = CHALLENGE_PENDING,
};

static const char *const names[CHALLENGE_STATUS_COUNT] = {
	[CHALLENGE_PENDING] = "pending",
	[CHALLENGE_APPROVED] = "approved",
	[CHALLENGE_EXHAUSTED] = "exhausted",
	[CHALLENGE_EXPIRED] = "expired",
	[CHALLENGE_SUPERSEDED] = "superseded",
	[CHALLENGE_CANCELLED] = "cancelled",
	[CHALLENGE_MISMATCH] = "mismatch",
};

/* The longest wait between two messages, whatever the policy's first one. */
static const duration_ms cooldown_max = {INT64_C(3600) * 1000};

/* How far the clocks of two nodes may stand apart. */
static const duration_ms skew_max = {INT64_C(60) * 1000};

/* S34: the first wait, then twice as long for each message sent since. */
static unix_ms
next_send(const struct challenge *c, const struct purpose_policy *policy,
    unix_ms now)
{
	int64_t sent = c->sends_max - c->sends_left;
	duration_ms wait = SECONDS(policy->cooldown);

	for (int64_t i = 1; i < sent && wait.v < cooldown_max.v; i++) {
		wait.v *= 2;
	}
	return unix_ms_add(now, wait.v < cooldown_max.v ? wait : cooldown_max);
}

struct challenge
challenge_make(const struct purpose_policy *policy, unix_ms now,
    unix_ms expires_at)
{
	struct challenge c = {
		.status = CHALLENGE_PENDING,
		.generation = 1,
		.attempts_left = policy->attempts,
		.attempts_max = policy->attempts,
		.sends_left = policy->sends - 1,
		.sends_max = policy->sends,
		.created_at = now,
		.expires_at = expires_at,
	};

	c.resend_at = next_send(&c, policy, now);
	challenge_check_invariants(&c);
	return c;
}

static void
end(struct challenge *c, enum challenge_status status, unix_ms now)
{
	static const unix_ms first = {1};

	c->status = status;
	/* Zero is for what has not ended, also when a clock begins there. */
	c->ended_at = unix_ms_max(now, first);
	c->spent = false;
}

/*
 * S25: a lifetime counts from the creation.  One that lies in the future was
 * read off a clock that has been put back since; nobody knows how long ago it
 * really was, and the code would live on until that date.
 */
static bool
is_over(const struct challenge *c, unix_ms now)
{
	return !unix_ms_before(now, c->expires_at) ||
	    unix_ms_since(c->created_at, now).v > skew_max.v;
}

static enum challenge_step
send_again(struct challenge *c, const struct purpose_policy *policy,
    unix_ms now)
{
	if (c->sends_left == 0) {
		return CHALLENGE_NO_SENDS;
	}
	if (unix_ms_before(now, c->resend_at)) {
		return CHALLENGE_TOO_EARLY;
	}
	c->sends_left--;
	c->resend_at = next_send(c, policy, now);
	return CHALLENGE_DONE;
}

static enum challenge_step
reissue(struct challenge *c, const struct purpose_policy *policy, unix_ms now)
{
	enum challenge_step step = send_again(c, policy, now);

	if (step == CHALLENGE_DONE) {
		assert(c->generation < UINT32_MAX);
		c->generation++;
	}
	return step;
}

static void
judge(struct challenge *c, enum challenge_event event, unix_ms now)
{
	assert(c->spent);
	c->spent = false;
	if (event == CHALLENGE_CODE_WRONG && c->attempts_left > 0) {
		return;
	}
	end(c, after[event], now);
}

static enum challenge_step
apply(struct challenge *c, enum challenge_event event,
    const struct purpose_policy *policy, unix_ms now)
{
	switch (event) {
	case CHALLENGE_SPEND:
		assert(!c->spent && c->attempts_left > 0);
		c->attempts_left--;
		c->spent = true;
		return CHALLENGE_DONE;
	case CHALLENGE_CODE_RIGHT:
	case CHALLENGE_CODE_WRONG:
	case CHALLENGE_BINDING_DIFFERS:
		judge(c, event, now);
		return CHALLENGE_DONE;
	case CHALLENGE_TIME_UP:
		/* The clock says otherwise, or it would be over already. */
		return CHALLENGE_TOO_EARLY;
	case CHALLENGE_CANCEL:
	case CHALLENGE_SUPERSEDE:
		end(c, after[event], now);
		return CHALLENGE_DONE;
	case CHALLENGE_SEND:
		return send_again(c, policy, now);
	case CHALLENGE_REISSUE:
		return reissue(c, policy, now);
	case CHALLENGE_EVENT_COUNT:
	default:
		assert(!"no such event");
		return CHALLENGE_OVER;
	}
}

/*
 * Time is up first, except between SPEND and its judgement: these two are one
 * moment, and the attempt that was taken in time is judged.
 */
enum challenge_step
challenge_step(struct challenge *c, enum challenge_event event,
    const struct purpose_policy *policy, unix_ms now)
{
	enum challenge_step step;

	challenge_check_invariants(c);
	if (c->status != CHALLENGE_PENDING) {
		return CHALLENGE_OVER;
	}
	if (!c->spent && is_over(c, now)) {
		end(c, CHALLENGE_EXPIRED, now);
		return event == CHALLENGE_TIME_UP ? CHALLENGE_DONE
		    : CHALLENGE_OVER;
	}
	step = apply(c, event, policy, now);
	challenge_check_invariants(c);
	return step;
}

const char *
challenge_status_name(enum challenge_status s)
{
	assert(s < CHALLENGE_STATUS_COUNT);
	return names[s];
}

void
challenge_check_invariants(const struct challenge *c)
{
	assert(c->status < CHALLENGE_STATUS_COUNT);
	assert(c->generation >= 1);
	assert(c->attempts_left >= 0 && c->attempts_left <= c->attempts_max);
	assert(c->sends_left >= 0 && c->sends_left <= c->sends_max);
	assert(!c->spent || c->status == CHALLENGE_PENDING);
	assert((c->status == CHALLENGE_PENDING) == (c->ended_at.v == 0));
	/* A pending one still has a try, or is about to be judged. */
	assert(c->status != CHALLENGE_PENDING || c->spent ||
	    c->attempts_left > 0);
	/* Nothing is approved without an attempt. */
	assert(c->status != CHALLENGE_APPROVED ||
	    c->attempts_left < c->attempts_max);
	assert(c->status != CHALLENGE_EXHAUSTED || c->attempts_left == 0);
}
