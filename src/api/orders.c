/*
 * /v1/accounts/{id}/shipments: what a customer may see of his own.
 */
#include "api/shipment_json.h"
#include "api/shipment_page.h"
#include "flow/orders.h"

enum { ANSWER_MAX = 1 << 19, MEMORY_MAX = 1 << 21 };

struct orders_call {
	struct call call;
	struct orders orders;
};

/* As the track page has it: no value, no rule, no count of tries. */
static void
write_order(struct jsonw *w, const struct shipment_row *row,
    const struct order *o)
{
	jsonw_object(w);
	jsonw_member_id(w, "id", ID_SHIPMENT, &row->id);
	jsonw_member_str(w, "order", row->reference);
	jsonw_member_z(w, "status", shipment_status_name(row->state.status));
	shipment_write_day(w, "promised_on", row->promised_on);
	shipment_write_day(w, "next_on", row->next_on);
	if (row->why.n > 0) {
		jsonw_member_str(w, "why", row->why);
	}
	jsonw_member_bool(w, "code_required",
	    row->code == DECISION_REQUIRED);
	jsonw_key(w, "reasons");
	jsonw_raw(w, row->reason);
	shipment_write_parcels(w, o->parcels, o->what, o->n_parcels);
	if (o->proof != PROOF_NONE) {
		jsonw_member_z(w, "proof", visit_proof_name(o->proof));
	}
	jsonw_member_z(w, "track", o->track);
	jsonw_member_time(w, "created_at", row->created_at);
	jsonw_object_end(w);
}

static void
orders_done(struct call *call)
{
	struct orders_call *c = (struct orders_call *)(void *)call;
	const struct shipment_page *p = &c->orders.page;
	struct buf body;
	struct jsonw w;

	if (!c->orders.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "data");
	jsonw_array(&w);
	for (unsigned i = 0; i < p->n; i++) {
		write_order(&w, &p->rows[i], &c->orders.orders[i]);
	}
	jsonw_array_end(&w);
	shipment_page_end(&w, p);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_account_shipments(struct http_exchange *x)
{
	struct orders_call *c = call_begin(x, sizeof(*c));
	struct shipment_page *p;

	if (c == NULL) {
		return;
	}
	p = &c->orders.page;
	if (!call_account(&c->call, http_param(x, "id"), &p->account) ||
	    !shipment_page_read(&c->call, p)) {
		return;
	}
	p->arena = call_memory(&c->call, MEMORY_MAX);
	if (p->arena != NULL) {
		call_submit(&c->call, STORE_CREATE, orders_run, &c->orders,
		    orders_done);
	}
}
