/*
 * The receipt of a hand-over, for both sides: a compact JWS with the keys of
 * receipts, a function of the rows, so that it can be signed again at any time
 * and says the same.
 */
#ifndef FLOW_PROOF_H
#define FLOW_PROOF_H

#include "base/arena.h"
#include "flow/flow.h"
#include "store/shipments.h"
#include "store/visits.h"

#define PROOF_TYP "delivery+jwt"

struct proof {
	const struct flow *flow;
	const struct tenant *tenant;
	const struct shipment_row *row;
	const struct visit_row *visit;		/* delivered or partial */
	const struct parcel_row *parcels;	/* those of this visit count */
	unsigned n_parcels;
};

enum err proof_sign(const struct proof *p, struct arena *arena,
    struct str *ret_receipt) MUST_CHECK NONNULL;

#endif
