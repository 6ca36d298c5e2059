/*
 * A call: one request on its way through the store and back.
 *
 *	struct check_call { struct call call; struct check check; };
 *	c = call_begin(x, sizeof(*c)); …decode…; call_submit(&c->call, …)
 *
 * Between submit and finish the exchange belongs to the store's thread; finish
 * runs on the exchange's own loop again, and answers.
 */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/api.h"
#include "base/jsonw.h"
#include "flow/idempotent.h"
#include "flow/outbox.h"
#include "http/jsonr.h"
#include "http/problem.h"

struct call {
	struct http_exchange *x;
	struct api *api;
	struct arena *arena;
	struct directory_copy *directory;
	const struct tenant *tenant;	/* NULL where no key is asked for */
	struct store_job job;
	void (*finish)(struct call *c);
	enum err result;
	struct idempotent *idempotent;	/* or NULL */
};

/*
 * call_begin(x, size): a zeroed call of size bytes (struct call first), after
 * the key and its scope were checked.  NULL: x has been answered.
 */
void *call_begin(struct http_exchange *x, size_t size) NONNULL;

/*
 * call_submit(c, priority, run, arg, finish): run it in the store.  finish is
 * called for ERR_NONE; every other result is answered as the failure it is.
 */
void call_submit(struct call *c, enum store_priority priority, use_case *run,
    void *arg, void (*finish)(struct call *c)) NONNULL;

/*
 * call_submit_once(…, render, finish): the same under the request's Idempotency-Key,
 * where it has one (S106).  render writes the answer; see flow/idempotent.h.
 */
void call_submit_once(struct call *c, enum store_priority priority,
    use_case *run, void *arg,
    bool (*render)(void *arg, int *ret_status, struct buf *out),
    void (*finish)(struct call *c)) NONNULL;

/* Answers that end a call; it must not be touched afterwards. */
void call_json(struct call *c, int status, struct buf *body) NONNULL;
void call_problem(struct call *c, enum problem p, const char *detail)
    __attribute__((nonnull(1)));
void call_flaws(struct call *c, const struct jsonr *r) NONNULL;
void call_flaw(struct call *c, const char *field, const char *reason) NONNULL;
void call_failed(struct call *c, enum err e) NONNULL;

/*
 * call_limited(c, l, detail): 429 with the rule and its figures (S107).
 * detail NULL: a sentence made of these.
 */
void call_limited(struct call *c, const struct limited *l, const char *detail)
    __attribute__((nonnull(1, 2)));

/* call_id(c, ret_id): {id} of the path; false: answered 404 (S80). */
bool call_id(struct call *c, enum id_type type, struct id *ret_id) MUST_CHECK
    NONNULL;

#endif
