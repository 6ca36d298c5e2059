/*
 * POST below /v1/track/{token}: what the customer does about a delivery.
 */
#include <stdio.h>

#include "api/call.h"
#include "api/shipment_json.h"
#include "flow/delegate.h"
#include "flow/track_act.h"

enum { ANSWER_MAX = 4096, KIND_MAX = 32 };

struct dispute_call {
	struct call call;
	struct track_dispute dispute;
};

struct day_call {
	struct call call;
	struct track_day day;
};

/* A delegate is named, or revoked, once the token is seen to be trusted. */
struct delegate_call {
	struct call call;
	struct str token;
	struct delegate_name name;
	struct delegate_revoke revoke;
	bool revokes;
	enum track_verdict verdict;
	struct shipment_row row;
};

/* False: it has answered what is not TRACK_DONE. */
static bool
is_done(struct call *c, enum track_verdict v, const struct shipment_row *row)
{
	char detail[80];

	switch (v) {
	case TRACK_DONE:
		return true;
	case TRACK_NOT_YOURS:
		http_add_header(c->x, "WWW-Authenticate",
		    STR("Bearer realm=\"watchword\""));
		call_problem(c, PROBLEM_UNAUTHORIZED, "Sign in as the "
		    "customer who ordered it.");
		return false;
	case TRACK_NOT_NOW:
		snprintf(detail, sizeof(detail), "The shipment is %s.",
		    shipment_status_name(row->state.status));
		call_problem(c, PROBLEM_CONFLICT, detail);
		return false;
	case TRACK_DAY:
		call_flaw(c, "on", "must be from tomorrow to 14 days ahead");
		return false;
	case TRACK_UNKNOWN:
	default:
		call_problem(c, PROBLEM_NOT_FOUND, NULL);
		return false;
	}
}

/* Disputes. */

static void
dispute_done(struct call *call)
{
	struct dispute_call *c = (struct dispute_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	if (!is_done(call, c->dispute.verdict, &c->dispute.row)) {
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_z(&w, "kind", dispute_name(c->dispute.kind));
	jsonw_member_z(&w, "status",
	    shipment_status_name(c->dispute.row.state.status));
	jsonw_object_end(&w);
	call_json(call, 201, &body);
}

static void
read_dispute(struct jsonr_object *o, struct track_dispute *d)
{
	struct str kind;

	d->words = STR("");
	if (jsonr_str(o, "kind", JSONR_REQUIRED, 1, KIND_MAX, &kind) &&
	    !dispute_parse(kind, &d->kind)) {
		jsonr_flaw(o, "kind", "must be nobody_came, not_received, "
		    "wrong_parcel, not_ordered or wrong_word");
	}
	(void)jsonr_str(o, "text", 0, 0, TRACK_WORDS_MAX, &d->words);
}

void
api_track_dispute(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct dispute_call *c = call_begin(x, sizeof(*c));
	enum err e;

	if (c == NULL) {
		return;
	}
	c->dispute.flow = c->call.api->flow;
	c->dispute.tenant = c->call.tenant;
	c->dispute.arena = c->call.arena;
	c->dispute.token = http_param(x, "token");
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		read_dispute(&root, &c->dispute);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	e = track_dispute_prepare(&c->dispute);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, track_dispute_run, &c->dispute,
	    dispute_done);
}

/* Another day. */

static void
day_done(struct call *call)
{
	struct day_call *c = (struct day_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	if (!is_done(call, c->day.verdict, &c->day.row)) {
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	shipment_write_day(&w, "day", c->day.row.next_on);
	if (c->day.row.why.n > 0) {
		jsonw_member_str(&w, "why", c->day.row.why);
	}
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_track_day(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct day_call *c = call_begin(x, sizeof(*c));
	struct str day;

	if (c == NULL) {
		return;
	}
	c->day = (struct track_day){
		.flow = c->call.api->flow, .tenant = c->call.tenant,
		.arena = c->call.arena, .token = http_param(x, "token"),
		.viewer = &c->call.session.account,
	};
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		if (jsonr_str(&root, "on", JSONR_REQUIRED, 0, DAY_TEXT,
		    &day) && !day_parse(day, &c->day.wish)) {
			jsonr_flaw(&root, "on", "must be a date like "
			    "2026-11-22");
		}
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	call_submit(&c->call, STORE_CREATE, track_day_run, &c->day, day_done);
}

/* Delegates (R36). */

static enum err
delegate_run(struct tx *tx, void *delegate_call)
{
	struct delegate_call *c = delegate_call;
	enum err e = track_find(tx, c->call.api->flow, c->call.tenant,
	    c->token, c->call.arena, &c->row);

	c->verdict = TRACK_UNKNOWN;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	if (!track_trusts(c->call.tenant, &c->row,
	    &c->call.session.account)) {
		c->verdict = TRACK_NOT_YOURS;
		return ERR_NONE;
	}
	c->verdict = TRACK_DONE;
	c->name.shipment = c->revoke.shipment = c->row.id;
	c->name.row.shipment = c->row.id;
	return c->revokes ? delegate_revoke_run(tx, &c->revoke)
	    : delegate_name_run(tx, &c->name);
}

static void
delegate_done(struct call *call)
{
	struct delegate_call *c = (struct delegate_call *)(void *)call;
	enum delegate_verdict v = c->revokes ? c->revoke.verdict
	    : c->name.verdict;
	struct buf body;
	struct jsonw w;

	if (c->verdict == TRACK_DONE && v != DELEGATE_DONE) {
		c->verdict = v == DELEGATE_UNKNOWN ? TRACK_UNKNOWN
		    : TRACK_NOT_NOW;
	}
	if (c->verdict == TRACK_NOT_NOW && v == DELEGATE_TOO_MANY) {
		call_flaw(call, "name", "is one more than may be named");
		return;
	}
	if (!is_done(call, c->verdict, &c->row)) {
		return;
	}
	if (c->revokes) {
		call_empty(call);
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

static struct delegate_call *
delegate_begin(struct http_exchange *x)
{
	struct delegate_call *c = call_begin(x, sizeof(*c));

	if (c != NULL) {
		c->token = http_param(x, "token");
		c->name.flow = c->revoke.flow = c->call.api->flow;
		c->name.tenant = c->revoke.tenant = c->call.tenant;
		c->name.arena = c->revoke.arena = c->call.arena;
	}
	return c;
}

void
api_track_delegate(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct delegate_call *c = delegate_begin(x);
	struct display_text text;
	enum flaw flaw;
	enum err e;

	if (c == NULL) {
		return;
	}
	c->name.locale = STR("");
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		if (jsonr_str(&root, "name", JSONR_REQUIRED, 0,
		    DISPLAY_TEXT_MAX + 1, &c->name.name)) {
			flaw = display_text_parse(c->name.name, &text);
			if (flaw != FLAW_NONE) {
				jsonr_flaw(&root, "name", flaw_reason(flaw));
			}
		}
		shipment_read_contact(&root, c->call.api->flow,
		    &c->name.recipient);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	e = delegate_name_prepare(&c->name);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, delegate_run, c, delegate_done);
}

void
api_track_delegate_revoke(struct http_exchange *x)
{
	struct delegate_call *c = delegate_begin(x);

	if (c == NULL) {
		return;
	}
	c->revokes = true;
	if (id_parse(ID_DELEGATE, http_param(x, "delegate"),
	    &c->revoke.delegate) != ERR_NONE) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	call_submit(&c->call, STORE_CREATE, delegate_run, c, delegate_done);
}
