/*
 * The subject's failures, across challenges, clocks and restarts (S13, S14,
 * S16, S17, S31; I2).
 */
#include "world.h"

#include <stdio.h>

/* Many challenges of one subject, made before it has failures. */
enum { STOCK = 30 };

static void
make_stock(struct world *w, struct id stock[static STOCK])
{
	struct policy *p = &w->tenant.policy;

	for (int i = 0; i < POLICY_SEND_LIMITS; i++) {
		p->sends[i].n = 64;
	}
	p->creates.n = 64;
	for (int i = 0; i < STOCK; i++) {
		stock[i] = world_challenge(w, (struct ask){
		    .purpose = PURPOSE_DELIVERY, .ttl_s = 259200});
	}
}

/*
 * n wrong codes, spread so that no challenge is exhausted by them, each as
 * soon as it is looked at.
 */
static void
fail_times(struct world *w, const struct id *stock, int from, int n)
{
	for (int i = from; i < from + n; i++) {
		char code[CODE_SIZE];
		struct check c;

		world_wrong(w, stock[i % STOCK], 1, code);
		c = world_check(w, stock[i % STOCK], code);
		if (c.verdict == CHECK_THROTTLED) {
			world_advance(w, c.limited.wait);
			c = world_check(w, stock[i % STOCK], code);
		}
		assert_int_equal(CHECK_WRONG, c.verdict);
	}
}

static void
must_wait(struct world *w, struct id id, duration_ms wait)
{
	char code[CODE_SIZE];
	struct check c;
	int64_t left = world_row(w, id).state.attempts_left;

	world_code(w, id, code);
	c = world_check(w, id, code);
	assert_int_equal(CHECK_THROTTLED, c.verdict);
	assert_string_equal("subject", c.limited.rule);
	assert_int_equal(wait.v, c.limited.wait.v);
	assert_int_equal(left, world_row(w, id).state.attempts_left);
}

/* S16: five without delay, then 1, 5, 30, 60, 120 … s, at most an hour. */
static void
test_delays_grow(void **state)
{
	static const int64_t seconds[] = {1, 5, 30, 60, 120, 240, 480, 960,
	    1920, 3600, 3600};
	struct world *w = *state;
	struct id stock[STOCK];

	make_stock(w, stock);
	fail_times(w, stock, 0, 5);
	for (int i = 0; i < 11; i++) {
		duration_ms wait = SECONDS(seconds[i]);

		/* The wait before it is over: the next may fail. */
		fail_times(w, stock, 5 + i, 1);
		must_wait(w, stock[0], wait);
		world_advance(w, (duration_ms){wait.v - 1});
		must_wait(w, stock[0], (duration_ms){1});
		world_advance(w, (duration_ms){1});
	}
	assert_int_equal(CHECK_APPROVED, world_right(w, stock[0]));
}

/* S13: a new challenge, a restart, another channel's resend: all the same. */
static void
test_new_challenge_does_not_reset(void **state)
{
	struct world *w = *state;
	struct id stock[STOCK];

	make_stock(w, stock);
	fail_times(w, stock, 0, 7);
	world_restart(w);
	must_wait(w, stock[20], SECONDS(5));
	world_advance(w, SECONDS(5));
	fail_times(w, stock, 21, 1);
	must_wait(w, stock[22], SECONDS(30));
}

/* S17: success clears this subject and no other. */
static void
test_success_clears(void **state)
{
	struct world *w = *state;
	struct id stock[STOCK], other;

	make_stock(w, stock);
	fail_times(w, stock, 0, 6);
	other = world_challenge(w, (struct ask){.email = "bob@example.com"});
	assert_int_equal(CHECK_APPROVED, world_right(w, other));
	must_wait(w, stock[10], SECONDS(1));
	world_advance(w, SECONDS(1));
	assert_int_equal(CHECK_APPROVED, world_right(w, stock[10]));
	/* Five more without a delay. */
	fail_times(w, stock, 11, 5);
	assert_int_equal(CHECK_APPROVED, world_right(w, stock[16]));
}

/* The soft stop: so many failures in a day. */
static void
test_soft_stop(void **state)
{
	struct world *w = *state;
	struct id stock[STOCK];

	w->tenant.policy.throttle.soft_stop = 8;
	make_stock(w, stock);
	for (int i = 0; i < 8; i++) {
		fail_times(w, stock, i, 1);
		world_advance(w, HOURS(1));
	}
	must_wait(w, stock[20], HOURS(16));
	world_advance(w, (duration_ms){HOURS(16).v - 1});
	must_wait(w, stock[20], (duration_ms){1});
	world_advance(w, (duration_ms){1});
	stock[0] = world_challenge(w, (struct ask){0});
	assert_int_equal(CHECK_APPROVED, world_right(w, stock[0]));
}

