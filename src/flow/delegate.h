/*
 * Delegates: trusted people whom a customer names to receive for him (R36 to
 * R38).  Each has a code of his own, good for that shipment, revocable.
 */
#ifndef FLOW_DELEGATE_H
#define FLOW_DELEGATE_H

#include "base/arena.h"
#include "domain/text.h"
#include "flow/recipient.h"
#include "store/visits.h"

struct cell delegate_name_cell(const struct id *delegate) NONNULL;
struct cell delegate_recipient_cell(const struct id *delegate) NONNULL;

enum delegate_verdict {
	DELEGATE_DONE,
	DELEGATE_UNKNOWN,	/* no such shipment, or delegate of it */
	DELEGATE_NOT_NOW,	/* it is over, or needs no code */
	DELEGATE_TOO_MANY	/* DELEGATES_MAX are named already */
};

struct delegate_name {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id shipment;
	struct str name;		/* a display_text */
	struct recipient recipient;
	struct str locale;		/* empty: the customer's */
	/* Made by prepare. */
	struct delegate_row row;
	struct str to;			/* masked */
	/* Made by run. */
	enum delegate_verdict verdict;
};
enum err delegate_name_prepare(struct delegate_name *d) MUST_CHECK NONNULL;
/* Where the agent is on his way already, his code goes out at once. */
enum err delegate_name_run(struct tx *tx, void *delegate_name)
    MUST_CHECK NONNULL;

struct delegate_revoke {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id shipment;
	struct id delegate;
	/* Made by run. */
	enum delegate_verdict verdict;
};
enum err delegate_revoke_run(struct tx *tx, void *delegate_revoke)
    MUST_CHECK NONNULL;

#endif
