/*
 * /v1/track/{token}: one delivery, for its customer's page.
 */
#include "api/call.h"
#include "api/shipment_json.h"
#include "flow/track_act.h"

enum { ANSWER_MAX = 1 << 16, MASK_MAX = EMAIL_MAX + 16 };

struct track_call {
	struct call call;
	struct track_page page;
};

/* R45: enough for the customer to see whether it is the right one. */
static void
write_sent_to(struct jsonw *w, const struct shipment_view *v)
{
	struct str address = v->row.channel == CHANNEL_EMAIL ? v->email
	    : v->phone;
	struct recipient r;
	char text[MASK_MAX];
	struct buf mask;

	if (address.n == 0 ||
	    !recipient_parse(v->row.channel, address, &r)) {
		return;
	}
	buf_fixed(&mask, text, sizeof(text));
	recipient_mask(&r, &mask);
	jsonw_member_str(w, "sent_to", buf_view(&mask));
	explicit_bzero(&r, sizeof(r));
}

static void
write_row(struct jsonw *w, const struct track_page *t)
{
	const struct shipment_row *row = &t->view->row;

	jsonw_member_str(w, "order", row->reference);
	jsonw_member_z(w, "shop", t->tenant->brand);
	jsonw_member_z(w, "status", shipment_status_name(row->state.status));
	shipment_write_day(w, "day", row->next_on);
	if (row->why.n > 0) {
		jsonw_member_str(w, "why", row->why);
	}
	jsonw_member_str(w, "time_zone", row->time_zone);
	jsonw_member_bool(w, "code_required",
	    row->code == DECISION_REQUIRED);
	jsonw_key(w, "reasons");
	jsonw_raw(w, row->reason);
	shipment_write_parcels(w, t->view->parcels, t->view->what,
	    t->view->n_parcels);
}

/* Who comes today, and what opens. */
static void
write_visit(struct jsonw *w, const struct track_page *t)
{
	if (t->visit == NULL) {
		return;
	}
	jsonw_member_str(w, "agent", agent_first_name(t->view->agent_name));
	jsonw_member_z(w, "countersign", t->view->countersign);
	jsonw_member_time(w, "valid_until", t->visit->valid_until);
	if (t->code[0] != '\0') {
		jsonw_member_z(w, "code", t->code);
		jsonw_member_str(w, "pass", t->pass);
	}
	if (!t->trusted) {
		jsonw_member_bool(w, "signed_out", true);
	}
}

static void
write_delegates(struct jsonw *w, const struct shipment_view *v)
{
	jsonw_key(w, "delegates");
	jsonw_array(w);
	for (unsigned i = 0; i < v->n_delegates; i++) {
		if (v->delegates[i].revoked_at.v == 0) {
			jsonw_object(w);
			jsonw_member_id(w, "id", ID_DELEGATE,
			    &v->delegates[i].id);
			jsonw_member_str(w, "name", v->delegate_names[i]);
			jsonw_object_end(w);
		}
	}
	jsonw_array_end(w);
}

/* What the customer may say of it now. */
static void
write_disputes(struct jsonw *w, const struct shipment_row *row)
{
	jsonw_key(w, "disputes");
	jsonw_array(w);
	for (int d = 0; d < DISPUTE_COUNT; d++) {
		if (dispute_may(row, (enum dispute)d)) {
			jsonw_z(w, dispute_name((enum dispute)d));
		}
	}
	jsonw_array_end(w);
}

static void
write_page(struct jsonw *w, const struct track_page *t)
{
	const struct shipment_row *row = &t->view->row;

	jsonw_object(w);
	write_row(w, t);
	write_visit(w, t);
	if (t->handed != NULL) {
		jsonw_member_time(w, "delivered_at", t->handed->ended_at);
		jsonw_member_z(w, "proof", visit_proof_name(t->handed->proof));
		jsonw_member_z(w, "receipt", t->receipt);
	}
	jsonw_member_bool(w, "may_delegate", t->trusted &&
	    row->code == DECISION_REQUIRED &&
	    (row->state.status == SHIPMENT_SCHEDULED ||
	    row->state.status == SHIPMENT_ATTEMPTED ||
	    shipment_on_route(row->state.status)));
	jsonw_member_bool(w, "may_put_off", t->trusted &&
	    row->state.status == SHIPMENT_SCHEDULED);
	write_disputes(w, row);
	if (t->trusted) {
		write_sent_to(w, t->view);
		write_delegates(w, t->view);
	}
	jsonw_object_end(w);
}

static void
page_done(struct call *call)
{
	struct track_call *c = (struct track_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	if (!c->page.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	write_page(&w, &c->page);
	track_page_wipe(&c->page);
	call_json(call, 200, &body);
}

void
api_track_show(struct http_exchange *x)
{
	struct track_call *c = call_begin(x, sizeof(*c));

	if (c == NULL) {
		return;
	}
	c->page = (struct track_page){
		.flow = c->call.api->flow, .tenant = c->call.tenant,
		.arena = c->call.arena, .token = http_param(x, "token"),
		.viewer = &c->call.session.account,
	};
	call_submit(&c->call, STORE_CREATE, track_page_run, &c->page,
	    page_done);
}
