#include "domain/challenge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

static const struct purpose_policy policy = {
	.length = 6, .attempts = 5, .sends = 5, .ttl = 600, .ttl_email = 600,
	.cooldown = 30,
};

#define START ((unix_ms){1800000000000})
#define AFTER(seconds) unix_ms_add(START, SECONDS(seconds))
#define EXPIRY AFTER(600)

static struct challenge
made(void)
{
	return challenge_make(&policy, START, EXPIRY);
}

/* Steps that the test stands on, not what it is about. */
static void
step(struct challenge *c, enum challenge_event event, unix_ms now)
{
	assert_int_equal(challenge_step(c, event, &policy, now),
	    CHALLENGE_DONE);
}

static void
wrong_try(struct challenge *c, unix_ms now)
{
	step(c, CHALLENGE_SPEND, now);
	step(c, CHALLENGE_CODE_WRONG, now);
}

/* A challenge in each state, reached by the events that lead there. */
static struct challenge
in_state(enum challenge_status status)
{
	struct challenge c = made();

	switch (status) {
	case CHALLENGE_PENDING:
		break;
	case CHALLENGE_APPROVED:
		step(&c, CHALLENGE_SPEND, START);
		step(&c, CHALLENGE_CODE_RIGHT, START);
		break;
	case CHALLENGE_EXHAUSTED:
		for (int i = 0; i < 5; i++) {
			wrong_try(&c, START);
		}
		break;
	case CHALLENGE_EXPIRED:
		step(&c, CHALLENGE_TIME_UP, EXPIRY);
		break;
	case CHALLENGE_SUPERSEDED:
		step(&c, CHALLENGE_SUPERSEDE, START);
		break;
	case CHALLENGE_CANCELLED:
		step(&c, CHALLENGE_CANCEL, START);
		break;
	case CHALLENGE_MISMATCH:
		step(&c, CHALLENGE_SPEND, START);
		step(&c, CHALLENGE_BINDING_DIFFERS, START);
		break;
	case CHALLENGE_STATUS_COUNT:
	default:
		fail();
	}
	assert_int_equal(c.status, status);
	return c;
}

static void
is_made(void **state UNUSED)
{
	struct challenge c = made();

	assert_int_equal(c.status, CHALLENGE_PENDING);
	assert_int_equal(c.generation, 1);
	assert_int_equal(c.attempts_left, 5);
	assert_int_equal(c.attempts_max, 5);
	assert_int_equal(c.sends_left, 4);	/* S35: 1 + 4 */
	assert_int_equal(c.sends_max, 5);
	assert_int_equal(c.created_at.v, START.v);
	assert_int_equal(c.expires_at.v, EXPIRY.v);
	assert_int_equal(c.resend_at.v, AFTER(30).v);
	assert_int_equal(c.ended_at.v, 0);
	assert_false(c.spent);
}

/* I5: no event leaves a final state, at any time, and nothing changes. */
static void
final_states(void **state UNUSED)
{
	const unix_ms times[] = {{0}, START, AFTER(60), EXPIRY,
	    {UNIX_MS_MAX}};

	for (int s = CHALLENGE_APPROVED; s < CHALLENGE_STATUS_COUNT; s++) {
		for (int e = 0; e < CHALLENGE_EVENT_COUNT; e++) {
			for (size_t t = 0; t < 5; t++) {
				struct challenge c =
				    in_state((enum challenge_status)s);
				struct challenge before = c;

				assert_int_equal(challenge_step(&c,
				    (enum challenge_event)e, &policy,
				    times[t]), CHALLENGE_OVER);
				assert_memory_equal(&c, &before, sizeof(c));
			}
		}
	}
}

