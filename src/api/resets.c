/*
 * /v1/password_resets and /v1/sign_ups: by people who are not signed in, whose
 * answers say nothing of who has an account (S78).
 */
#include "api/account_json.h"
#include "api/again.h"
#include "api/check_json.h"
#include "api/client.h"
#include "domain/password.h"
#include "flow/reset.h"
#include "flow/sign_up.h"

enum { ANSWER_MAX = 4096, IDENTIFIER_MAX = 320 };

struct reset_call {
	struct call call;
	struct reset reset;
};

struct reset_complete_call {
	struct call call;
	struct hash_job hash;
	struct reset_complete done;
};

struct sign_up_call {
	struct call call;
	struct hash_job hash;
	struct sign_up up;
};

struct sign_up_complete_call {
	struct call call;
	struct sign_up_complete done;
};

static void
answer_id(struct call *c, enum id_type type, const struct id *id,
    const struct challenge *state)
{
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "id", type, id);
	jsonw_member_time(&w, "expires_at", state->expires_at);
	jsonw_member_time(&w, "resend_at", state->resend_at);
	jsonw_object_end(&w);
	call_json(c, 202, &body);
}

/* Resets. */

static void
reset_done(struct call *call)
{
	struct reset_call *c = (struct reset_call *)(void *)call;
	const struct challenge_row *row = &c->reset.issue.start.row;

	if (c->reset.issue.verdict == ISSUE_LIMITED) {
		call_limited(call, &c->reset.issue.limited, NULL);
		return;
	}
	answer_id(call, ID_RESET, &row->id, &row->state);
}

void
api_reset(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct reset_call *c = call_begin(x, sizeof(*c));
	struct str identifier = STR("");
	enum err e;

	if (c == NULL) {
		return;
	}
	c->reset.flow = c->call.api->flow;
	c->reset.tenant = c->call.tenant;
	c->reset.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)jsonr_str(&root, "identifier", JSONR_REQUIRED, 1,
		    IDENTIFIER_MAX, &identifier);
		client_read(&c->call, &root, &c->reset.client);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	e = account_identifier_make(c->reset.flow, &c->reset.tenant->id,
	    identifier, &c->reset.who);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, reset_run, &c->reset,
	    reset_done);
}

static void
answer_check(struct call *c, enum id_type type, const struct check *k,
    const char *result)
{
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "id", type, &k->id);
	jsonw_member_z(&w, "result", result);
	jsonw_member_i64(&w, "attempts_left", k->row.state.attempts_left);
	jsonw_object_end(&w);
	call_json(c, 200, &body);
}

static void
reset_completed(struct call *call)
{
	struct reset_complete_call *c =
	    (struct reset_complete_call *)(void *)call;
	const struct check *k = &c->done.check;

	if (check_not_carried_out(call, k)) {
		return;
	}
	check_watch(call, k);
	answer_check(call, ID_RESET, k, check_verdict_name(k->verdict));
}

/* The code was right and the password is not: nothing was used up (R52). */
static bool
reset_refused(struct call *call, enum err e)
{
	struct reset_complete_call *c =
	    (struct reset_complete_call *)(void *)call;

	if (e != ERR_DENIED || c->done.flaw == NULL) {
		return false;
	}
	call_flaw(call, "new_password", c->done.flaw);
	return true;
}

static void
reset_hashed(struct call *call)
{
	struct reset_complete_call *c =
	    (struct reset_complete_call *)(void *)call;

	c->done.hash = str_of(c->hash.made);
	c->done.password = c->hash.password;
	call->failed = reset_refused;
	call_submit(call, STORE_CHECK, reset_complete_run, &c->done,
	    reset_completed);
}

void
api_reset_complete(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct reset_complete_call *c = call_begin(x, sizeof(*c));
	struct check *k;

	if (c == NULL || !call_id(&c->call, ID_RESET, &c->done.check.id)) {
		return;
	}
	k = &c->done.check;
	k->flow = c->call.api->flow;
	k->tenant = c->call.tenant;
	k->arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)jsonr_str(&root, "code", JSONR_REQUIRED, 0,
		    CODE_INPUT_MAX, &k->typed);
		(void)!read_new_password(&root, "new_password",
		    JSONR_REQUIRED, PASSWORD_CHARS_MIN, &c->hash.password);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	call_hash(&c->call, &c->hash, reset_hashed);
}

void
api_reset_resend(struct http_exchange *x)
{
	again(x, ID_RESET, APPROVAL_RESET);
}

/* Sign-ups. */

