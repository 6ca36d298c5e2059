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
	case RESEND_CHANNEL:
		call_flaw(call, "channel",
		    "must reach a contact of the challenge");
		return;
	case RESEND_NO_SENDS:
	case RESEND_OVER:
		call_problem(call, PROBLEM_CONFLICT,
		    "No further message can be sent; begin again.");
		return;
	case RESEND_QUEUED:
	default:
		answer(c);
		return;
	}
}

/*
 * A body is optional.  Only who has given the password may choose the channel:
 * elsewhere the answer would say whether there is such a contact (S78).
 */
static bool
read_body(struct again_call *c, struct jsonr *r)
{
	struct jsonr_object root;
	struct str word;

	if (http_body(c->call.x).n > 0 &&
	    jsonr_open(r, c->call.arena, http_body(c->call.x), &root)) {
		if (c->type == ID_SIGN_IN &&
		    jsonr_str(&root, "channel", 0, 1, 16, &word)) {
			c->resend.has_channel = true;
			if (!channel_parse(word, &c->resend.channel)) {
				jsonr_flaw(&root, "channel",
				    "must be email, sms or voice");
			}
		}
		jsonr_close(&root);
	}
	return jsonr_ok(r);
}

void
again(struct http_exchange *x, enum id_type type, enum approval_kind kind)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
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
	if (!read_body(c, &r)) {
		call_flaws(&c->call, &r);
		return;
	}
	e = resend_prepare(&c->resend);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, again_run, &c->again, again_done);
}
