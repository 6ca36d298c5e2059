/*
 * /v1/tenants/{tenant}/brand: what a shop is called.
 */
#include "api/call.h"
#include "flow/brand.h"

enum { ANSWER_MAX = 1024 };

struct brand_call {
	struct call call;
	struct display_text name;
	struct brand_put put;
};

static void
answer_brand(struct call *call, struct str name)
{
	struct jsonw w;
	struct buf body;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_str(&w, "name", name);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_brand_show(struct http_exchange *x)
{
	struct call *c = call_begin(x, sizeof(*c));

	if (c != NULL && call_own_tenant(c)) {
		answer_brand(c, str_of(c->tenant->brand));
	}
}

static void
put_answer(struct http_exchange *x UNUSED, void *arg)
{
	struct brand_call *c = arg;

	answer_brand(&c->call, display_text_str(&c->name));
}

/* On another thread. */
static void
put_known(void *arg)
{
	struct brand_call *c = arg;

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

static void
read_name(struct brand_call *c, struct jsonr_object *root)
{
	struct str name;
	enum flaw flaw;

	if (!jsonr_str(root, "name", JSONR_REQUIRED, 1, DISPLAY_TEXT_MAX,
	    &name)) {
		return;
	}
	flaw = shop_name_parse(name, &c->name);
	if (flaw != FLAW_NONE) {
		jsonr_flaw(root, "name", flaw_reason(flaw));
	} else if (brand_taken(c->call.directory, c->call.tenant, name)) {
		jsonr_flaw(root, "name", "looks like the name of another "
		    "shop here");
	}
}

static void
submit(struct brand_call *c)
{
	enum err e = brand_fit(c->call.tenant, &c->name);

	if (e == ERR_LIMIT) {
		call_flaw(&c->call, "name", "is too long for a text message "
		    "of one segment");
	} else if (e == ERR_DENIED) {
		call_flaw(&c->call, "name", "does not fit into the tenant's "
		    "own templates");
	} else if (e != ERR_NONE) {
		call_failed(&c->call, e);
	} else {
		c->put = (struct brand_put){
			.flow = c->call.api->flow,
			.tenant = c->call.tenant->id,
			.name = display_text_str(&c->name),
		};
		call_submit(&c->call, STORE_CREATE, brand_put_run, &c->put,
		    put_done);
	}
}

void
api_brand_put(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct brand_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_own_tenant(&c->call)) {
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		read_name(c, &root);
		jsonr_close(&root);
	}
	if (jsonr_ok(&r)) {
		submit(c);
	} else {
		call_flaws(&c->call, &r);
	}
}
