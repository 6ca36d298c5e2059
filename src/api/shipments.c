/*
 * /v1/shipments: create, show, list, dispatch, recall, cancel, release,
 * return.
 */
#include <stdio.h>

#include "api/shipment_json.h"
#include "api/shipment_page.h"
#include "api/who.h"
#include "flow/dispatch.h"
#include "flow/proof.h"

enum { ANSWER_MAX = 1 << 18 };

struct ship_call {
	struct call call;
	struct ship ship;
};

struct show_call {
	struct call call;
	struct shipment_show show;
};

struct page_call {
	struct call call;
	struct shipment_page page;
};

struct dispatch_call {
	struct call call;
	struct dispatch dispatch;
};

struct change_call {
	struct call call;
	struct shipment_change change;
};

/* Create. */

static void
write_created(const struct ship *s, struct buf *out)
{
	char token[TRACK_TOKEN] = "";
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	shipment_write_row(&w, &s->row);
	if (track_token(s->flow, &s->row.tenant, &s->row.id, token) ==
	    ERR_NONE) {
		jsonw_member_z(&w, "track", token);
	}
	jsonw_object_end(&w);
}

static bool
ship_render(void *arg, int *ret_status, struct buf *out)
{
	const struct ship *s = arg;

	*ret_status = 201;
	write_created(s, out);
	return s->verdict == SHIP_CREATED;
}

static void
answer_refused(struct call *call, enum ship_verdict verdict)
{
	const struct shipment_refusal *why = shipment_refusal(verdict);

	call_flaw(call, why->field, why->reason);
}

static void
ship_done(struct call *call)
{
	struct ship_call *c = (struct ship_call *)(void *)call;
	struct buf body;

	if (c->ship.verdict != SHIP_CREATED) {
		answer_refused(call, c->ship.verdict);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	write_created(&c->ship, &body);
	call_json(call, 201, &body);
}

void
api_shipment_create(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct ship_call *c = call_begin(x, sizeof(*c));
	enum err e;

	if (c == NULL) {
		return;
	}
	c->ship.flow = c->call.api->flow;
	c->ship.tenant = c->call.tenant;
	c->ship.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		shipment_read(&root, c->ship.flow, &c->ship.request);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	e = ship_prepare(&c->ship);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
	} else if (c->ship.verdict != SHIP_CREATED) {
		answer_refused(&c->call, c->ship.verdict);
	} else {
		call_submit_once(&c->call, STORE_CREATE, ship_run, &c->ship,
		    ship_render, ship_done);
	}
}

/* Show. */

/* The receipt of the latest hand-over, for the shop's side. */
static enum err
write_receipt(struct jsonw *w, struct show_call *c)
{
	const struct shipment_view *v = c->show.view;
	const struct visit_row *visit = NULL;
	char short_form[TRACK_SHORT];
	struct str receipt;
	struct proof p;
	enum err e;

	for (unsigned i = 0; visit == NULL && i < v->n_visits; i++) {
		if (v->visits[i].outcome == VISIT_DELIVERED ||
		    v->visits[i].outcome == VISIT_PARTIAL) {
			visit = &v->visits[i];
		}
	}
	if (visit == NULL) {
		return ERR_NONE;
	}
	p = (struct proof){
		.flow = c->show.flow, .tenant = c->show.tenant,
		.row = &v->row, .visit = visit, .parcels = v->parcels,
		.n_parcels = v->n_parcels,
	};
	e = proof_sign(&p, c->call.arena, &receipt);
	if (e == ERR_NONE) {
		e = track_short(c->show.flow, visit, short_form);
	}
	if (e == ERR_NONE) {
		jsonw_member_str(w, "receipt", receipt);
		jsonw_member_z(w, "receipt_short", short_form);
	}
	return e;
}

