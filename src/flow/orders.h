/*
 * The shipments of an account, for its customer's page of orders (R31, R32):
 * everybody who is signed in to it sees all of them.
 */
#ifndef FLOW_ORDERS_H
#define FLOW_ORDERS_H

#include "flow/shipment_view.h"

struct order {
	char track[TRACK_TOKEN];
	struct parcel_row parcels[PARCELS_MAX];
	struct str what[PARCELS_MAX];
	unsigned n_parcels;
	enum visit_proof proof;	/* of what was delivered; or PROOF_NONE */
};

struct orders {
	/* Given; page.account may be written until the use case runs. */
	struct shipment_page page;
	/* Made by run. */
	bool found;		/* there is such an account */
	struct order *orders;	/* in the arena; one for each row of page */
};

/* orders_run: a use_case over struct orders; writes nothing. */
enum err orders_run(struct tx *tx, void *orders) MUST_CHECK NONNULL;

#endif