/* Every event of a pending challenge, in every situation that it knows. */
static const struct row {
	enum challenge_event event;
	bool spent;		/* SPEND came just before */
	int64_t tries;		/* left, before that */
	int64_t sends;		/* left */
	int64_t at;		/* seconds after the creation */
	enum challenge_step step;
	enum challenge_status status;
	int64_t tries_then, sends_then;
	uint32_t generation;
} pending[] = {
#define DONE CHALLENGE_DONE
#define OVER CHALLENGE_OVER
#define EARLY CHALLENGE_TOO_EARLY
#define PENDING CHALLENGE_PENDING
#define EXPIRED CHALLENGE_EXPIRED
	{CHALLENGE_SPEND, false, 5, 4, 0, DONE, PENDING, 4, 4, 1},
	{CHALLENGE_SPEND, false, 1, 4, 599, DONE, PENDING, 0, 4, 1},
	{CHALLENGE_SPEND, false, 5, 4, 600, OVER, EXPIRED, 5, 4, 1},
	{CHALLENGE_CODE_RIGHT, true, 5, 4, 0, DONE, CHALLENGE_APPROVED,
	    4, 4, 1},
	{CHALLENGE_CODE_RIGHT, true, 1, 0, 599, DONE, CHALLENGE_APPROVED,
	    0, 0, 1},
	{CHALLENGE_CODE_WRONG, true, 5, 4, 0, DONE, PENDING, 4, 4, 1},
	{CHALLENGE_CODE_WRONG, true, 2, 4, 0, DONE, PENDING, 1, 4, 1},
	{CHALLENGE_CODE_WRONG, true, 1, 4, 0, DONE, CHALLENGE_EXHAUSTED,
	    0, 4, 1},
	{CHALLENGE_BINDING_DIFFERS, true, 5, 4, 0, DONE, CHALLENGE_MISMATCH,
	    4, 4, 1},
	{CHALLENGE_BINDING_DIFFERS, true, 1, 4, 0, DONE, CHALLENGE_MISMATCH,
	    0, 4, 1},
	{CHALLENGE_TIME_UP, false, 5, 4, 0, EARLY, PENDING, 5, 4, 1},
	{CHALLENGE_TIME_UP, false, 5, 4, 599, EARLY, PENDING, 5, 4, 1},
	{CHALLENGE_TIME_UP, false, 5, 4, 600, DONE, EXPIRED, 5, 4, 1},
	{CHALLENGE_TIME_UP, false, 1, 0, 6000, DONE, EXPIRED, 1, 0, 1},
	{CHALLENGE_CANCEL, false, 5, 4, 0, DONE, CHALLENGE_CANCELLED,
	    5, 4, 1},
	{CHALLENGE_CANCEL, true, 5, 4, 0, DONE, CHALLENGE_CANCELLED,
	    4, 4, 1},
	{CHALLENGE_CANCEL, false, 5, 4, 600, OVER, EXPIRED, 5, 4, 1},
	{CHALLENGE_SUPERSEDE, false, 5, 4, 0, DONE, CHALLENGE_SUPERSEDED,
	    5, 4, 1},
	{CHALLENGE_SUPERSEDE, false, 5, 4, 600, OVER, EXPIRED, 5, 4, 1},
	{CHALLENGE_SEND, false, 5, 4, 0, EARLY, PENDING, 5, 4, 1},
	{CHALLENGE_SEND, false, 5, 4, 29, EARLY, PENDING, 5, 4, 1},
	{CHALLENGE_SEND, false, 3, 4, 30, DONE, PENDING, 3, 3, 1},
	{CHALLENGE_SEND, false, 3, 1, 30, DONE, PENDING, 3, 0, 1},
	{CHALLENGE_SEND, false, 5, 0, 30, CHALLENGE_NO_SENDS, PENDING,
	    5, 0, 1},
	{CHALLENGE_SEND, false, 5, 0, 0, CHALLENGE_NO_SENDS, PENDING,
	    5, 0, 1},
	{CHALLENGE_SEND, false, 5, 4, 600, OVER, EXPIRED, 5, 4, 1},
	{CHALLENGE_REISSUE, false, 5, 4, 29, EARLY, PENDING, 5, 4, 1},
	{CHALLENGE_REISSUE, false, 1, 4, 30, DONE, PENDING, 1, 3, 2},
	{CHALLENGE_REISSUE, false, 5, 0, 30, CHALLENGE_NO_SENDS, PENDING,
	    5, 0, 1},
	{CHALLENGE_REISSUE, false, 5, 4, 600, OVER, EXPIRED, 5, 4, 1},
#undef DONE
#undef OVER
#undef EARLY
#undef PENDING
#undef EXPIRED
};

/* S11, S12, S25, S33 */
static void
pending_state(void **state UNUSED)
{
	bool covered[CHALLENGE_EVENT_COUNT] = {false};

	for (size_t i = 0; i < sizeof(pending) / sizeof(pending[0]); i++) {
		const struct row *r = &pending[i];
		struct challenge c = made();

		covered[r->event] = true;
		c.attempts_left = r->tries;
		c.sends_left = r->sends;
		if (r->spent) {
			step(&c, CHALLENGE_SPEND, AFTER(r->at));
		}
		if (challenge_step(&c, r->event, &policy, AFTER(r->at)) !=
		    r->step || c.status != r->status ||
		    c.attempts_left != r->tries_then ||
		    c.sends_left != r->sends_then ||
		    c.generation != r->generation) {
			fail_msg("row %zu", i);
		}
		assert_int_equal(c.ended_at.v,
		    r->status == CHALLENGE_PENDING ? 0 : AFTER(r->at).v);
		assert_int_equal(c.spent, r->event == CHALLENGE_SPEND &&
		    r->status == CHALLENGE_PENDING);
		assert_int_equal(c.expires_at.v, EXPIRY.v);
	}
	for (int e = 0; e < CHALLENGE_EVENT_COUNT; e++) {
		assert_true(covered[e]);
	}
}