static void
show_done(struct call *call)
{
	struct show_call *c = (struct show_call *)(void *)call;
	const struct id *who;
	struct id key;
	struct buf body;
	struct jsonw w;
	enum err e;

	if (!c->show.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	e = who_asks(call, &key, &who);
	if (e != ERR_NONE) {
		call_failed(call, e);
		return;
	}
	c->show.view->reader = *who;
	if (call->is_operator) {
		/* The track page may show the code (S116). */
		c->show.view->track[0] = '\0';
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	shipment_write(&w, c->show.view);
	e = write_receipt(&w, c);
	jsonw_object_end(&w);
	if (e != ERR_NONE) {
		buf_done(&body);
		call_failed(call, e);
		return;
	}
	call_json(call, 200, &body);
}

void
api_shipment_show(struct http_exchange *x)
{
	struct show_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_id(&c->call, ID_SHIPMENT, &c->show.id)) {
		return;
	}
	c->show.flow = c->call.api->flow;
	c->show.tenant = c->call.tenant;
	c->show.arena = c->call.arena;
	call_submit(&c->call, STORE_CREATE, shipment_show_run, &c->show,
	    show_done);
}

/* List. */

static void
page_done(struct call *call)
{
	struct page_call *c = (struct page_call *)(void *)call;
	const struct shipment_page *p = &c->page;
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "data");
	jsonw_array(&w);
	for (unsigned i = 0; i < p->n; i++) {
		jsonw_object(&w);
		shipment_write_row(&w, &p->rows[i]);
		jsonw_object_end(&w);
	}
	jsonw_array_end(&w);
	shipment_page_end(&w, p);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_shipment_list(struct http_exchange *x)
{
	struct page_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !shipment_page_read(&c->call, &c->page)) {
		return;
	}
	call_submit(&c->call, STORE_CREATE, shipment_page_run, &c->page,
	    page_done);
}

/* Dispatch. */

static void
write_row(const struct shipment_row *row, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	shipment_write_row(&w, row);
	jsonw_object_end(&w);
}

static void
write_dispatched(const struct dispatch *d, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	shipment_write_dispatched(&w, d);
	jsonw_object_end(&w);
}

static void
answer_not_now(struct call *call, const struct shipment_row *row)
{
	char detail[80];

	snprintf(detail, sizeof(detail), "The shipment is %s.",
	    shipment_status_name(row->state.status));
	call_problem(call, PROBLEM_CONFLICT, detail);
}

static bool
dispatch_render(void *arg, int *ret_status, struct buf *out)
{
	const struct dispatch *d = arg;

	*ret_status = 200;
	write_dispatched(d, out);
	return d->verdict == DISPATCH_DONE;
}

static void
dispatch_done(struct call *call)
{
	struct dispatch_call *c = (struct dispatch_call *)(void *)call;
	struct buf body;

	switch (c->dispatch.verdict) {
	case DISPATCH_UNKNOWN:
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	case DISPATCH_NO_AGENT:
		call_flaw(call, "agent", "is not known, or was revoked");
		return;
	case DISPATCH_NOT_NOW:
		answer_not_now(call, &c->dispatch.row);
		return;
	case DISPATCH_DONE:
	default:
		buf_init(&body, ANSWER_MAX);
		write_dispatched(&c->dispatch, &body);
		call_json(call, 200, &body);
		return;
	}
}

void
api_shipment_dispatch(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct dispatch_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_id(&c->call, ID_SHIPMENT,
	    &c->dispatch.shipment)) {
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		shipment_read_dispatch(&root, &c->dispatch);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	c->dispatch.flow = c->call.api->flow;
	c->dispatch.tenant = c->call.tenant;
	c->dispatch.arena = c->call.arena;
	call_submit_once(&c->call, STORE_CREATE, dispatch_run, &c->dispatch,
	    dispatch_render, dispatch_done);
}

/* Recall, cancel, release, return. */

static void
change_done(struct call *call)
{
	struct change_call *c = (struct change_call *)(void *)call;
	struct buf body;

	switch (c->change.verdict) {
	case DISPATCH_NOT_NOW:
		answer_not_now(call, &c->change.row);
		return;
	case DISPATCH_DONE:
		buf_init(&body, ANSWER_MAX);
		write_row(&c->change.row, &body);
		call_json(call, 200, &body);
		return;
	case DISPATCH_UNKNOWN:
	case DISPATCH_NO_AGENT:
	default:
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
}

static void
change(struct http_exchange *x, enum shipment_order order)
{
	struct change_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_id(&c->call, ID_SHIPMENT,
	    &c->change.shipment)) {
		return;
	}
	c->change.flow = c->call.api->flow;
	c->change.tenant = c->call.tenant;
	c->change.arena = c->call.arena;
	c->change.order = order;
	call_submit(&c->call, STORE_CREATE, shipment_change_run, &c->change,
	    change_done);
}

void
api_shipment_recall(struct http_exchange *x)
{
	change(x, ORDER_RECALL);
}

void
api_shipment_cancel(struct http_exchange *x)
{
	change(x, ORDER_CANCEL);
}

void
api_shipment_release(struct http_exchange *x)
{
	change(x, ORDER_RELEASE);
}

void
api_shipment_return(struct http_exchange *x)
{
	change(x, ORDER_RETURN);
}
