/*
 * The track page: one delivery, for whoever has its address (R21, R31, R32).
 *
 * Everybody who has it sees what comes, when, and the countersign of the
 * agent who is on his way.  Code and pass are for the account that ordered,
 * signed in; for everybody with the address only where the tenant's policy
 * says so (delivery_code_on_track).  Whoever may see the code may also let
 * somebody else receive.
 */
#ifndef FLOW_TRACK_PAGE_H
#define FLOW_TRACK_PAGE_H

#include "flow/shipment_view.h"

struct track_page {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct str token;
	/* The account that is signed in, all zero when nobody is; may be
	 * written until the use case runs. */
	const struct id *viewer;
	/* Made by run. */
	bool found;
	bool trusted;			/* may see the code */
	struct shipment_view *view;	/* in the arena */
	const struct visit_row *visit;	/* that goes on; or NULL */
	const struct visit_row *handed;	/* the latest that gave parcels away */
	char code[CODE_SIZE];		/* empty: not to be seen, or not yet */
	struct str pass;		/* or empty */
	char receipt[TRACK_SHORT];	/* of handed; or empty */
};

/* track_page_run: a use_case over struct track_page; writes nothing. */
enum err track_page_run(struct tx *tx, void *track_page) MUST_CHECK NONNULL;

/* track_page_wipe(t): the code, when it has been written. */
void track_page_wipe(struct track_page *t) NONNULL;

/*
 * track_find(tx, f, tenant, token, arena, ret_row): the shipment of a token.
 * ERR_MISSING: none of this tenant.
 */
enum err track_find(struct tx *tx, const struct flow *f,
    const struct tenant *tenant, struct str token, struct arena *arena,
    struct shipment_row *ret_row) MUST_CHECK NONNULL;

/* track_trusts(tenant, row, viewer): may see the code of row. */
bool track_trusts(const struct tenant *tenant, const struct shipment_row *row,
    const struct id *viewer) NONNULL;

#endif
