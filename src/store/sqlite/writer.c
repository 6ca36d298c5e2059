#include "store/sqlite/writer.h"

#include <stdlib.h>

#include "base/registers.h"

static const struct sql begin = {"begin", "BEGIN IMMEDIATE", false};
static const struct sql commit = {"commit", "COMMIT", false};
static const struct sql rollback = {"rollback", "ROLLBACK", false};
static const struct sql mark = {"mark", "SAVEPOINT job", false};
static const struct sql keep = {"keep", "RELEASE job", false};
static const struct sql undo = {"undo", "ROLLBACK TO job", false};

/* Made ready at the start: undoing must not fail for want of memory. */
static const struct sql *const controls[] = {
	&begin, &commit, &rollback, &mark, &keep, &undo,
};

/*
 * Pages in the log when they are moved into the database file.  A checkpoint
 * stops the writer for as long as these pages take to be written and synced:
 * larger is fewer bytes in all, smaller is a shorter stop.  Measured with
 * bench/store.c: 1000 costs a third of the throughput of 4000, and 8000 gains
 * nothing over it.
 */
enum { CHECKPOINT_FRAMES = 4000 };

/* Readers have kept the log from starting again: now wait for them. */
enum { CHECKPOINT_FRAMES_HARD = 8 * CHECKPOINT_FRAMES };

/*
 * After a commit.  When the log starts again from its beginning, counting
 * does too; a checkpoint that could not finish is tried again later, not at
 * each commit.
 */
static void
checkpoint_if_due(struct writer *w)
{
	const int frames = w->conn.wal_frames;
	const int mode = frames < CHECKPOINT_FRAMES_HARD
	    ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART;
	enum err err;

	if (frames < w->frames_before) {
		w->checkpoint_at = CHECKPOINT_FRAMES;
	}
	w->frames_before = frames;
	if (frames < w->checkpoint_at) {
		return;
	}
	w->checkpoint_at = frames + CHECKPOINT_FRAMES;
	/* A failed sync does not come back; a full disk is tried later. */
	err = conn_result(&w->conn, sqlite3_wal_checkpoint_v2(w->conn.db,
	    NULL, mode, NULL, NULL));
	(void)err;
}

/*
 * Ends the transaction, if there still is one, without its changes.  Where
 * that cannot be done the process ends: half of a job must not be in the
 * commit of others.
 */
static void
abandon(struct writer *w)
{
	if (conn_in_transaction(&w->conn)) {
		enum err lost = conn_run(&w->conn, &rollback);

		(void)lost;
		if (conn_in_transaction(&w->conn)) {
			conn_die();
		}
	}
}

/* One run of a use case; a failure is undone where there is a savepoint. */
static enum err
run_once(struct writer *w, struct store_job *job, bool marked,
    bool *ret_messages)
{
	struct sqlite_tx tx = conn_tx(&w->conn, false);
	enum err err = marked ? conn_run(&w->conn, &mark) : ERR_NONE;

	if (err != ERR_NONE) {
		return err;
	}
	err = job->run(&tx.tx, job->arg);
	if (err == ERR_NONE) {
		err = tx.tx.err;
	}
	if (err == ERR_NONE && marked) {
		err = conn_run(&w->conn, &keep);
	}
	if (err == ERR_NONE) {
		*ret_messages |= tx.tx.messages;
		beside_note(&w->beside, tx.tx.beside, tx.tx.beside_arg);
		return ERR_NONE;
	}
	/* When that fails the batch is lost, which run_batch finds. */
	if (marked && conn_in_transaction(&w->conn) &&
	    (conn_run(&w->conn, &undo) != ERR_NONE ||
	    conn_run(&w->conn, &keep) != ERR_NONE)) {
		abandon(w);
	}
	return err;
}

/* It has had its first run without a savepoint. */
static enum err
run_job(struct writer *w, struct store_job *job, bool *ret_messages)
{
	enum err err = ERR_CONFLICT;

	for (int i = 1; err == ERR_CONFLICT && i < STORE_RUNS_MAX; i++) {
		err = run_once(w, job, true, ret_messages);
		if (!conn_in_transaction(&w->conn)) {
			break;
		}
	}
	return err;
}

/*
 * A savepoint for each job has SQLite copy every page before its first change
 * in the job: a sixth of all its work, and hardly ever used.  So a batch is
 * run without at first.  False: one failed; the transaction is rolled back,
 * and the batch has to run again, each job in its savepoint.
 */
static bool
run_unmarked(struct writer *w, struct batch *b, unsigned from)
{
	for (unsigned i = from; i < b->n; i++) {
		enum err err = run_once(w, b->jobs[i], false, &b->messages);

		if (err != ERR_NONE || !conn_in_transaction(&w->conn)) {
			abandon(w);
			beside_forget(&w->beside);
			b->messages = false;
			return false;
		}
	}
	return true;
}

/* Every job by itself. */
static enum err
run_marked(struct writer *w, struct batch *b, unsigned from)
{
	for (unsigned i = from; i < b->n; i++) {
		b->results[i] = run_job(w, b->jobs[i], &b->messages);
		if (!conn_in_transaction(&w->conn)) {
			return ERR_STORE;
		}
	}
	return ERR_NONE;
}

