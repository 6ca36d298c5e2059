#include "store/sqlite/conn.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * What each connection is told.  Sizes of caches are in KiB, negative.  Once
 * the writer's thread runs, the log is synced beside it (sqlite/log.h).
 */
static const char *const writer_pragmas[] = {
	"PRAGMA journal_mode = WAL",
	"PRAGMA synchronous = FULL",
	"PRAGMA wal_autocheckpoint = 0",
	"PRAGMA journal_size_limit = 67108864",
	"PRAGMA secure_delete = ON",
	"PRAGMA foreign_keys = ON",
	"PRAGMA trusted_schema = OFF",
	"PRAGMA cell_size_check = ON",
	"PRAGMA mmap_size = 0",
	"PRAGMA temp_store = MEMORY",
	"PRAGMA cache_size = -16384",
	NULL,
};

static const char *const reader_pragmas[] = {
	"PRAGMA trusted_schema = OFF",
	"PRAGMA cell_size_check = ON",
	"PRAGMA mmap_size = 0",
	"PRAGMA temp_store = MEMORY",
	"PRAGMA cache_size = -1024",
	NULL,
};

/* Only readers of other connections, and those hold no lock for long. */
enum { BUSY_MS = 200 };

/* Our longest statement, rewritten, has half of it. */
enum { STATEMENT_BYTES = 2048 };

void
conn_die(void)
{
	static const char line[] = "{\"level\":\"error\","
	    "\"event\":\"store.sync_failed\","
	    "\"detail\":\"what is on disk is unknown: stopping at once\"}\n";
	ssize_t n = write(STDERR_FILENO, line, sizeof(line) - 1);

	(void)n;
	abort();
}

static enum err
error_of(int rc)
{
	switch (rc) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return ERR_NONE;
	case SQLITE_IOERR_FSYNC:
	case SQLITE_IOERR_DIR_FSYNC:
		conn_die();
	case SQLITE_NOMEM:
	case SQLITE_IOERR_NOMEM:
		return ERR_NOMEM;
	default:
		return ERR_STORE;
	}
}

enum err
conn_result(struct conn *c, int rc)
{
	enum err err = error_of(rc);

	if (err != ERR_NONE) {
		trouble_tell(&c->trouble, sqlite3_errmsg(c->db));
	}
	return err;
}

/*
 * Statistics take a global lock at every allocation; each connection is used
 * by one thread at a time.
 */
static void
configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int
count_frames(void *ctx, sqlite3 *db UNUSED, const char *name UNUSED,
    int frames)
{
	struct conn *c = ctx;

	c->wal_frames = frames;
	c->commits++;
	return SQLITE_OK;
}

static enum err
run_pragmas(struct conn *c, const char *const *pragmas)
{
	for (; *pragmas != NULL; pragmas++) {
		enum err err = conn_text(c, *pragmas);

		if (err != ERR_NONE) {
			return err;
		}
	}
	return ERR_NONE;
}

enum err
conn_open(struct conn *c, const char *file, enum conn_mode mode,
    const struct store_options *options)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const bool writer = mode == CONN_WRITER;
	const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
	    (writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
	enum err err;

	*c = (struct conn){.trouble = trouble_of(options)};
	pthread_once(&once, configure);
	err = conn_result(c, sqlite3_open_v2(file, &c->db, flags, NULL));
	if (err == ERR_NONE) {
		sqlite3_busy_timeout(c->db, BUSY_MS);
		sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		/* Only the writer may write to the database file. */
		sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
		    writer ? 0 : 1, NULL);
		err = run_pragmas(c, writer ? writer_pragmas : reader_pragmas);
	}
	if (err == ERR_NONE && writer) {
		err = conn_says(c, "PRAGMA journal_mode", "wal");
	}
	if (err != ERR_NONE) {
		conn_close(c);
		return err;
	}
	if (writer) {
		sqlite3_wal_hook(c->db, count_frames, c);
	}
	return ERR_NONE;
}

void
conn_settle(struct conn *c)
{
	enum err err = conn_result(c, sqlite3_wal_checkpoint_v2(c->db, NULL,
	    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));

	(void)err;
}

