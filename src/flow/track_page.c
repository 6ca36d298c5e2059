#include "flow/track_page.h"

#include <string.h>

#include "domain/decision.h"
#include "flow/code.h"
#include "flow/pass.h"

static const struct id nobody;

enum err
track_find(struct tx *tx, const struct flow *f, const struct tenant *tenant,
    struct str token, struct arena *arena, struct shipment_row *ret_row)
{
	uint8_t index[TRACK_BYTES];
	struct shipment_row row;
	enum err e = track_index(f, token, index);

	if (e == ERR_NONE) {
		e = shipment_row_track(tx, index, arena, &row);
	}
	if (e == ERR_SYNTAX ||
	    (e == ERR_NONE && !id_equal(&row.tenant, &tenant->id))) {
		return ERR_MISSING;
	}
	if (e == ERR_NONE) {
		*ret_row = row;
	}
	return e;
}

bool
track_trusts(const struct tenant *tenant, const struct shipment_row *row,
    const struct id *viewer)
{
	bool own = !id_equal(&row->account, &nobody) &&
	    id_equal(&row->account, viewer);

	return own || tenant->policy.delivery_code_on_track != 0;
}

/* R21: the code of the message, computed again (R12, R14: the live one). */
static enum err
show_code(struct tx *tx, struct track_page *t)
{
	struct challenge_row row;
	enum err e;

	if (id_equal(&t->visit->challenge, &nobody) ||
	    (t->tenant->policy.delivery_at_arrival != 0 &&
	    t->visit->arrived_at.v == 0)) {
		return ERR_NONE;
	}
	e = challenge_row_get(tx, &t->tenant->id, &t->visit->challenge,
	    t->arena, &row);
	if (e != ERR_NONE || row.state.status != CHALLENGE_PENDING ||
	    flow_now(t->flow).v >= t->visit->valid_until.v) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	e = code_derive(t->flow, &row, row.digest, t->code);
	if (e == ERR_NONE) {
		e = pass_sign(t->flow, t->tenant, t->visit, t->arena,
		    &t->pass);
	}
	return e;
}

static const struct visit_row *
latest_handed(const struct shipment_view *v)
{
	for (unsigned i = 0; i < v->n_visits; i++) {
		if (v->visits[i].outcome == VISIT_DELIVERED ||
		    v->visits[i].outcome == VISIT_PARTIAL) {
			return &v->visits[i];
		}
	}
	return NULL;
}

enum err
track_page_run(struct tx *tx, void *track_page)
{
	struct track_page *t = track_page;
	enum err e;

	t->view = arena_get(t->arena, sizeof(*t->view));
	if (t->view == NULL) {
		return ERR_NOMEM;
	}
	e = track_find(tx, t->flow, t->tenant, t->token, t->arena,
	    &t->view->row);
	t->found = e == ERR_NONE;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	e = shipment_view_load(tx, t->flow, t->arena, t->view);
	if (e != ERR_NONE) {
		return e;
	}
	t->trusted = track_trusts(t->tenant, &t->view->row, t->viewer);
	t->visit = shipment_view_visit(t->view);
	t->handed = latest_handed(t->view);
	if (t->handed != NULL) {
		e = track_short(t->flow, t->handed, t->receipt);
	}
	return e == ERR_NONE && t->trusted && t->visit != NULL
	    ? show_code(tx, t) : e;
}

void
track_page_wipe(struct track_page *t)
{
	explicit_bzero(t->code, sizeof(t->code));
}
