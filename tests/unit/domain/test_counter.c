#include "domain/counter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define START ((unix_ms){1800000000000})
#define AFTER(seconds) unix_ms_add(START, SECONDS(seconds))

static const struct throttle_policy limits = {
	.free_failures = 5, .soft_stop = 20, .hard_stop = 100,
};

static const duration_ms day = {86400000};

static unix_ms
plus(unix_ms t, int64_t ms)
{
	return unix_ms_add(t, (duration_ms){ms});
}

static void
add(struct counter *c, unsigned n, unix_ms now)
{
	for (unsigned i = 0; i < n; i++) {
		counter_add(c, now);
	}
}

/* A mark leaves its window to the millisecond. */
static void
windows_slide(void **state UNUSED)
{
	const duration_ms window = MINUTES(10);
	struct counter c = {0};

	assert_int_equal(counter_within(&c, START, window), 0);
	for (int i = 0; i < 5; i++) {
		counter_add(&c, AFTER(60 * i));
	}
	assert_int_equal(c.streak, 5);
	assert_int_equal(counter_within(&c, AFTER(240), window), 5);
	assert_int_equal(counter_within(&c, plus(AFTER(600), -1), window), 5);
	assert_int_equal(counter_within(&c, AFTER(600), window), 4);
	assert_int_equal(counter_within(&c, plus(AFTER(840), -1), window), 1);
	assert_int_equal(counter_within(&c, AFTER(840), window), 0);
	assert_int_equal(c.streak, 5);
}

/* S36: 5 in 10 minutes, 10 in an hour, 20 in a day. */
static void
waits(void **state UNUSED)
{
	static const struct rate_limit sends[] = {
		{5, {600000}}, {10, {3600000}}, {20, {86400000}},
	};
	struct counter c = {0};
	unix_ms now = START;

	for (int i = 0; i < 5; i++) {
		assert_int_equal(counter_wait(&c, now, sends, 3).v, 0);
		counter_add(&c, now);
		now = plus(now, 1000);
	}
	/* The first of the five leaves at 600 s. */
	assert_int_equal(counter_wait(&c, now, sends, 3).v, 595000);
	assert_int_equal(counter_wait(&c, plus(AFTER(600), -1), sends, 3).v,
	    1);
	assert_int_equal(counter_wait(&c, AFTER(600), sends, 3).v, 0);
	add(&c, 5, AFTER(610));
	assert_int_equal(counter_wait(&c, AFTER(1300), sends, 3).v, 2300000);
	assert_int_equal(counter_wait(&c, AFTER(1300), sends, 1).v, 0);
	add(&c, 10, AFTER(4300));
	assert_int_equal(counter_wait(&c, AFTER(10000), sends, 3).v,
	    76400000);
	assert_int_equal(counter_wait(&c, AFTER(86400), sends, 3).v, 0);
}

/* More happened than the limit allows: the tenant made it smaller. */
static void
a_smaller_limit(void **state UNUSED)
{
	static const struct rate_limit two = {2, {3600000}};
	struct counter c = {0};

	for (int i = 0; i < 5; i++) {
		counter_add(&c, AFTER(i));
	}
	/* One may come when a single one of the five is left. */
	assert_int_equal(counter_wait(&c, AFTER(10), &two, 1).v, 3593000);
}

static void
throttled(const struct counter *c, unix_ms now, int64_t wait)
{
	struct throttle t = counter_throttle(c, now, &limits);

	assert_int_equal(t.state, wait > 0 ? THROTTLE_WAIT : THROTTLE_FREE);
	assert_int_equal(t.wait.v, wait);
}

/* S16, S63: five free tries; from the 6th failure 1, 5, 30, 60, 120 s …, 1 h */
static void
delays(void **state UNUSED)
{
	static const int64_t seconds[] = {0, 0, 0, 0, 0, 0, 1, 5, 30, 60,
	    120, 240, 480, 960, 1920, 3600, 3600, 3600};
	struct counter c = {0};
	unix_ms now = START;

	for (size_t n = 0; n < sizeof(seconds) / sizeof(seconds[0]); n++) {
		int64_t wait = seconds[n] * 1000;

		assert_int_equal(c.streak, n);
		throttled(&c, now, wait);
		if (wait > 0) {
			throttled(&c, plus(now, 1), wait - 1);
			throttled(&c, plus(now, wait - 1), 1);
			throttled(&c, plus(now, wait), 0);
		}
		now = plus(now, wait);
		counter_add(&c, now);
	}
}

/* Twenty in 24 hours; the next may come when the first of them has left. */
static void
soft_stop(void **state UNUSED)
{
	struct counter c = {0};

	for (int i = 0; i < 19; i++) {
		counter_add(&c, AFTER(3600 * i));
	}
	throttled(&c, AFTER(3600 * 19), 0);
	counter_add(&c, AFTER(3600 * 19));
	throttled(&c, AFTER(3600 * 20), 4 * 3600 * 1000);
	throttled(&c, plus(AFTER(86400), -1), 1);
	throttled(&c, AFTER(86400), 0);
}

