/*
 * Idempotency: a creating use case under a key of the client's (S106).
 *
 * The answer is kept in the transaction that makes it, sealed, so a retry
 * settles what happened without a second effect (I4).  Two requests with one
 * key at the same moment are put in order by the store: the second gets the
 * first one's answer.
 */
#ifndef FLOW_IDEMPOTENT_H
#define FLOW_IDEMPOTENT_H

#include "base/arena.h"
#include "flow/flow.h"
#include "store/idempotency.h"

#define IDEMPOTENCY_KEY_MAX 255
#define IDEMPOTENCY_LIFE HOURS(24)

struct idempotent {
	/* Given. */
	const struct flow *flow;
	struct id tenant;
	struct arena *arena;
	uint8_t key[IDEMPOTENCY_HASH];
	uint8_t request[IDEMPOTENCY_HASH];
	use_case *run;			/* what is done once */
	void *arg;
	/*
	 * Writes the answer of what run has done; false: this answer is not
	 * kept (a refusal that a later try may not meet).  An answer that
	 * could not be made (buf_fail) undoes what run has done: nothing may
	 * have happened that a retry does not hear of.
	 */
	bool (*render)(void *arg, int *ret_status, struct buf *out);
	/* Made by run. */
	bool mismatch;			/* the key was used for another body */
	bool replayed;
	int status;
	struct str answer;
};

/*
 * idempotent_hash(i, route, key, body): fills key and request, for the flow
 * and the tenant that are given.
 */
enum err idempotent_hash(struct idempotent *i, struct str route,
    struct str key, struct str body) MUST_CHECK NONNULL;

/* idempotent_run: a use_case over struct idempotent. */
enum err idempotent_run(struct tx *tx, void *idempotent) MUST_CHECK NONNULL;

#endif
