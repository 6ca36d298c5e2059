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
#include "flow/session.h"
#include "http/jsonr.h"
#include "http/problem.h"

/* Who calls. */
enum caller {
	CALLER_NOBODY,		/* the route asks for nothing */
	CALLER_KEY,		/* a shop's server, for any account */
	CALLER_SESSION,		/* a browser that says it is signed in */
	CALLER_BROWSER		/* a browser that does not */
};

/* What the store finds out about a session before the use case runs. */
enum gate {
	GATE_OPEN, GATE_SIGNED_OUT, GATE_NOT_PROVED, GATE_FOREIGN,
	GATE_CUSTOMER,		/* it takes an operator */
	GATE_ADMIN		/* an operator's account is not the key's */
};

struct call {
	struct http_exchange *x;
	struct api *api;
	struct arena *arena;
	struct arena *own;	/* see call_memory; or NULL */
	struct directory_copy *directory;
	const struct tenant *tenant;	/* NULL where no key is asked for */
	enum caller caller;
	uint32_t scopes;		/* of CALLER_KEY */
	struct session_key key;		/* of CALLER_SESSION */
	bool signed_in;			/* so it was; session is set */
	struct session_row session;
	struct id *account;		/* see call_account */
	bool is_me;
	bool is_operator;		/* and reaches all of the tenant */
	enum gate gate;
	use_case *run;
	void *arg;
	struct store_job job;
	void (*finish)(struct call *c);
	/* Or NULL; true: it has answered this failure of the use case. */
	bool (*failed)(struct call *c, enum err e);
	enum err result;
	struct idempotent *idempotent;	/* or NULL */
};

/*
 * call_begin(x, size): a zeroed call of size bytes (struct call first), after
 * the key and its scope were checked.  NULL: x has been answered.
 */
void *call_begin(struct http_exchange *x, size_t size) NONNULL;

/*
 * call_session(c): the session that asks, filled before the use case runs;
 * NULL: the shop's server, whose word is good for every account.
 */
const struct session_row *call_session(const struct call *c) NONNULL;

/*
 * call_account(c, text, account): the account that is meant: an identifier,
 * or "me".  A session reaches its own only, which is written to *account, or
 * held against it, before the use case runs.  A key reaches those of operators
 * with the scope admin only: who can change them can act as them.  False:
 * answered 404.
 */
bool call_account(struct call *c, struct str text, struct id *account)
    MUST_CHECK NONNULL;

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

/*
 * call_memory(c, max): an arena beside the exchange's, for a call that reads
 * or writes much; given back when the call is answered.  NULL: answered.
 */
struct arena *call_memory(struct call *c, size_t max) NONNULL;

/*
 * Answers that end a call; it must not be touched afterwards.  A body is given
 * back by them, and may be a part of the call.
 */
void call_json(struct call *c, int status, struct buf *body) NONNULL;
void call_empty(struct call *c) NONNULL;	/* 204 */
void call_body(struct call *c, int status, const char *type, struct buf *body)
    NONNULL;
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

/*
 * call_own_tenant(c): {tenant} of the path is the key's own: a key of one
 * tenant neither sees nor changes another (S80).  False: answered 404.
 */
bool call_own_tenant(struct call *c) MUST_CHECK NONNULL;

#endif