/* S14: a hundred in a row, however slowly; no time ends that. */
static void
hard_stop(void **state UNUSED)
{
	struct counter c = {0};
	struct throttle t;

	for (int i = 0; i < 99; i++) {
		counter_add(&c, AFTER(86400 * i));
	}
	throttled(&c, AFTER(86400 * 99), 0);
	counter_add(&c, AFTER(86400 * 99));
	t = counter_throttle(&c, AFTER(86400 * 99), &limits);
	assert_int_equal(t.state, THROTTLE_STOPPED);
	t = counter_throttle(&c, (unix_ms){UNIX_MS_MAX}, &limits);
	assert_int_equal(t.state, THROTTLE_STOPPED);
	counter_clear(&c);
	throttled(&c, AFTER(86400 * 99), 0);
}

/* S17: success ends the streak and frees the day. */
static void
success(void **state UNUSED)
{
	struct counter c = {0};

	add(&c, 20, START);
	counter_clear(&c);
	assert_int_equal(c.streak, 0);
	assert_int_equal(counter_within(&c, START, day), 0);
	add(&c, 5, START);
	throttled(&c, START, 0);
}

/* S31: the clock was a year ahead, and is put right. */
static void
clock_put_back(void **state UNUSED)
{
	const unix_ms ahead = AFTER(31536000);
	struct counter c = {0};

	add(&c, 3, START);
	add(&c, 5, ahead);
	assert_int_equal(counter_within(&c, START, day), 8);
	throttled(&c, START, 30000);
	/* Not settled, the wait would not get shorter for a year. */
	throttled(&c, AFTER(30), 30000);
	assert_true(counter_settle(&c, START));
	assert_false(counter_settle(&c, START));
	throttled(&c, AFTER(29), 1000);
	throttled(&c, AFTER(30), 0);
	assert_int_equal(c.n, 8);
	assert_int_equal(c.streak, 8);
	assert_int_equal(counter_within(&c, plus(AFTER(86400), -1), day), 8);
	assert_int_equal(counter_within(&c, AFTER(86400), day), 0);
}

/* S31: nothing that was counted is dropped, wherever the clock goes. */
static void
clock_to_and_fro(void **state UNUSED)
{
	static const int64_t at[] = {0, 86400000, 1000, -5, 90000000, 7};
	struct counter c = {0};

	for (unsigned i = 0; i < 60; i++) {
		unix_ms now = plus(START, at[i % 6]);

		counter_add(&c, now);
		assert_int_equal(c.n, i + 1);
		assert_int_equal(c.marks[i].v, now.v);
		for (unsigned k = 1; k < c.n; k++) {
			assert_true(c.marks[k - 1].v <= c.marks[k].v);
		}
	}
	assert_int_equal(c.streak, 60);
}

static void
oldest_gives_way(void **state UNUSED)
{
	struct counter c = {0};

	for (int i = 0; i < 100; i++) {
		counter_add(&c, AFTER(i));
	}
	assert_int_equal(c.n, COUNTER_MARKS);
	assert_int_equal(c.streak, 100);
	assert_int_equal(c.marks[0].v, AFTER(36).v);
	assert_int_equal(c.marks[COUNTER_MARKS - 1].v, AFTER(99).v);
}

static void
packed(void **state UNUSED)
{
	uint8_t bytes[COUNTER_BYTES], again[COUNTER_BYTES];
	static const uint8_t two[] = {
		0x00, 0x00, 0x01, 0xa3, 0x18, 0x5c, 0x50, 0x00,
		0x00, 0x00, 0x01, 0xa3, 0x18, 0x5c, 0x53, 0xe8,
	};
	struct counter c = {0};
	struct counter back = {.streak = 77};

	add(&c, 1, START);
	add(&c, 1, AFTER(1));
	assert_int_equal(counter_pack(&c, bytes), sizeof(two));
	assert_memory_equal(bytes, two, sizeof(two));
	for (unsigned n = 2; n < 70; n++) {
		size_t size = counter_pack(&c, bytes);

		assert_true(counter_unpack(
		    (struct str){(char *)bytes, size}, &back));
		assert_int_equal(back.streak, 77);
		assert_int_equal(back.n, c.n);
		assert_int_equal(counter_pack(&back, again), size);
		assert_memory_equal(bytes, again, size);
		counter_add(&c, AFTER(n));
	}
	assert_true(counter_unpack((struct str){NULL, 0}, &back));
	assert_int_equal(back.n, 0);
}

static void
not_packed(void **state UNUSED)
{
	static const struct { const char *p; size_t n; } bad[] = {
		{"1234567", 7}, {"123456789", 9},
		/* before 1970, past 9999, the newer one first */
		{"\xff\xff\xff\xff\xff\xff\xff\xff", 8},
		{"\x7f\xff\xff\xff\xff\xff\xff\xff", 8},
		{"\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\1", 16},
	};
	static const char long_one[COUNTER_BYTES + 8];
	struct counter c = {0}, before;

	add(&c, 3, START);
	before = c;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(counter_unpack(
		    (struct str){bad[i].p, bad[i].n}, &c));
	}
	assert_false(counter_unpack(
	    (struct str){long_one, sizeof(long_one)}, &c));
	assert_memory_equal(&c, &before, sizeof(c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_slide),
		cmocka_unit_test(waits),
		cmocka_unit_test(a_smaller_limit),
		cmocka_unit_test(delays),
		cmocka_unit_test(soft_stop),
		cmocka_unit_test(hard_stop),
		cmocka_unit_test(success),
		cmocka_unit_test(clock_put_back),
		cmocka_unit_test(clock_to_and_fro),
		cmocka_unit_test(oldest_gives_way),
		cmocka_unit_test(packed),
		cmocka_unit_test(not_packed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
