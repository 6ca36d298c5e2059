/*
 * /v1/tenants/{tenant}/rules: what a tenant says about when a code is needed.
 */
#include "api/rules.h"

#include "api/call.h"
#include "flow/decide.h"

enum { ANSWER_MAX = 4 * RULES_JSON_MAX };

struct rules_call {
	struct call call;
	struct rule_book book;
	struct str body;	/* as it is kept */
	struct rules_put put;
};

/* A key of one tenant neither sees nor changes another (S80). */
static bool
is_own_tenant(const struct call *c)
{
	return str_equal(http_param(c->x, "tenant"),
	    str_of(c->tenant->name));
}

static void
write_set(struct jsonw *w, const char *name, const struct rule_set *set,
    enum rules_mode mode)
{
	jsonw_key(w, name);
	if (set == NULL) {
		jsonw_null(w);
		return;
	}
	rules_write(set, mode, w);
}

void
api_rules_show(struct http_exchange *x)
{
	struct call *c = call_begin(x, sizeof(*c));
	struct buf body;
	struct jsonw w;

	if (c == NULL) {
		return;
	}
	if (!is_own_tenant(c)) {
		call_problem(c, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	write_set(&w, "enforce", c->tenant->rules[RULES_ENFORCE],
	    RULES_ENFORCE);
	write_set(&w, "monitor", c->tenant->rules[RULES_MONITOR],
	    RULES_MONITOR);
	write_set(&w, "builtin", &rules_builtin, RULES_ENFORCE);
	jsonw_object_end(&w);
	call_json(c, 200, &body);
}

struct flaws {
	struct jsonr_object *root;
	struct arena *arena;
};

/* rules_read says "rules[3].when": all behind the member "rules". */
static void
rules_flaw(void *ctx, unsigned line UNUSED, struct str place,
    const char *reason)
{
	struct flaws *f = ctx;
	char *name = arena_copy(f->arena, place);

	jsonr_flaw(f->root, name != NULL && place.n > 0 ? name : "rules",
	    reason);
}

void
api_read_rules(struct jsonr_object *root, struct arena *arena,
    struct rule_book *ret_book)
{
	struct flaws flaws = {root, arena};
	struct str rules, mode = STR("enforce");
	struct buf text;
	bool there = jsonr_any(root, "rules", JSONR_REQUIRED, RULES_JSON_MAX,
	    &rules);

	(void)jsonr_str(root, "mode", 0, 1, 16, &mode);
	if (!str_equal(mode, STR("enforce")) &&
	    !str_equal(mode, STR("monitor"))) {
		jsonr_flaw(root, "mode", "must be enforce or monitor");
		return;
	}
	if (!there) {
		return;
	}
	buf_init(&text, RULES_JSON_MAX + 64);
	buf_printf(&text, "{\"mode\":\"%.*s\",\"rules\":%.*s}", STR_ARG(mode),
	    STR_ARG(rules));
	if (buf_err(&text) != ERR_NONE) {
		jsonr_flaw(root, "rules", "could not be read");
	} else {
		(void)!rules_read(buf_view(&text), rules_flaw, &flaws,
		    ret_book);
	}
	buf_done(&text);
}

static void
answer_rules(struct call *call)
{
	struct rules_call *c = (struct rules_call *)(void *)call;
	struct buf body;

	buf_init(&body, ANSWER_MAX);
	buf_str(&body, c->body);
	call_json(call, 200, &body);
}

static void
put_answer(struct http_exchange *x UNUSED, void *arg)
{
	answer_rules(arg);
}

/* On another thread. */
static void
put_known(void *arg)
{
	struct call *call = arg;

	http_resume(call->x, put_answer, call);
}

/* The answer says that they hold, so it waits until they do. */
static void
put_done(struct call *call)
{
	enum err e = call->api->when_known(call->api->ctx, put_known, call);

	if (e != ERR_NONE) {
		call_failed(call, e);
	}
}

static bool
render(struct rules_call *c)
{
	struct buf body;
	struct jsonw w;
	bool ok;

	/* It is read again by every start. */
	buf_init(&body, RULES_JSON_MAX);
	jsonw_init(&w, &body);
	rules_write(&c->book.set, c->book.mode, &w);
	ok = buf_err(&body) == ERR_NONE &&
	    arena_str(c->call.arena, buf_view(&body), &c->body);
	buf_done(&body);
	return ok;
}

void
api_rules_put(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct rules_call *c = call_begin(x, sizeof(*c));

	if (c == NULL) {
		return;
	}
	if (!is_own_tenant(&c->call)) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		api_read_rules(&root, c->call.arena, &c->book);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	if (!render(c)) {
		call_flaw(&c->call, "rules", "must have at most 32768 bytes");
		return;
	}
	c->put = (struct rules_put){
		.flow = c->call.api->flow,
		.tenant = c->call.tenant->id,
		.mode = c->book.mode,
		.body = c->book.set.n > 0 ? c->body : STR(""),
		.n = c->book.set.n,
	};
	call_submit(&c->call, STORE_CREATE, rules_put_run, &c->put, put_done);
}
