/*
 * What only SQLite has: one file, one process that writes, a log that the
 * close empties, backups.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rows.h"
#include "store/tenants.h"
#include "store_fixture.h"

static struct store_fixture *fixture;

static int
setup(void **state)
{
	(void)state;
	fixture = store_fixture_new("sqlite", NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	store_fixture_free(fixture);
	return 0;
}

/* Good for the next three calls. */
static const char *
beside(const char *suffix)
{
	static char paths[4][512];
	static unsigned at_path;
	char *path = paths[at_path++ % 4];

	snprintf(path, sizeof(paths[0]), "%s%s",
	    store_fixture_options(fixture)->location, suffix);
	return path;
}

static enum err
write_message(struct tx *tx, void *arg)
{
	const struct id *challenge = arg;
	struct message_row m = sample_message(*challenge, *challenge, at(0));

	return message_row_insert(tx, &m);
}

struct found {
	struct id challenge;
	unsigned n;
};

static enum err
find_message(struct tx *tx, void *arg)
{
	struct found *found = arg;
	struct message_row rows[2];
	struct arena *arena = arena_new(1 << 14);
	enum err err = ERR_NOMEM;

	if (arena != NULL) {
		err = message_row_list(tx, &found->challenge, 2, arena, rows,
		    &found->n);
	}
	arena_free(arena);
	return err;
}

static void
run_sql(const char *file, const char *text)
{
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open(file, &db));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, text, NULL, NULL, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_close(db));
}

/* S131: one process writes.  Another one is told, and may read. */
static void
test_one_writer(void **state)
{
	const struct store_options *options = store_fixture_options(fixture);
	struct store *other = NULL;

	(void)state;
	assert_int_equal(ERR_BUSY, store_open(options, &other));
	assert_null(other);
	store_fixture_close(fixture);
	assert_int_equal(ERR_NONE, store_open(options, &other));
	store_close(other);
	store_fixture_open(fixture);
}

static void
test_private_files(void **state)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
	struct id challenge = fresh_id(at(0));
	struct stat st;

	(void)state;
	assert_int_equal(ERR_NONE, store_do(store_fixture_store(fixture),
	    STORE_CHECK, write_message, &challenge));
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(0, stat(beside(suffixes[i]), &st));
		assert_int_equal(0600, st.st_mode & 0777);
	}
}

static void
test_close_empties_log(void **state)
{
	struct id challenge = fresh_id(at(0));
	struct stat st;

	(void)state;
	assert_int_equal(ERR_NONE, store_do(store_fixture_store(fixture),
	    STORE_CHECK, write_message, &challenge));
	assert_int_equal(0, stat(beside("-wal"), &st));
	assert_true(st.st_size > 0);
	store_fixture_close(fixture);
	assert_int_equal(-1, stat(beside("-wal"), &st));
}

static void
test_not_there(void **state)
{
	struct store_options options = *store_fixture_options(fixture);
	struct store *s = NULL;

	(void)state;
	options.location = beside("-nowhere");
	assert_int_equal(ERR_MISSING, store_open(&options, &s));
	run_sql(options.location, "CREATE TABLE t (a)");
	assert_int_equal(ERR_MISSING, store_open(&options, &s));
	options.read_only = true;
	assert_int_equal(ERR_STORE, store_open(&options, &s));
}

static void
test_newer_schema(void **state)
{
	struct store_options options = *store_fixture_options(fixture);
	struct store *s = NULL;

	(void)state;
	store_fixture_close(fixture);
	run_sql(options.location, "UPDATE installation "
	    "SET schema_version = schema_version + 1");
	assert_int_equal(ERR_RANGE, store_open(&options, &s));
	options.read_only = true;
	assert_int_equal(ERR_RANGE, store_open(&options, &s));
	run_sql(options.location, "UPDATE installation "
	    "SET schema_version = schema_version - 1");
	store_fixture_open(fixture);
}

/* A value that we never write is a failure, not a guess (S24). */
static void
test_strange_row(void **state)
{
	struct found found = {.challenge = fresh_id(at(0))};

	(void)state;
	assert_int_equal(ERR_NONE, store_do(store_fixture_store(fixture),
	    STORE_CHECK, write_message, &found.challenge));
	store_fixture_close(fixture);
	run_sql(store_fixture_options(fixture)->location,
	    "UPDATE messages SET state = 77");
	store_fixture_open(fixture);
	assert_int_equal(ERR_STORE, store_read(store_fixture_store(fixture),
	    find_message, &found));
	store_fixture_close(fixture);
	run_sql(store_fixture_options(fixture)->location,
	    "UPDATE messages SET state = 'sent'");
	store_fixture_open(fixture);
	assert_int_equal(ERR_STORE, store_read(store_fixture_store(fixture),
	    find_message, &found));
}

