/*
 * Private to store/: what an engine gives to store.c.
 *
 * An engine's store embeds struct store as its first member.  Jobs go through
 * the queue; the engine's threads take them out and call done.
 */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include <pthread.h>
#include <stdbool.h>

#include "store/queue.h"
#include "store/store.h"

struct engine {
	const char *name;
	enum err (*create)(const struct store_options *options, unix_ms now);
	enum err (*open)(const struct store_options *options,
	    struct store **ret_store);
	/* The queue is closed already: finish what is in it. */
	void (*close)(struct store *s);
	enum err (*read)(struct store *s, use_case *run, void *arg);
	enum err (*backup)(struct store *s, const char *path);
	enum err (*check)(struct store *s);
};

struct store {
	const struct engine *engine;
	struct store_options options;	/* location is not kept */
	struct queue queue;
};

extern const struct engine sqlite_engine;
extern const struct engine postgres_engine;

/* How often a use case is run when others keep changing its rows first. */
enum { STORE_RUNS_MAX = 5 };

/* engine_init(s, engine, options): the common part. */
void engine_init(struct store *s, const struct engine *engine,
    const struct store_options *options) NONNULL;
void engine_done(struct store *s) NONNULL;

/* engine_answer(jobs, results, n): done of each, and after; they are gone. */
void engine_answer(struct store_job *const jobs[], const enum err results[],
    unsigned n) NONNULL;

/*
 * Tells of trouble once, until it is over.  Each connection has one, used by
 * the thread that uses the connection.
 */
struct trouble {
	void (*tell)(void *ctx, const char *what);	/* may be NULL */
	void *ctx;
	bool told;
};
struct trouble trouble_of(const struct store_options *options) NONNULL;
void trouble_tell(struct trouble *t, const char *what) NONNULL;
void trouble_over(struct trouble *t) NONNULL;

/*
 * engine_thread(thread, name, main, ctx): a thread that no signal reaches, so
 * that they all go to the thread that waits for them.
 */
enum err engine_thread(pthread_t *thread, const char *name,
    void *(*main)(void *ctx), void *ctx) MUST_CHECK NONNULL;

#endif
