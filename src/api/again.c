#include "api/again.h"

#include "api/call.h"
#include "flow/sign_up.h"

struct again_call {
	struct call call;
	struct resend resend;
	struct again again;
	enum id_type type;
};

static void
answer(struct again_call *c)
{
	const struct challenge *state = &c->resend.row.state;
	struct buf body;
	struct jsonw w;

	buf_init(&body, 1024);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "id", c->type, &c->resend.id);
	jsonw_member_i64(&w, "sends_left", state->sends_left);
	jsonw_member_time(&w, "resend_at", state->resend_at);
	jsonw_member_time(&w, "expires_at", state->expires_at);
	jsonw_object_end(&w);
	call_json(&c->call, 202, &body);
}

static void
again_done(struct call *call)
{
	struct again_call *c = (struct again_call *)(void *)call;

	switch (c->resend.verdict) {
	case RESEND_UNKNOWN:
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	case RESEND_LIMITED:
		call_limited(call, &c->resend.limited, NULL);
		return;
	case RESEND_NO_SENDS:
	case RESEND_OVER:
	case RESEND_CHANNEL:
		call_problem(call, PROBLEM_CONFLICT,
		    "No further message can be sent; begin again.");
		return;
	case RESEND_QUEUED:
	default:
		answer(c);
		return;
	}
}

void
again(struct http_exchange *x, enum id_type type, enum approval_kind kind)
{
	struct again_call *c = call_begin(x, sizeof(*c));
	enum err e;

	if (c == NULL || !call_id(&c->call, type, &c->resend.id)) {
		return;
	}
	c->type = type;
	c->resend.flow = c->call.api->flow;
	c->resend.tenant = c->call.tenant;
	c->resend.arena = c->call.arena;
	c->again = (struct again){&c->resend, kind};
	e = resend_prepare(&c->resend);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, again_run, &c->again, again_done);
}