static void
test_not_a_database(void **state)
{
	struct store_options options = *store_fixture_options(fixture);
	struct store *s = NULL;
	FILE *file;

	(void)state;
	options.location = beside("-noise");
	file = fopen(options.location, "w");
	assert_non_null(file);
	for (int i = 0; i < 10000; i++) {
		fputc(i % 251, file);
	}
	fclose(file);
	assert_int_equal(ERR_STORE, store_open(&options, &s));
}

/* Leaves the log behind, as a crash does. */
static void
crash_after(struct id *challenge)
{
	pid_t pid;
	int status;

	store_fixture_close(fixture);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct store *s;

		if (store_open(store_fixture_options(fixture), &s) !=
		    ERR_NONE) {
			_exit(1);
		}
		_exit(store_do(s, STORE_CHECK, write_message, challenge) ==
		    ERR_NONE ? 0 : 2);
	}
	assert_int_equal(pid, waitpid(pid, &status, 0));
	assert_int_equal(0, status);
}

static void
test_after_crash(void **state)
{
	struct found found = {.challenge = fresh_id(at(0))};

	(void)state;
	crash_after(&found.challenge);
	store_fixture_open(fixture);
	assert_int_equal(ERR_NONE, store_read(store_fixture_store(fixture),
	    find_message, &found));
	assert_int_equal(1, found.n);
}

/* S131: after a crash the file is looked over, and damage is not served. */
static void
test_damage_after_crash(void **state)
{
	struct store_options options = *store_fixture_options(fixture);
	struct id challenge = fresh_id(at(0));
	static const char zeros[4096];
	struct store *s = NULL;
	struct stat st;
	int fd;

	(void)state;
	crash_after(&challenge);
	fd = open(options.location, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(0, fstat(fd, &st));
	assert_true(st.st_size > 8 * 4096);
	for (off_t page = 3; page < 6; page++) {
		assert_int_equal(4096, pwrite(fd, zeros, 4096, page * 4096));
	}
	close(fd);
	assert_int_equal(ERR_STORE, store_open(&options, &s));
	assert_null(s);
}

static void
test_backup(void **state)
{
	struct store_options options = *store_fixture_options(fixture);
	struct found found = {.challenge = fresh_id(at(0))};
	struct store *s = store_fixture_store(fixture);
	struct store *copy = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(ERR_NONE, store_do(s, STORE_CHECK, write_message,
	    &found.challenge));
	options.location = beside("-copy");
	assert_int_equal(ERR_NONE, store_backup(s, options.location));
	assert_int_equal(ERR_EXISTS, store_backup(s, options.location));
	assert_int_equal(0, stat(options.location, &st));
	assert_int_equal(0600, st.st_mode & 0777);
	assert_int_equal(-1, stat(beside("-copy.partial"), &st));

	assert_int_equal(ERR_NONE, store_open(&options, &copy));
	assert_int_equal(ERR_NONE, store_check(copy));
	assert_int_equal(ERR_NONE, store_read(copy, find_message, &found));
	assert_int_equal(1, found.n);
	store_close(copy);
	options.location = beside("-nowhere/copy");
	assert_int_equal(ERR_IO, store_backup(s, options.location));
}

/* The log starts again from its beginning: it does not grow for ever. */
static enum err
write_many(struct tx *tx, void *arg)
{
	enum err err = ERR_NONE;

	for (unsigned i = 0; i < 200 && err == ERR_NONE; i++) {
		err = write_message(tx, arg);
	}
	return err;
}

static void
test_log_is_bounded(void **state)
{
	struct id challenge = fresh_id(at(0));
	struct stat st;
	off_t largest = 0;

	(void)state;
	for (unsigned i = 0; i < 600; i++) {
		assert_int_equal(ERR_NONE,
		    store_do(store_fixture_store(fixture), STORE_CHECK,
		    write_many, &challenge));
		assert_int_equal(0, stat(beside("-wal"), &st));
		largest = st.st_size > largest ? st.st_size : largest;
	}
	assert_true(largest > 8 * 1024 * 1024);		/* it was put to use */
	assert_true(largest < 24 * 1024 * 1024);
}

#define ENTRY(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		ENTRY(test_one_writer), ENTRY(test_private_files),
		ENTRY(test_close_empties_log), ENTRY(test_not_there),
		ENTRY(test_newer_schema), ENTRY(test_strange_row),
		ENTRY(test_not_a_database), ENTRY(test_after_crash),
		ENTRY(test_damage_after_crash), ENTRY(test_backup),
		ENTRY(test_log_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
