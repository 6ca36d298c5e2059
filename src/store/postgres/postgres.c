/*
 * PostgreSQL as an engine: some connections, each with a thread that takes
 * one job after another and gives each a transaction.
 *
 * Nothing depends on the isolation level: rows that will be written are
 * locked when they are read, and each write says which version it replaces
 * (S132, S133).
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/registers.h"
#include "store/engine.h"
#include "store/pool.h"
#include "store/postgres/session.h"
#include "store/schema.h"

struct worker {
	struct session session;	/* the thread's, once it runs */
	struct postgres_store *store;	/* borrowed */
	pthread_t thread;
	bool running;
};

struct postgres_store {
	struct store store;
	char *location;
	struct worker *workers;	/* options.connections of them */
	struct pool readers;
};

/* Before a rerun: at random below this, doubled each time. */
enum { RERUN_MS = 4 };

static struct postgres_store *
of(struct store *s)
{
	/* store is the first member. */
	return (struct postgres_store *)s;
}

static const struct sql find_installation = {
	.name = "installation_find",
	.text = "SELECT COUNT(*) FROM information_schema.tables "
	    "WHERE table_schema = current_schema() "
	    "AND table_name = 'installation'",
};

static enum err
read_count(struct sql_row *r, void *ctx)
{
	int64_t *n = ctx;

	*n = row_i64(r);
	return row_end(r);
}

static enum err
is_installed(struct tx *tx, bool *ret_installed)
{
	int64_t n = 0;
	enum err err = sql_query_one(tx, &find_installation, NULL, 0,
	    read_count, &n);

	if (err == ERR_NONE) {
		*ret_installed = n > 0;
	}
	return err;
}

static enum err
make_schema(struct tx *tx, void *arg)
{
	const unix_ms *now = arg;
	bool installed = false;
	enum err err = is_installed(tx, &installed);

	if (err != ERR_NONE) {
		return err;
	}
	return installed ? ERR_EXISTS : schema_make(tx, session_define, *now);
}

static enum err
upgrade_schema(struct tx *tx, void *arg UNUSED)
{
	bool installed = false;
	enum err err = is_installed(tx, &installed);

	if (err != ERR_NONE) {
		return err;
	}
	return installed ? schema_upgrade(tx, session_define) : ERR_MISSING;
}

/* One transaction, once. */
static enum err
run_once(struct session *c, use_case *run, void *arg, bool *ret_messages)
{
	struct postgres_tx tx = session_tx(c);
	enum err err = session_begin(c);

	if (err != ERR_NONE) {
		return err;
	}
	err = run(&tx.tx, arg);
	if (tx.tx.err != ERR_NONE) {
		err = tx.tx.err;
	}
	if (err == ERR_NONE) {
		err = session_commit(c);
	}
	if (err != ERR_NONE) {
		session_rollback(c);
		return err;
	}
	*ret_messages = tx.tx.messages;
	return ERR_NONE;
}

/* Those who met must not meet again. */
static void
wait_a_little(const struct rng *rng, unsigned run)
{
	uint32_t v = 0;
	enum err err = rng_fill(rng, &v, sizeof(v));
	const long below = (long)RERUN_MS * 1000000L << run;
	const struct timespec t = {.tv_nsec = (long)v % below};

	/* Without random bytes it is run again at once. */
	if (err == ERR_NONE) {
		nanosleep(&t, NULL);
	}
}

static enum err
run_job(struct worker *w, struct store_job *job, bool *ret_messages)
{
	enum err err = ERR_CONFLICT;

	for (unsigned i = 0; err == ERR_CONFLICT && i < STORE_RUNS_MAX; i++) {
		if (i > 0) {
			wait_a_little(&w->store->store.options.rng, i);
		}
		err = run_once(&w->session, job->run, job->arg, ret_messages);
	}
	return err;
}

static void *
worker_main(void *ctx)
{
	struct worker *w = ctx;
	struct store *s = &w->store->store;
	struct store_job *job;

	while (queue_take(&s->queue, 1, &job) > 0) {
		bool messages = false;
		enum err err = run_job(w, job, &messages);

		engine_answer(&job, &err, 1);
		registers_wipe();
		if (messages && s->options.on_messages != NULL) {
			s->options.on_messages(s->options.ctx);
		}
	}
	return NULL;
}

