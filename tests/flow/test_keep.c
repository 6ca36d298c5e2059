/*
 * What time and a restore bring: expiry, forgetting, a new epoch (S30, S127,
 * S136; I5).
 */
#include "world.h"

#include <stdio.h>

#include "flow/keep.h"
#include "flow/show.h"
#include "store/tenants.h"

static unsigned
keep(struct world *w, use_case *run)
{
	struct keep k = {.flow = &w->flow, .now = world_now(w),
	    .arena = arena_new(8 << 20)};

	assert_non_null(k.arena);
	world_do(w, run, &k);
	arena_free(k.arena);
	return k.done;
}

static void
test_overdue(void **state)
{
	struct world *w = *state;
	struct id first = world_challenge(w, (struct ask){0});
	struct id second;

	world_advance(w, SECONDS(1));
	second = world_challenge(w, (struct ask){0});
	world_advance(w, (duration_ms){MINUTES(10).v - 1001});
	assert_int_equal(0, keep(w, keep_expire_run));
	world_advance(w, (duration_ms){1});
	assert_int_equal(1, keep(w, keep_expire_run));
	assert_int_equal(CHALLENGE_EXPIRED, world_row(w, first).state.status);
	assert_int_equal(CHALLENGE_PENDING, world_row(w, second).state.status);
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_EXPIRED, &first));
	assert_int_equal(0, keep(w, keep_expire_run));
	/* S30 */
	world_advance(w, MINUTES(-5));
	assert_int_equal(CHECK_EXPIRED, world_right(w, first));
}

/* In bites: more than one holds are done by the next. */
static void
test_bites(void **state)
{
	struct world *w = *state;
	char email[32];

	for (int i = 0; i < KEEP_BITE + 3; i++) {
		(void)snprintf(email, sizeof(email), "p%d@example.com", i);
		(void)world_challenge(w, (struct ask){.email = email});
	}
	world_advance(w, MINUTES(10));
	assert_int_equal(KEEP_BITE, keep(w, keep_expire_run));
	assert_int_equal(3, keep(w, keep_expire_run));
	assert_int_equal(KEEP_BITE + 3,
	    world_events(w, AUDIT_CHALLENGE_EXPIRED, NULL));
}

static enum redeem_verdict
redeem(struct world *w, struct str receipt)
{
	struct redeem r = {.flow = &w->flow, .tenant = &w->tenant,
	    .arena = w->arena, .receipt = receipt};

	OK(redeem_prepare(&r));
	assert_false(r.settled);
	world_do(w, redeem_run, &r);
	return r.verdict;
}

static struct check
approve(struct world *w)
{
	struct check c = {.id = world_challenge(w, (struct ask){0})};
	char code[CODE_SIZE];

	world_code(w, c.id, code);
	c.typed = str_of(code);
	c = world_try(w, c);
	assert_int_equal(CHECK_APPROVED, c.verdict);
	return c;
}

/* S127: after 24 hours nobody can say who it was; what happened stands. */
static void
test_forgets_the_person(void **state)
{
	struct world *w = *state;
	struct check c = approve(w), d = approve(w);
	struct id pending = world_challenge(w, (struct ask){
	    .purpose = PURPOSE_DELIVERY, .ttl_s = 48 * 3600});
	struct challenge_row row;
	struct show s = {.flow = &w->flow, .tenant = &w->tenant,
	    .arena = w->arena, .id = c.id};

	assert_int_equal(REDEEM_REDEEMED, redeem(w, d.receipt));
	world_advance(w, HOURS(24));
	assert_int_equal(0, keep(w, keep_forget_run));
	world_advance(w, (duration_ms){1});
	assert_int_equal(2, keep(w, keep_forget_run));
	row = world_row(w, c.id);
	assert_int_equal(0, row.recipient.n);
	assert_int_equal(0, row.binding.n);
	assert_int_equal(CHALLENGE_APPROVED, row.state.status);
	assert_true(world_row(w, pending).recipient.n > 0);
	world_do(w, show_run, &s);
	OK(show_finish(&s));
	assert_true(str_equal(STR("•••"), s.view.to));
	assert_int_equal(CHECK_CONSUMED, world_right(w, c.id));
	/* Bug: an old receipt was "not ours". */
	assert_int_equal(REDEEM_EXPIRED, redeem(w, c.receipt));
	assert_int_equal(REDEEM_ALREADY, redeem(w, d.receipt));
	/* S30: nor is it good again under a clock that was put back. */
	world_advance(w, HOURS(-24));
	assert_int_equal(REDEEM_EXPIRED, redeem(w, c.receipt));
	assert_int_equal(0, keep(w, keep_forget_run));
}

