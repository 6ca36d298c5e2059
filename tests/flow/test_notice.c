/*
 * S22: the owner is told of suspicious attempts, after five failures and
 * after a success that follows three or more; not more often than he can
 * bear, whatever becomes of the challenge, and never with a code.
 */
#include "world.h"

#include <ctype.h>
#include <stdio.h>

#include "flow/keep.h"
#include "flow/render.h"

static unsigned
notices(struct world *w, struct id id, struct message_row *ret_last)
{
	struct message_row m[16];
	unsigned rows = world_messages(w, id, m), n = 0;

	for (unsigned i = 0; i < rows; i++) {
		if (message_is_notice(m[i].kind)) {
			*ret_last = m[i];
			n++;
		}
	}
	return n;
}

/*
 * n wrong codes of one subject, each as soon as it is looked at, in
 * challenges that are made as they are needed; the last one that was used.
 */
static struct id
miss_times(struct world *w, struct ask ask, int n)
{
	struct id id = {{0}};

	for (int i = 0; i < POLICY_SEND_LIMITS; i++) {
		w->tenant.policy.sends[i].n = 64;
	}
	w->tenant.policy.creates.n = 64;
	for (int i = 0; i < n; i++) {
		struct check c;
		char code[CODE_SIZE];

		if (i % 4 == 0) {
			id = world_challenge(w, ask);
		}
		world_wrong(w, id, 1, code);
		c = world_check(w, id, code);
		if (c.verdict == CHECK_THROTTLED) {
			world_advance(w, c.limited.wait);
			c = world_check(w, id, code);
		}
		assert_int_equal(CHECK_WRONG, c.verdict);
	}
	return id;
}

static const struct ask at_the_door = {.purpose = PURPOSE_DELIVERY,
    .ttl_s = 259200};

static unsigned
due(struct world *w, struct deliver *d)
{
	world_deliver(w, d);
	return d->n;
}

/* The fifth failure ends the challenge, and the notice goes all the same. */
static void
test_five_failures(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct message_row m;
	struct deliver d;

	for (int i = 0; i < 4; i++) {
		assert_int_equal(CHECK_WRONG, world_miss(w, id));
	}
	assert_int_equal(0, notices(w, id, &m));
	assert_int_equal(0, world_events(w, AUDIT_SUBJECT_WARNED, &id));
	world_advance(w, MINUTES(1));
	assert_int_equal(CHECK_EXHAUSTED, world_miss(w, id));
	assert_int_equal(1, notices(w, id, &m));
	assert_int_equal(MESSAGE_NOTICE_FAILURES, m.kind);
	assert_int_equal(5, m.failures);
	assert_int_equal(0, m.generation);
	assert_int_equal(CHANNEL_EMAIL, m.channel);
	assert_int_equal(world_now(w).v, m.created_at.v);
	assert_int_equal(HOURS(24).v,
	    unix_ms_since(m.expires_at, world_now(w)).v);
	assert_int_equal(1, world_events(w, AUDIT_SUBJECT_WARNED, &id));
	/* The code's own message is dead with its challenge. */
	assert_int_equal(1, due(w, &d));
	assert_true(id_equal(&m.id, &d.items[0].message.id));
	world_settle(w, &m, DELIVER_ACCEPTED, "smtp_250");
	assert_int_equal(1, notices(w, id, &m));
	assert_int_equal(MESSAGE_SENT, m.state);
}

/* In a row for the subject, not for one challenge (S13). */
static void
test_failures_of_many_challenges(void **state)
{
	struct world *w = *state;
	struct message_row m;
	struct id id;

	(void)miss_times(w, at_the_door, 4);
	id = miss_times(w, (struct ask){.purpose = PURPOSE_SIGN_IN}, 1);
	assert_int_equal(1, notices(w, id, &m));
	/* Another subject is at its beginning. */
	id = miss_times(w, (struct ask){.email = "bob@example.com"}, 4);
	assert_int_equal(0, notices(w, id, &m));
}