/* S14: the hard stop does not end by itself. */
static void
test_hard_stop(void **state)
{
	struct world *w = *state;
	struct id stock[STOCK], other;
	struct check c;

	w->tenant.policy.throttle.hard_stop = 7;
	w->tenant.policy.throttle.soft_stop = 7;
	make_stock(w, stock);
	for (int i = 0; i < 7; i++) {
		fail_times(w, stock, i, 1);
		world_advance(w, SECONDS(5));
	}
	c = world_check(w, stock[9], "000000");
	assert_int_equal(CHECK_THROTTLED, c.verdict);
	assert_true(c.limited.for_good);
	assert_int_equal(1, world_events(w, AUDIT_SUBJECT_STOPPED, NULL));
	world_advance(w, HOURS(23));
	c = world_check(w, stock[9], "000000");
	assert_int_equal(CHECK_THROTTLED, c.verdict);
	world_advance(w, HOURS(24 * 365));
	assert_int_equal(START_LIMITED,
	    world_start(w, (struct ask){0}).verdict);
	other = world_challenge(w, (struct ask){.email = "bob@example.com"});
	assert_int_equal(CHECK_APPROVED, world_right(w, other));
}

/* I2: 100 in a row is the most under any policy. */
static void
test_hundred_in_a_row(void **state)
{
	struct world *w = *state;
	int evaluated = 0;

	w->tenant.policy.throttle.soft_stop = 64;
	for (int i = 0; i < POLICY_SEND_LIMITS; i++) {
		w->tenant.policy.sends[i].n = 64;
	}
	for (int i = 0; i < 200; i++) {
		struct start s = world_start(w, (struct ask){0});

		if (s.verdict == START_LIMITED) {
			assert_true(s.limited.for_good);
			continue;
		}
		assert_int_equal(CHECK_WRONG, world_miss(w, s.row.id));
		evaluated++;
		world_advance(w, HOURS(1));
	}
	assert_int_equal(100, evaluated);
}

/* S31: neither a jump forward nor one back lengthens a lock. */
static void
test_clock_jumps(void **state)
{
	struct world *w = *state;
	struct id stock[STOCK];

	make_stock(w, stock);
	world_advance(w, HOURS(25));
	fail_times(w, stock, 0, 8);
	must_wait(w, stock[20], SECONDS(30));
	/* Back by a day: from now on, once more the whole wait, no longer. */
	world_advance(w, HOURS(-24));
	must_wait(w, stock[20], SECONDS(30));
	world_advance(w, (duration_ms){29999});
	must_wait(w, stock[20], (duration_ms){1});
	world_advance(w, (duration_ms){1});
	fail_times(w, stock, 9, 1);
	must_wait(w, stock[20], SECONDS(60));
	/* Forward by an hour, and back: the count is what it was. */
	world_advance(w, HOURS(1));
	fail_times(w, stock, 10, 1);
	world_advance(w, HOURS(-1));
	must_wait(w, stock[20], SECONDS(120));
	world_advance(w, SECONDS(120));
	assert_int_equal(CHECK_APPROVED, world_right(w, stock[20]));
}

/* A network address: fifty an hour, and it ends (S31). */
static void
test_address_failures(void **state)
{
	struct world *w = *state;
	struct ask ask = {.network = "198.51.100.7"};
	struct check c;
	char email[32], code[CODE_SIZE];
	struct id id, victim;

	victim = world_challenge(w, (struct ask){.email = "v@example.com",
	    .network = ask.network, .purpose = PURPOSE_DELIVERY});
	world_advance(w, HOURS(1));
	for (int i = 0; i < 10; i++) {
		(void)snprintf(email, sizeof(email), "p%d@example.com", i);
		ask.email = email;
		id = world_challenge(w, ask);
		for (int k = 0; k < 5; k++) {
			(void)world_miss(w, id);
		}
	}
	world_code(w, victim, code);
	c = world_check(w, victim, code);
	assert_int_equal(CHECK_THROTTLED, c.verdict);
	assert_string_equal("address", c.limited.rule);
	assert_int_equal(HOURS(1).v, c.limited.wait.v);
	/* The clock was wrong: an hour by the right one is enough. */
	world_advance(w, HOURS(-1));
	assert_int_equal(CHECK_THROTTLED, world_check(w, victim, code).verdict);
	world_advance(w, HOURS(1));
	assert_int_equal(CHECK_APPROVED, world_check(w, victim, code).verdict);
}

/* Rule 11: without the challenge's id nobody spends the owner's tries. */
static void
test_strangers_do_not_lock(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct id unknown = id;

	unknown.b[ID_BYTES - 1] ^= 1;
	for (int i = 0; i < 30; i++) {
		assert_int_equal(CHECK_UNKNOWN,
		    world_check(w, unknown, "123456").verdict);
	}
	assert_int_equal(CHECK_APPROVED, world_right(w, id));
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_delays_grow),
		WORLD_TEST(test_new_challenge_does_not_reset),
		WORLD_TEST(test_success_clears),
		WORLD_TEST(test_soft_stop),
		WORLD_TEST(test_hard_stop),
		WORLD_TEST(test_hundred_in_a_row),
		WORLD_TEST(test_clock_jumps),
		WORLD_TEST(test_address_failures),
		WORLD_TEST(test_strangers_do_not_lock),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
