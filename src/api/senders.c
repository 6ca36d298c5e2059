/*
 * /v1/tenants/{tenant}/senders: whom a tenant's messages are from.
 */
#include "api/call.h"
#include "flow/sender.h"

enum { ANSWER_MAX = 2048 };

struct senders_call {
	struct call call;
	bool has_email;
	struct email address;
	struct display_text name;	/* n is 0: the brand */
	struct sender_put put;
};

static void
answer_senders(struct call *call, const struct email *address,
    const struct display_text *name)
{
	const struct tenant *t = call->tenant;
	struct jsonw w;
	struct buf body;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "email");
	if (address == NULL) {
		jsonw_null(&w);
	} else {
		jsonw_object(&w);
		jsonw_member_str(&w, "address", email_str(address));
		jsonw_member_str(&w, "name", name->n > 0
		    ? display_text_str(name) : str_of(t->brand));
		jsonw_member_bool(&w, "signed",
		    sender_proof(t, address) == SENDER_SIGNED);
		jsonw_object_end(&w);
	}
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

/* A key of one tenant neither sees nor changes another (S80). */
static bool
is_own_tenant(struct call *c)
{
	if (str_equal(http_param(c->x, "tenant"), str_of(c->tenant->name))) {
		return true;
	}
	call_problem(c, PROBLEM_NOT_FOUND, NULL);
	return false;
}

void
api_senders_show(struct http_exchange *x)
{
	struct call *c = call_begin(x, sizeof(*c));

	if (c != NULL && is_own_tenant(c)) {
		answer_senders(c, c->tenant->has_sender ? &c->tenant->sender
		    : NULL, &c->tenant->sender_name);
	}
}

static void
put_answer(struct http_exchange *x UNUSED, void *arg)
{
	struct senders_call *c = arg;

	answer_senders(&c->call, c->has_email ? &c->address : NULL,
	    &c->name);
}

/* On another thread. */
static void
put_known(void *arg)
{
	struct senders_call *c = arg;

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

/*
 * Stricter than the operator's command: who has a tenant's API key gets a
 * sender in a domain only where the operator has made the tenant a key for
 * it (R76), and so never in another tenant's.
 */
static void
read_email(struct senders_call *c, struct jsonr_object *o)
{
	struct str address, name;
	enum flaw flaw;

	if (jsonr_str(o, "address", JSONR_REQUIRED, 3, EMAIL_MAX, &address)) {
		flaw = email_parse(address, &c->address);
		if (flaw != FLAW_NONE) {
			jsonr_flaw(o, "address", flaw_reason(flaw));
		} else if (sender_proof(c->call.tenant, &c->address) !=
		    SENDER_SIGNED) {
			jsonr_flaw(o, "address", "is in no domain that a "
			    "DKIM key of the tenant signs for");
		}
	}
	if (jsonr_str(o, "name", 0, 1, DISPLAY_TEXT_MAX, &name)) {
		flaw = display_text_parse(name, &c->name);
		if (flaw != FLAW_NONE) {
			jsonr_flaw(o, "name", flaw_reason(flaw));
		}
	}
	c->has_email = true;
}

/* Put as a whole: what is left out, or null, goes back to the installation. */
static void
read_senders(struct senders_call *c, struct jsonr_object *root)
{
	struct jsonr_object email;

	if (jsonr_object(root, "email", JSONR_NULL, &email)) {
		read_email(c, &email);
		jsonr_close(&email);
	}
}

void
api_senders_put(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct senders_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !is_own_tenant(&c->call)) {
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		read_senders(c, &root);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	if (!c->has_email && !c->call.tenant->has_sender) {
		answer_senders(&c->call, NULL, &c->name);
		return;
	}
	c->put = (struct sender_put){
		.flow = c->call.api->flow,
		.tenant = c->call.tenant->id,
		.address = c->has_email ? &c->address : NULL,
		.name = display_text_str(&c->name),
	};
	call_submit(&c->call, STORE_CREATE, sender_put_run, &c->put,
	    put_done);
}
