#include "api/call.h"

#include <stdio.h>
#include <string.h>

#include "api/auth.h"
#include "base/log.h"
#include "base/encode.h"
#include "http/rate.h"

enum { ROUTE_MAX = 512 };

static void
drop(struct call *c)
{
	directory_drop(c->directory);
	c->directory = NULL;
}

static void
free_own(struct arena **own)
{
	arena_free(*own);
}

/* It outlives the answer, which is made of it, and the call does not. */
static struct arena *
take_own(struct call *c)
{
	struct arena *own = c->own;

	c->own = NULL;
	return own;
}

struct arena *
call_memory(struct call *c, size_t max)
{
	c->own = arena_new(max);
	if (c->own == NULL) {
		call_failed(c, ERR_NOMEM);
		return NULL;
	}
	return c->own;
}

void *
call_begin(struct http_exchange *x, size_t size)
{
	const struct http_route *route = http_route(x);
	struct call *c = arena_get(http_arena(x), size);
	struct api *api = http_app(x);

	if (c == NULL) {
		problem_reply(x, PROBLEM_UNAVAILABLE, NULL);
		return NULL;
	}
	c->x = x;
	c->api = api;
	c->arena = http_arena(x);
	c->directory = directory_hold(api->directory);
	return auth_call(c, route) ? c : NULL;
}

void
call_problem(struct call *c, enum problem p, const char *detail)
{
	struct arena CLEANUP(free_own) *own UNUSED = take_own(c);

	drop(c);
	problem_reply(c->x, p, detail);
}

void
call_flaws(struct call *c, const struct jsonr *r)
{
	struct arena CLEANUP(free_own) *own UNUSED = take_own(c);

	/* What could not be read for want of memory is nobody's mistake. */
	if (r->no_memory) {
		call_failed(c, ERR_NOMEM);
		return;
	}
	drop(c);
	problem_reply_flaws(c->x, PROBLEM_INVALID_REQUEST, jsonr_flaws(r));
}

void
call_flaw(struct call *c, const char *field, const char *reason)
{
	struct arena CLEANUP(free_own) *own UNUSED = take_own(c);

	drop(c);
	problem_reply_flaw(c->x, field, reason);
}

void
call_body(struct call *c, int status, const char *type, struct buf *body)
{
	struct arena CLEANUP(free_own) *own UNUSED = take_own(c);
	/* The body may stand in the call, which ends with its answer. */
	struct buf text = *body;
	enum err e = buf_err(&text);

	if (e != ERR_NONE) {
		buf_done(&text);
		call_failed(c, e);
		return;
	}
	drop(c);
	http_reply(c->x, status, type, buf_view(&text));
	buf_done(&text);
}

void
call_json(struct call *c, int status, struct buf *body)
{
	call_body(c, status, "application/json", body);
}

void
call_empty(struct call *c)
{
	drop(c);
	http_reply(c->x, 204, NULL, STR(""));
}

void
call_failed(struct call *c, enum err e)
{
	struct arena CLEANUP(free_own) *own UNUSED = take_own(c);
	char id[ID_TEXT_MAX];

	drop(c);
	if (e == ERR_BUSY || e == ERR_CONFLICT) {
		problem_reply_after(c->x, PROBLEM_BUSY, NULL, SECONDS(1));
		return;
	}
	id_text(ID_REQUEST, http_request_id(c->x), id);
	log_event(LOG_ERROR, "request.failed", "request", id, "error",
	    err_name(e), NULL);
	if (e == ERR_STORE || e == ERR_CLOSED || e == ERR_TIMEOUT) {
		problem_reply_after(c->x, PROBLEM_UNAVAILABLE, NULL,
		    SECONDS(1));
		return;
	}
	problem_reply(c->x, PROBLEM_INTERNAL_ERROR, NULL);
}

/* A wait without a quota is one in the time of that wait. */
static void
add_rate(struct call *c, const struct limited *l)
{
	struct http_rate rate = {
		.name = l->rule,
		.quota = l->quota > 0 ? l->quota : 1,
		.window = l->quota > 0 ? l->window : l->wait,
		.left = 0,
		.reset = l->wait,
	};

	http_add_rate(c->x, &rate);
}

/* What the limit is about, for the person who reads the answer. */
static void
limited_detail(const struct limited *l, char *dst, size_t n)
{
	long long wait = (long long)((l->wait.v + 999) / 1000);

	if (l->for_good) {
		snprintf(dst, n, "Too many wrong codes in a row for this "
		    "subject; an administrator has to help.");
	} else if (strcmp(l->rule, "payments") == 0) {
		snprintf(dst, n, "Codes for payments are blocked after too "
		    "many wrong ones; try again in %lld s.", wait);
	} else if (l->quota > 0) {
		snprintf(dst, n, "The limit \"%s\" allows %lld in %lld s; "
		    "try again in %lld s.", l->rule, (long long)l->quota,
		    (long long)(l->window.v / 1000), wait);
	} else {
		snprintf(dst, n, "The limit \"%s\" asks for a wait of %lld s.",
		    l->rule, wait);
	}
}

