/*
 * Receipts: the signed proof of an approval, and its one redemption.
 *
 * The payload is a function of the challenge's row, so nothing is stored, and
 * whoever redeems must present exactly what the row says.
 */
#ifndef FLOW_RECEIPT_H
#define FLOW_RECEIPT_H

#include "base/arena.h"
#include "flow/flow.h"
#include "store/challenges.h"

#define RECEIPT_TYP "receipt+jwt"
#define RECEIPT_MAX 8192	/* bytes of one, JWS_MAX */
#define RECEIPT_LIFE MINUTES(2)

/* receipt_sign(f, tenant, row, arena, ret): row is approved. */
enum err receipt_sign(const struct flow *f, const struct tenant *tenant,
    const struct challenge_row *row, struct arena *arena,
    struct str *ret_receipt) MUST_CHECK NONNULL;

enum redeem_verdict {
	REDEEM_REDEEMED,
	REDEEM_ALREADY,
	REDEEM_EXPIRED,
	REDEEM_MISMATCH,	/* another purpose or binding than asked for */
	REDEEM_NOT_OURS		/* not a receipt, or not of this tenant */
};

struct redeem {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct str receipt;
	enum purpose purpose;
	bool has_binding;
	uint8_t digest[DIGEST_BYTES];
	/* Made by prepare. */
	struct str payload;
	struct id challenge;
	unix_ms now;
	/* Made by prepare or run. */
	bool settled;		/* the verdict stands; no need to run */
	enum redeem_verdict verdict;
	struct challenge_row row;
};

/* redeem_prepare(r): checks the signature. */
enum err redeem_prepare(struct redeem *r) MUST_CHECK NONNULL;

/* redeem_run: a use_case over struct redeem. */
enum err redeem_run(struct tx *tx, void *redeem) MUST_CHECK NONNULL;

const char *redeem_verdict_name(enum redeem_verdict v);

/* amr of a factor (RFC 8176): "otp", "sms", "tel". */
const char *receipt_amr(enum factor factor);

/*
 * receipt_method(row): what an approved challenge was answered with; of one
 * that was approved before that was kept, what was sent.
 */
enum factor receipt_method(const struct challenge_row *row) NONNULL;

#endif