void
conn_close(struct conn *c)
{
	int rc;

	for (unsigned i = 0; i < STATEMENT_SLOTS; i++) {
		sqlite3_finalize(c->statements[i].stmt);
	}
	rc = sqlite3_close(c->db);
	assert(rc == SQLITE_OK);
	*c = (struct conn){0};
}

/*
 * PostgreSQL's $1 is SQLite's ?1; a $1 would be a name there, numbered by
 * where it comes first.
 */
static enum err
prepare(struct conn *c, const char *text, sqlite3_stmt **ret_stmt)
{
	char rewritten[STATEMENT_BYTES];
	size_t n = strlen(text);

	assert(n < sizeof(rewritten));
	memcpy(rewritten, text, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (rewritten[i] == '$') {
			rewritten[i] = '?';
		}
	}
	return conn_result(c, sqlite3_prepare_v3(c->db, rewritten, (int)n + 1,
	    SQLITE_PREPARE_PERSISTENT, ret_stmt, NULL));
}

/* Statements are constants, so their address is their identity. */
static enum err
statement_of(struct conn *c, const struct sql *q, sqlite3_stmt **ret_stmt)
{
	size_t i = (size_t)((uintptr_t)q / sizeof(*q)) % STATEMENT_SLOTS;
	enum err err;

	for (unsigned tries = 0; c->statements[i].q != q; tries++) {
		if (c->statements[i].q == NULL) {
			err = prepare(c, q->text, &c->statements[i].stmt);
			if (err != ERR_NONE) {
				return err;
			}
			c->statements[i].q = q;
			break;
		}
		assert(tries < SQL_STATEMENTS_MAX);
		i = (i + 1) % STATEMENT_SLOTS;
	}
	*ret_stmt = c->statements[i].stmt;
	assert(!sqlite3_stmt_busy(*ret_stmt));
	return ERR_NONE;
}

enum err
conn_prepare(struct conn *c, const struct sql *q)
{
	sqlite3_stmt *stmt;

	return statement_of(c, q, &stmt);
}

enum err
conn_run(struct conn *c, const struct sql *q)
{
	sqlite3_stmt *stmt;
	enum err err = statement_of(c, q, &stmt);
	int rc;

	if (err != ERR_NONE) {
		return err;
	}
	rc = sqlite3_step(stmt);
	err = conn_result(c, rc);
	sqlite3_reset(stmt);
	return err;
}

enum err
conn_text(struct conn *c, const char *text)
{
	return conn_result(c, sqlite3_exec(c->db, text, NULL, NULL, NULL));
}

enum err
conn_says(struct conn *c, const char *text, const char *word)
{
	sqlite3_stmt *stmt = NULL;
	enum err err = prepare(c, text, &stmt);
	const unsigned char *said;
	int rc;

	if (err != ERR_NONE) {
		return err;
	}
	rc = sqlite3_step(stmt);
	err = conn_result(c, rc);
	if (err == ERR_NONE) {
		said = rc == SQLITE_ROW ? sqlite3_column_text(stmt, 0) : NULL;
		if (said == NULL || strcmp((const char *)said, word) != 0) {
			err = ERR_STORE;
		}
	}
	sqlite3_finalize(stmt);
	return err;
}

bool
conn_in_transaction(const struct conn *c)
{
	return sqlite3_get_autocommit(c->db) == 0;
}

static int
bind_one(sqlite3_stmt *stmt, int at, const struct sql_value *v)
{
	/* A NULL pointer would bind NULL, and no column of ours is that. */
	const char *p = v->s.p == NULL ? "" : v->s.p;

	switch (v->type) {
	case SQL_I64:
		return sqlite3_bind_int64(stmt, at, v->i);
	case SQL_TEXT:
		return sqlite3_bind_text64(stmt, at, p, v->s.n, SQLITE_STATIC,
		    SQLITE_UTF8);
	case SQL_BLOB:
		return sqlite3_bind_blob64(stmt, at, p, v->s.n, SQLITE_STATIC);
	case SQL_NULL:
	default:
		return sqlite3_bind_null(stmt, at);
	}
}