/* S25: the last millisecond of its life, and the first behind it. */
static void
expiry(void **state UNUSED)
{
	const unix_ms last = {EXPIRY.v - 1};
	struct challenge c = made();

	step(&c, CHALLENGE_SPEND, last);
	/* One moment with its SPEND, wherever the clock has got to. */
	step(&c, CHALLENGE_CODE_RIGHT, EXPIRY);
	assert_int_equal(c.status, CHALLENGE_APPROVED);

	c = made();
	wrong_try(&c, last);
	assert_int_equal(c.status, CHALLENGE_PENDING);
	assert_int_equal(challenge_step(&c, CHALLENGE_SPEND, &policy, EXPIRY),
	    CHALLENGE_OVER);
	assert_int_equal(c.status, CHALLENGE_EXPIRED);
	assert_int_equal(c.ended_at.v, EXPIRY.v);
	assert_false(c.spent);
	/* S30 */
	assert_int_equal(challenge_step(&c, CHALLENGE_SPEND, &policy, START),
	    CHALLENGE_OVER);
	assert_int_equal(c.status, CHALLENGE_EXPIRED);
}

/* S34: 30, 60, 120, 240 s, for a resend and a reissue alike; then no more. */
static void
cooldown(void **state UNUSED)
{
	static const int64_t waits[] = {30, 60, 120, 240};
	struct challenge c = made();
	unix_ms now = START;

	for (size_t i = 0; i < 4; i++) {
		enum challenge_event event = i % 2 == 0 ? CHALLENGE_SEND
		    : CHALLENGE_REISSUE;

		assert_int_equal(unix_ms_since(c.resend_at, now).v,
		    waits[i] * 1000);
		now = (unix_ms){c.resend_at.v - 1};
		assert_int_equal(challenge_step(&c, event, &policy, now),
		    CHALLENGE_TOO_EARLY);
		now = c.resend_at;
		step(&c, event, now);
	}
	assert_int_equal(unix_ms_since(c.resend_at, now).v, 480 * 1000);
	assert_int_equal(c.generation, 3);
	assert_int_equal(c.sends_left, 0);
	assert_int_equal(challenge_step(&c, CHALLENGE_SEND, &policy,
	    (unix_ms){EXPIRY.v - 1}), CHALLENGE_NO_SENDS);
}

static void
cooldown_is_an_hour_at_most(void **state UNUSED)
{
	static const struct purpose_policy slow = {.length = 6, .attempts = 5,
	    .sends = 5, .cooldown = 3600};
	struct challenge c = challenge_make(&slow, START, AFTER(86400));

	for (int i = 0; i < 4; i++) {
		unix_ms now = c.resend_at;

		assert_int_equal(challenge_step(&c, CHALLENGE_SEND, &slow,
		    now), CHALLENGE_DONE);
		assert_int_equal(unix_ms_since(c.resend_at, now).v,
		    3600 * 1000);
	}
}

/* S33, S11: a resend or a reissue gives no try back. */
static void
no_refill(void **state UNUSED)
{
	struct challenge c = made();

	for (int i = 0; i < 4; i++) {
		wrong_try(&c, c.resend_at);
		step(&c, CHALLENGE_REISSUE, c.resend_at);
	}
	assert_int_equal(c.attempts_left, 1);
	wrong_try(&c, AFTER(500));
	assert_int_equal(c.status, CHALLENGE_EXHAUSTED);
}

/* S25, S31: made while the clock was a year ahead. */
static void
made_in_the_future(void **state UNUSED)
{
	struct challenge c = made();

	/* Two nodes may differ by a minute. */
	step(&c, CHALLENGE_SPEND, AFTER(-60));
	step(&c, CHALLENGE_CODE_WRONG, AFTER(-60));
	assert_int_equal(challenge_step(&c, CHALLENGE_SPEND, &policy,
	    (unix_ms){AFTER(-60).v - 1}), CHALLENGE_OVER);
	assert_int_equal(c.status, CHALLENGE_EXPIRED);
	c = made();
	assert_int_equal(challenge_step(&c, CHALLENGE_TIME_UP, &policy,
	    AFTER(-31536000)), CHALLENGE_DONE);
	assert_int_equal(c.status, CHALLENGE_EXPIRED);
}

/* A machine without a clock begins at zero, which means "not ended". */
static void
ends_at_the_epoch(void **state UNUSED)
{
	const unix_ms zero = {0};
	struct challenge c = challenge_make(&policy, zero,
	    unix_ms_add(zero, SECONDS(600)));

	step(&c, CHALLENGE_CANCEL, zero);
	assert_int_equal(c.status, CHALLENGE_CANCELLED);
	assert_int_equal(c.ended_at.v, 1);
}

