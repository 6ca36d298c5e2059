/*
 * /v1/tenants/{tenant}/senders: whom a tenant's messages are from.
 */
#include "api/call.h"
#include "flow/brand.h"
#include "flow/sender.h"

enum { ANSWER_MAX = 2048 };

struct senders_call {
	struct call call;
	/* As put; n is 0: the installation's. */
	struct email address;
	struct display_text name;	/* n is 0: the brand */
	struct sender_id sms, voice;
	struct senders_put put;
};

static void
write_email(struct jsonw *w, const struct tenant *t,
    const struct senders_call *c)
{
	jsonw_object(w);
	jsonw_member_str(w, "address", email_str(&c->address));
	jsonw_member_str(w, "name", c->name.n > 0
	    ? display_text_str(&c->name) : str_of(t->brand));
	jsonw_member_bool(w, "signed",
	    sender_proof(t, &c->address) == SENDER_SIGNED);
	jsonw_object_end(w);
}

static void
write_sender(struct jsonw *w, const char *channel, const struct sender_id *id)
{
	jsonw_key(w, channel);
	if (id->n == 0) {
		jsonw_null(w);
		return;
	}
	jsonw_object(w);
	jsonw_member_str(w, "sender", sender_id_str(id));
	jsonw_object_end(w);
}

static void
answer_senders(struct senders_call *c)
{
	struct jsonw w;
	struct buf body;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "email");
	if (c->address.n == 0) {
		jsonw_null(&w);
	} else {
		write_email(&w, c->call.tenant, c);
	}
	write_sender(&w, "sms", &c->sms);
	write_sender(&w, "voice", &c->voice);
	jsonw_object_end(&w);
	call_json(&c->call, 200, &body);
}

void
api_senders_show(struct http_exchange *x)
{
	struct senders_call *c = call_begin(x, sizeof(*c));
	const struct tenant *t;

	if (c == NULL || !call_own_tenant(&c->call)) {
		return;
	}
	t = c->call.tenant;
	if (t->has_sender) {
		c->address = t->sender;
		c->name = t->sender_name;
	}
	c->sms = t->sms_sender;
	c->voice = t->voice_sender;
	answer_senders(c);
}

static void
put_answer(struct http_exchange *x UNUSED, void *arg)
{
	answer_senders(arg);
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

static void
flaw_of(struct jsonr_object *o, const char *member, enum flaw flaw)
{
	jsonr_flaw(o, member, flaw_reason(flaw));
}

/* S89: nobody gets a name by which another shop here is known. */
static bool
is_free(const struct senders_call *c, struct jsonr_object *o,
    const char *member, struct str name)
{
	if (!brand_taken(c->call.directory, c->call.tenant, name)) {
		return true;
	}
	jsonr_flaw(o, member, "looks like the name of another shop here");
	return false;
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
			flaw_of(o, "address", flaw);
		} else if (sender_proof(c->call.tenant, &c->address) !=
		    SENDER_SIGNED) {
			jsonr_flaw(o, "address", "is in no domain that a "
			    "DKIM key of the tenant signs for");
		}
	}
	if (jsonr_str(o, "name", 0, 1, DISPLAY_TEXT_MAX, &name)) {
		flaw = shop_name_parse(name, &c->name);
		if (flaw != FLAW_NONE) {
			flaw_of(o, "name", flaw);
		} else {
			(void)!is_free(c, o, "name", name);
		}
	}
}

/* Likewise: only what the operator lets a provider send as. */
static void
read_sender(struct senders_call *c, struct jsonr_object *o,
    enum channel channel, struct sender_id *ret_id)
{
	struct str sender;
	struct sender_id id;
	enum flaw flaw;

	if (!jsonr_str(o, "sender", JSONR_REQUIRED, 1, E164_MAX, &sender)) {
		return;
	}
	flaw = sender_id_parse(sender, channel, &id);
	if (flaw != FLAW_NONE) {
		flaw_of(o, "sender", flaw);
	} else if (!sender_has_way(c->call.api->flow, channel, sender)) {
		jsonr_flaw(o, "sender", "is in no provider's senders");
	} else if (!sender_id_is_name(&id) ||
	    is_free(c, o, "sender", sender)) {
		*ret_id = id;
	}
}

/* Put as a whole: what is left out, or null, goes back to the installation. */
static void
read_senders(struct senders_call *c, struct jsonr_object *root)
{
	struct jsonr_object o;

	if (jsonr_object(root, "email", JSONR_NULL, &o)) {
		read_email(c, &o);
		jsonr_close(&o);
	}
	if (jsonr_object(root, "sms", JSONR_NULL, &o)) {
		read_sender(c, &o, CHANNEL_SMS, &c->sms);
		jsonr_close(&o);
	}
	if (jsonr_object(root, "voice", JSONR_NULL, &o)) {
		read_sender(c, &o, CHANNEL_VOICE, &c->voice);
		jsonr_close(&o);
	}
}

static void
submit(struct senders_call *c)
{
	const struct sender_put base = {
		.flow = c->call.api->flow,
		.tenant = c->call.tenant->id,
	};
	struct sender_put *each = c->put.each;

	for (unsigned i = 0; i < SENDER_CHANNELS; i++) {
		each[i] = base;
	}
	each[0].channel = CHANNEL_EMAIL;
	each[0].address = email_str(&c->address);
	each[0].name = display_text_str(&c->name);
	each[1].channel = CHANNEL_SMS;
	each[1].address = sender_id_str(&c->sms);
	each[2].channel = CHANNEL_VOICE;
	each[2].address = sender_id_str(&c->voice);
	call_submit(&c->call, STORE_CREATE, senders_put_run, &c->put,
	    put_done);
}

void
api_senders_put(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct senders_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_own_tenant(&c->call)) {
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		read_senders(c, &root);
		jsonr_close(&root);
	}
	if (jsonr_ok(&r)) {
		submit(c);
	} else {
		call_flaws(&c->call, &r);
	}
}
