/*
 * Help for a person whose code has not come: the shop asks for a help token
 * (POST /v1/challenges/{id}/help), the page /help/code shows what it is told
 * (GET /v1/help) and may have the code sent again (POST /v1/help/resend).
 */
#include "api/help_json.h"
#include "api/challenge_json.h"
#include "flow/resend.h"

enum { ANSWER_MAX = 32768, TOKEN_MAX = 128, LINK_MAX = 256 };

struct help_call {
	struct call call;
	struct show show;
	struct resend resend;
};

static void
show_given(struct help_call *c, const struct tenant *tenant)
{
	c->show.flow = c->call.api->flow;
	c->show.tenant = tenant;
	c->show.arena = c->call.arena;
}

/* A token. */

static void
token_done(struct call *call)
{
	struct help_call *c = (struct help_call *)(void *)call;
	struct help_token t = {.tenant = call->tenant->id,
	    .challenge = c->show.id};
	struct buf token, link, body;
	struct jsonw w;
	enum err e;

	if (!c->show.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	t.until = unix_ms_add(flow_now(c->show.flow), HELP_TOKEN_LIFE);
	buf_init(&token, TOKEN_MAX);
	buf_init(&link, LINK_MAX);
	buf_init(&body, ANSWER_MAX);
	e = help_token_write(c->show.flow, &t, &token);
	buf_printf(&link, "/help/code?lang=%s#", locale_name(
	    audience_locale(call->x, c->show.row.locale)));
	buf_str(&link, buf_view(&token));
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_str(&w, "token", buf_view(&token));
	jsonw_member_str(&w, "page", buf_view(&link));
	jsonw_member_time(&w, "expires_at", t.until);
	jsonw_object_end(&w);
	if (e == ERR_NONE) {
		e = buf_err(&link);
	}
	buf_done(&token);
	buf_done(&link);
	if (e != ERR_NONE) {
		buf_done(&body);
		call_failed(call, e);
		return;
	}
	call_json(call, 201, &body);
}

void
api_challenge_help(struct http_exchange *x)
{
	struct help_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_id(&c->call, ID_CHALLENGE, &c->show.id)) {
		return;
	}
	show_given(c, c->call.tenant);
	call_submit(&c->call, STORE_CREATE, show_run, &c->show, token_done);
}

/* With a token. */

/* False: answered.  The tenant is the one that the token is of. */
static bool
authenticate(struct help_call *c)
{
	const struct flow *f = c->call.api->flow;
	struct help_token t = {0};
	struct str value;
	enum err e = ERR_MISSING;

	if (http_header(c->call.x, "Authorization", &value) &&
	    str_starts(value, STR("Bearer "))) {
		e = help_token_read(f, str_slice(value, 7, value.n),
		    flow_now(f), &t);
	}
	if (e == ERR_NONE) {
		c->call.tenant = directory_id(c->call.directory, &t.tenant);
		c->show.id = t.challenge;
		e = c->call.tenant != NULL ? ERR_NONE : ERR_MISSING;
	}
	if (e == ERR_MISSING) {
		http_add_header(c->call.x, "WWW-Authenticate",
		    STR("Bearer realm=\"watchword\""));
		call_problem(&c->call, PROBLEM_UNAUTHORIZED,
		    "The help token is not right, or its time is over.");
	} else if (e != ERR_NONE) {
		call_failed(&c->call, e);
	}
	return e == ERR_NONE;
}

static void
answer_help(struct call *call)
{
	struct help_call *c = (struct help_call *)(void *)call;
	const struct show *s = &c->show;
	enum err e = show_finish(&c->show);
	struct audience a;
	struct buf body;
	struct jsonw w;

	if (!s->found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	if (e != ERR_NONE) {
		call_failed(call, e);
		return;
	}
	a = (struct audience){audience_locale(call->x, s->row.locale),
	    s->view.to, str_of(call->tenant->brand)};
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_str(&w, "brand", a.brand);
	jsonw_member_z(&w, "purpose", purpose_name(s->row.purpose));
	jsonw_member_z(&w, "channel", channel_name(s->row.channel));
	jsonw_member_str(&w, "to", a.to);
	jsonw_member_z(&w, "status",
	    challenge_status_name(s->row.state.status));
	jsonw_member_time(&w, "now", flow_now(s->flow));
	jsonw_member_time(&w, "expires_at", s->row.state.expires_at);
	jsonw_member_time(&w, "resend_at", s->row.state.resend_at);
	jsonw_member_i64(&w, "sends_left", s->row.state.sends_left);
	e = messages_write(&w, s, a);
	next_write(&w, s->flow, &s->row, newest_code(s->messages, s->n),
	    flow_now(s->flow), &a);
	jsonw_object_end(&w);
	if (e != ERR_NONE) {
		buf_done(&body);
		call_failed(call, e);
		return;
	}
	call_json(call, 200, &body);
}

void
api_help_show(struct http_exchange *x)
{
	struct help_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !authenticate(c)) {
		return;
	}
	show_given(c, c->call.tenant);
	call_submit(&c->call, STORE_CREATE, show_run, &c->show, answer_help);
}

/* What was not sent is seen in the answer: why, and when it can be. */
static void
resent(struct call *call)
{
	struct help_call *c = (struct help_call *)(void *)call;

	if (c->resend.verdict == RESEND_LIMITED) {
		call_limited(call, &c->resend.limited, NULL);
		return;
	}
	if (c->resend.verdict == RESEND_CHANNEL) {
		call_flaw(call, "channel",
		    "the code cannot go by this channel");
		return;
	}
	call_submit(call, STORE_CREATE, show_run, &c->show, answer_help);
}

static bool
read_channel(struct help_call *c, struct jsonr *r)
{
	struct jsonr_object root;
	struct str word;

	if (http_body(c->call.x).n > 0 && jsonr_open(r, c->call.arena,
	    http_body(c->call.x), &root)) {
		if (jsonr_str(&root, "channel", 0, 1, 16, &word)) {
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
api_help_resend(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct help_call *c = call_begin(x, sizeof(*c));
	enum err e;

	if (c == NULL || !authenticate(c)) {
		return;
	}
	if (!read_channel(c, &r)) {
		call_flaws(&c->call, &r);
		return;
	}
	show_given(c, c->call.tenant);
	c->resend.flow = c->call.api->flow;
	c->resend.tenant = c->call.tenant;
	c->resend.arena = c->call.arena;
	c->resend.id = c->show.id;
	e = resend_prepare(&c->resend);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, resend_run, &c->resend, resent);
}
