/*
 * /v1/tenants/{tenant}/templates: what a tenant says in his own words.
 */
#include "api/call.h"
#include "api/template_json.h"
#include "domain/shop_name.h"

enum { ANSWER_MAX = 1 << 20 };

struct templates_call {
	struct call call;
	struct templates_put put;
	struct template_change *changes;
	unsigned n;
};

/* Showing. */

static void
answer_templates(struct call *call, const struct wording_own *own,
    unsigned n)
{
	struct buf body;

	buf_init(&body, ANSWER_MAX);
	template_json_write(own, n, &body);
	call_json(call, 200, &body);
}

void
api_templates_show(struct http_exchange *x)
{
	struct call *c = call_begin(x, sizeof(*c));

	if (c != NULL && call_own_tenant(c)) {
		answer_templates(c, c->tenant->own, c->tenant->n_own);
	}
}

/* Changing. */

static void
put_answer(struct http_exchange *x UNUSED, void *arg)
{
	struct templates_call *c = arg;
	struct wording_own *own = arena_get(c->call.arena,
	    (c->n * TEMPLATE_PARTS + 1) * sizeof(*own));
	unsigned n = 0;

	if (own == NULL) {
		call_failed(&c->call, ERR_NOMEM);
		return;
	}
	for (unsigned i = 0; i < c->n; i++) {
		for (unsigned k = 0; k < c->changes[i].n; k++) {
			own[n++] = c->changes[i].own[k];
		}
	}
	answer_templates(&c->call, own, n);
}

/* On another thread. */
static void
put_known(void *arg)
{
	struct templates_call *c = arg;

	http_resume(c->call.x, put_answer, c);
}

/* The answer says that it holds, so it waits until it does. */
static void
put_done(struct call *call)
{
	struct templates_call *c = (struct templates_call *)(void *)call;
	enum err e;

	if (c->put.n == 1 && c->changes[0].n == 0 && c->put.before == 0) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	e = call->api->when_known(call->api->ctx, put_known, call);
	if (e != ERR_NONE) {
		call_failed(call, e);
	}
}

static void
submit(struct templates_call *c)
{
	c->put = (struct templates_put){
		.flow = c->call.api->flow,
		.tenant = c->call.tenant->id,
		.changes = c->changes,
		.n = c->n,
	};
	call_submit(&c->call, STORE_CREATE, templates_put_run, &c->put,
	    put_done);
}

void
api_templates_put(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct templates_call *c = call_begin(x, sizeof(*c));
	enum err e = ERR_NONE;

	if (c == NULL || !call_own_tenant(&c->call)) {
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		e = template_json_read_all(&root, c->call.tenant, &c->changes,
		    &c->n);
		jsonr_close(&root);
	}
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
	} else if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
	} else {
		submit(c);
	}
}

void
api_template_delete(struct http_exchange *x)
{
	struct templates_call *c = call_begin(x, sizeof(*c));
	struct template_change *t;

	if (c == NULL || !call_own_tenant(&c->call)) {
		return;
	}
	t = arena_get(c->call.arena, sizeof(*t));
	if (t == NULL) {
		call_failed(&c->call, ERR_NOMEM);
		return;
	}
	if (!purpose_parse(http_param(x, "purpose"), &t->purpose) ||
	    !channel_parse(http_param(x, "channel"), &t->channel) ||
	    !template_json_locale(http_param(x, "locale"), &t->locale)) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	c->changes = t;
	c->n = 1;
	submit(c);
}

/* A preview: what is given, or what is stored, or ours. */

static void
str_or_null(struct jsonw *j, const char *key, struct str s)
{
	if (s.n > 0) {
		jsonw_member_str(j, key, s);
	} else {
		jsonw_key(j, key);
		jsonw_null(j);
	}
}

/* Null: the installation's address, or the provider's sender. */
static void
write_from(struct jsonw *j, const struct tenant *t, enum channel channel)
{
	jsonw_key(j, "from");
	jsonw_object(j);
	if (channel == CHANNEL_EMAIL) {
		str_or_null(j, "address", t->has_sender
		    ? email_str(&t->sender) : STR(""));
		str_or_null(j, "name", t->has_sender && t->sender_name.n > 0
		    ? display_text_str(&t->sender_name) : str_of(t->brand));
	} else {
		str_or_null(j, "address", sender_id_str(
		    channel == CHANNEL_SMS ? &t->sms_sender
		    : &t->voice_sender));
		str_or_null(j, "name", STR(""));
	}
	jsonw_object_end(j);
}

static void
answer_preview(struct templates_call *c, const struct tenant *tenant,
    const struct template_change *t)
{
	struct wording w;
	struct jsonw j;
	struct buf body;
	enum lint lint = LINT_CLEAN;
	enum err e;

	wording_init(&w);
	e = template_look(tenant, t, &w, &lint);
	if (e != ERR_NONE) {
		wording_done(&w);
		if (e == ERR_LIMIT) {
			call_flaw(&c->call, "text", template_json_reason(LINT_LENGTH));
		} else {
			call_failed(&c->call, e);
		}
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&j, &body);
	jsonw_object(&j);
	jsonw_member_z(&j, "sample_code", TEMPLATE_SAMPLE_CODE);
	write_from(&j, tenant, t->channel);
	if (t->channel == CHANNEL_EMAIL) {
		jsonw_member_str(&j, "subject", header_text_str(&w.subject));
		jsonw_member_str(&j, "html", buf_view(&w.html));
	}
	jsonw_member_str(&j, "text", buf_view(&w.text));
	jsonw_member_bool(&j, "accepted", lint == LINT_CLEAN);
	if (lint != LINT_CLEAN) {
		jsonw_member_z(&j, "reason", template_json_reason(lint));
	}
	jsonw_object_end(&j);
	wording_done(&w);
	call_json(&c->call, 200, &body);
}

/* Under a brand that is only being thought of; none is given: as it is. */
static void
read_brand(struct jsonr_object *root, struct tenant *tenant)
{
	struct display_text brand;
	struct str name;
	enum flaw flaw;

	if (!jsonr_str(root, "brand", 0, 1, DISPLAY_TEXT_MAX, &name)) {
		return;
	}
	flaw = shop_name_parse(name, &brand);
	if (flaw != FLAW_NONE ||
	    !str_copy(name, tenant->brand, sizeof(tenant->brand))) {
		jsonr_flaw(root, "brand", flaw_reason(flaw));
	}
}

void
api_template_preview(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct template_change t = {.n = 0};
	struct tenant tenant;
	struct jsonr_object root;
	struct templates_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_own_tenant(&c->call)) {
		return;
	}
	tenant = *c->call.tenant;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)!template_json_read(&root, &t);
		read_brand(&root, &tenant);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	if (t.n == 0) {
		template_stored(&tenant, &t);
	}
	answer_preview(c, &tenant, &t);
}
