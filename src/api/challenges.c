/*
 * /v1/challenges: start, show, resend, reissue, cancel.  A check has a file of
 * its own.
 */
#include <stdio.h>

#include "api/call.h"
#include "api/challenge_json.h"
#include "api/help_json.h"
#include "flow/account_code.h"
#include "flow/cancel.h"
#include "flow/resend.h"

enum { ANSWER_MAX = 16384 };

struct start_call {
	struct call call;
	struct start start;
	struct account_code code;	/* where an account is named */
};

struct resend_call {
	struct call call;
	struct resend resend;
};

struct cancel_call {
	struct call call;
	struct cancel cancel;
};

struct show_call {
	struct call call;
	struct show show;
};

static void
write_view(const struct challenge_view *v, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	view_write(&w, v);
	jsonw_object_end(&w);
}

static void
answer_view(struct call *c, int status, const struct challenge_view *v)
{
	struct buf body;

	buf_init(&body, ANSWER_MAX);
	write_view(v, &body);
	call_json(c, status, &body);
}

/* Start. */

static bool
start_render(void *arg, int *ret_status, struct buf *out)
{
	const struct start *s = arg;

	*ret_status = 201;
	write_view(&s->view, out);
	/* A refusal is not kept: the same request may succeed later. */
	return s->verdict == START_CREATED;
}

static void
start_finish(struct call *call)
{
	struct start_call *c = (struct start_call *)(void *)call;

	switch (c->start.verdict) {
	case START_LIMITED:
		if (c->start.limited.lasts) {
			call_flaw(call, "to.phone", c->start.limited.why);
		} else {
			call_limited(call, &c->start.limited, NULL);
		}
		return;
	case START_NO_WAY:
		call_problem(call, PROBLEM_CHANNEL_UNAVAILABLE,
		    "No provider is configured for this channel.");
		return;
	case START_CREATED:
	default:
		answer_view(call, 201, &c->start.view);
		return;
	}
}

static bool
code_render(void *arg, int *ret_status, struct buf *out)
{
	const struct account_code *c = arg;

	*ret_status = 201;
	write_view(&c->issue.start.view, out);
	return c->found && c->issue.verdict == ISSUE_DONE;
}

static void
code_done(struct call *call)
{
	struct start_call *c = (struct start_call *)(void *)call;

	if (!c->code.found) {
		call_flaw(call, "to.account", "is not known here");
	} else if (c->code.issue.verdict == ISSUE_LIMITED) {
		call_limited(call, &c->code.issue.limited, NULL);
	} else if (c->code.issue.verdict == ISSUE_NO_WAY) {
		call_problem(call, PROBLEM_CHANNEL_UNAVAILABLE,
		    "This account has no contact that a code can go to by "
		    "that channel.");
	} else {
		answer_view(call, 201, &c->code.issue.start.view);
	}
}

/* R19: the account knows where its codes go. */
static void
start_account(struct start_call *c)
{
	const struct start_request *r = &c->start.request;

	c->code = (struct account_code){
		.account = r->account_id,
		.has_channel = r->has_channel,
		.channel = r->recipient.channel,
		.issue = {
			.flow = c->start.flow, .tenant = c->start.tenant,
			.arena = c->start.arena, .purpose = r->purpose,
			.binding = r->binding, .network = r->network,
			.locale = r->locale, .ttl_s = r->ttl_s,
			.length = r->length,
		},
	};
	call_submit_once(&c->call, STORE_CREATE, account_code_run, &c->code,
	    code_render, code_done);
}

static void
start_decoded(struct start_call *c, bool channel_is_there)
{
	enum err e;

	if (!channel_is_there) {
		call_problem(&c->call, PROBLEM_CHANNEL_UNAVAILABLE,
		    "No provider is configured for this channel.");
		return;
	}
	if (c->start.request.to_account) {
		start_account(c);
		return;
	}
	e = start_prepare(&c->start);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit_once(&c->call, STORE_CREATE, start_run, &c->start,
	    start_render, start_finish);
}

void
api_challenge_create(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct start_call *c = call_begin(x, sizeof(*c));
	bool channel_is_there = false;

	if (c == NULL) {
		return;
	}
	c->start.flow = c->call.api->flow;
	c->start.tenant = c->call.tenant;
	c->start.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		channel_is_there = start_read(&root, c->call.tenant,
		    c->start.flow->channels, &c->start.request);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	start_decoded(c, channel_is_there);
}

/* Resend and reissue. */

static void
resend_over(struct resend_call *c)
{
	char detail[80];

	snprintf(detail, sizeof(detail), "The challenge is over: %s.",
	    challenge_status_name(c->resend.row.state.status));
	call_problem(&c->call, PROBLEM_CONFLICT, detail);
}

