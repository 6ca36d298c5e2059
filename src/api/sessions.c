/*
 * /v1/session and /v1/sign_out: a browser about itself; and the sessions of an
 * account.
 */
#include "api/auth.h"
#include "flow/account.h"

enum { ANSWER_MAX = 16384 };

struct session_call {
	struct call call;
	struct account account;
	struct sign_out sign_out;
};

static struct session_call *
begin(struct http_exchange *x)
{
	struct session_call *c = call_begin(x, sizeof(*c));

	if (c == NULL) {
		return NULL;
	}
	if (c->call.caller == CALLER_KEY) {
		call_problem(&c->call, PROBLEM_FORBIDDEN,
		    "A shop's key has no session.");
		return NULL;
	}
	return c;
}

static enum err
show_run(struct tx *tx, void *arg)
{
	struct session_call *c = arg;

	return account_look(tx, c->call.api->flow, &c->call.tenant->id,
	    &c->call.session.account, c->call.arena, &c->account);
}

static void
show_done(struct call *call)
{
	struct session_call *c = (struct session_call *)(void *)call;
	const struct session_row *s = &call->session;
	unix_ms now = flow_now(call->api->flow);
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "account", ID_ACCOUNT, &s->account);
	jsonw_member_z(&w, "kind", account_kind_name(s->kind));
	jsonw_member_str(&w, "name", c->account.name);
	jsonw_member_str(&w, "locale", c->account.row.locale);
	jsonw_member_time(&w, "created_at", s->created_at);
	jsonw_member_time(&w, "expires_at", s->expires_at);
	jsonw_member_i64(&w, "idle_s", session_life(s->kind,
	    call->tenant->policy.payer.psd2 != 0).idle.v / 1000);
	jsonw_member_bool(&w, "proved", session_proved_lately(s, now));
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_session_show(struct http_exchange *x)
{
	struct session_call *c = begin(x);

	if (c != NULL) {
		call_submit(&c->call, STORE_CREATE, show_run, c, show_done);
	}
}

static void
sign_out_done(struct call *call)
{
	auth_cookie(call, COOKIE_SESSION, NULL, SECONDS(0));
	call_empty(call);
}

void
api_sign_out(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct session_call *c = begin(x);

	if (c == NULL) {
		return;
	}
	c->sign_out.flow = c->call.api->flow;
	c->sign_out.session = &c->call.session;
	if (http_body(x).n > 0 &&
	    jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)jsonr_bool(&root, "everywhere", 0,
		    &c->sign_out.everywhere);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	call_submit(&c->call, STORE_CREATE, sign_out_run, &c->sign_out,
	    sign_out_done);
}

struct sessions_call {
	struct call call;
	struct sessions sessions;
};

static void
write_view(struct jsonw *w, const struct call *c,
    const struct session_view *v)
{
	const struct session_row *own = call_session(c);

	jsonw_object(w);
	jsonw_member_id(w, "id", ID_SESSION, &v->id);
	jsonw_member_str(w, "label", v->label);
	jsonw_member_bool(w, "current", own != NULL &&
	    id_equal(&own->id, &v->id));
	jsonw_member_time(w, "created_at", v->created_at);
	jsonw_member_time(w, "seen_at", v->seen_at);
	jsonw_member_time(w, "expires_at", v->expires_at);
	jsonw_object_end(w);
}

static void
sessions_done(struct call *call)
{
	struct sessions_call *c = (struct sessions_call *)(void *)call;
	const struct session_row *own = call_session(call);
	struct buf body;
	struct jsonw w;

	if (!c->sessions.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	if (c->sessions.end) {
		if (own != NULL && id_equal(&own->id, &c->sessions.session)) {
			auth_cookie(call, COOKIE_SESSION, NULL, SECONDS(0));
		}
		call_empty(call);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "data");
	jsonw_array(&w);
	for (unsigned i = 0; i < c->sessions.n; i++) {
		write_view(&w, call, &c->sessions.views[i]);
	}
	jsonw_array_end(&w);
	jsonw_key(&w, "next_cursor");
	jsonw_null(&w);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

static void
sessions(struct http_exchange *x, bool end)
{
	struct sessions_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_account(&c->call, http_param(x, "id"),
	    &c->sessions.account)) {
		return;
	}
	c->sessions.flow = c->call.api->flow;
	c->sessions.tenant = c->call.tenant;
	c->sessions.arena = c->call.arena;
	c->sessions.end = end;
	if (end && id_parse(ID_SESSION, http_param(x, "session"),
	    &c->sessions.session) != ERR_NONE) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	call_submit(&c->call, STORE_CREATE, sessions_run, &c->sessions,
	    sessions_done);
}

void
api_sessions(struct http_exchange *x)
{
	sessions(x, false);
}

void
api_session_end(struct http_exchange *x)
{
	sessions(x, true);
}
