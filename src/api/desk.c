/*
 * What people of the shop decide: overrides of a code by two of them, and
 * cases.
 */
#include "api/who.h"
#include "base/parse.h"
#include "flow/case.h"
#include "flow/override.h"

enum { ANSWER_MAX = 1 << 18, PAGE_DEFAULT = 20 };

struct override_call {
	struct call call;
	struct override_ask ask;
	struct override_approve approve;
	struct id key;		/* who asks, where it is no operator */
};

struct case_call {
	struct call call;
	struct case_new made;
	struct case_page page;
	struct case_change change;
};

static void
answer_override(struct call *c, int status, enum override_verdict v,
    const struct override_row *row)
{
	struct buf body;
	struct jsonw w;

	switch (v) {
	case OVERRIDE_UNKNOWN:
		call_problem(c, PROBLEM_NOT_FOUND, NULL);
		return;
	case OVERRIDE_NOT_NOW:
		call_problem(c, PROBLEM_CONFLICT,
		    "It is neither held nor at the door.");
		return;
	case OVERRIDE_SAME_PERSON:
		call_problem(c, PROBLEM_CONFLICT,
		    "It takes a second person, signed in himself or "
		    "with a key of his own.");
		return;
	case OVERRIDE_DONE:
	default:
		break;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "id", ID_OVERRIDE, &row->id);
	jsonw_member_z(&w, "status", row->approved_at.v != 0 ? "approved"
	    : "asked");
	jsonw_member_time(&w, "asked_at", row->asked_at);
	jsonw_member_bool(&w, "mine", row->approved_at.v == 0);
	jsonw_object_end(&w);
	call_json(c, status, &body);
}

static void
ask_done(struct call *call)
{
	struct override_call *c = (struct override_call *)(void *)call;

	answer_override(call, 201, c->ask.verdict, &c->ask.row);
}

void
api_override_ask(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct override_call *c = call_begin(x, sizeof(*c));
	enum err e;

	if (c == NULL || !call_id(&c->call, ID_SHIPMENT, &c->ask.shipment)) {
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)jsonr_str(&root, "reason", JSONR_REQUIRED, 1,
		    OVERRIDE_REASON_MAX, &c->ask.reason);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	c->ask.flow = c->call.api->flow;
	c->ask.tenant = c->call.tenant;
	c->ask.arena = c->call.arena;
	e = who_asks(&c->call, &c->key, &c->ask.by);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, override_ask_run, &c->ask,
	    ask_done);
}

static void
approve_done(struct call *call)
{
	struct override_call *c = (struct override_call *)(void *)call;

	answer_override(call, 200, c->approve.verdict, &c->approve.row);
}

void
api_override_approve(struct http_exchange *x)
{
	struct override_call *c = call_begin(x, sizeof(*c));
	enum err e;

	if (c == NULL || !call_id(&c->call, ID_SHIPMENT,
	    &c->approve.shipment)) {
		return;
	}
	if (id_parse(ID_OVERRIDE, http_param(x, "override"),
	    &c->approve.override) != ERR_NONE) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	c->approve.flow = c->call.api->flow;
	c->approve.tenant = c->call.tenant;
	c->approve.arena = c->call.arena;
	e = who_asks(&c->call, &c->key, &c->approve.by);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, override_approve_run,
	    &c->approve, approve_done);
}

/* Cases. */

static void
write_case(struct jsonw *w, const struct case_row *row, struct str words)
{
	static const struct id none;

	jsonw_object(w);
	jsonw_member_id(w, "id", ID_CASE, &row->id);
	jsonw_member_str(w, "kind", row->kind);
	jsonw_member_z(w, "status", row->status == CASE_OPEN ? "open"
	    : "closed");
	if (!id_equal(&row->account, &none)) {
		jsonw_member_id(w, "account", ID_ACCOUNT, &row->account);
	}
	if (!id_equal(&row->shipment, &none)) {
		jsonw_member_id(w, "shipment", ID_SHIPMENT, &row->shipment);
	}
	jsonw_member_str(w, "text", words);
	jsonw_member_time(w, "created_at", row->created_at);
	jsonw_member_time(w, "changed_at", row->changed_at);
	jsonw_object_end(w);
}

