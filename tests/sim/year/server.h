/*
 * The server of the year: the flows over a real store, without HTTP, in a
 * process that can be killed at any event.  What it has acknowledged is in the
 * year; what it has not is found out by the next one (judge.h).
 */
#ifndef TESTS_SIM_SERVER_H
#define TESTS_SIM_SERVER_H

#include "app/tzdata.h"
#include "flow/directory.h"
#include "year.h"

struct server {
	struct store *store;
	struct keyring *ring;
	struct flow flow;
	struct tzdata tzdata;
	struct directory *directory;
	struct directory_copy *tenants;
	struct tenant tenant;
	struct arena *arena;
};
extern struct server server;

/* server_make(y): once: an empty store, keys, a tenant, agents. */
void server_make(struct year *y);
void server_open(struct year *y);
void server_close(void);

/* One of many that are submitted together. */
struct job {
	struct store_job base;
	use_case *run;
	void *arg;
	void (*answer)(struct job *j);	/* on the store's thread; or NULL */
	struct step *step;		/* or NULL */
	enum err err;
};
enum { JOBS_MAX = 256 };

/*
 * server_batch(y, jobs, n): all of them, in their order and in the same
 * commits each time.  Each event, a use case run or answered, may be the last.
 */
void server_batch(struct year *y, struct job *const *jobs, unsigned n);
void server_do(struct year *y, use_case *run, void *arg);
void server_read(struct year *y, use_case *run, void *arg);

/* server_ok(e): what must not fail has not. */
#define server_ok(e) server_must((e), __FILE__, __LINE__)
void server_must(enum err e, const char *file, int line);

#endif
