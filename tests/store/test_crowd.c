/*
 * Many threads at once: those who count, and those who read beside a writer.
 * On both engines.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "rows.h"
#include "store_fixture.h"

static const char *engine;

/* S12, S13: nothing is lost when all count at once. */
enum { COUNTERS = 6, COUNTS = 25 };

struct crowd {
	struct store *store;
	struct id tenant;
	atomic_uint failed;
};

static enum err
count_one(struct tx *tx, void *arg)
{
	static const uint8_t key[COUNTER_KEY_BYTES] = "the same for all";
	struct crowd *crowd = arg;
	struct counter_row row;
	enum err err = counter_row_get(tx, &crowd->tenant, COUNTER_FAILURES,
	    key, &row);

	if (err != ERR_NONE) {
		return err;
	}
	counter_add(&row.state, at(row.state.streak));
	return counter_row_put(tx, &row, at(0));
}

static void *
count_many(void *arg)
{
	struct crowd *crowd = arg;

	for (unsigned i = 0; i < COUNTS; i++) {
		enum err err;

		/* Each try of ours may be beaten five times by others. */
		do {
			err = store_do(crowd->store, STORE_CHECK, count_one,
			    crowd);
		} while (err == ERR_CONFLICT);
		if (err != ERR_NONE) {
			atomic_fetch_add(&crowd->failed, 1);
		}
	}
	return NULL;
}

static enum err
read_streak(struct tx *tx, void *arg)
{
	static const uint8_t key[COUNTER_KEY_BYTES] = "the same for all";
	struct crowd *crowd = arg;
	struct counter_row row;
	enum err err = counter_row_get(tx, &crowd->tenant, COUNTER_FAILURES,
	    key, &row);

	if (err == ERR_NONE && row.state.streak != COUNTERS * COUNTS) {
		fprintf(stderr, "streak %lld\n", (long long)row.state.streak);
		return ERR_RANGE;
	}
	return err;
}

static void
test_crowd(void **state)
{
	struct store_fixture *f = store_fixture_new(engine, NULL);
	struct crowd crowd = {
		.store = store_fixture_store(f), .tenant = fresh_id(at(0)),
	};
	pthread_t threads[COUNTERS];

	(void)state;
	for (unsigned i = 0; i < COUNTERS; i++) {
		assert_int_equal(0, pthread_create(&threads[i], NULL,
		    count_many, &crowd));
	}
	for (unsigned i = 0; i < COUNTERS; i++) {
		pthread_join(threads[i], NULL);
	}
	assert_int_equal(0, atomic_load(&crowd.failed));
	assert_int_equal(ERR_NONE, store_read(crowd.store, read_streak,
	    &crowd));
	store_fixture_free(f);
}

/* More readers than connections, beside a writer: all see all of a commit. */
enum { READERS = 6, READS = 40 };

struct audience {
	struct store *store;
	struct id pair[2];
	atomic_uint torn;
};

static enum err
write_pair(struct tx *tx, void *arg)
{
	struct audience *a = arg;

	for (unsigned i = 0; i < 2; i++) {
		struct message_row m = sample_message(a->pair[i], a->pair[i],
		    at(0));
		enum err err = message_row_insert(tx, &m);

		if (err != ERR_NONE) {
			return err;
		}
	}
	return ERR_NONE;
}

static enum err
read_pair(struct tx *tx, void *arg)
{
	struct audience *a = arg;
	unsigned counts[2] = {0, 0};

	for (unsigned i = 0; i < 2; i++) {
		struct message_row rows[READS];
		struct arena *arena = arena_new(1 << 18);
		enum err err;

		assert(arena != NULL);
		err = message_row_list(tx, &a->pair[i], READS, arena, rows,
		    &counts[i]);
		arena_free(arena);
		if (err != ERR_NONE) {
			return err;
		}
	}
	return counts[0] == counts[1] ? ERR_NONE : ERR_CONFLICT;
}

static void *
read_on(void *arg)
{
	struct audience *a = arg;

	for (unsigned i = 0; i < READS; i++) {
		if (store_read(a->store, read_pair, a) != ERR_NONE) {
			atomic_fetch_add(&a->torn, 1);
		}
	}
	return NULL;
}

static void
test_readers(void **state)
{
	const struct store_options options = {.connections = 2};
	struct store_fixture *f = store_fixture_new(engine, &options);
	struct audience a = {
		.store = store_fixture_store(f),
		.pair = {fresh_id(at(0)), fresh_id(at(1))},
	};
	pthread_t threads[READERS];

	(void)state;
	for (unsigned i = 0; i < READERS; i++) {
		assert_int_equal(0, pthread_create(&threads[i], NULL, read_on,
		    &a));
	}
	for (unsigned i = 0; i < READS; i++) {
		assert_int_equal(ERR_NONE, store_do(a.store, STORE_CREATE,
		    write_pair, &a));
	}
	for (unsigned i = 0; i < READERS; i++) {
		pthread_join(threads[i], NULL);
	}
	assert_int_equal(0, atomic_load(&a.torn));
	store_fixture_free(f);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_readers),
	};

	engine = argc > 1 ? argv[1] : "sqlite";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
