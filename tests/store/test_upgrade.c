/*
 * test_upgrade 0001.sql: a store as the first release made it, from the file
 * it was made with, is opened by this program (SQLite).
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "rows.h"
#include "store/audit.h"
#include "store/schema.h"
#include "store/senders.h"
#include "store/tenants.h"
#include "store_fixture.h"

enum { SQL_MAX = 65536 };

static const char *first_sql;
static struct store_fixture *fixture;

static void
run_sql(const char *text)
{
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open(
	    store_fixture_options(fixture)->location, &db));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, text, NULL, NULL, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_close(db));
}

/* BYTEA is given as BLOB, as conn_define does; this file has no more. */
static void
run_file(const char *path)
{
	static char text[SQL_MAX];
	FILE *file = fopen(path, "r");
	size_t n;

	assert_non_null(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	assert_true(n > 0 && n < sizeof(text) - 1);
	assert_int_equal(0, fclose(file));
	text[n] = '\0';
	for (char *p = text; (p = strstr(p, "BYTEA")) != NULL; ) {
		memcpy(p, "BLOB ", 5);
	}
	run_sql(text);
}

/* In the place of the fixture's store, a closed one of schema 1. */
static int
setup(void **state)
{
	(void)state;
	fixture = store_fixture_new("sqlite", NULL);
	store_fixture_close(fixture);
	assert_int_equal(0, unlink(store_fixture_options(fixture)->location));
	run_file(first_sql);
	run_sql("INSERT INTO installation VALUES (1, 1, 4, 9, 77);"
	    "INSERT INTO tenants VALUES (zeroblob(22), 'old', 'Old', 77);"
	    "INSERT INTO audit_events VALUES ("
	    "x'00000000000000000000000000000000000000000001', 'e', 1, "
	    "zeroblob(32));"
	    "PRAGMA journal_mode = WAL");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	store_fixture_free(fixture);
	return 0;
}

static enum err
look(struct tx *tx, void *arg)
{
	struct installation_row *row = arg;
	struct arena *arena = arena_new(1 << 14);
	struct tenant_row tenants[2];
	struct sender_row senders[2];
	struct dkim_row keys[2];
	struct audit_event_row events[2];
	const struct id oldest = {0};
	unsigned n_tenants = 0, n_senders = 9, n_keys = 9, n_events = 0;
	enum err e = installation_get(tx, row);

	if (e == ERR_NONE) {
		e = tenant_row_list(tx, arena, 2, tenants, &n_tenants);
	}
	if (e == ERR_NONE) {
		e = sender_row_list(tx, arena, 2, senders, &n_senders);
	}
	if (e == ERR_NONE) {
		e = dkim_row_active(tx, arena, 2, keys, &n_keys);
	}
	if (e == ERR_NONE) {
		e = audit_event_list(tx, &oldest, 2, arena, events, &n_events);
	}
	assert(e != ERR_NONE || (n_events == 1 && n_tenants == 1 && n_senders == 0 &&
	    n_keys == 0 && str_equal(tenants[0].name, STR("old"))));
	arena_free(arena);
	return e;
}

static void
test_first_to_current(void **state)
{
	struct installation_row row = {0};

	(void)state;
	store_fixture_open(fixture);
	assert_int_equal(ERR_NONE, store_read(store_fixture_store(fixture),
	    look, &row));
	assert_int_equal(row.schema, schema_current());
	assert_int_equal(row.epoch, 4);
	assert_int_equal(row.created_at.v, 77);
	/* Once. */
	store_fixture_close(fixture);
	store_fixture_open(fixture);
	assert_int_equal(ERR_NONE, store_check(store_fixture_store(fixture)));
}

/* Somebody who only reads changes nothing: he is told. */
static void
test_reader_does_not_upgrade(void **state)
{
	struct store_options options = *store_fixture_options(fixture);
	struct store *s = NULL;

	(void)state;
	options.read_only = true;
	assert_int_equal(ERR_RANGE, store_open(&options, &s));
	assert_null(s);
	store_fixture_open(fixture);
}

/* All of it or nothing: the second table of the step cannot be made. */
static void
test_half_is_nothing(void **state)
{
	struct store *s = NULL;

	(void)state;
	run_sql("CREATE TABLE dkim_keys (mine)");
	assert_int_equal(ERR_STORE, store_open(store_fixture_options(fixture),
	    &s));
	assert_null(s);
	/* Fails if the first table stayed. */
	run_sql("DROP TABLE dkim_keys; CREATE TABLE senders (mine);"
	    "DROP TABLE senders;"
	    "CREATE TABLE one (v CHECK (v = 1));"
	    "INSERT INTO one SELECT schema_version FROM installation;"
	    "DROP TABLE one");
	store_fixture_open(fixture);
}

#define ENTRY(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		ENTRY(test_first_to_current),
		ENTRY(test_reader_does_not_upgrade),
		ENTRY(test_half_is_nothing),
	};

	first_sql = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
