/*
 * /v1/accounts/{id}/recovery_codes: ten codes, shown once.
 */
#include "api/client.h"
#include "flow/recovery.h"

enum { ANSWER_MAX = 2048 };

struct recovery_call {
	struct call call;
	struct hash_job hash;
	struct recovery_new new;
};

static void
made(struct call *call)
{
	struct recovery_call *c = (struct recovery_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	if (!c->new.found) {
		recovery_new_wipe(&c->new);
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "codes");
	jsonw_array(&w);
	for (unsigned i = 0; i < RECOVERY_COUNT; i++) {
		char text[RECOVERY_TEXT_SIZE];

		recovery_text(&c->new.set.code[i], text);
		jsonw_z(&w, text);
		explicit_bzero(text, sizeof(text));
	}
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	recovery_new_wipe(&c->new);
	call_json(call, 201, &body);
}

static enum err
make_run(struct tx *tx, void *arg)
{
	struct recovery_call *c = arg;

	c->new.session = call_session(&c->call);
	return recovery_new_run(tx, &c->new);
}

static void
hashed(struct call *call)
{
	struct recovery_call *c = (struct recovery_call *)(void *)call;

	call_submit(call, STORE_CREATE, make_run, c, made);
}

static void
hash(struct hash_job *job, struct password_cost cost)
{
	struct recovery_call *c = (struct recovery_call *)(void *)
	    ((char *)job - offsetof(struct recovery_call, hash));

	job->result = recovery_new_hash(&c->new, cost);
}

static void
asked(struct call *call)
{
	struct recovery_call *c = (struct recovery_call *)(void *)call;

	c->hash.work = hash;
	call_hash(call, &c->hash, hashed);
}

/* Who asks is looked at before ten hashes are worked out for him. */
static enum err
ask_run(struct tx *tx UNUSED, void *arg UNUSED)
{
	return ERR_NONE;
}

void
api_recovery_create(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct recovery_call *c = call_begin(x, sizeof(*c));
	enum err e;

	if (c == NULL || !call_account(&c->call, http_param(x, "id"),
	    &c->new.account)) {
		return;
	}
	if (http_body(x).n > 0 &&
	    jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	c->new.flow = c->call.api->flow;
	c->new.tenant = c->call.tenant;
	c->new.arena = c->call.arena;
	e = recovery_new_prepare(&c->new);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, ask_run, c, asked);
}
