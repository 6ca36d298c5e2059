/*
 * The store: use cases in, durable answers out.
 *
 * A use case is plain sequential C that gets a transaction.  The executor
 * decides how many of them share one commit; none is answered before its
 * commit is on disk.  A use case may be run again, even after it succeeded,
 * when somebody else changed a row first (ERR_CONFLICT) or another one of its
 * batch failed; so it must not leave traces in its argument that a second run
 * would stumble over.
 *
 * Queues are bounded.  Past the bound, checks are served before creations,
 * and the rest get ERR_BUSY (S134).  A failed sync stops the process: the
 * state on disk is then unknown, and nothing is acknowledged (I3, rule 10).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/id.h"
#include "base/rng.h"

struct store;
struct tx;

/*
 * A use case.  ERR_NONE: what it wrote becomes part of the commit.  Anything
 * else: what it wrote is undone, and done is told.  A failure of the engine
 * that it overlooks undoes it too.  It may not call store_do (its own thread
 * would have to run that).
 */
typedef enum err use_case(struct tx *tx, void *arg);

enum store_priority {
	STORE_CHECK,		/* somebody stands at a door */
	STORE_CREATE,
	STORE_BACKGROUND,	/* courier, keeper */
	STORE_PRIORITY_COUNT
};

/* A job belongs to its submitter again when done is called. */
struct store_job {
	use_case *run;
	void *arg;
	/*
	 * On a thread of the store; must be short and must not block.
	 * ERR_STORE means that nothing was changed, with one exception: where
	 * PostgreSQL's answer to a commit was lost, nobody knows (I4).
	 */
	void (*done)(struct store_job *job, enum err result);
	/*
	 * NULL, or called on the same thread after done, once for jobs in a
	 * row that have the same: to wake somebody once for a whole batch.
	 */
	void (*after)(void);
	enum store_priority priority;
	struct store_job *next;	/* the store's */
};

struct store_options {
	const char *location;	/* a file, or "postgresql://…" */
	struct clock clock;
	struct rng rng;		/* for the wait before a rerun; may be empty */
	bool read_only;		/* beside the process that writes (SQLite) */
	/* Zero: the usual number. */
	unsigned queue_max;	/* jobs waiting, for each priority */
	unsigned batch_max;	/* jobs in one commit (SQLite) */
	unsigned connections;	/* PostgreSQL; readers of SQLite */
	/* After a commit that wrote messages; may be NULL.  On any thread. */
	void (*on_messages)(void *ctx);
	/*
	 * The database refused, or went away: what it said, for the log; once
	 * until something succeeds again.  May be NULL.  On any thread.
	 */
	void (*on_trouble)(void *ctx, const char *what);
	void *ctx;
};

/*
 * store_create(options, now): an empty store with the current schema.
 * ERR_EXISTS when there is one at this place.
 */
enum err store_create(const struct store_options *options, unix_ms now)
    MUST_CHECK NONNULL;

/*
 * store_open(options, ret_store): applies missing schema files in a
 * transaction, starts the executor.  ERR_MISSING: no store there; ERR_BUSY:
 * another process has it open for writing (SQLite); ERR_RANGE: its schema is
 * newer than this program, or older and read_only; ERR_STORE: damaged or not
 * reachable.
 */
enum err store_open(const struct store_options *options,
    struct store **ret_store) MUST_CHECK NONNULL;

/* store_close(s): refuse new jobs, finish those that wait, close. */
void store_close(struct store *s);

/*
 * store_submit(s, job): run it some time; job->done tells.  ERR_BUSY,
 * ERR_CLOSED, or ERR_DENIED on a read-only store: done is not called.
 */
enum err store_submit(struct store *s, struct store_job *job)
    MUST_CHECK NONNULL;

/*
 * store_submit_patiently(s, job): the same, and waits while there is no room:
 * for who has nobody to say "later" to.  Never from a done function or a use
 * case.  ERR_CLOSED; ERR_DENIED.
 */
enum err store_submit_patiently(struct store *s, struct store_job *job)
    MUST_CHECK NONNULL;

/*
 * store_do(s, priority, run, arg): submit and wait for the commit.  Never
 * from a done function or a use case.
 */
enum err store_do(struct store *s, enum store_priority priority,
    use_case *run, void *arg) MUST_CHECK;

/*
 * store_read(s, run, arg): run a use case that only reads, on the calling
 * thread, seeing what is committed.  A write in it fails with ERR_STORE.
 */
enum err store_read(struct store *s, use_case *run, void *arg) MUST_CHECK;

/* store_depth(s, priority): jobs waiting now, for metrics. */
unsigned store_depth(struct store *s, enum store_priority priority);

/* store_engine(s): "sqlite" or "postgresql". */
const char *store_engine(const struct store *s);

/*
 * store_backup(s, path): an online copy as one SQLite file of mode 0600, on
 * disk when the call returns.  ERR_EXISTS when path or path.partial is there;
 * ERR_RANGE on PostgreSQL, which has pg_dump for that.
 */
enum err store_backup(struct store *s, const char *path) MUST_CHECK NONNULL;

/* store_check(s): the engine's own integrity check; ERR_STORE when it fails. */
enum err store_check(struct store *s) MUST_CHECK NONNULL;

/* tx_messages(tx): this use case wrote a message; wake the courier. */
void tx_messages(struct tx *tx) NONNULL;

/*
 * tx_beside(tx, fn, arg): fn(arg) may be called on another thread while the
 * commit is written, at most once and not after done, and only where the use
 * case has succeeded: for what needs time but no transaction, such as a
 * signature.  It may just as well not be called; the submitter then does the
 * work himself.  What it makes is worth nothing when done tells of a failure.
 * Once for a run.
 */
void tx_beside(struct tx *tx, void (*fn)(void *arg), void *arg) NONNULL;

#endif
