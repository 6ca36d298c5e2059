/*
 * Start: a shop asks for a code.
 */
#ifndef FLOW_START_H
#define FLOW_START_H

#include "base/arena.h"
#include "domain/binding.h"
#include "flow/outbox.h"
#include "flow/recipient.h"
#include "flow/road.h"

#define NETWORK_KEY_MAX 16

struct start_request {
	enum purpose purpose;
	struct recipient recipient;
	bool any_channel;	/* the plan may choose another */
	bool has_fallback;
	struct recipient fallback;	/* for a later step of the plan */
	struct binding binding;
	struct str locale;
	struct str network;	/* the end user's address, canonical; may be empty */
	int64_t ttl_s;		/* 0: the policy's */
	int64_t length;		/* 0: the policy's */
	/* Given for flow/account_code.h; start_prepare does not look at them. */
	bool to_account;	/* recipient is not known yet */
	struct id account_id;
	bool has_channel;	/* recipient.channel was asked for */
	/*
	 * Of an account, see flow/issue.h.  subject is whose tries are counted
	 * (SUBJECT_BYTES, NULL: the recipient's); nobody: no message goes out,
	 * and all else is as if it had (S78).
	 */
	const struct id *account;
	const uint8_t *subject;
	bool nobody;
};

enum start_verdict {
	START_CREATED,
	START_LIMITED,		/* see limited; nothing was made */
	START_NO_WAY		/* no provider reaches any of the contacts */
};

struct start {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct start_request request;
	/* Made by prepare. */
	struct challenge_row row;
	struct contacts contacts;
	struct id message;
	struct str to;		/* masked */
	unix_ms now;
	/* Made by run. */
	enum start_verdict verdict;
	struct limited limited;
	struct challenge_view view;
};

/*
 * start_prepare(s): makes and seals the row.  The request's ttl_s and length
 * are inside policy_ttl_range and policy_length_range already.
 */
enum err start_prepare(struct start *s) MUST_CHECK NONNULL;

/* start_run: a use_case over struct start. */
enum err start_run(struct tx *tx, void *start) MUST_CHECK NONNULL;

/*
 * binding_digest(f, tenant, binding, ret): of its canonical encoding, keyed:
 * it stays when the binding is forgotten, and facts can be guessed (S127).
 */
enum err binding_digest(const struct flow *f, const struct tenant *tenant,
    const struct binding *b, uint8_t ret_digest[static DIGEST_BYTES]) MUST_CHECK NONNULL;

#endif
