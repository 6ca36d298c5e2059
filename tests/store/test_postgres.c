/*
 * What only PostgreSQL has: sessions that end, a server that is not there,
 * deadlocks.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>

#include "rows.h"
#include "store/schema.h"
#include "store_fixture.h"

enum { SQL_MAX = 65536 };

static const char *first_sql;
static atomic_uint troubles;
static struct store_fixture *fixture;

static void
count_trouble(void *ctx UNUSED, const char *what)
{
	assert(what != NULL);
	atomic_fetch_add(&troubles, 1);
}

static int
setup(void **state)
{
	const struct store_options options = {
		.connections = 2, .on_trouble = count_trouble,
	};

	(void)state;
	atomic_store(&troubles, 0);
	fixture = store_fixture_new("postgresql", &options);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	store_fixture_free(fixture);
	return 0;
}

/* What an administrator, or a restart of the server, does. */
static void
end_sessions(void)
{
	PGconn *pg = PQconnectdb(store_fixture_options(fixture)->location);
	PGresult *result = PQexec(pg, "SELECT pg_terminate_backend(pid, 5000) "
	    "FROM pg_stat_activity WHERE datname = current_database() "
	    "AND pid <> pg_backend_pid()");

	assert(PQresultStatus(result) == PGRES_TUPLES_OK);
	assert(PQntuples(result) > 0);
	PQclear(result);
	PQfinish(pg);
}

struct write {
	struct id challenge;
	unsigned runs;
	bool cut;		/* end the sessions in the middle */
};

static enum err
write_message(struct tx *tx, void *arg)
{
	struct write *w = arg;
	struct message_row m = sample_message(w->challenge, w->challenge,
	    at(0));
	enum err err = message_row_insert(tx, &m);

	w->runs++;
	if (w->cut) {
		end_sessions();
	}
	return err;
}

struct found {
	struct id challenge;
	unsigned n;
};

static enum err
find_messages(struct tx *tx, void *arg)
{
	struct found *found = arg;
	struct message_row rows[4];
	struct arena *arena = arena_new(1 << 14);
	enum err err = ERR_NOMEM;

	if (arena != NULL) {
		err = message_row_list(tx, &found->challenge, 4, arena, rows,
		    &found->n);
	}
	arena_free(arena);
	return err;
}

static unsigned
messages_of(struct id challenge)
{
	struct found found = {.challenge = challenge, .n = 99};

	assert_int_equal(ERR_NONE, store_read(store_fixture_store(fixture),
	    find_messages, &found));
	return found.n;
}

/* I9: nothing was begun yet, so nobody notices. */
static void
test_session_ended_between(void **state)
{
	struct store *s = store_fixture_store(fixture);

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct write w = {.challenge = fresh_id(at(0))};

		assert_int_equal(ERR_NONE, store_do(s, STORE_CHECK,
		    write_message, &w));
		assert_int_equal(1, messages_of(w.challenge));
		end_sessions();
	}
}

/* A commit whose answer is lost is never tried again: ERR_STORE. */
static void
test_session_ended_within(void **state)
{
	struct store *s = store_fixture_store(fixture);
	struct write w = {.challenge = fresh_id(at(0)), .cut = true};

	(void)state;
	assert_int_equal(ERR_STORE, store_do(s, STORE_CHECK, write_message,
	    &w));
	assert_int_equal(1, w.runs);
	assert_int_equal(1, atomic_load(&troubles));
	w.cut = false;
	assert_int_equal(ERR_NONE, store_do(s, STORE_CHECK, write_message,
	    &w));
	assert_int_equal(1, messages_of(w.challenge));
}

static void
test_no_server(void **state)
{
	struct store_options options = *store_fixture_options(fixture);
	struct store *s = NULL;

	(void)state;
	options.location = "postgresql:///test?host=/nowhere";
	assert_int_equal(ERR_STORE, store_open(&options, &s));
	assert_int_equal(ERR_STORE, store_create(&options, at(0)));
	assert_null(s);
	assert_int_equal(2, atomic_load(&troubles));
}

static void
test_no_schema(void **state)
{
	struct store_options options = *store_fixture_options(fixture);
	const char *server = getenv("TEST_POSTGRES");
	struct store *s = NULL;

	(void)state;
	options.location = server;
	assert_int_equal(ERR_MISSING, store_open(&options, &s));
	assert_null(s);
}

static void
run_sql(PGconn *pg, const char *text)
{
	PGresult *result = PQexec(pg, text);

	assert_int_equal(PGRES_COMMAND_OK, PQresultStatus(result));
	PQclear(result);
}

