/*
 * /v1/agents: who delivers, and the codes that pair his device.
 */
#include <string.h>

#include "api/call.h"
#include "base/parse.h"
#include "flow/agent.h"

enum { ANSWER_MAX = 65536, PAGE_DEFAULT = 20 };

struct new_call {
	struct call call;
	struct agent_new agent;
};

struct list_call {
	struct call call;
	struct agent_list list;
};

struct show_call {
	struct call call;
	struct agent_show show;
};

struct end_call {
	struct call call;
	struct agent_end end;
};

struct pairing_call {
	struct call call;
	struct pairing_new pairing;
};

static void
write_agent(struct jsonw *w, const struct agent_row *row, struct str name)
{
	jsonw_member_id(w, "id", ID_AGENT, &row->id);
	jsonw_member_str(w, "name", name);
	jsonw_member_z(w, "status", row->revoked_at.v == 0 ? "active"
	    : "revoked");
	jsonw_member_time(w, "created_at", row->created_at);
}

/* Create. */

static bool
new_render(void *arg, int *ret_status, struct buf *out)
{
	const struct agent_new *a = arg;
	struct jsonw w;

	*ret_status = 201;
	jsonw_init(&w, out);
	jsonw_object(&w);
	write_agent(&w, &a->row, a->name);
	jsonw_object_end(&w);
	return true;
}

static void
new_done(struct call *call)
{
	struct new_call *c = (struct new_call *)(void *)call;
	struct buf body;
	int status;

	buf_init(&body, ANSWER_MAX);
	(void)!new_render(&c->agent, &status, &body);
	call_json(call, status, &body);
}

void
api_agent_create(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct display_text text;
	struct new_call *c = call_begin(x, sizeof(*c));
	enum flaw flaw;
	enum err e;

	if (c == NULL) {
		return;
	}
	c->agent.flow = c->call.api->flow;
	c->agent.tenant = c->call.tenant;
	c->agent.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		if (jsonr_str(&root, "name", JSONR_REQUIRED, 0,
		    DISPLAY_TEXT_MAX + 1, &c->agent.name)) {
			flaw = display_text_parse(c->agent.name, &text);
			if (flaw != FLAW_NONE) {
				jsonr_flaw(&root, "name", flaw_reason(flaw));
			}
		}
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	e = agent_new_prepare(&c->agent);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit_once(&c->call, STORE_CREATE, agent_new_run, &c->agent,
	    new_render, new_done);
}

/* List. */

static void
list_done(struct call *call)
{
	struct list_call *c = (struct list_call *)(void *)call;
	const struct agent_list *l = &c->list;
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "data");
	jsonw_array(&w);
	for (unsigned i = 0; i < l->n; i++) {
		jsonw_object(&w);
		write_agent(&w, &l->rows[i], l->names[i]);
		jsonw_object_end(&w);
	}
	jsonw_array_end(&w);
	jsonw_key(&w, "next_cursor");
	if (l->n == l->max) {
		jsonw_id(&w, ID_AGENT, &l->rows[l->n - 1].id);
	} else {
		jsonw_null(&w);
	}
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_agent_list(struct http_exchange *x)
{
	struct list_call *c = call_begin(x, sizeof(*c));
	struct str limit, cursor;
	uint64_t max = PAGE_DEFAULT;

	if (c == NULL) {
		return;
	}
	if (http_query(x, "limit", &limit) && (!parse_u64(limit, &max) ||
	    max < 1 || max > AGENT_LIST_MAX)) {
		call_flaw(&c->call, "limit", "must be 1 to 100");
		return;
	}
	if (http_query(x, "cursor", &cursor) && id_parse(ID_AGENT, cursor,
	    &c->list.after) != ERR_NONE) {
		call_flaw(&c->call, "cursor",
		    "must be what next_cursor has said");
		return;
	}
	c->list.flow = c->call.api->flow;
	c->list.tenant = c->call.tenant;
	c->list.arena = c->call.arena;
	c->list.max = (unsigned)max;
	call_submit(&c->call, STORE_CREATE, agent_list_run, &c->list,
	    list_done);
}

/* Show. */

static void
write_device(struct jsonw *w, const struct agent_device_row *d)
{
	jsonw_object(w);
	jsonw_member_id(w, "id", ID_AGENT_DEVICE, &d->id);
	jsonw_member_z(w, "status", d->revoked_at.v == 0 ? "paired"
	    : "revoked");
	jsonw_member_time(w, "paired_at", d->paired_at);
	if (d->signed_in_at.v != 0) {
		jsonw_member_time(w, "signed_in_at", d->signed_in_at);
	}
	jsonw_object_end(w);
}

static void
show_done(struct call *call)
{
	struct show_call *c = (struct show_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	if (!c->show.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	write_agent(&w, &c->show.row, c->show.name);
	jsonw_key(&w, "devices");
	jsonw_array(&w);
	for (unsigned i = 0; i < c->show.n; i++) {
		write_device(&w, &c->show.devices[i]);
	}
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_agent_show(struct http_exchange *x)
{
	struct show_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_id(&c->call, ID_AGENT, &c->show.id)) {
		return;
	}
	c->show.flow = c->call.api->flow;
	c->show.tenant = c->call.tenant;
	c->show.arena = c->call.arena;
	call_submit(&c->call, STORE_CREATE, agent_show_run, &c->show,
	    show_done);
}

/* Revoke an agent, or one device. */

static void
end_done(struct call *call)
{
	struct end_call *c = (struct end_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	if (!c->end.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "id", ID_AGENT, &c->end.agent);
	jsonw_member_z(&w, "status", "revoked");
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

static struct end_call *
end_begin(struct http_exchange *x)
{
	struct end_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_id(&c->call, ID_AGENT, &c->end.agent)) {
		return NULL;
	}
	c->end.flow = c->call.api->flow;
	c->end.tenant = c->call.tenant;
	return c;
}

void
api_agent_revoke(struct http_exchange *x)
{
	struct end_call *c = end_begin(x);

	if (c != NULL) {
		call_submit(&c->call, STORE_CREATE, agent_end_run, &c->end,
		    end_done);
	}
}

void
api_agent_device_revoke(struct http_exchange *x)
{
	struct end_call *c = end_begin(x);

	if (c == NULL) {
		return;
	}
	if (id_parse(ID_AGENT_DEVICE, http_param(x, "device"),
	    &c->end.device) != ERR_NONE) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	c->end.one_device = true;
	call_submit(&c->call, STORE_CREATE, agent_end_run, &c->end, end_done);
}

/* A code for pairing: shown once, and kept under no Idempotency-Key. */

static void
pairing_done(struct call *call)
{
	struct pairing_call *c = (struct pairing_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	if (!c->pairing.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "agent", ID_AGENT, &c->pairing.agent);
	jsonw_member_z(&w, "pairing_code", c->pairing.text);
	jsonw_member_time(&w, "expires_at", c->pairing.row.expires_at);
	jsonw_object_end(&w);
	explicit_bzero(c->pairing.text, sizeof(c->pairing.text));
	call_json(call, 201, &body);
}

void
api_agent_pairing(struct http_exchange *x)
{
	struct pairing_call *c = call_begin(x, sizeof(*c));
	enum err e;

	if (c == NULL || !call_id(&c->call, ID_AGENT, &c->pairing.agent)) {
		return;
	}
	c->pairing.flow = c->call.api->flow;
	c->pairing.tenant = c->call.tenant;
	c->pairing.arena = c->call.arena;
	e = pairing_new_prepare(&c->pairing);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, pairing_new_run, &c->pairing,
	    pairing_done);
}
