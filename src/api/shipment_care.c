/*
 * What a shop does for its customer: names delegates and takes them back, and
 * says that something is wrong.  The customer himself: track_act.c.
 */
#include <string.h>

#include "api/call.h"
#include "api/shipment_json.h"
#include "flow/case.h"
#include "flow/delegate.h"

enum { ANSWER_MAX = 1 << 16 };

struct care_call {
	struct call call;
	struct delegate_name name;
	struct delegate_revoke revoke;
	struct case_dispute dispute;
};

static bool
answered(struct care_call *c, enum delegate_verdict v)
{
	if (v == DELEGATE_UNKNOWN) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return true;
	}
	if (v != DELEGATE_DONE) {
		call_problem(&c->call, PROBLEM_CONFLICT,
		    v == DELEGATE_TOO_MANY
		    ? "Two people are named already; take one back first."
		    : "Nobody can be named for this shipment now.");
		return true;
	}
	return false;
}

static void
name_done(struct call *call)
{
	struct care_call *c = (struct care_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	if (answered(c, c->name.verdict)) {
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "id", ID_DELEGATE, &c->name.row.id);
	jsonw_member_str(&w, "name", c->name.name);
	jsonw_member_str(&w, "to", c->name.to);
	jsonw_object_end(&w);
	call_json(call, 201, &body);
}

/* Reads whom; false: answered. */
static bool
read_name(struct call *call, struct delegate_name *d)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct display_text text;
	enum err e;

	d->flow = call->api->flow;
	d->tenant = call->tenant;
	d->arena = call->arena;
	if (jsonr_open(&r, call->arena, http_body(call->x), &root)) {
		if (jsonr_str(&root, "name", JSONR_REQUIRED, 0,
		    DISPLAY_TEXT_MAX + 1, &d->name) &&
		    display_text_parse(d->name, &text) != FLAW_NONE) {
			jsonr_flaw(&root, "name", "is not a plain name");
		}
		shipment_read_contact(&root, d->flow, &d->recipient);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(call, &r);
		return false;
	}
	e = delegate_name_prepare(d);
	if (e != ERR_NONE) {
		call_failed(call, e);
	}
	return e == ERR_NONE;
}

static void
revoke_done(struct call *call)
{
	struct care_call *c = (struct care_call *)(void *)call;

	if (!answered(c, c->revoke.verdict)) {
		call_empty(call);
	}
}

static void
dispute_done(struct call *call)
{
	struct care_call *c = (struct care_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	switch (c->dispute.verdict) {
	case CASE_UNKNOWN:
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	case CASE_NOT_NOW:
		call_problem(call, PROBLEM_CONFLICT,
		    "It has not been delivered.");
		return;
	case CASE_MADE:
	default:
		break;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "case", ID_CASE, &c->dispute.row.id);
	jsonw_member_str(&w, "kind", c->dispute.kind);
	jsonw_object_end(&w);
	call_json(call, 201, &body);
}

static void
dispute(struct care_call *c)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct case_dispute *d = &c->dispute;

	d->flow = c->call.api->flow;
	d->tenant = c->call.tenant;
	d->arena = c->call.arena;
	d->words = STR("");
	if (jsonr_open(&r, c->call.arena, http_body(c->call.x), &root)) {
		if (jsonr_str(&root, "kind", JSONR_REQUIRED, 1, CASE_KIND_MAX,
		    &d->kind) && !case_dispute_ok(d->kind)) {
			jsonr_flaw(&root, "kind", "must be not_received, "
			    "nobody_came, wrong_parcel, wrong_word or "
			    "not_ordered");
		}
		(void)jsonr_str(&root, "text", 0, 0, CASE_WORDS_MAX,
		    &d->words);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	call_submit(&c->call, STORE_CREATE, case_dispute_run, d, dispute_done);
}

void
api_shipment_dispute(struct http_exchange *x)
{
	struct care_call *c = call_begin(x, sizeof(*c));

	if (c != NULL && call_id(&c->call, ID_SHIPMENT,
	    &c->dispute.shipment)) {
		dispute(c);
	}
}

void
api_shipment_delegate(struct http_exchange *x)
{
	struct care_call *c = call_begin(x, sizeof(*c));

	if (c != NULL && call_id(&c->call, ID_SHIPMENT, &c->name.shipment) &&
	    read_name(&c->call, &c->name)) {
		call_submit(&c->call, STORE_CREATE, delegate_name_run,
		    &c->name, name_done);
	}
}

void
api_shipment_delegate_revoke(struct http_exchange *x)
{
	struct care_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_id(&c->call, ID_SHIPMENT,
	    &c->revoke.shipment)) {
		return;
	}
	if (id_parse(ID_DELEGATE, http_param(x, "delegate"),
	    &c->revoke.delegate) != ERR_NONE) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	c->revoke.flow = c->call.api->flow;
	c->revoke.tenant = c->call.tenant;
	c->revoke.arena = c->call.arena;
	call_submit(&c->call, STORE_CREATE, delegate_revoke_run, &c->revoke,
	    revoke_done);
}
