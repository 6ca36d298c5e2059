/*
 * /v1/session and /v1/sign_out: a browser about itself.
 */
#include "api/auth.h"
#include "flow/account.h"

enum { ANSWER_MAX = 4096 };

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
