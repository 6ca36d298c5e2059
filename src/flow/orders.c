#include "flow/orders.h"

#include "store/accounts.h"

/* By what it was handed over, once all of it was. */
static enum err
find_proof(struct tx *tx, const struct shipment_page *p,
    const struct shipment_row *row, enum visit_proof *ret_proof)
{
	struct visit_row visit;
	enum err e;

	*ret_proof = PROOF_NONE;
	if (row->state.status != SHIPMENT_DELIVERED &&
	    row->state.status != SHIPMENT_DISPUTED) {
		return ERR_NONE;
	}
	e = visit_row_get(tx, &row->tenant, &row->visit, p->arena, &visit);
	if (e == ERR_NONE) {
		*ret_proof = visit.proof;
	}
	return e == ERR_MISSING ? ERR_NONE : e;
}

static enum err
open_order(struct tx *tx, const struct shipment_page *p,
    const struct shipment_row *row, struct order *ret_order)
{
	enum err e = track_token(p->flow, &row->tenant, &row->id,
	    ret_order->track);

	if (e == ERR_NONE) {
		e = shipment_view_parcels(tx, p->flow, p->arena, &row->id,
		    ret_order->parcels, ret_order->what,
		    &ret_order->n_parcels);
	}
	return e == ERR_NONE ? find_proof(tx, p, row, &ret_order->proof) : e;
}

enum err
orders_run(struct tx *tx, void *orders)
{
	struct orders *o = orders;
	struct shipment_page *p = &o->page;
	struct account_row account;
	enum err e = account_row_look(tx, &p->tenant->id, &p->account,
	    p->arena, &account);

	o->found = e == ERR_NONE;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	e = shipment_page_run(tx, p);
	if (e != ERR_NONE || p->n == 0) {
		return e;
	}
	o->orders = arena_get(p->arena, p->n * sizeof(*o->orders));
	if (o->orders == NULL) {
		return ERR_NOMEM;
	}
	for (unsigned i = 0; e == ERR_NONE && i < p->n; i++) {
		e = open_order(tx, p, &p->rows[i], &o->orders[i]);
	}
	return e;
}
