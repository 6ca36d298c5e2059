/*
 * The hard stop (S14) ends by an administrator's hand, and by nothing else.
 */
#include "domain/address.h"
#include "flow/admin.h"
#include "flow/keep.h"
#include "world.h"

static struct subject_admin
subject(struct world *w, const char *address, bool clear)
{
	struct subject_admin s = {
		.flow = &w->flow, .tenant = &w->tenant, .clear = clear,
	};

	assert_true(recipient_parse(CHANNEL_EMAIL, str_of(address),
	    &s.recipient));
	world_do(w, subject_admin_run, &s);
	return s;
}

/* Five wrong codes on one challenge, where five in a row stop for good. */
static void
stop(struct world *w)
{
	struct id id;

	w->tenant.policy.throttle.hard_stop = 5;
	w->tenant.policy.throttle.soft_stop = 5;
	id = world_challenge(w, (struct ask){0});
	for (int i = 0; i < 5; i++) {
		(void)world_miss(w, id);
	}
}

static bool
may_start(struct world *w)
{
	return world_start(w, (struct ask){0}).verdict == START_CREATED;
}

static void
test_forgiven(void **state)
{
	struct world *w = *state;
	struct subject_admin s;

	stop(w);
	assert_false(may_start(w));
	/* Any spelling of the address leads to the same person. */
	s = subject(w, "ADA@Example.COM", false);
	assert_int_equal(s.streak, 5);
	assert_int_equal(s.failures, 5);
	assert_int_equal(s.throttle.state, THROTTLE_STOPPED);
	assert_false(may_start(w));
	s = subject(w, "Ada@example.com", true);
	assert_int_equal(s.streak, 5);
	assert_int_equal(world_events(w, AUDIT_SUBJECT_CLEARED, NULL), 1);
	assert_true(may_start(w));
	assert_int_equal(subject(w, "ada@example.com", false).streak, 0);
}

static void
test_somebody_else_is_not_forgiven(void **state)
{
	struct world *w = *state;

	stop(w);
	(void)subject(w, "eve@example.com", true);
	assert_false(may_start(w));
	assert_int_equal(world_events(w, AUDIT_SUBJECT_CLEARED, NULL), 0);
}

/* Retention drops old counters, but not the lock of a guessed subject. */
static void
test_not_forgotten(void **state)
{
	struct world *w = *state;
	struct keep keep = {.flow = &w->flow, .arena = w->arena};

	stop(w);
	(void)world_miss(w, world_challenge(w,
	    (struct ask){.email = "eve@example.com"}));
	world_advance(w, HOURS(24 * 32));
	keep.now = world_now(w);
	world_do(w, keep_forget_run, &keep);
	assert_int_equal(subject(w, "eve@example.com", false).streak, 0);
	assert_int_equal(subject(w, "ada@example.com", false).streak, 5);
	assert_false(may_start(w));
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_forgiven),
		WORLD_TEST(test_somebody_else_is_not_forgiven),
		WORLD_TEST(test_not_forgotten),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
