/*
 * Deciding to send: the limits of a recipient, then a row in the outbox, in
 * the transaction that decides.
 */
#ifndef FLOW_OUTBOX_H
#define FLOW_OUTBOX_H

#include "base/jsonw.h"
#include "domain/counter.h"
#include "flow/flow.h"
#include "store/challenges.h"

/* Why something must wait, for a 429 with its headers (S107). */
struct limited {
	const char *rule;	/* "sends", "creates", "address", "subject",
				 * or one of domain/guard.h */
	int64_t quota;		/* of the limit that is hit, 0: none named */
	duration_ms window;
	duration_ms wait;	/* zero: nothing is limited */
	bool for_good;		/* until an administrator helps */
	/* The guard's: */
	bool lasts;		/* waiting does not help */
	char country[3];	/* of the number; or empty */
	int64_t seen, of;	/* see struct guard_verdict */
	char why[160];		/* rule and figures in a sentence; or empty */
};

/* limited_record(l, w): rule, figures and wait, into an audit event. */
void limited_record(const struct limited *l, struct jsonw *w) NONNULL;

/*
 * outbox_send(tx, b, row): counts one more message to row's subject (S36) and
 * puts it on its road.  Nothing is counted or queued when b->limited.wait is
 * not zero.
 */
struct road_begin;
enum err outbox_send(struct tx *tx, struct road_begin *b,
    struct challenge_row *row) MUST_CHECK NONNULL;

/* limited_by(rule, wait, limits, n): names the limit with its figures. */
struct limited limited_by(const char *rule, duration_ms wait,
    const struct rate_limit *limit);

/*
 * limited_counter(tx, tenant, kind, key, now, ret_row): counter_row_get, for a
 * counter that a limit looks at.  Marks from a clock that was put back are
 * settled and kept, so that the wait ends, also when all that follows is a
 * refusal (S31).
 */
struct counter_row;
enum err limited_counter(struct tx *tx, const struct id *tenant,
    enum counter_kind kind, const uint8_t key[static SUBJECT_BYTES],
    unix_ms now, struct counter_row *ret_row) MUST_CHECK NONNULL;

/* limited_throttle(throttle): a subject's failures. */
struct limited limited_throttle(const struct counter_row *failures,
    unix_ms now, const struct policy *policy) NONNULL;

#endif
