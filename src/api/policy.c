/*
 * /v1/tenants/{tenant}/policy: the settings of a tenant, and their odds.
 */
#include <stdio.h>
#include <string.h>

#include "api/call.h"
#include "flow/admin.h"

enum { ANSWER_MAX = 16384 };

struct policy_call {
	struct call call;
	struct policy policy;
	struct policy_put put;
};

/* Members open and close as the section changes. */
struct writer {
	struct jsonw w;
	const char *section;
	const struct policy *policy;
};

/* The texts of the section that is open. */
static void
write_text(void *ctx, const char *section, const char *key, struct str value)
{
	struct writer *to = ctx;

	if (strcmp(section, to->section) == 0) {
		jsonw_member_str(&to->w, key, value);
	}
}

static void
close_section(struct writer *to)
{
	policy_each_text(to->policy, write_text, to);
	jsonw_object_end(&to->w);
}

static void
write_setting(void *ctx, const char *section, const char *key, int64_t value)
{
	struct writer *to = ctx;

	if (to->section != section) {
		if (to->section != NULL) {
			close_section(to);
		}
		jsonw_key(&to->w, section);
		jsonw_object(&to->w);
		to->section = section;
	}
	jsonw_member_i64(&to->w, key, value);
}

static void
answer_policy(struct call *call, const struct policy *p)
{
	struct writer to = {.policy = p};
	struct buf body;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&to.w, &body);
	jsonw_object(&to.w);
	policy_each(p, write_setting, &to);
	close_section(&to);
	/* It has texts only. */
	to.section = "sms";
	jsonw_key(&to.w, to.section);
	jsonw_object(&to.w);
	close_section(&to);
	jsonw_key(&to.w, "odds");
	jsonw_object(&to.w);
	for (int i = 0; i < PURPOSE_COUNT; i++) {
		const struct purpose_policy *q = &p->purpose[i];

		jsonw_member_i64(&to.w, purpose_name((enum purpose)i),
		    policy_odds(q->length, q->attempts));
	}
	jsonw_object_end(&to.w);
	jsonw_object_end(&to.w);
	call_json(call, 200, &body);
}

/* A key of one tenant neither sees nor changes another (S80). */
static bool
is_own_tenant(const struct call *c)
{
	struct str name = http_param(c->x, "tenant");

	return str_equal(name, str_of(c->tenant->name));
}

void
api_policy_show(struct http_exchange *x)
{
	struct call *c = call_begin(x, sizeof(*c));

	if (c == NULL) {
		return;
	}
	if (!is_own_tenant(c)) {
		call_problem(c, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	answer_policy(c, &c->tenant->policy);
}

static void
put_answer(struct http_exchange *x UNUSED, void *arg)
{
	struct policy_call *c = arg;

	answer_policy(&c->call, &c->policy);
}

/* On another thread. */
static void
put_known(void *arg)
{
	struct policy_call *c = arg;

	http_resume(c->call.x, put_answer, c);
}

/* The answer says that it holds, so it waits until it does. */
static void
put_done(struct call *call)
{
	enum err e = call->api->when_known(call->api->ctx, put_known, call);

	if (e != ERR_NONE) {
		call_failed(call, e);
	}
}

/* One setting of the body, when it is there. */
struct reader {
	struct jsonr_object *root;
	struct jsonr_object section;
	const char *open;	/* the section's name, NULL when absent */
	const char *name;
	struct policy *policy;
	struct arena *arena;
};

static void
take_text(struct reader *r, const char *key, struct str text)
{
	struct buf CLEANUP(buf_done) reason = {0};
	struct str why;
	char *copy;
	size_t name = strlen(r->open) + 1 + strlen(key) + 1;

	buf_init(&reason, 512);
	if (policy_set(r->policy, str_of(r->open), str_of(key), text,
	    &reason)) {
		return;
	}
	/* "sign_in.length must be …": the field says the name already. */
	why = buf_view(&reason);
	copy = arena_copy(r->arena, str_slice(why, name, why.n));
	jsonr_flaw(&r->section, key, copy != NULL ? copy : "is not allowed");
}

static void
take_value(struct reader *r, const char *key, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	take_text(r, key, str_of(text));
}

static void
read_text(void *ctx, const char *section, const char *key,
    struct str value UNUSED)
{
	struct reader *r = ctx;
	struct str text;

	if (strcmp(section, r->open) == 0 && jsonr_str(&r->section, key, 0, 0,
	    POLICY_TEXT_MAX, &text)) {
		take_text(r, key, text);
	}
}

static void
close_read(struct reader *r)
{
	policy_each_text(r->policy, read_text, r);
	jsonr_close(&r->section);
}

static void
read_setting(void *ctx, const char *section, const char *key,
    int64_t value UNUSED)
{
	struct reader *r = ctx;
	int64_t v;

	if (r->name != section) {
		if (r->open != NULL) {
			close_read(r);
		}
		r->name = section;
		r->open = jsonr_object(r->root, section, 0, &r->section)
		    ? section : NULL;
	}
	if (r->open != NULL && jsonr_i64(&r->section, key, 0, INT64_MIN,
	    INT64_MAX, &v)) {
		take_value(r, key, v);
	}
}

static void
unsafe(void *ctx, const char *section, const char *key, const char *reason)
{
	struct reader *r = ctx;
	char *copy = arena_copy(r->arena, str_of(reason));

	jsonr_flaw_in(r->root, section, str_of(key),
	    copy != NULL ? copy : "is not safe");
}

/* What is not said has its default: a policy is put as a whole. */
static void
read_policy(struct policy_call *c, struct jsonr_object *root)
{
	struct reader r = {
		.root = root,
		.policy = &c->policy,
		.arena = c->call.arena,
	};
	const struct policy standard = policy_default();

	c->policy = standard;
	policy_each(&standard, read_setting, &r);
	if (r.open != NULL) {
		close_read(&r);
	}
	if (jsonr_object(root, "sms", 0, &r.section)) {
		r.open = "sms";
		close_read(&r);
	}
	(void)!policy_check(&c->policy, unsafe, &r);
}

void
api_policy_put(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct policy_call *c = call_begin(x, sizeof(*c));

	if (c == NULL) {
		return;
	}
	if (!is_own_tenant(&c->call)) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		read_policy(c, &root);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	c->put = (struct policy_put){
		.flow = c->call.api->flow,
		.tenant = c->call.tenant->id,
		.policy = &c->policy,
	};
	call_submit(&c->call, STORE_CREATE, policy_put_run, &c->put,
	    put_done);
}
