/*
 * What the flows must answer, said once more and as simply as possible: lists
 * of moments, no tables, no packing, no code of src/.
 *
 * Limits are the defaults of policy.def; what differs is in the enum.
 */
#ifndef TESTS_SIM_MODEL_H
#define TESTS_SIM_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum {
	MODEL_SUBJECTS = 4000,
	MODEL_CHALLENGES = 20000,
	MODEL_TRIES = 5,
	MODEL_SENDS = 4,
	MODEL_FREE_FAILURES = 5,
	MODEL_SOFT_STOP = 12,	/* failures in a day */
	MODEL_HARD_STOP = 14	/* failures in a row */
};

enum model_status { LIVE, APPROVED, EXHAUSTED, EXPIRED, CANCELLED };

/* Moments, in the order in which they were noted. */
struct moments {
	int64_t at[200];
	int n;
};

struct model_subject {
	struct moments failures, creates, sends;
	int streak;
};

struct model_challenge {
	int subject;
	enum model_status status;
	int64_t created, expires, resend_at, ended;
	int tries_left, sends_left, generation;
	bool redeemed, receipt_over;
	/* Counted for the invariants. */
	int judged, approvals, redemptions, queued, accepted;
};

struct model {
	int64_t now;
	struct model_subject subjects[MODEL_SUBJECTS];
	struct model_challenge challenges[MODEL_CHALLENGES];
	int n;			/* of challenges */
	int approvals;
};

/* model_start(m, subject): the new challenge's number, or -1: limited. */
int model_start(struct model *m, int subject);

enum model_check { M_APPROVED, M_WRONG, M_EXHAUSTED, M_EXPIRED, M_CONSUMED,
	M_CANCELLED, M_THROTTLED };
enum model_check model_check(struct model *m, int challenge, bool right);

enum model_resend { M_QUEUED, M_OVER, M_NO_SENDS, M_LIMITED };
enum model_resend model_resend(struct model *m, int challenge, bool reissue);

void model_cancel(struct model *m, int challenge);

enum model_redeem { M_REDEEMED, M_ALREADY, M_RECEIPT_EXPIRED };
enum model_redeem model_redeem(struct model *m, int challenge);

/* The keeper has been there: whose time is up is expired. */
void model_expire(struct model *m);

/* model_may_go(m, challenge, generation): its message may go out now. */
bool model_may_go(const struct model *m, int challenge, int generation);

/* I1, I2, I6 of one challenge; false: one of them is broken. */
bool model_holds(const struct model *m, int challenge);

#endif
