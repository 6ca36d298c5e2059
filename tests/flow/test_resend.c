/*
 * Resend and reissue (S33 to S36; I2, I6).
 */
#include "world.h"

static void
resend(struct world *w, struct id id, bool reissue, enum resend_verdict want)
{
	assert_int_equal(want, world_resend(w, id, reissue).verdict);
}

/* S34: 30, 60, 120, 240 s, to the millisecond; S35: five messages in all. */
static void
test_cooldown(void **state)
{
	static const int64_t seconds[] = {30, 60, 120, 240};
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct message_row m[16];
	struct resend r;

	for (int i = 0; i < 4; i++) {
		world_advance(w, (duration_ms){seconds[i] * 1000 - 1});
		r = world_resend(w, id, false);
		assert_int_equal(RESEND_LIMITED, r.verdict);
		assert_string_equal("cooldown", r.limited.rule);
		assert_int_equal(1, r.limited.wait.v);
		assert_int_equal(4 - i, r.view.sends_left);
		world_advance(w, (duration_ms){1});
		r = world_resend(w, id, false);
		assert_int_equal(RESEND_QUEUED, r.verdict);
		assert_int_equal(3 - i, r.view.sends_left);
	}
	world_advance(w, SECONDS(149));
	resend(w, id, false, RESEND_NO_SENDS);
	assert_int_equal(5, world_messages(w, id, m));
	assert_int_equal(4, world_events(w, AUDIT_CHALLENGE_RESENT, &id));
	world_advance(w, SECONDS(1));
	resend(w, id, false, RESEND_OVER);
	assert_int_equal(CHALLENGE_EXPIRED, world_row(w, id).state.status);
}

/* S33: the same code, the same end. */
static void
test_same_code(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	char before[CODE_SIZE], after[CODE_SIZE];
	struct challenge_row row;

	world_code(w, id, before);
	world_advance(w, SECONDS(30));
	resend(w, id, false, RESEND_QUEUED);
	world_code(w, id, after);
	assert_string_equal(before, after);
	row = world_row(w, id);
	assert_int_equal(1, row.state.generation);
	assert_int_equal(WORLD_NOW + 600000, row.state.expires_at.v);
	assert_int_equal(CHECK_APPROVED, world_check(w, id, before).verdict);
}

/* S33: a new code, and the old one is as wrong as any other. */
static void
test_reissue(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	char before[CODE_SIZE], after[CODE_SIZE];
	struct challenge_row row;

	world_code(w, id, before);
	resend(w, id, true, RESEND_LIMITED);
	assert_int_equal(1, world_row(w, id).state.generation);
	world_advance(w, SECONDS(30));
	resend(w, id, true, RESEND_QUEUED);
	world_code(w, id, after);
	assert_string_not_equal(before, after);
	row = world_row(w, id);
	assert_int_equal(2, row.state.generation);
	assert_int_equal(WORLD_NOW + 600000, row.state.expires_at.v);
	assert_int_equal(CHECK_WRONG, world_check(w, id, before).verdict);
	assert_int_equal(4, world_row(w, id).state.attempts_left);
	assert_int_equal(CHECK_APPROVED, world_check(w, id, after).verdict);
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_REISSUED, &id));
}

/* I2: four wrong, a resend, one wrong: exhausted. */
static void
no_refill(struct world *w, bool reissue)
{
	struct id id = world_challenge(w, (struct ask){0});

	for (int i = 0; i < 4; i++) {
		assert_int_equal(CHECK_WRONG, world_miss(w, id));
	}
	world_advance(w, SECONDS(30));
	resend(w, id, reissue, RESEND_QUEUED);
	assert_int_equal(1, world_row(w, id).state.attempts_left);
	assert_int_equal(CHECK_EXHAUSTED, world_miss(w, id));
	assert_int_equal(CHECK_EXHAUSTED, world_right(w, id));
	world_advance(w, SECONDS(60));
	resend(w, id, reissue, RESEND_OVER);
}

static void
test_resend_refills_nothing(void **state)
{
	no_refill(*state, false);
}

static void
test_reissue_refills_nothing(void **state)
{
	no_refill(*state, true);
}

/* S36, I6: the recipient's budget, which other challenges use as well. */
static void
test_recipients_budget(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct message_row m[16];
	struct resend r;

	for (int i = 0; i < 4; i++) {
		(void)world_challenge(w, (struct ask){0});
	}
	world_advance(w, SECONDS(30));
	r = world_resend(w, id, true);
	assert_int_equal(RESEND_LIMITED, r.verdict);
	assert_string_equal("sends", r.limited.rule);
	assert_int_equal(570000, r.limited.wait.v);
	/* Nothing has changed, and nothing else is shown. */
	assert_int_equal(4, r.view.sends_left);
	assert_int_equal(WORLD_NOW + 30000, r.view.resend_at.v);
	assert_int_equal(1, r.row.state.generation);
	assert_int_equal(1, world_row(w, id).state.generation);
	assert_int_equal(4, world_row(w, id).state.sends_left);
	assert_int_equal(1, world_messages(w, id, m));
}

static void
test_over_or_unknown(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct resend r = {.flow = &w->flow, .tenant = &w->other,
	    .arena = w->arena, .id = id};

	world_advance(w, SECONDS(30));
	world_do(w, resend_run, &r);
	assert_int_equal(RESEND_UNKNOWN, r.verdict);
	OK(resend_finish(&r));
	r.tenant = &w->tenant;
	r.has_channel = true;
	r.channel = CHANNEL_SMS;
	world_do(w, resend_run, &r);
	assert_int_equal(RESEND_CHANNEL, r.verdict);
	assert_int_equal(CHECK_APPROVED, world_right(w, id));
	resend(w, id, false, RESEND_OVER);
	assert_int_equal(CHALLENGE_APPROVED, world_row(w, id).state.status);
	id = world_challenge(w, (struct ask){0});
	world_cancel(w, id);
	world_advance(w, SECONDS(30));
	resend(w, id, true, RESEND_OVER);
	assert_int_equal(1, world_row(w, id).state.generation);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_cooldown),
		WORLD_TEST(test_same_code),
		WORLD_TEST(test_reissue),
		WORLD_TEST(test_resend_refills_nothing),
		WORLD_TEST(test_reissue_refills_nothing),
		WORLD_TEST(test_recipients_budget),
		WORLD_TEST(test_over_or_unknown),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