static void
test_success_after(struct world *w, int failures, unsigned wanted)
{
	struct message_row m;
	char email[32];
	struct id id;

	(void)snprintf(email, sizeof(email), "p%d@example.com", failures);
	id = world_challenge(w, (struct ask){.email = email});
	for (int i = 0; i < failures; i++) {
		assert_int_equal(CHECK_WRONG, world_miss(w, id));
	}
	assert_int_equal(CHECK_APPROVED, world_right(w, id));
	assert_int_equal(wanted, notices(w, id, &m));
	assert_int_equal(wanted, world_events(w, AUDIT_SUBJECT_WARNED, &id));
	if (wanted > 0) {
		assert_int_equal(MESSAGE_NOTICE_LATE_SUCCESS, m.kind);
		assert_int_equal(failures, m.failures);
	}
}

static void
test_late_success(void **state)
{
	struct world *w = *state;
	struct deliver d;

	test_success_after(w, 0, 0);
	test_success_after(w, 1, 0);
	test_success_after(w, 2, 0);
	test_success_after(w, 3, 1);
	test_success_after(w, 4, 1);
	/* The codes are over; both notices go. */
	assert_int_equal(2, due(w, &d));
}

/* A mistyped code once is nothing; the tenant says from when on it is. */
static void
test_by_the_policy(void **state)
{
	struct world *w = *state;
	struct message_row m;
	struct id id;

	w->tenant.policy.notice.failures = 2;
	w->tenant.policy.notice.late = 1;
	id = miss_times(w, at_the_door, 2);
	assert_int_equal(1, notices(w, id, &m));
	assert_int_equal(2, m.failures);
	assert_int_equal(CHECK_APPROVED, world_right(w, id));
	assert_int_equal(2, notices(w, id, &m));
	assert_int_equal(MESSAGE_NOTICE_LATE_SUCCESS, m.kind);
}

static const struct sql count_notices = {
	.name = "test_notices",
	.text = "SELECT COUNT(*) FROM messages WHERE kind = 1",
};

static int64_t
told(struct world *w)
{
	return world_count(w, &count_notices, NULL, 0);
}

/* Once an hour, three times a day; what is not sent is in the audit log. */
static void
test_flood(void **state)
{
	struct world *w = *state;

	w->tenant.policy.notice.failures = 1;
	w->tenant.policy.throttle.free_failures = 60;
	w->tenant.policy.throttle.soft_stop = 60;
	(void)miss_times(w, at_the_door, 8);
	assert_int_equal(1, told(w));
	assert_int_equal(8, world_events(w, AUDIT_SUBJECT_WARNED, NULL));
	world_advance(w, (duration_ms){HOURS(1).v - 1});
	(void)miss_times(w, at_the_door, 1);
	assert_int_equal(1, told(w));
	world_advance(w, (duration_ms){1});
	(void)miss_times(w, at_the_door, 2);
	assert_int_equal(2, told(w));
	world_advance(w, HOURS(1));
	world_restart(w);
	(void)miss_times(w, at_the_door, 2);
	assert_int_equal(3, told(w));
	for (int hour = 3; hour < 24; hour++) {
		world_advance(w, HOURS(1));
		(void)miss_times(w, at_the_door, 1);
		assert_int_equal(3, told(w));
	}
	world_advance(w, HOURS(1));
	(void)miss_times(w, at_the_door, 1);
	assert_int_equal(4, told(w));
	/* Each kind has its own: the success is told, and so is another. */
	(void)miss_times(w, (struct ask){.email = "bob@example.com"}, 1);
	assert_int_equal(5, told(w));
}

