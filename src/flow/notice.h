/*
 * Telling the owner of suspicious attempts (S22), in the transaction of the
 * check that gave cause.
 */
#ifndef FLOW_NOTICE_H
#define FLOW_NOTICE_H

#include "flow/flow.h"
#include "store/challenges.h"

/* The check's outcome; see notice_due. */
struct notice_cause {
	bool approved;
	int64_t streak;
};

/*
 * notice_consider(tx, f, tenant, row, cause, now): queues a notice to row's
 * recipient when there is cause for one and its subject's limits allow it.
 * The audit log has the cause in either case, and whether a notice is sent.
 */
enum err notice_consider(struct tx *tx, const struct flow *f,
    const struct tenant *tenant, const struct challenge_row *row,
    const struct notice_cause *cause, unix_ms now) MUST_CHECK NONNULL;

/*
 * notice_payer(tx, f, row, kind, streak, now): MESSAGE_NOTICE_LAST_TRY or
 * _BLOCKED (S15).  No limit of its own: blocks are further and further apart.
 */
enum err notice_payer(struct tx *tx, const struct flow *f,
    const struct challenge_row *row, enum message_kind kind, int64_t streak,
    unix_ms now) MUST_CHECK NONNULL;

#endif