void
call_limited(struct call *c, const struct limited *l, const char *detail)
{
	enum problem p = strcmp(l->rule, "subject") == 0 ||
	    strcmp(l->rule, "payments") == 0 ? PROBLEM_THROTTLED : PROBLEM_RATE_LIMITED;
	char made[200];

	add_rate(c, l);
	if (l->why[0] != '\0') {
		snprintf(made, sizeof(made), "%s.", l->why);
	} else {
		limited_detail(l, made, sizeof(made));
	}
	drop(c);
	problem_reply_after(c->x, p, detail != NULL ? detail : made, l->wait);
}

bool
call_id(struct call *c, enum id_type type, struct id *ret_id)
{
	if (id_parse(type, http_param(c->x, "id"), ret_id) == ERR_NONE) {
		return true;
	}
	call_problem(c, PROBLEM_NOT_FOUND, NULL);
	return false;
}

bool
call_own_tenant(struct call *c)
{
	if (str_equal(http_param(c->x, "tenant"), str_of(c->tenant->name))) {
		return true;
	}
	call_problem(c, PROBLEM_NOT_FOUND, NULL);
	return false;
}

/* The key between its quotes, or bare; false: not one. */
static bool
read_key(struct str value, struct str *ret_key)
{
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"') {
		value = str_slice(value, 1, value.n - 1);
	}
	if (value.n < 1 || value.n > IDEMPOTENCY_KEY_MAX) {
		return false;
	}
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < 0x21 || value.p[i] > 0x7e ||
		    value.p[i] == '"' || value.p[i] == '\\') {
			return false;
		}
	}
	*ret_key = value;
	return true;
}

/*
 * Keys of two sessions are two keys, or one person would be told what another
 * one has done.
 */
static struct str
idempotent_route(struct call *c)
{
	struct buf route;
	char *text = arena_get(c->arena, ROUTE_MAX);

	if (c->caller != CALLER_SESSION || text == NULL) {
		return http_path(c->x);
	}
	buf_fixed(&route, text, ROUTE_MAX);
	buf_str(&route, http_path(c->x));
	buf_char(&route, ' ');
	hex_encode(&route, c->key.hash, TOKEN_HASH);
	return buf_view(&route);
}

static struct idempotent *
idempotent_new(struct call *c, struct str key)
{
	struct idempotent *i = arena_get(c->arena, sizeof(*i));
	enum err e = ERR_NOMEM;

	if (i != NULL) {
		i->flow = c->api->flow;
		i->tenant = c->tenant->id;
		i->arena = c->arena;
		e = idempotent_hash(i, idempotent_route(c), key,
		    http_body(c->x));
	}
	if (e != ERR_NONE) {
		call_failed(c, e);
		return NULL;
	}
	return i;
}

/* A mismatch, or the kept answer; a fresh one goes the ordinary way. */
static void
finish_once(struct call *c)
{
	struct idempotent *i = c->idempotent;

	if (i->mismatch) {
		call_problem(c, PROBLEM_IDEMPOTENCY_MISMATCH, NULL);
		return;
	}
	if (i->replayed) {
		drop(c);
		http_add_header(c->x, "Idempotent-Replayed", STR("true"));
		http_reply_json(c->x, i->status, i->answer);
		return;
	}
	c->finish(c);
}

static void
resumed(struct http_exchange *x UNUSED, void *arg)
{
	struct call *c = arg;

	if (c->result != ERR_NONE) {
		if (c->failed != NULL && c->failed(c, c->result)) {
			return;
		}
		call_failed(c, c->result);
		return;
	}
	if (c->gate != GATE_OPEN) {
		auth_refuse(c);
		return;
	}
	if (c->idempotent != NULL) {
		finish_once(c);
		return;
	}
	c->finish(c);
}

/*
 * Answers of a commit that wait for the last of it, on the store's thread.
 * Waking the loop at the first would have it run, and sleep again, between
 * one and the next.
 */
static _Thread_local struct http_batch answers;

static void
send_answers(void)
{
	http_batch_send(&answers);
}

static void
done(struct store_job *job, enum err result)
{
	struct call *c = (struct call *)(void *)
	    ((char *)job - offsetof(struct call, job));

	c->result = result;
	http_batch_add(&answers, c->x, resumed, c);
}

void
call_submit(struct call *c, enum store_priority priority, use_case *run,
    void *arg, void (*finish)(struct call *c))
{
	bool look = auth_looks(c);
	enum err e;

	c->finish = finish;
	c->run = run;
	c->arg = arg;
	c->job = (struct store_job){
		.run = look ? auth_run : run,
		.arg = look ? c : arg,
		.done = done,
		.after = send_answers,
		.priority = priority,
	};
	e = store_submit(c->api->flow->store, &c->job);
	if (e != ERR_NONE) {
		call_failed(c, e);
	}
}

void
call_submit_once(struct call *c, enum store_priority priority, use_case *run,
    void *arg,
    bool (*render)(void *arg, int *ret_status, struct buf *out),
    void (*finish)(struct call *c))
{
	struct str value, key;

	if (!http_header(c->x, "Idempotency-Key", &value)) {
		call_submit(c, priority, run, arg, finish);
		return;
	}
	if (!read_key(value, &key)) {
		call_flaw(c, "Idempotency-Key",
		    "must be 1 to 255 printable characters");
		return;
	}
	c->idempotent = idempotent_new(c, key);
	if (c->idempotent == NULL) {
		return;
	}
	c->idempotent->run = run;
	c->idempotent->arg = arg;
	c->idempotent->render = render;
	call_submit(c, priority, idempotent_run, c->idempotent, finish);
}