/* There is nothing to wait for but the challenge's end. */
static void
resend_used_up(struct resend_call *c)
{
	const struct challenge *s = &c->resend.row.state;
	const struct limited limited = {
		.rule = "challenge",
		.quota = s->sends_max,
		.window = unix_ms_since(s->expires_at, s->created_at),
		.wait = unix_ms_since(s->expires_at, c->resend.now),
	};

	call_limited(&c->call, &limited, "All messages of this challenge have "
	    "been sent; start a new one.");
}

static void
resend_done(struct call *call)
{
	struct resend_call *c = (struct resend_call *)(void *)call;
	enum err e;

	switch (c->resend.verdict) {
	case RESEND_UNKNOWN:
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	case RESEND_CHANNEL:
		call_flaw(call, "channel",
		    "must reach a contact of the challenge");
		return;
	case RESEND_OVER:
		resend_over(c);
		return;
	case RESEND_NO_SENDS:
		resend_used_up(c);
		return;
	case RESEND_LIMITED:
		call_limited(call, &c->resend.limited, NULL);
		return;
	case RESEND_QUEUED:
	default:
		e = resend_finish(&c->resend);
		if (e != ERR_NONE) {
			call_failed(call, e);
			return;
		}
		answer_view(call, 202, &c->resend.view);
		return;
	}
}

/* A body is optional here, and so is all that is in it. */
static bool
read_channel(struct resend_call *c, struct jsonr *r)
{
	struct jsonr_object root;
	struct str word;

	if (http_body(c->call.x).n == 0) {
		return true;
	}
	if (jsonr_open(r, c->call.arena, http_body(c->call.x), &root)) {
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

static void
send_again(struct http_exchange *x, bool reissue)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct resend_call *c = call_begin(x, sizeof(*c));
	enum err e;

	if (c == NULL || !call_id(&c->call, ID_CHALLENGE, &c->resend.id)) {
		return;
	}
	c->resend.flow = c->call.api->flow;
	c->resend.tenant = c->call.tenant;
	c->resend.arena = c->call.arena;
	c->resend.session = call_session(&c->call);
	c->resend.reissue = reissue;
	if (!read_channel(c, &r)) {
		call_flaws(&c->call, &r);
		return;
	}
	e = resend_prepare(&c->resend);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, resend_run, &c->resend,
	    resend_done);
}

void
api_challenge_resend(struct http_exchange *x)
{
	send_again(x, false);
}

void
api_challenge_reissue(struct http_exchange *x)
{
	send_again(x, true);
}

/* Cancel. */

static void
cancel_done(struct call *call)
{
	struct cancel_call *c = (struct cancel_call *)(void *)call;
	enum err e = cancel_finish(&c->cancel);

	if (!c->cancel.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
	} else if (e != ERR_NONE) {
		call_failed(call, e);
	} else {
		answer_view(call, 200, &c->cancel.view);
	}
}

void
api_challenge_cancel(struct http_exchange *x)
{
	struct cancel_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_id(&c->call, ID_CHALLENGE, &c->cancel.id)) {
		return;
	}
	c->cancel.flow = c->call.api->flow;
	c->cancel.tenant = c->call.tenant;
	c->cancel.arena = c->call.arena;
	c->cancel.session = call_session(&c->call);
	call_submit(&c->call, STORE_CREATE, cancel_run, &c->cancel,
	    cancel_done);
}

/* Show. */

static void
show_done(struct call *call)
{
	struct show_call *c = (struct show_call *)(void *)call;
	const struct show *s = &c->show;
	enum err e = show_finish(&c->show);
	struct audience a;
	struct buf body;
	struct jsonw w;

	if (!c->show.found) {
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
	view_write(&w, &s->view);
	if (s->session != NULL) {
		binding_write(&w, &s->binding);
	}
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

/* An operator reads those of others as the shop does: without the binding. */
static enum err
show_or_look_run(struct tx *tx, void *arg)
{
	struct show_call *c = arg;
	enum err e = show_run(tx, &c->show);

	if (e != ERR_NONE || c->show.found || !c->call.is_operator) {
		return e;
	}
	c->show.session = NULL;
	return show_run(tx, &c->show);
}

void
api_challenge_show(struct http_exchange *x)
{
	struct show_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_id(&c->call, ID_CHALLENGE, &c->show.id)) {
		return;
	}
	c->show.flow = c->call.api->flow;
	c->show.tenant = c->call.tenant;
	c->show.arena = c->call.arena;
	c->show.session = call_session(&c->call);
	call_submit(&c->call, STORE_CREATE, show_or_look_run, c, show_done);
}