/* S36: notices and codes are counted apart, both ways. */
static void
test_takes_no_sends(void **state)
{
	struct world *w = *state;
	struct message_row m;
	struct id id;

	for (int i = 0; i < 4; i++) {
		(void)world_challenge(w, (struct ask){0});
	}
	id = world_challenge(w, (struct ask){0});
	assert_int_equal(START_LIMITED,
	    world_start(w, (struct ask){0}).verdict);
	for (int i = 0; i < 5; i++) {
		(void)world_miss(w, id);
	}
	assert_int_equal(1, notices(w, id, &m));
}

/* Nothing that happens to the challenge takes it back. */
static void
test_survives(void **state)
{
	struct world *w = *state;
	struct id cancelled = miss_times(w, at_the_door, 5), reissued, expired;
	struct message_row m;
	struct deliver d;

	world_cancel(w, cancelled);
	w->tenant.policy.notice.failures = 1;
	reissued = miss_times(w, (struct ask){.email = "b@example.com"}, 1);
	expired = miss_times(w, (struct ask){.email = "c@example.com"}, 1);
	world_advance(w, SECONDS(30));
	assert_int_equal(RESEND_QUEUED,
	    world_resend(w, reissued, true).verdict);
	world_advance(w, HOURS(1));
	assert_int_equal(CHECK_EXPIRED, world_right(w, expired));
	w->flow.epoch++;
	/* S136: codes of before a restore are dead, this is still true. */
	assert_int_equal(3, due(w, &d));
	for (unsigned i = 0; i < d.n; i++) {
		assert_true(message_is_notice(d.items[i].message.kind));
	}
	assert_int_equal(1, notices(w, cancelled, &m));
	assert_int_equal(MESSAGE_QUEUED, m.state);
}

/* For a day, the retention of the recipient, and not for ever. */
static void
test_lives_a_day(void **state)
{
	struct world *w = *state;
	struct keep k = {.flow = &w->flow, .arena = w->arena};
	struct message_row m;
	struct render r;
	struct deliver d;
	struct id id = world_challenge(w, (struct ask){0});

	for (int i = 0; i < 5; i++) {
		(void)world_miss(w, id);
	}
	world_advance(w, (duration_ms){HOURS(24).v - 1});
	k.now = world_now(w);
	world_do(w, keep_forget_run, &k);
	assert_int_equal(1, due(w, &d));
	/* The arena of the lease is gone; the row is what counts. */
	d.items[0].challenge = world_row(w, id);
	render_init(&r, NULL);
	OK(render_message(&r, &w->flow, &w->tenant, &d.items[0],
	    world_now(w)));
	render_done(&r);
	world_advance(w, MINUTES(2));
	assert_int_equal(0, due(w, &d));
	assert_int_equal(1, notices(w, id, &m));
	assert_int_equal(MESSAGE_EXPIRED, m.state);
	assert_true(str_equal(STR("notice_expired"), m.detail));
	/* Like the code's own message, which nobody had taken. */
	assert_int_equal(2, world_events(w, AUDIT_MESSAGE_EXPIRED, &id));
}

/* A peer that is away for hours is asked every half an hour, not more. */
static void
test_patience(void **state)
{
	struct world *w = *state;
	struct id id = miss_times(w, at_the_door, 5);
	struct message_row m;
	int64_t longest = 0;
	int tries = 0;

	assert_int_equal(1, notices(w, id, &m));
	while (m.state == MESSAGE_QUEUED) {
		int64_t wait;

		assert_in_range(tries++, 0, 99);
		atomic_store(&w->now, m.due_at.v);
		world_settle(w, &m, DELIVER_TEMPORARY, "smtp_450");
		assert_int_equal(1, notices(w, id, &m));
		wait = unix_ms_since(m.due_at, world_now(w)).v;
		longest = wait > longest ? wait : longest;
	}
	assert_int_equal(MESSAGE_EXPIRED, m.state);
	assert_in_range(longest, MINUTES(25).v, MINUTES(36).v);
	assert_in_range(tries, 45, 75);
}

static bool
has(struct str s, struct str word)
{
	return memmem(s.p, s.n, word.p, word.n) != NULL;
}

