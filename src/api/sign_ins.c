/*
 * /v1/sign_ins: the password, then perhaps a code (R15, R58).
 */
#include "api/account_json.h"
#include "api/again.h"
#include "api/challenge_json.h"
#include "api/check_json.h"
#include "api/client.h"
#include "flow/sign_in.h"

enum { ANSWER_MAX = 16384, IDENTIFIER_MAX = 320, PASSWORD_MAX = 512 };

struct sign_in_call {
	struct call call;
	struct hash_job hash;
	struct sign_in in;
};

struct complete_call {
	struct call call;
	struct sign_in_complete done;
	enum factor factor;
	struct hash_job hash;
	struct recovery_try recovery;
};

static const char *
result_name(enum sign_in_verdict v)
{
	switch (v) {
	case SIGN_IN_DONE:
		return "signed_in";
	case SIGN_IN_CODE:
		return "code_required";
	case SIGN_IN_REFUSED:
	case SIGN_IN_LIMITED:
	default:
		return "refused";
	}
}

static void
write_sign_in(struct sign_in_call *c, struct buf *out)
{
	const struct sign_in *s = &c->in;
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_id(&w, "id", ID_SIGN_IN, &s->id);
	jsonw_member_z(&w, "result", result_name(s->verdict));
	jsonw_key(&w, "reasons");
	if (s->reason != NULL) {
		jsonw_array(&w);
		jsonw_z(&w, s->reason);
		jsonw_array_end(&w);
	} else {
		decision_reasons(&s->decide.decision, &s->tenant->policy,
		    &w);
	}
	if (s->verdict == SIGN_IN_DONE) {
		session_write(&c->call, &w, &s->session, &s->token);
	} else if (s->verdict == SIGN_IN_CODE) {
		ways_write(&w, s->flow, &s->person_found, &s->factors);
		jsonw_key(&w, "challenge");
		jsonw_object(&w);
		view_write(&w, &s->issue.start.view);
		jsonw_object_end(&w);
	}
	jsonw_object_end(&w);
}

static void
decided(struct call *call)
{
	struct sign_in_call *c = (struct sign_in_call *)(void *)call;
	struct buf body;

	if (c->in.verdict == SIGN_IN_LIMITED) {
		call_limited(call, &c->in.limited, NULL);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	write_sign_in(c, &body);
	call_json(call, 200, &body);
}

static void
hashed(struct call *call)
{
	struct sign_in_call *c = (struct sign_in_call *)(void *)call;

	c->in.right = c->hash.right;
	c->in.stronger = str_of(c->hash.made);
	c->in.replaces = call->signed_in ? &call->session : NULL;
	call_submit(call, STORE_CREATE, sign_in_decide_run, &c->in, decided);
}

static void
looked(struct call *call)
{
	struct sign_in_call *c = (struct sign_in_call *)(void *)call;

	if (c->in.verdict == SIGN_IN_LIMITED) {
		call_limited(call, &c->in.limited,
		    "Too many wrong passwords; wait.");
		return;
	}
	c->hash.verify = true;
	c->hash.hash = c->in.hash;
	call_hash(call, &c->hash, hashed);
}

void
api_sign_in(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct sign_in_call *c = call_begin(x, sizeof(*c));
	struct str identifier = STR("");
	enum err e;

	if (c == NULL) {
		return;
	}
	c->in.flow = c->call.api->flow;
	c->in.tenant = c->call.tenant;
	c->in.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)jsonr_str(&root, "identifier", JSONR_REQUIRED, 1,
		    IDENTIFIER_MAX, &identifier);
		(void)jsonr_str(&root, "password", JSONR_REQUIRED, 0,
		    PASSWORD_MAX, &c->hash.password);
		client_read(&c->call, &root, &c->in.client);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	e = account_identifier_make(c->in.flow, &c->in.tenant->id,
	    identifier, &c->in.who);
	if (e == ERR_NONE) {
		e = sign_in_prepare(&c->in);
	}
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CHECK, sign_in_look_run, &c->in, looked);
}

/* The code has come. */

static void
write_complete(struct complete_call *c, struct buf *out)
{
	const struct check *k = &c->done.check;
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_id(&w, "id", ID_SIGN_IN, &k->id);
	jsonw_member_z(&w, "result", c->done.signed_in ? "signed_in"
	    : k->verdict == CHECK_APPROVED ? "refused"
	    : check_verdict_name(k->verdict));
	jsonw_member_i64(&w, "attempts_left", k->row.state.attempts_left);
	if (c->done.signed_in) {
		check_write_strength(&w, k);
		session_write(&c->call, &w, &c->done.session,
		    &c->done.token);
		if (c->done.remember && auth_is_browser(&c->call)) {
			auth_cookie(&c->call, COOKIE_DEVICE,
			    c->done.device.z, DEVICE_LIFE);
		} else if (c->done.remember) {
			jsonw_member_z(&w, "device", c->done.device.z);
		}
	}
	jsonw_object_end(&w);
}