static const struct sql count_rows = {
	.name = "test_rows",
	.text = "SELECT (SELECT COUNT(*) FROM challenges) + "
	    "(SELECT COUNT(*) FROM messages) + "
	    "(SELECT COUNT(*) FROM counters)",
};

/* Thirty days later nothing of it is left but the audit log. */
static void
test_purges(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){
	    .network = "198.51.100.7"});

	assert_int_equal(CHECK_WRONG, world_miss(w, id));
	assert_int_equal(CHECK_APPROVED, world_right(w, id));
	/* Failures, creates, sends; creates and failures of the address. */
	assert_int_equal(1 + 1 + 5, world_count(w, &count_rows, NULL, 0));
	world_advance(w, HOURS(24 * 30));
	(void)keep(w, keep_forget_run);
	assert_int_equal(7, world_count(w, &count_rows, NULL, 0));
	world_advance(w, HOURS(24));
	while (keep(w, keep_forget_run) > 0) {
		/* a batch at a time */
	}
	assert_int_equal(0, world_count(w, &count_rows, NULL, 0));
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_APPROVED, &id));
}

static enum err
new_epoch(struct tx *tx, void *arg)
{
	return installation_new_epoch(tx, arg);
}

/* S136: a restore; what was alive may have been used since the backup. */
static void
test_new_epoch(void **state)
{
	struct world *w = *state;
	struct check c = approve(w), redeemed = approve(w);
	struct id checked = world_challenge(w, (struct ask){0});
	struct id resent = world_challenge(w, (struct ask){0});
	struct deliver d;

	assert_int_equal(REDEEM_REDEEMED, redeem(w, redeemed.receipt));
	assert_int_equal(CHECK_WRONG, world_miss(w, checked));
	world_do(w, new_epoch, &w->flow.epoch);
	assert_int_equal(2, w->flow.epoch);
	world_restart(w);
	world_deliver(w, &d);
	assert_int_equal(0, d.n);
	assert_int_equal(CHECK_CANCELLED, world_right(w, checked));
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_CANCELLED,
	    &checked));
	world_advance(w, SECONDS(30));
	assert_int_equal(RESEND_OVER, world_resend(w, resent, false).verdict);
	assert_int_equal(CHALLENGE_CANCELLED,
	    world_row(w, resent).state.status);
	assert_int_equal(REDEEM_EXPIRED, redeem(w, c.receipt));
	assert_int_equal(REDEEM_ALREADY, redeem(w, redeemed.receipt));
	assert_int_equal(CHECK_CONSUMED, world_right(w, c.id));
	/* And what is made now is good. */
	c = approve(w);
	assert_int_equal(REDEEM_REDEEMED, redeem(w, c.receipt));
}

/* S136: counters are not lowered by a new epoch. */
static void
test_epoch_keeps_counters(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 5; i++) {
		(void)world_challenge(w, (struct ask){0});
	}
	world_do(w, new_epoch, &w->flow.epoch);
	assert_int_equal(START_LIMITED,
	    world_start(w, (struct ask){0}).verdict);
}

/* What was cancelled by the epoch is shown so before anybody touches it. */
static void
test_epoch_shown(void **state)
{
	struct world *w = *state;
	struct show s = {.flow = &w->flow, .tenant = &w->tenant,
	    .arena = w->arena, .id = world_challenge(w, (struct ask){0})};

	world_do(w, new_epoch, &w->flow.epoch);
	world_do(w, show_run, &s);
	OK(show_finish(&s));
	assert_int_equal(CHALLENGE_CANCELLED, s.view.status);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_overdue),
		WORLD_TEST(test_bites),
		WORLD_TEST(test_forgets_the_person),
		WORLD_TEST(test_purges),
		WORLD_TEST(test_new_epoch),
		WORLD_TEST(test_epoch_keeps_counters),
		WORLD_TEST(test_epoch_shown),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