static enum err
create(const struct store_options *options, unix_ms now)
{
	struct session *c = calloc(1, sizeof(*c));
	bool messages = false;
	enum err err;

	if (c == NULL) {
		return ERR_NOMEM;
	}
	session_init(c, options->location, options, false);
	err = run_once(c, make_schema, &now, &messages);
	session_done(c);
	free(c);
	return err;
}

static enum err
open_reader(void *ctx, void **ret_item)
{
	struct postgres_store *s = ctx;
	struct session *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		return ERR_NOMEM;
	}
	session_init(c, s->location, &s->store.options, true);
	*ret_item = c;
	return ERR_NONE;
}

static void
close_reader(void *item)
{
	session_done(item);
	free(item);
}

static enum err
check_version(struct tx *tx, void *arg UNUSED)
{
	return schema_is_current(tx);
}

static enum err
read_only(struct store *store, use_case *run, void *arg)
{
	struct postgres_store *s = of(store);
	struct postgres_tx tx;
	struct session *c;
	void *item = NULL;
	enum err err = pool_take(&s->readers, &item);

	if (err != ERR_NONE) {
		return err;
	}
	c = item;
	tx = session_tx(c);
	err = session_begin(c);
	if (err == ERR_NONE) {
		err = run(&tx.tx, arg);
		if (tx.tx.err != ERR_NONE) {
			err = tx.tx.err;
		}
		session_rollback(c);
	}
	pool_give(&s->readers, c);
	return err;
}

static enum err
start_workers(struct postgres_store *s)
{
	const unsigned n = s->store.options.connections;
	bool messages = false;
	enum err err;

	s->workers = calloc(n, sizeof(*s->workers));
	if (s->workers == NULL) {
		return ERR_NOMEM;
	}
	for (unsigned i = 0; i < n; i++) {
		s->workers[i].store = s;
		session_init(&s->workers[i].session, s->location,
		    &s->store.options, false);
	}
	err = run_once(&s->workers[0].session, upgrade_schema, NULL, &messages);
	for (unsigned i = 0; err == ERR_NONE && i < n; i++) {
		struct worker *w = &s->workers[i];

		err = engine_thread(&w->thread, "store", worker_main, w);
		w->running = err == ERR_NONE;
	}
	return err;
}

static void
close_store(struct store *store)
{
	struct postgres_store *s = of(store);

	for (unsigned i = 0;
	    s->workers != NULL && i < store->options.connections; i++) {
		struct worker *w = &s->workers[i];

		if (w->running) {
			pthread_join(w->thread, NULL);
		}
		session_done(&w->session);
	}
	pool_done(&s->readers);
	engine_done(store);
	free(s->workers);
	free(s->location);
	free(s);
}

static enum err
open_store(const struct store_options *options, struct store **ret_store)
{
	struct postgres_store *s = calloc(1, sizeof(*s));
	enum err err = ERR_NOMEM;

	if (s == NULL) {
		return ERR_NOMEM;
	}
	engine_init(&s->store, &postgres_engine, options);
	s->readers = (struct pool){
		.open = open_reader, .close = close_reader, .ctx = s,
		.max = s->store.options.connections,
	};
	pool_init(&s->readers);
	s->location = strdup(options->location);
	if (s->location != NULL) {
		err = options->read_only
		    ? read_only(&s->store, check_version, NULL)
		    : start_workers(s);
	}
	if (err != ERR_NONE) {
		queue_close(&s->store.queue);
		close_store(&s->store);
		return err;
	}
	*ret_store = &s->store;
	return ERR_NONE;
}

/* The server has its own backups. */
static enum err
backup(struct store *store UNUSED, const char *path UNUSED)
{
	return ERR_RANGE;
}

/* The server checks its pages; here: it answers, with our schema. */
static enum err
check(struct store *store)
{
	return read_only(store, check_version, NULL);
}

const struct engine postgres_engine = {
	.name = "postgresql",
	.create = create,
	.open = open_store,
	.close = close_store,
	.read = read_only,
	.backup = backup,
	.check = check,
};
