/*
 * The keeper: one thread that does what time brings.  It seals the audit log,
 * expires challenges, forgets what is old, and sees that tenants, keys or
 * policies were changed.
 */
#ifndef APP_KEEPER_H
#define APP_KEEPER_H

#include "flow/directory.h"
#include "flow/flow.h"

struct keeper;

struct keeper_options {
	const struct flow *flow;
	struct directory *directory;
	const char *head_file;	/* where the audit log's head is kept */
};

enum err keeper_start(const struct keeper_options *options,
    struct keeper **ret_keeper) MUST_CHECK NONNULL;

/* keeper_stop(k): a last round, then the end of its thread.  NULL is fine. */
void keeper_stop(struct keeper *k);

/*
 * keeper_do(k, done, arg): do what is due now, then call done(arg) on the
 * keeper's thread (sandbox: the clock was moved).
 */
enum err keeper_do(struct keeper *k, void (*done)(void *arg), void *arg)
    MUST_CHECK;

/* keeper_sealed_at(k): when the last segment was sealed; for metrics. */
unix_ms keeper_sealed_at(struct keeper *k) NONNULL;

#endif
