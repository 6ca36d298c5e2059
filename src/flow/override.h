/*
 * Override: parcels change hands without a code, because two people of the
 * shop say so, each under an identity of his own; the customer is told.
 */
#ifndef FLOW_OVERRIDE_H
#define FLOW_OVERRIDE_H

#include "base/arena.h"
#include "flow/flow.h"
#include "store/cases.h"
#include "store/shipments.h"

#define OVERRIDE_REASON_MAX 400

enum override_verdict {
	OVERRIDE_DONE,
	OVERRIDE_UNKNOWN,
	OVERRIDE_NOT_NOW,	/* neither held nor at the door, or approved */
	OVERRIDE_SAME_PERSON	/* it takes two */
};

struct cell override_reason_cell(const struct id *id) NONNULL;

struct override_ask {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id shipment;
	/* Who: stable for one identity; may be written until run. */
	const struct id *by;
	struct str reason;
	/* Made by run. */
	enum override_verdict verdict;
	struct override_row row;
	struct shipment_row about;
};
enum err override_ask_run(struct tx *tx, void *override_ask) MUST_CHECK
    NONNULL;

struct override_approve {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id shipment;
	struct id override;
	const struct id *by;
	/* Made by run. */
	enum override_verdict verdict;
	struct override_row row;
	struct shipment_row about;
};
enum err override_approve_run(struct tx *tx, void *override_approve)
    MUST_CHECK NONNULL;

#endif
