/*
 * Private to store/postgres/: a connection and its prepared statements.
 *
 * Used by one thread at a time.  A connection that is lost is made anew when
 * it is next needed, not more often than its growing wait allows.
 */
#ifndef STORE_POSTGRES_SESSION_H
#define STORE_POSTGRES_SESSION_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "store/engine.h"
#include "store/sql.h"

#define PREPARED_SLOTS (2 * SQL_STATEMENTS_MAX)	/* a power of two */

struct session {
	const char *location;	/* borrowed */
	struct clock clock;
	struct trouble trouble;
	bool read_only;
	PGconn *pg;		/* NULL: not connected */
	const struct sql *prepared[PREPARED_SLOTS];
	mono_ms try_at;		/* not before, after a failure */
	duration_ms wait;	/* the next one */
};

/* session_init(c, location, …): location must outlive c; no connection yet. */
void session_init(struct session *c, const char *location,
    const struct store_options *options, bool read_only) NONNULL;

/* session_done(c): close. */
void session_done(struct session *c) NONNULL;

/*
 * session_ready(c): connected, made so if need be.  ERR_STORE: the server cannot
 * be reached, or it is too soon to try again.
 */
enum err session_ready(struct session *c) MUST_CHECK NONNULL;

/* session_is_lost(c): after a failure: the connection is gone. */
bool session_is_lost(const struct session *c) NONNULL;

/*
 * session_command(c, text): run SQL without values.  ERR_CONFLICT: the server
 * asks for another run (40001, 40P01); nothing was committed.
 */
enum err session_command(struct session *c, const char *text) MUST_CHECK NONNULL;

/* session_begin(c): connects if need be; once more when it was just lost. */
enum err session_begin(struct session *c) MUST_CHECK NONNULL;

/*
 * session_commit(c): ERR_STORE: refused, or the answer was lost and it is not
 * known which.
 */
enum err session_commit(struct session *c) MUST_CHECK NONNULL;
void session_rollback(struct session *c) NONNULL;

/* The transaction's view of a connection. */
struct postgres_tx {
	struct tx tx;
	struct session *session;
};

struct postgres_tx session_tx(struct session *c) NONNULL;

/* session_define(tx, text): a schema_run. */
enum err session_define(struct tx *tx, const char *text) MUST_CHECK NONNULL;

#endif