/* A store as the first release made it, from the file it was made with. */
static void
test_upgrade(void **state)
{
	static char text[SQL_MAX];
	FILE *file = fopen(first_sql, "r");
	PGconn *pg;
	PGresult *result;
	size_t n;

	(void)state;
	assert_non_null(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	assert_true(n > 0 && n < sizeof(text) - 1);
	assert_int_equal(0, fclose(file));
	text[n] = '\0';
	store_fixture_close(fixture);
	pg = PQconnectdb(store_fixture_options(fixture)->location);
	run_sql(pg, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
	run_sql(pg, text);
	run_sql(pg, "INSERT INTO installation VALUES (1, 1, 4, 9, 77)");
	store_fixture_open(fixture);
	result = PQexec(pg, "SELECT schema_version, epoch, (SELECT COUNT(*) "
	    "FROM dkim_keys) + (SELECT COUNT(*) FROM senders) "
	    "FROM installation");
	assert_int_equal(PGRES_TUPLES_OK, PQresultStatus(result));
	assert_int_equal(schema_current(),
	    strtoll(PQgetvalue(result, 0, 0), NULL, 10));
	assert_string_equal("4", PQgetvalue(result, 0, 1));
	assert_string_equal("0", PQgetvalue(result, 0, 2));
	PQclear(result);
	PQfinish(pg);
}

/* Two that lock the same rows in another order: the server stops one. */
struct meeting {
	pthread_barrier_t both;
	struct id tenant;
	struct store *store;
};

struct party {
	struct meeting *meeting;
	uint8_t first[COUNTER_KEY_BYTES];
	uint8_t second[COUNTER_KEY_BYTES];
	unsigned runs;
	enum err result;
};

static enum err
count_key(struct tx *tx, const struct meeting *m, const uint8_t *key)
{
	struct counter_row row;
	enum err err = counter_row_get(tx, &m->tenant, COUNTER_FAILURES, key,
	    &row);

	if (err != ERR_NONE) {
		return err;
	}
	row.state.streak++;
	return counter_row_put(tx, &row, at(0));
}

static enum err
count_both(struct tx *tx, void *arg)
{
	struct party *p = arg;
	enum err err = count_key(tx, p->meeting, p->first);

	if (p->runs++ == 0) {
		pthread_barrier_wait(&p->meeting->both);
	}
	return err == ERR_NONE ? count_key(tx, p->meeting, p->second) : err;
}

static enum err
make_both(struct tx *tx, void *arg)
{
	struct party *p = arg;
	enum err err = count_key(tx, p->meeting, p->first);

	return err == ERR_NONE ? count_key(tx, p->meeting, p->second) : err;
}

static void *
party_main(void *arg)
{
	struct party *p = arg;

	p->result = store_do(p->meeting->store, STORE_CHECK, count_both, p);
	return NULL;
}

static enum err
read_streaks(struct tx *tx, void *arg)
{
	struct party *p = arg;
	struct counter_row a, b;
	enum err err = counter_row_get(tx, &p->meeting->tenant,
	    COUNTER_FAILURES, p->first, &a);

	if (err == ERR_NONE) {
		err = counter_row_get(tx, &p->meeting->tenant,
		    COUNTER_FAILURES, p->second, &b);
	}
	if (err == ERR_NONE && (a.state.streak != 3 || b.state.streak != 3)) {
		return ERR_RANGE;
	}
	return err;
}

static void
test_deadlock(void **state)
{
	struct meeting m = {
		.tenant = fresh_id(at(0)),
		.store = store_fixture_store(fixture),
	};
	struct party a = {.meeting = &m, .first = "a", .second = "b"};
	struct party b = {.meeting = &m, .first = "b", .second = "a"};
	pthread_t threads[2];

	(void)state;
	pthread_barrier_init(&m.both, NULL, 2);
	assert_int_equal(ERR_NONE, store_do(m.store, STORE_CHECK, make_both,
	    &a));
	assert_int_equal(0, pthread_create(&threads[0], NULL, party_main, &a));
	assert_int_equal(0, pthread_create(&threads[1], NULL, party_main, &b));
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	assert_int_equal(ERR_NONE, a.result);
	assert_int_equal(ERR_NONE, b.result);
	assert_true(a.runs + b.runs > 2);
	assert_int_equal(ERR_NONE, store_read(m.store, read_streaks, &a));
	pthread_barrier_destroy(&m.both);
}

#define ENTRY(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		ENTRY(test_session_ended_between),
		ENTRY(test_session_ended_within),
		ENTRY(test_no_server), ENTRY(test_no_schema),
		ENTRY(test_upgrade),
		ENTRY(test_deadlock),
	};

	first_sql = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
