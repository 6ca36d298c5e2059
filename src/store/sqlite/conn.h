/*
 * Private to store/sqlite/: a connection and its prepared statements.
 *
 * Used by one thread at a time.  A failed sync ends the process in here,
 * whichever call reports it: the kernel forgets what it could not write, so
 * a second sync would succeed without having written anything.
 */
#ifndef STORE_SQLITE_CONN_H
#define STORE_SQLITE_CONN_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "store/engine.h"
#include "store/sql.h"

#define STATEMENT_SLOTS (2 * SQL_STATEMENTS_MAX)	/* a power of two */

struct statement {
	const struct sql *q;	/* NULL: a free slot */
	sqlite3_stmt *stmt;
};

struct conn {
	sqlite3 *db;
	struct trouble trouble;
	int wal_frames;		/* in the log after the last commit */
	unsigned long commits;	/* that wrote something */
	struct statement statements[STATEMENT_SLOTS];
};

enum conn_mode { CONN_WRITER, CONN_READER };

/* conn_open(c, file, mode, options): the file must exist. */
enum err conn_open(struct conn *c, const char *file, enum conn_mode mode,
    const struct store_options *options) MUST_CHECK NONNULL;

/* conn_prepare(c, q): so that conn_run(c, q) need not compile it then. */
enum err conn_prepare(struct conn *c, const struct sql *q) MUST_CHECK NONNULL;

/*
 * conn_settle(c): before the writer is closed, move the log into the database
 * file.  sqlite3_close would do it too, and say nothing of a sync that failed
 * (rule 10).  Anything else that fails is no loss: the next open finds the log.
 */
void conn_settle(struct conn *c) NONNULL;

/* conn_close(c): on a connection that is not open it does nothing. */
void conn_close(struct conn *c) NONNULL;

/* conn_run(c, q): a statement without values and rows. */
enum err conn_run(struct conn *c, const struct sql *q) MUST_CHECK NONNULL;

/* conn_text(c, text): the same, prepared for this once. */
enum err conn_text(struct conn *c, const char *text) MUST_CHECK NONNULL;

/* conn_says(c, text, word): ERR_STORE unless the first row is this word. */
enum err conn_says(struct conn *c, const char *text, const char *word)
    MUST_CHECK NONNULL;

/* conn_in_transaction(c): it was begun, and nothing has rolled it back. */
bool conn_in_transaction(const struct conn *c) NONNULL;

/*
 * conn_result(c, rc): what SQLite returned, as enum err; trouble is told.
 * Does not return when a sync failed.
 */
enum err conn_result(struct conn *c, int rc) MUST_CHECK NONNULL;

/* conn_die(): a sync failed: say so in one line and abort. */
void conn_die(void) NORETURN;

/* The transaction's view of a connection. */
struct sqlite_tx {
	struct tx tx;
	struct conn *conn;
};

struct sqlite_tx conn_tx(struct conn *c, bool read_only) NONNULL;

/* conn_define(tx, text): a schema_run. */
enum err conn_define(struct tx *tx, const char *text) MUST_CHECK NONNULL;

#endif
