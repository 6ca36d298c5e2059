#include "flow/keep.h"

#include "flow/idempotent.h"
#include "flow/settle.h"
#include "store/counters.h"

static enum err
expire(struct tx *tx, struct challenge_row *row, void *ctx)
{
	struct keep *k = ctx;

	k->done++;
	if (!challenge_settle(k->flow, row, k->now)) {
		return ERR_NONE;
	}
	return challenge_settled(tx, k->flow, row, k->now);
}

enum err
keep_expire_run(struct tx *tx, void *keep)
{
	struct keep *k = keep;

	k->done = 0;
	arena_reset(k->arena);
	return challenge_row_overdue(tx, k->now, KEEP_BITE, k->arena, expire,
	    k);
}

enum err
keep_forget_run(struct tx *tx, void *keep)
{
	struct keep *k = keep;
	unsigned forgotten = 0, challenges = 0, counters = 0, answers = 0;
	enum err e;

	e = challenge_row_forget(tx, unix_ms_sub(k->now, RETENTION_PERSONAL),
	    KEEP_BITE, &forgotten);
	if (e == ERR_NONE) {
		e = challenge_row_purge(tx,
		    unix_ms_sub(k->now, RETENTION_CHALLENGE), KEEP_BITE,
		    &challenges);
	}
	if (e == ERR_NONE) {
		e = counter_row_purge(tx,
		    unix_ms_sub(k->now, RETENTION_COUNTER), KEEP_BITE,
		    &counters);
	}
	if (e == ERR_NONE) {
		e = idempotency_row_purge(tx,
		    unix_ms_sub(k->now, IDEMPOTENCY_LIFE), KEEP_BITE,
		    &answers);
	}
	k->done = forgotten;
	k->done = challenges > k->done ? challenges : k->done;
	k->done = counters > k->done ? counters : k->done;
	k->done = answers > k->done ? answers : k->done;
	return e;
}