/* Only the digits, so that no grouping hides a code. */
static struct str
digits(struct str s, char *dst, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < size; i++) {
		if (isdigit((unsigned char)s.p[i])) {
			dst[n++] = s.p[i];
		}
	}
	return (struct str){dst, n};
}

/* S5, R72: what is rendered has no code, and the courier never makes one. */
static void
test_rendered(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	char code[CODE_SIZE], all[512];
	struct delivery d = {.challenge = world_row(w, id)};
	struct render r;

	for (int i = 0; i < 5; i++) {
		(void)world_miss(w, id);
	}
	assert_int_equal(1, notices(w, id, &d.message));
	d.challenge = world_row(w, id);
	world_code(w, id, code);
	render_init(&r, NULL);
	OK(render_message(&r, &w->flow, &w->tenant, &d, world_now(w)));
	assert_int_equal(MESSAGE_NOTICE_FAILURES, r.out.kind);
	assert_int_equal(0, r.out.code.n);
	assert_int_equal(0, r.code[0]);
	assert_int_equal(d.message.expires_at.v, r.out.expires_at.v);
	assert_true(str_equal(STR("ada@example.com"),
	    email_str(r.out.to_email)));
	assert_true(has(buf_view(&r.wording.text),
	    STR("a wrong code was entered 5 times in a row")));
	assert_true(has(buf_view(&r.wording.text), STR("to sign in")));
	assert_false(has(digits(buf_view(&r.wording.text), all, sizeof(all)),
	    str_of(code)));
	render_done(&r);
	/* S98: nor anything of a binding. */
	render_init(&r, NULL);
	d.challenge.binding = STR("not even opened");
	OK(render_message(&r, &w->flow, &w->tenant, &d, world_now(w)));
	render_done(&r);
}

/* By the channel and to the address of the challenge. */
static void
test_text_message(void **state)
{
	struct world *w = *state;
	struct ask ask = {.phone = "+4915112345678",
	    .purpose = PURPOSE_DELIVERY};
	struct id id = miss_times(w, ask, 5);
	struct delivery d = {.challenge = world_row(w, id)};
	struct render r;

	assert_int_equal(1, notices(w, id, &d.message));
	assert_int_equal(CHANNEL_SMS, d.message.channel);
	render_init(&r, NULL);
	OK(render_message(&r, &w->flow, &w->tenant, &d, world_now(w)));
	assert_true(str_equal(STR("+4915112345678"),
	    e164_str(r.out.to_phone)));
	assert_true(has(buf_view(&r.wording.text), STR("5 wrong codes")));
	assert_true(has(buf_view(&r.wording.text), STR("for a delivery")));
	assert_false(has(buf_view(&r.wording.text), STR("password")));
	render_done(&r);
}

/* A subject that must wait is not told again for what was not tried. */
static void
test_throttled_is_no_cause(void **state)
{
	struct world *w = *state;
	struct id id = miss_times(w, at_the_door, 6);
	unsigned before = world_events(w, AUDIT_SUBJECT_WARNED, NULL);

	assert_int_equal(1, before);
	assert_int_equal(CHECK_THROTTLED, world_miss(w, id));
	assert_int_equal(CHECK_THROTTLED, world_right(w, id));
	assert_int_equal(before, world_events(w, AUDIT_SUBJECT_WARNED, NULL));
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_five_failures),
		WORLD_TEST(test_failures_of_many_challenges),
		WORLD_TEST(test_late_success),
		WORLD_TEST(test_by_the_policy),
		WORLD_TEST(test_flood),
		WORLD_TEST(test_takes_no_sends),
		WORLD_TEST(test_survives),
		WORLD_TEST(test_lives_a_day),
		WORLD_TEST(test_patience),
		WORLD_TEST(test_rendered),
		WORLD_TEST(test_text_message),
		WORLD_TEST(test_throttled_is_no_cause),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
