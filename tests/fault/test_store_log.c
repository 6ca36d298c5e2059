/*
 * The log of SQLite while a sync takes long (I3, rule 10, S131): nobody is
 * told of anything before it is on disk, neither who wrote it, nor who wrote
 * something after it, nor who reads; and the writer works on meanwhile.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "fault_vfs.h"
#include "store/audit.h"
#include "store_fixture.h"

enum { TURNS = 200, LIST_MAX = 16 };

/* A job that writes one row, and how far it has come. */
struct task {
	struct store_job job;	/* first */
	uint8_t name;
	bool writes;
	enum err answer;	/* of its use case */
	atomic_bool ran;
	atomic_bool answered;
	enum err result;
};

static atomic_uint answers;

static enum err
write_row(struct tx *tx, void *arg)
{
	struct task *t = arg;
	const struct audit_event_row e = {
		.id = {{1, t->name}}, .body = STR("{}"),
	};
	enum err err = t->writes ? audit_event_insert(tx, &e) : ERR_NONE;

	atomic_store(&t->ran, true);
	return err == ERR_NONE ? t->answer : err;
}

static void
told(struct store_job *job, enum err result)
{
	struct task *t = (struct task *)job;

	t->result = result;
	atomic_store(&t->answered, true);
	atomic_fetch_add(&answers, 1);
}

static void
submit(struct store *s, struct task *t, uint8_t name)
{
	t->name = name;
	t->job = (struct store_job){
		.run = write_row, .arg = t, .done = told,
		.priority = STORE_CHECK,
	};
	assert_int_equal(ERR_NONE, store_submit(s, &t->job));
}

static void
wait_for(const atomic_bool *flag)
{
	while (!atomic_load(flag)) {
		sched_yield();
	}
}

/* Gives the others every chance to do what they must not do. */
static void
let_others_run(void)
{
	for (unsigned i = 0; i < TURNS; i++) {
		sched_yield();
	}
}

/* A reader on a thread of its own. */
struct reader {
	struct store *s;
	unsigned rows;
	atomic_bool ran;
	atomic_bool back;
};

static enum err
list_rows(struct tx *tx, void *arg)
{
	struct reader *r = arg;
	const struct id first = {{0}};
	struct audit_event_row rows[LIST_MAX];
	struct arena *arena = arena_new(1 << 16);
	enum err err;

	assert_non_null(arena);
	err = audit_event_list(tx, &first, LIST_MAX, arena, rows, &r->rows);
	arena_free(arena);
	atomic_store(&r->ran, true);
	return err;
}

static void *
reader_main(void *ctx)
{
	struct reader *r = ctx;

	assert_int_equal(ERR_NONE, store_read(r->s, list_rows, r));
	atomic_store(&r->back, true);
	return NULL;
}

static void
test_nobody_is_told(void **state)
{
	struct store *s = store_fixture_store(*state);
	struct task first = {.writes = true}, second = {.writes = true};
	struct task third = {.answer = ERR_DENIED};
	struct reader r = {.s = s};
	pthread_t thread;

	atomic_store(&answers, 0);
	fault_vfs_hold();
	submit(s, &first, 1);
	fault_vfs_held();
	submit(s, &second, 2);
	submit(s, &third, 3);
	wait_for(&second.ran);
	wait_for(&third.ran);
	assert_int_equal(0, pthread_create(&thread, NULL, reader_main, &r));
	wait_for(&r.ran);
	let_others_run();
	assert_int_equal(0, atomic_load(&answers));
	assert_false(atomic_load(&r.back));
	fault_vfs_release();
	assert_int_equal(0, pthread_join(thread, NULL));
	wait_for(&first.answered);
	wait_for(&second.answered);
	wait_for(&third.answered);
	assert_int_equal(ERR_NONE, first.result);
	assert_int_equal(ERR_NONE, second.result);
	assert_int_equal(ERR_DENIED, third.result);
	/* The second was not committed yet, so it was not to be seen. */
	assert_int_equal(2, r.rows);
}

/* What comes while a sync takes long shares the next one. */
static void
test_one_commit_for_all(void **state)
{
	struct store *s = store_fixture_store(*state);
	struct task tasks[LIST_MAX] = {0};

	fault_vfs_arm(FAULT_VFS_SYNC, UINT32_MAX);
	fault_vfs_hold();
	for (unsigned i = 0; i < LIST_MAX; i++) {
		tasks[i].writes = true;
		submit(s, &tasks[i], (uint8_t)(10 + i));
		if (i == 0) {
			fault_vfs_held();
		}
	}
	wait_for(&tasks[LIST_MAX - 1].ran);
	fault_vfs_release();
	for (unsigned i = 0; i < LIST_MAX; i++) {
		wait_for(&tasks[i].answered);
		assert_int_equal(ERR_NONE, tasks[i].result);
	}
	assert_int_equal(2, fault_vfs_counted());
}

/* Closing answers whoever waits, and does not before it is on disk. */
static void *
closer_main(void *ctx)
{
	store_fixture_close(ctx);
	return NULL;
}

static void
test_close_waits(void **state)
{
	struct task last = {.writes = true};
	pthread_t thread;

	fault_vfs_hold();
	submit(store_fixture_store(*state), &last, 99);
	fault_vfs_held();
	assert_int_equal(0, pthread_create(&thread, NULL, closer_main, *state));
	let_others_run();
	assert_false(atomic_load(&last.answered));
	fault_vfs_release();
	assert_int_equal(0, pthread_join(thread, NULL));
	assert_true(atomic_load(&last.answered));
	assert_int_equal(ERR_NONE, last.result);
	store_fixture_open(*state);
}

/* The first commit to a log begins with its header, which is synced apart. */
static int
setup(void **state)
{
	struct task first = {.writes = true};

	fault_vfs_install();
	*state = store_fixture_new("sqlite", NULL);
	submit(store_fixture_store(*state), &first, 0);
	wait_for(&first.answered);
	return first.result == ERR_NONE ? 0 : -1;
}

static int
teardown(void **state)
{
	store_fixture_free(*state);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_is_told),
		cmocka_unit_test(test_one_commit_for_all),
		cmocka_unit_test(test_close_waits),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