static void
completed(struct call *call)
{
	struct complete_call *c = (struct complete_call *)(void *)call;
	struct buf body;

	if (check_not_carried_out(call, &c->done.check)) {
		return;
	}
	check_watch(call, &c->done.check);
	buf_init(&body, ANSWER_MAX);
	write_complete(c, &body);
	call_json(call, 200, &body);
}

/* What replaces is known only when the store has looked at the cookie. */
static enum err
complete_run(struct tx *tx, void *arg)
{
	struct complete_call *c = arg;

	c->done.replaces = c->call.signed_in ? &c->call.session : NULL;
	return sign_in_complete_run(tx, &c->done);
}

/* Named again, the challenge must be the one of this sign-in. */
static void
read_challenge(struct jsonr_object *o, const struct id *id)
{
	struct id named;
	struct str text;

	if (jsonr_str(o, "challenge", 0, 1, ID_TEXT_MAX, &text) &&
	    (id_parse(ID_CHALLENGE, text, &named) != ERR_NONE ||
	    !id_equal(&named, id))) {
		jsonr_flaw(o, "challenge", "is not that of this sign-in");
	}
}

static void
read_factor(struct complete_call *c, struct jsonr_object *o)
{
	struct str word;

	if (!jsonr_str(o, "factor", 0, 1, 16, &word)) {
		return;
	}
	if (!factor_parse(word, &c->factor)) {
		jsonr_flaw(o, "factor", "must be email, sms, voice, totp or "
		    "recovery_code");
	} else if (c->factor >= FACTOR_TOTP) {
		c->done.check.by = &c->factor;
	}
	if (c->factor == FACTOR_RECOVERY_CODE &&
	    !recovery_read(c->done.check.typed, &c->recovery.code)) {
		jsonr_flaw(o, "code", "must be a recovery code, as the list "
		    "has them");
	}
}

/* A recovery code costs a slow hash before it can be compared. */

static void
recovery_hashed(struct call *call)
{
	struct complete_call *c = (struct complete_call *)(void *)call;

	c->done.check.proof = (struct recovery_proof){
		c->recovery.salt, c->recovery.tag,
	};
	call_submit(call, STORE_CHECK, complete_run, c, completed);
}

static void
hash_recovery(struct hash_job *job, struct password_cost cost)
{
	struct complete_call *c = (struct complete_call *)(void *)
	    ((char *)job - offsetof(struct complete_call, hash));

	job->result = recovery_hash(&c->recovery, cost);
}

static void
recovery_looked(struct call *call)
{
	struct complete_call *c = (struct complete_call *)(void *)call;

	c->hash.work = hash_recovery;
	call_hash(call, &c->hash, recovery_hashed);
}

static void
complete_by_recovery(struct complete_call *c)
{
	c->recovery.flow = c->done.check.flow;
	c->recovery.tenant = c->done.check.tenant;
	c->recovery.arena = c->done.check.arena;
	c->recovery.challenge = c->done.check.id;
	call_submit(&c->call, STORE_CHECK, recovery_look_run, &c->recovery,
	    recovery_looked);
}

void
api_sign_in_complete(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct complete_call *c = call_begin(x, sizeof(*c));
	struct check *k;
	enum err e;

	if (c == NULL || !call_id(&c->call, ID_SIGN_IN, &c->done.check.id)) {
		return;
	}
	k = &c->done.check;
	k->flow = c->call.api->flow;
	k->tenant = c->call.tenant;
	k->arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)jsonr_str(&root, "code", JSONR_REQUIRED, 0,
		    CODE_INPUT_MAX, &k->typed);
		read_challenge(&root, &k->id);
		read_factor(c, &root);
		(void)jsonr_bool(&root, "remember_device", 0,
		    &c->done.remember);
		client_read(&c->call, &root, &c->done.client);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	e = sign_in_complete_prepare(&c->done);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	if (k->by != NULL && c->factor == FACTOR_RECOVERY_CODE) {
		complete_by_recovery(c);
		return;
	}
	call_submit(&c->call, STORE_CHECK, complete_run, c, completed);
}

void
api_sign_in_resend(struct http_exchange *x)
{
	again(x, ID_SIGN_IN, APPROVAL_SIGN_IN);
}