static void
add_jobs(struct batch *b, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		b->results[b->n++] = ERR_NONE;
	}
}

/* Jobs that come while the batch before is synced belong to this one too. */
static bool
take_more(struct writer *w, struct batch *b)
{
	const unsigned room = w->store->options.batch_max - b->n;
	unsigned n = 0;

	if (room > 0 && atomic_load(&w->log.busy)) {
		n = queue_take_while(&w->store->queue, &w->log.busy, room,
		    b->jobs + b->n);
		add_jobs(b, n);
	}
	return n > 0;
}

static enum err
run_jobs(struct writer *w, struct batch *b)
{
	enum err err = conn_run(&w->conn, &begin);
	bool marked = false;
	unsigned from = 0;

	do {
		if (err == ERR_NONE && !marked && !run_unmarked(w, b, from)) {
			marked = true;
			from = 0;
			err = conn_run(&w->conn, &begin);
		}
		if (err == ERR_NONE && marked) {
			err = run_marked(w, b, from);
		}
		from = b->n;
	} while (err == ERR_NONE && take_more(w, b));
	return err;
}

/*
 * A commit that fails may be in the log all the same, so the process ends
 * (I3): the next start finds out.  A full disk, or a lock that somebody else
 * has, is known: SQLite has not written the frame that would make it a commit.
 */
static enum err
commit_batch(struct writer *w)
{
	enum err err = conn_run(&w->conn, &commit);

	if (err == ERR_NONE) {
		trouble_over(&w->conn.trouble);
		return ERR_NONE;
	}
	switch (sqlite3_errcode(w->conn.db) & 0xff) {
	case SQLITE_FULL:
	case SQLITE_BUSY:
		break;
	default:
		conn_die();
	}
	abandon(w);
	return err;
}

static void
fail_batch(struct batch *b, enum err err)
{
	b->messages = false;
	for (unsigned i = 0; i < b->n; i++) {
		if (b->results[i] == ERR_NONE) {
			b->results[i] = err;
		}
	}
}

/*
 * Some errors make SQLite roll the whole transaction back; then nothing of
 * the batch happened, and every job of it is told so.
 */
static void
run_batch(struct writer *w, struct batch *b)
{
	const unsigned long before = w->conn.commits;
	enum err err = run_jobs(w, b);

	log_begin(&w->log);
	if (err == ERR_NONE) {
		beside_begin(&w->beside);
		err = commit_batch(w);
	}
	if (w->conn.commits != before) {
		log_give(&w->log, b);
		return;
	}
	beside_end(&w->beside);
	beside_forget(&w->beside);
	if (err != ERR_NONE) {
		fail_batch(b, err);
	}
	log_skip(&w->log, b);
}

static void *
writer_main(void *ctx)
{
	struct writer *w = ctx;
	struct store *s = w->store;
	struct batch *b = &w->batches[0];
	unsigned n;

	while ((n = queue_take(&s->queue, s->options.batch_max,
	    b->jobs)) > 0) {
		b->n = 0;
		b->messages = false;
		add_jobs(b, n);
		run_batch(w, b);
		checkpoint_if_due(w);
		registers_wipe();
		b = b == &w->batches[0] ? &w->batches[1] : &w->batches[0];
	}
	return NULL;
}

static enum err
make_batches(struct writer *w, unsigned max)
{
	for (unsigned i = 0; i < 2; i++) {
		struct batch *b = &w->batches[i];

		b->jobs = calloc(max, sizeof(struct store_job *));
		b->results = calloc(max, sizeof(*b->results));
		if (b->jobs == NULL || b->results == NULL) {
			return ERR_NOMEM;
		}
	}
	return ERR_NONE;
}

/* From here on a COMMIT leaves the sync to the log's thread. */
static enum err
open_log(struct writer *w)
{
	enum err err = conn_text(&w->conn, "PRAGMA synchronous = NORMAL");

	if (err == ERR_NONE) {
		err = log_open(&w->log, w->store, &w->beside, w->conn.db);
	}
	return err;
}

enum err
writer_start(struct writer *w, struct store *store)
{
	const unsigned max = store->options.batch_max;
	enum err err = make_batches(w, max);

	w->store = store;
	w->checkpoint_at = CHECKPOINT_FRAMES;
	for (size_t i = 0; err == ERR_NONE &&
	    i < sizeof(controls) / sizeof(controls[0]); i++) {
		err = conn_prepare(&w->conn, controls[i]);
	}
	if (err == ERR_NONE) {
		err = beside_open(&w->beside, max);
	}
	if (err == ERR_NONE) {
		err = open_log(w);
	}
	if (err == ERR_NONE) {
		err = engine_thread(&w->thread, "store", writer_main, w);
	}
	return err;
}

void
writer_join(struct writer *w)
{
	pthread_join(w->thread, NULL);
	log_close(&w->log);
}

void
writer_settled(struct writer *w)
{
	log_settled(&w->log);
}

void
writer_close(struct writer *w)
{
	log_close(&w->log);
	if (w->conn.db != NULL) {
		conn_settle(&w->conn);
	}
	conn_close(&w->conn);
	beside_close(&w->beside);
	for (unsigned i = 0; i < 2; i++) {
		free(w->batches[i].results);
		free(w->batches[i].jobs);
	}
}