static enum err
bind(struct conn *c, const struct sql *q, const struct sql_value *v,
    unsigned n, sqlite3_stmt **ret_stmt)
{
	sqlite3_stmt *stmt;
	enum err err = statement_of(c, q, &stmt);

	if (err != ERR_NONE) {
		return err;
	}
	assert((unsigned)sqlite3_bind_parameter_count(stmt) == n);
	for (unsigned i = 0; i < n && err == ERR_NONE; i++) {
		err = conn_result(c, bind_one(stmt, (int)i + 1, &v[i]));
	}
	*ret_stmt = stmt;
	return err;
}

static void
read_column(sqlite3_stmt *stmt, int at, struct sql_value *v)
{
	switch (sqlite3_column_type(stmt, at)) {
	case SQLITE_INTEGER:
		*v = sql_i64(sqlite3_column_int64(stmt, at));
		return;
	case SQLITE_TEXT:
		v->type = SQL_TEXT;
		break;
	case SQLITE_BLOB:
		v->type = SQL_BLOB;
		break;
	default:
		v->type = SQL_NULL;
		return;
	}
	/* The bytes of UTF-8 text as they are, without a copy. */
	v->s.p = sqlite3_column_blob(stmt, at);
	v->s.n = (size_t)sqlite3_column_bytes(stmt, at);
	if (v->s.p == NULL) {
		v->s = STR("");
	}
}

static enum err
visit_rows(struct conn *c, sqlite3_stmt *stmt, sql_row_fn *fn, void *ctx,
    unsigned *ret_rows)
{
	struct sql_value values[SQL_VALUES_MAX];
	const int n = sqlite3_column_count(stmt);
	unsigned rows = 0;
	int rc;

	assert(n <= SQL_VALUES_MAX);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct sql_row row = {.v = values, .n = (unsigned)n};
		enum err err;

		for (int i = 0; i < n; i++) {
			read_column(stmt, i, &values[i]);
		}
		err = fn(&row, ctx);
		if (err != ERR_NONE) {
			return err;
		}
		rows++;
	}
	*ret_rows = rows;
	return conn_result(c, rc);
}

static struct conn *
conn_of(struct tx *tx)
{
	/* tx is the first member. */
	return ((struct sqlite_tx *)tx)->conn;
}

static enum err
tx_exec(struct tx *tx, const struct sql *q, const struct sql_value *v,
    unsigned n, unsigned *ret_changed)
{
	struct conn *c = conn_of(tx);
	sqlite3_stmt *stmt;
	enum err err = bind(c, q, v, n, &stmt);
	int rc;

	if (err != ERR_NONE) {
		return err;
	}
	rc = sqlite3_step(stmt);
	if (rc == SQLITE_DONE) {
		*ret_changed = (unsigned)sqlite3_changes(c->db);
	}
	err = conn_result(c, rc);
	sqlite3_reset(stmt);
	return err;
}

static enum err
tx_query(struct tx *tx, const struct sql *q, const struct sql_value *v,
    unsigned n, sql_row_fn *fn, void *ctx, unsigned *ret_rows)
{
	struct conn *c = conn_of(tx);
	sqlite3_stmt *stmt;
	enum err err = bind(c, q, v, n, &stmt);

	if (err != ERR_NONE) {
		return err;
	}
	err = visit_rows(c, stmt, fn, ctx, ret_rows);
	sqlite3_reset(stmt);
	return err;
}

static const struct tx_ops ops = {.exec = tx_exec, .query = tx_query};

struct sqlite_tx
conn_tx(struct conn *c, bool read_only)
{
	return (struct sqlite_tx){
		.tx = {.ops = &ops, .read_only = read_only},
		.conn = c,
	};
}

/* Both texts have the same length. */
static void
rewrite(char *text, const char *from, const char *to)
{
	const size_t n = strlen(from);
	char *at = text;

	assert(n == strlen(to));
	while ((at = strstr(at, from)) != NULL) {
		memcpy(at, to, n);
	}
}

/* What the schema files write for both engines, as it is called here. */
enum err
conn_define(struct tx *tx, const char *text)
{
	char rewritten[STATEMENT_BYTES];
	size_t n = strlen(text);

	assert(n < sizeof(rewritten));
	memcpy(rewritten, text, n + 1);
	rewrite(rewritten, "BYTEA", "BLOB ");
	rewrite(rewritten, "/* clustered */", "WITHOUT ROWID  ");
	return conn_text(conn_of(tx), rewritten);
}