static void
sign_up_done(struct call *call)
{
	struct sign_up_call *c = (struct sign_up_call *)(void *)call;

	if (c->up.start.verdict == START_LIMITED) {
		call_limited(call, &c->up.start.limited, NULL);
		return;
	}
	if (c->up.start.verdict == START_NO_WAY) {
		call_problem(call, PROBLEM_CHANNEL_UNAVAILABLE, NULL);
		return;
	}
	answer_id(call, ID_SIGN_UP, &c->up.start.row.id,
	    &c->up.start.row.state);
}

static void
sign_up_hashed(struct call *call)
{
	struct sign_up_call *c = (struct sign_up_call *)(void *)call;
	enum err e;

	c->up.hash = str_of(c->hash.made);
	e = sign_up_prepare(&c->up);
	if (e != ERR_NONE) {
		call_failed(call, e);
		return;
	}
	call_submit(call, STORE_CREATE, sign_up_run, &c->up, sign_up_done);
}

static void
read_sign_up(struct sign_up_call *c, struct jsonr_object *o)
{
	struct sign_up *s = &c->up;

	s->name = s->locale = s->time_zone = s->country = STR("");
	(void)!read_email(o, "email", JSONR_REQUIRED, &s->email);
	(void)!read_new_password(o, "password", JSONR_REQUIRED,
	    PASSWORD_CHARS_MIN, &c->hash.password);
	(void)!read_name(o, false, &s->name);
	(void)!read_locale(o, &s->locale);
	(void)!read_time_zone(o, &s->time_zone);
	(void)!read_country(o, &s->country);
	client_read(&c->call, o, &s->client);
	jsonr_close(o);
}

static const char *
about_flaw(const struct sign_up_call *c)
{
	struct str address = recipient_str(&c->up.email);
	const struct str about[] = {
		str_of(c->up.tenant->brand), c->up.name,
		str_slice(address, 0, str_find(address, '@')),
	};

	return password_flaw(c->hash.password, PASSWORD_CHARS_MIN, about, 3);
}

void
api_sign_up(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct sign_up_call *c = call_begin(x, sizeof(*c));
	const char *flaw;

	if (c == NULL) {
		return;
	}
	c->up.flow = c->call.api->flow;
	c->up.tenant = c->call.tenant;
	c->up.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		read_sign_up(c, &root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	flaw = about_flaw(c);
	if (flaw != NULL) {
		call_flaw(&c->call, "password", flaw);
	} else if ((c->up.flow->channels & 1U << CHANNEL_EMAIL) == 0) {
		call_problem(&c->call, PROBLEM_CHANNEL_UNAVAILABLE, NULL);
	} else {
		call_hash(&c->call, &c->hash, sign_up_hashed);
	}
}

static void
sign_up_completed(struct call *call)
{
	struct sign_up_complete_call *c =
	    (struct sign_up_complete_call *)(void *)call;
	const struct check *k = &c->done.check;
	struct buf body;
	struct jsonw w;

	if (check_not_carried_out(call, k)) {
		return;
	}
	check_watch(call, k);
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "id", ID_SIGN_UP, &k->id);
	jsonw_member_z(&w, "result", c->done.signed_in ? "signed_in"
	    : c->done.taken ? "address_taken"
	    : check_verdict_name(k->verdict));
	jsonw_member_i64(&w, "attempts_left", k->row.state.attempts_left);
	if (c->done.signed_in) {
		session_write(call, &w, &c->done.session, &c->done.token);
	}
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

/* What replaces is known only when the store has looked at the cookie. */
static enum err
sign_up_complete(struct tx *tx, void *arg)
{
	struct sign_up_complete_call *c = arg;

	c->done.replaces = c->call.signed_in ? &c->call.session : NULL;
	return sign_up_complete_run(tx, &c->done);
}

void
api_sign_up_complete(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct sign_up_complete_call *c = call_begin(x, sizeof(*c));
	struct check *k;
	enum err e;

	if (c == NULL || !call_id(&c->call, ID_SIGN_UP, &c->done.check.id)) {
		return;
	}
	k = &c->done.check;
	k->flow = c->call.api->flow;
	k->tenant = c->call.tenant;
	k->arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)jsonr_str(&root, "code", JSONR_REQUIRED, 0,
		    CODE_INPUT_MAX, &k->typed);
		client_read(&c->call, &root, &c->done.client);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	e = sign_up_complete_prepare(&c->done);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CHECK, sign_up_complete, c,
	    sign_up_completed);
}

void
api_sign_up_resend(struct http_exchange *x)
{
	again(x, ID_SIGN_UP, APPROVAL_SIGN_UP);
}
