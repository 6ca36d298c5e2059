/*
 * /v1/challenges/{id}/check: a code is presented.
 */
#include <stdlib.h>

#include "api/call.h"
#include "api/challenge_json.h"
#include "api/check_json.h"
#include "base/log.h"
#include "domain/payer.h"
#include "flow/check.h"
#include "flow/receipt.h"

enum { ANSWER_MAX = 16384 };

struct check_call {
	struct call call;
	struct check check;
};

/* What the approval did, and the code that it has led to. */
static void
write_done(struct jsonw *w, const struct approved *done)
{
	if (approval_outcome_name(done->outcome) != NULL) {
		jsonw_member_z(w, "outcome",
		    approval_outcome_name(done->outcome));
	}
	if (done->has_next) {
		jsonw_key(w, "next");
		jsonw_object(w);
		view_write(w, &done->next);
		jsonw_object_end(w);
	}
}

/* S15: how near a block of payments is, or how long it lasts. */
static void
write_block(struct jsonw *w, const struct check *c)
{
	const struct payer_policy *p = &c->tenant->policy.payer;

	if (c->payer_streak == 0) {
		return;
	}
	jsonw_key(w, "payments");
	jsonw_object(w);
	jsonw_member_i64(w, "failures_left", payer_left(p, c->payer_streak));
	jsonw_member_i64(w, "block_s",
	    payer_next(p, c->payer_streak).v / 1000);
	jsonw_object_end(w);
}

/* What was really answered with, not the channel of the challenge. */
static enum factor
method_of(const struct check *c)
{
	return c->row.answered > 0 ? receipt_method(&c->row)
	    : check_factor(c);
}

void
check_write_strength(struct jsonw *w, const struct check *k)
{
	enum factor method = method_of(k);

	jsonw_key(w, "amr");
	jsonw_array(w);
	jsonw_z(w, receipt_amr(method));
	jsonw_array_end(w);
	jsonw_member_z(w, "method", factor_name(method));
	jsonw_member_bool(w, "restricted", method < FACTOR_TOTP &&
	    channel_restricted((enum channel)method));
	jsonw_member_bool(w, "phishing_resistant", false);
}

static void
write_check(const struct check *c, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_id(&w, "id", ID_CHALLENGE, &c->id);
	jsonw_member_z(&w, "result", check_verdict_name(c->verdict));
	jsonw_member_z(&w, "status",
	    challenge_status_name(c->row.state.status));
	jsonw_member_i64(&w, "attempts_left", c->row.state.attempts_left);
	if (c->verdict == CHECK_APPROVED) {
		jsonw_member_str(&w, "receipt", c->receipt);
		write_done(&w, &c->done);
	}
	write_block(&w, c);
	check_write_strength(&w, c);
	jsonw_object_end(&w);
}

static const char *
input_reason(enum code_input input)
{
	switch (input) {
	case CODE_INPUT_EMPTY:
		return "is empty";
	case CODE_INPUT_NOT_DIGITS:
		return "may have digits, spaces and hyphens only";
	case CODE_INPUT_LENGTH:
		return "does not have as many digits as the code";
	case CODE_INPUT_OK:
	default:
		return "is not a code";
	}
}

/*
 * S20.  The event is written on its own: this check was decided and is
 * answered whatever becomes of it.
 */
static void
alarm_done(struct store_job *job, enum err result)
{
	if (result != ERR_NONE) {
		log_event(LOG_ERROR, "alarm.not_recorded", "error",
		    err_name(result), NULL);
	}
	free(job->arg);
	free(job);
}

static void
raise_alarm(const struct check *k)
{
	struct alarm_event *event = calloc(1, sizeof(*event));
	struct store_job *job = calloc(1, sizeof(*job));

	log_event(LOG_WARNING, "tenant.sprayed", "tenant", k->tenant->name,
	    NULL);
	if (event == NULL || job == NULL) {
		free(event);
		free(job);
		return;
	}
	*event = (struct alarm_event){k->flow, k->tenant->id};
	*job = (struct store_job){
		.run = alarm_run,
		.arg = event,
		.done = alarm_done,
		.priority = STORE_BACKGROUND,
	};
	if (store_submit(k->flow->store, job) != ERR_NONE) {
		alarm_done(job, ERR_BUSY);
	}
}

void
check_watch(struct call *c, const struct check *k)
{
	bool right = k->verdict == CHECK_APPROVED;
	bool wrong = k->verdict == CHECK_WRONG ||
	    k->verdict == CHECK_EXHAUSTED || k->verdict == CHECK_MISMATCH;

	if ((right || wrong) && alarm_count(c->api->alarm, k->tenant, wrong,
	    k->now)) {
		raise_alarm(k);
	}
}

/*
 * I4: under an Idempotency-Key, the answer of a check that was carried out is
 * kept, sealed, so that a client that did not hear of its approval gets the
 * receipt after all.
 */
static bool
check_render(void *arg, int *ret_status, struct buf *out)
{
	struct check *c = arg;
	enum err e;

	*ret_status = 200;
	if (c->verdict > CHECK_MISMATCH) {
		return false;
	}
	e = check_finish(c);
	if (e != ERR_NONE) {
		buf_fail(out, e);
		return false;
	}
	write_check(c, out);
	return true;
}

static void
check_answer(struct check_call *c)
{
	enum err e = check_finish(&c->check);
	struct buf body;

	check_watch(&c->call, &c->check);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	write_check(&c->check, &body);
	call_json(&c->call, 200, &body);
}

bool
check_not_carried_out(struct call *c, const struct check *k)
{
	switch ((int)k->verdict) {
	case CHECK_UNKNOWN:
		call_problem(c, PROBLEM_NOT_FOUND, NULL);
		return true;
	case CHECK_NOT_A_CODE:
		call_flaw(c, "code", input_reason(k->input));
		return true;
	case CHECK_NEEDS_BINDING:
		call_flaw(c, "binding", "is needed for a payment");
		return true;
	case CHECK_THROTTLED:
		call_limited(c, &k->limited, NULL);
		return true;
	default:
		return false;
	}
}

static void
check_done(struct call *call)
{
	struct check_call *c = (struct check_call *)(void *)call;

	if (!check_not_carried_out(call, &c->check)) {
		check_answer(c);
	}
}

/* The binding that was sent, as the digest that is compared. */
static enum err
digest_binding(struct jsonr_object *o, struct check *c)
{
	struct binding binding;

	c->has_binding = binding_read(o, &binding);
	return c->has_binding ? binding_digest(c->flow, c->tenant, &binding,
	    c->digest) : ERR_NONE;
}

void
api_challenge_check(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct check_call *c = call_begin(x, sizeof(*c));
	enum err e = ERR_NONE;

	if (c == NULL || !call_id(&c->call, ID_CHALLENGE, &c->check.id)) {
		return;
	}
	c->check.flow = c->call.api->flow;
	c->check.tenant = c->call.tenant;
	c->check.arena = c->call.arena;
	c->check.session = call_session(&c->call);
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)jsonr_str(&root, "code", JSONR_REQUIRED, 0,
		    CODE_INPUT_MAX, &c->check.typed);
		e = digest_binding(&root, &c->check);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
	} else if (e != ERR_NONE) {
		call_failed(&c->call, e);
	} else {
		call_submit_once(&c->call, STORE_CHECK, check_run, &c->check,
		    check_render, check_done);
	}
}
