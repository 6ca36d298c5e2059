/*
 * /v1/accounts/{id}/contacts, factors and devices.
 */
#include "api/account_json.h"
#include "api/challenge_json.h"
#include "api/change_answer.h"
#include "api/client.h"

enum { ANSWER_MAX = 16384, USES_MAX = 2 };

struct contact_call {
	struct call call;
	struct add_contact add;
};

struct factors_call {
	struct call call;
	struct show_account show;
};

struct devices_call {
	struct call call;
	struct account_devices devices;
};

static void
add_done(struct call *call)
{
	struct contact_call *c = (struct contact_call *)(void *)call;
	struct buf body;
	struct jsonw w;
	struct account_contact view = {
		.id = c->add.contact,
		.kind = c->add.to.channel == CHANNEL_EMAIL ? CONTACT_EMAIL
		    : CONTACT_PHONE,
		.uses = c->add.uses,
		.to = c->add.to,
		.created_at = flow_now(call->api->flow),
	};

	if (verdict_refused(call, c->add.verdict, &c->add.issue.limited)) {
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "contact");
	contact_write(&w, &view);
	jsonw_key(&w, "challenge");
	jsonw_object(&w);
	view_write(&w, &c->add.issue.start.view);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
	call_json(call, 201, &body);
}

/* R23: a number for text messages, for calls, or for both. */
static void
read_uses(struct jsonr_object *o, uint32_t *uses)
{
	struct jsonr_array list;
	struct str word;
	uint32_t read = 0;

	if (!jsonr_array(o, "use", 0, USES_MAX, &list)) {
		return;
	}
	for (size_t i = 0; i < list.n; i++) {
		enum channel c;

		if (!jsonr_at_str(&list, i, 1, 8, &word)) {
			continue;
		}
		if (channel_parse(word, &c) && (*uses & 1U << c) != 0) {
			read |= 1U << c;
		} else {
			jsonr_flaw(o, "use", "must name sms, voice or both");
		}
	}
	if (read == 0) {
		jsonr_flaw(o, "use", "must name at least one");
	}
	*uses = read;
}

static void
read_contact(struct contact_call *c, struct jsonr_object *o)
{
	bool phone = jsonr_has(o, "phone");

	if (phone == jsonr_has(o, "email")) {
		jsonr_flaw(o, NULL, "must have one of email and phone");
	}
	(void)!read_email(o, "email", 0, &c->add.to);
	(void)!read_phone(o, "phone", 0, &c->add.to);
	c->add.uses = contact_uses(phone ? CONTACT_PHONE : CONTACT_EMAIL);
	if (phone) {
		read_uses(o, &c->add.uses);
	}
	client_read(&c->call, o, &c->add.client);
	jsonr_close(o);
}

static bool
may_write(struct contact_call *c)
{
	const struct flow *f = c->call.api->flow;

	if (recipient_rule(f, &c->add.to) != NUMBER_ALLOWED) {
		call_flaw(&c->call, "phone",
		    "country_not_listed: no provider may write there");
		return false;
	}
	return true;
}

void
api_contact_add(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct contact_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_account(&c->call, http_param(x, "id"),
	    &c->add.account)) {
		return;
	}
	c->add.flow = c->call.api->flow;
	c->add.tenant = c->call.tenant;
	c->add.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		read_contact(c, &root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
	} else if (may_write(c)) {
		call_submit(&c->call, STORE_CREATE, add_contact_run, &c->add,
		    add_done);
	}
}

/* Factors. */

static void
factors_done(struct call *call)
{
	struct factors_call *c = (struct factors_call *)(void *)call;
	const struct account *a = &c->show.account;
	struct buf body;
	struct jsonw w;

	if (!c->show.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "contacts");
	jsonw_array(&w);
	for (unsigned i = 0; i < a->n; i++) {
		contact_write(&w, &a->contacts[i]);
	}
	jsonw_array_end(&w);
	ways_write(&w, call->api->flow, a, &c->show.factors);
	factors_write(&w, &c->show);
	preferences_write(&w, &a->row);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_factors(struct http_exchange *x)
{
	struct factors_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_account(&c->call, http_param(x, "id"),
	    &c->show.id)) {
		return;
	}
	c->show.flow = c->call.api->flow;
	c->show.tenant = c->call.tenant;
	c->show.arena = c->call.arena;
	call_submit(&c->call, STORE_CREATE, show_account_run, &c->show,
	    factors_done);
}

/* Devices. */

static void
write_device(struct jsonw *w, const struct device_view *v)
{
	jsonw_object(w);
	jsonw_member_id(w, "id", ID_DEVICE, &v->id);
	jsonw_member_str(w, "label", v->label);
	jsonw_member_time(w, "created_at", v->created_at);
	jsonw_member_time(w, "seen_at", v->seen_at);
	jsonw_member_time(w, "expires_at", v->expires_at);
	jsonw_object_end(w);
}

static void
devices_done(struct call *call)
{
	struct devices_call *c = (struct devices_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	if (!c->devices.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	if (c->devices.forget) {
		call_empty(call);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "data");
	jsonw_array(&w);
	for (unsigned i = 0; i < c->devices.n; i++) {
		write_device(&w, &c->devices.views[i]);
	}
	jsonw_array_end(&w);
	jsonw_key(&w, "next_cursor");
	jsonw_null(&w);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

static void
devices(struct http_exchange *x, bool forget)
{
	struct devices_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_account(&c->call, http_param(x, "id"),
	    &c->devices.account)) {
		return;
	}
	c->devices.flow = c->call.api->flow;
	c->devices.tenant = c->call.tenant;
	c->devices.arena = c->call.arena;
	c->devices.forget = forget;
	if (forget && id_parse(ID_DEVICE, http_param(x, "device"),
	    &c->devices.device) != ERR_NONE) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	call_submit(&c->call, STORE_CREATE, account_devices_run, &c->devices,
	    devices_done);
}

void
api_devices(struct http_exchange *x)
{
	devices(x, false);
}

void
api_device_forget(struct http_exchange *x)
{
	devices(x, true);
}