/* Rule 1: the code that forgets to count must not get an answer. */
static void
judging_needs_a_spent_attempt(void **state UNUSED)
{
	static const enum challenge_event events[] = {CHALLENGE_CODE_RIGHT,
	    CHALLENGE_CODE_WRONG, CHALLENGE_BINDING_DIFFERS, CHALLENGE_SPEND};

	for (size_t i = 0; i < 4; i++) {
		pid_t child = fork();
		int status;

		assert_true(child >= 0);
		if (child == 0) {
			struct challenge c = made();

			(void)close(STDERR_FILENO);
			/* The last: an attempt within an attempt. */
			c.spent = events[i] == CHALLENGE_SPEND;
			(void)!challenge_step(&c, events[i], &policy, START);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) &&
		    WTERMSIG(status) == SIGABRT);
	}
}

static void
names(void **state UNUSED)
{
	static const char *const words[] = {"pending", "approved",
	    "exhausted", "expired", "superseded", "cancelled", "mismatch"};

	assert_int_equal(CHALLENGE_STATUS_COUNT, 7);
	for (int s = 0; s < CHALLENGE_STATUS_COUNT; s++) {
		assert_string_equal(
		    challenge_status_name((enum challenge_status)s),
		    words[s]);
	}
}

/* xorshift64: a sequence for a seed, on every machine the same. */
static uint64_t
draw(uint64_t *seed, uint64_t n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed % n;
}

static bool
judges(enum challenge_event e)
{
	return e == CHALLENGE_CODE_RIGHT || e == CHALLENGE_CODE_WRONG ||
	    e == CHALLENGE_BINDING_DIFFERS;
}

/* Any event, but those that end it at once less often, or few would live. */
static enum challenge_event
any_event(uint64_t *seed)
{
	enum challenge_event e = (enum challenge_event)
	    draw(seed, CHALLENGE_EVENT_COUNT);

	if ((e == CHALLENGE_CANCEL || e == CHALLENGE_SUPERSEDE) &&
	    draw(seed, 4) > 0) {
		e = CHALLENGE_SPEND;
	}
	return e;
}

/* What no event may do, whatever came before. */
static void
never(const struct challenge *was, const struct challenge *is)
{
	assert_true(is->attempts_left <= was->attempts_left);	/* I2 */
	assert_true(is->attempts_left >= 0);
	assert_true(is->sends_left <= was->sends_left);
	assert_true(is->sends_left >= 0);
	assert_true(is->generation >= was->generation);
	assert_true(is->expires_at.v == was->expires_at.v);
	assert_true(is->created_at.v == was->created_at.v);
	if (was->status != CHALLENGE_PENDING) {
		assert_memory_equal(was, is, sizeof(*is));	/* I5 */
	}
}

/* I1, I2, I5: 100,000 lives, with a clock that goes either way. */
static void
any_life(void **state UNUSED)
{
	uint64_t seed = 0x9e3779b97f4a7c15;
	unsigned ends[CHALLENGE_STATUS_COUNT] = {0};

	for (int life = 0; life < 100000; life++) {
		struct challenge c = made();
		int64_t judged = 0, approved = 0, now = START.v;

		for (int i = 0; i < 24; i++) {
			enum challenge_event e = any_event(&seed);
			struct challenge was = c;

			now += (int64_t)draw(&seed, 60000) - 10000;
			/* A caller's bugs: see the test above. */
			if (judges(e) && !c.spent) {
				e = CHALLENGE_SPEND;
			} else if (e == CHALLENGE_SPEND && c.spent) {
				e = CHALLENGE_CODE_WRONG;
			}
			if (challenge_step(&c, e, &policy, (unix_ms){now}) ==
			    CHALLENGE_DONE) {
				judged += judges(e);
				approved += e == CHALLENGE_CODE_RIGHT;
			}
			never(&was, &c);
		}
		assert_true(judged <= 5 && approved <= 1);
		assert_true((c.status == CHALLENGE_APPROVED) ==
		    (approved == 1));
		ends[c.status]++;
	}
	/* The lives were not all alike. */
	for (int s = CHALLENGE_APPROVED; s < CHALLENGE_STATUS_COUNT; s++) {
		assert_true(ends[s] > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_made),
		cmocka_unit_test(final_states),
		cmocka_unit_test(pending_state),
		cmocka_unit_test(expiry),
		cmocka_unit_test(cooldown),
		cmocka_unit_test(cooldown_is_an_hour_at_most),
		cmocka_unit_test(no_refill),
		cmocka_unit_test(made_in_the_future),
		cmocka_unit_test(ends_at_the_epoch),
		cmocka_unit_test(judging_needs_a_spent_attempt),
		cmocka_unit_test(names),
		cmocka_unit_test(any_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