static void
made_done(struct call *call)
{
	struct case_call *c = (struct case_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	write_case(&w, &c->made.row, c->made.about.words);
	call_json(call, 201, &body);
}

void
api_case_create(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct case_call *c = call_begin(x, sizeof(*c));
	struct case_about *about;
	struct str id;

	if (c == NULL) {
		return;
	}
	about = &c->made.about;
	about->words = STR("");
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		if (jsonr_str(&root, "kind", JSONR_REQUIRED, 1, CASE_KIND_MAX,
		    &about->kind) && !case_kind_ok(about->kind)) {
			jsonr_flaw(&root, "kind", "must be of a-z and _");
		}
		(void)jsonr_str(&root, "text", 0, 0, CASE_WORDS_MAX,
		    &about->words);
		if (jsonr_str(&root, "shipment", 0, 1, ID_TEXT_MAX, &id) &&
		    id_parse(ID_SHIPMENT, id, &about->shipment) != ERR_NONE) {
			jsonr_flaw(&root, "shipment", "is not an identifier");
		}
		if (jsonr_str(&root, "account", 0, 1, ID_TEXT_MAX, &id) &&
		    id_parse(ID_ACCOUNT, id, &about->account) != ERR_NONE) {
			jsonr_flaw(&root, "account", "is not an identifier");
		}
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	about->tenant = c->call.tenant->id;
	c->made.flow = c->call.api->flow;
	c->made.arena = c->call.arena;
	call_submit(&c->call, STORE_CREATE, case_new_run, &c->made,
	    made_done);
}

static void
page_done(struct call *call)
{
	struct case_call *c = (struct case_call *)(void *)call;
	const struct case_page *p = &c->page;
	struct buf body;
	struct jsonw w;

	if (p->one && p->n == 0) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	if (p->one) {
		write_case(&w, &p->rows[0], p->words[0]);
		call_json(call, 200, &body);
		return;
	}
	jsonw_object(&w);
	jsonw_key(&w, "data");
	jsonw_array(&w);
	for (unsigned i = 0; i < p->n; i++) {
		write_case(&w, &p->rows[i], p->words[i]);
	}
	jsonw_array_end(&w);
	jsonw_key(&w, "next_cursor");
	if (p->n == p->max) {
		jsonw_id(&w, ID_CASE, &p->rows[p->n - 1].id);
	} else {
		jsonw_null(&w);
	}
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

static struct case_call *
begin_page(struct http_exchange *x)
{
	struct case_call *c = call_begin(x, sizeof(*c));

	if (c != NULL) {
		c->page.flow = c->call.api->flow;
		c->page.arena = c->call.arena;
		c->page.tenant = c->call.tenant->id;
		c->page.max = PAGE_DEFAULT;
	}
	return c;
}

void
api_case_list(struct http_exchange *x)
{
	struct case_call *c = begin_page(x);
	struct str limit, cursor;
	uint64_t max = PAGE_DEFAULT;

	if (c == NULL) {
		return;
	}
	if (http_query(x, "limit", &limit) && (!parse_u64(limit, &max) ||
	    max < 1 || max > CASE_PAGE_MAX)) {
		call_flaw(&c->call, "limit", "must be 1 to 50");
		return;
	}
	if (http_query(x, "cursor", &cursor) && id_parse(ID_CASE, cursor,
	    &c->page.before) != ERR_NONE) {
		call_flaw(&c->call, "cursor",
		    "must be what next_cursor has said");
		return;
	}
	c->page.max = (unsigned)max;
	call_submit(&c->call, STORE_CREATE, case_page_run, &c->page,
	    page_done);
}

void
api_case_show(struct http_exchange *x)
{
	struct case_call *c = begin_page(x);

	if (c != NULL && call_id(&c->call, ID_CASE, &c->page.id)) {
		c->page.one = true;
		call_submit(&c->call, STORE_CREATE, case_page_run, &c->page,
		    page_done);
	}
}

static void
change_done(struct call *call)
{
	struct case_call *c = (struct case_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	if (!c->change.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	write_case(&w, &c->change.row, STR(""));
	call_json(call, 200, &body);
}

void
api_case_edit(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct case_call *c = call_begin(x, sizeof(*c));
	struct str status;

	if (c == NULL || !call_id(&c->call, ID_CASE, &c->change.id)) {
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		if (jsonr_str(&root, "status", JSONR_REQUIRED, 1, 8,
		    &status)) {
			c->change.status = str_equal(status, STR("closed"))
			    ? CASE_CLOSED : CASE_OPEN;
			if (c->change.status == CASE_OPEN &&
			    !str_equal(status, STR("open"))) {
				jsonr_flaw(&root, "status",
				    "must be open or closed");
			}
		}
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	c->change.flow = c->call.api->flow;
	c->change.arena = c->call.arena;
	c->change.tenant = c->call.tenant->id;
	call_submit(&c->call, STORE_CREATE, case_change_run, &c->change,
	    change_done);
}
