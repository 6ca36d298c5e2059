/*
 * /v1/accounts: who somebody is, and how he is reached.
 */
#include "api/account_json.h"
#include "api/challenge_json.h"
#include "api/change_answer.h"
#include "api/client.h"
#include "domain/password.h"
#include "domain/scope.h"
#include "flow/new_account.h"

enum { ANSWER_MAX = 16384 };

struct create_call {
	struct call call;
	struct hash_job hash;
	struct new_account made;
};

struct account_call {
	struct call call;
	struct edit_account edit;
};

struct erase_call {
	struct call call;
	struct erase_account erase;
};

static void
answer_account(struct call *c, int status, const struct show_account *s)
{
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	account_write(&w, s);
	call_json(c, status, &body);
}

/* Create. */

static struct show_account
made_view(const struct new_account *n)
{
	return (struct show_account){
		.found = true, .account = n->account,
		.external = n->external,
	};
}

static bool
create_render(void *arg, int *ret_status, struct buf *out)
{
	const struct new_account *n = arg;
	const struct show_account view = made_view(n);
	struct jsonw w;

	*ret_status = 201;
	if (n->taken != NULL) {
		return false;
	}
	jsonw_init(&w, out);
	account_write(&w, &view);
	return true;
}

static void
create_done(struct call *call)
{
	struct create_call *c = (struct create_call *)(void *)call;
	const struct show_account view = made_view(&c->made);

	if (c->made.taken != NULL) {
		call_problem(call, PROBLEM_CONFLICT,
		    "Another account has this e-mail address or identifier.");
		return;
	}
	answer_account(call, 201, &view);
}

static void
create_hashed(struct call *call)
{
	struct create_call *c = (struct create_call *)(void *)call;
	enum err e;

	c->made.password_hash = str_of(c->hash.made);
	e = new_account_prepare(&c->made);
	if (e != ERR_NONE) {
		call_failed(call, e);
		return;
	}
	call_submit_once(call, STORE_CREATE, new_account_run, &c->made,
	    create_render, create_done);
}

static void
read_kind(struct jsonr_object *o, struct new_account *n)
{
	struct str word;

	if (jsonr_str(o, "kind", 0, 1, 16, &word) &&
	    !account_kind_parse(word, &n->kind)) {
		jsonr_flaw(o, "kind",
		    "must be customer, seller, agent or operator");
	}
}

static void
read_create(struct create_call *c, struct jsonr_object *o)
{
	struct new_account *n = &c->made;

	read_kind(o, n);
	(void)!read_external(o, false, &n->external);
	(void)!read_name(o, false, &n->name);
	(void)!read_locale(o, &n->locale);
	(void)!read_time_zone(o, &n->time_zone);
	(void)!read_country(o, &n->country);
	n->has_email = read_email(o, "email", 0, &n->email);
	n->has_phone = read_phone(o, "phone", 0, &n->phone);
	(void)!read_new_password(o, "password", 0, n->kind == ACCOUNT_OPERATOR
	    ? PASSWORD_CHARS_OPERATOR : PASSWORD_CHARS_MIN, &c->hash.password);
	jsonr_close(o);
}

void
api_account_create(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct create_call *c = call_begin(x, sizeof(*c));

	if (c == NULL) {
		return;
	}
	c->made.flow = c->call.api->flow;
	c->made.tenant = c->call.tenant;
	c->made.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		read_create(c, &root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
	} else if (c->made.kind == ACCOUNT_OPERATOR &&
	    (c->call.scopes & SCOPE_ADMIN) == 0) {
		call_problem(&c->call, PROBLEM_FORBIDDEN,
		    "An operator's account takes a key with the scope admin.");
	} else if (c->hash.password.p == NULL) {
		create_hashed(&c->call);
	} else {
		call_hash(&c->call, &c->hash, create_hashed);
	}
}

/* Show. */

static void
show_done(struct call *call)
{
	struct account_call *c = (struct account_call *)(void *)call;

	if (!c->edit.show.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
	} else {
		answer_account(call, 200, &c->edit.show);
	}
}

static struct account_call *
begin(struct http_exchange *x)
{
	struct account_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_account(&c->call, http_param(x, "id"),
	    &c->edit.show.id)) {
		return NULL;
	}
	c->edit.show.flow = c->call.api->flow;
	c->edit.show.tenant = c->call.tenant;
	c->edit.show.arena = c->call.arena;
	return c;
}

void
api_account_show(struct http_exchange *x)
{
	struct account_call *c = begin(x);

	if (c != NULL) {
		call_submit(&c->call, STORE_CREATE, show_account_run,
		    &c->edit.show, show_done);
	}
}

/* Edit: what needs no code. */

static void
edit_done(struct call *call)
{
	struct account_call *c = (struct account_call *)(void *)call;

	if (c->edit.taken) {
		call_problem(call, PROBLEM_CONFLICT,
		    "Another account has this identifier.");
		return;
	}
	show_done(call);
}

/* R55: named, so that whoever tries learns the right way. */
static void
refuse_protected(struct jsonr_object *o)
{
	static const char *const members[] = {
		"email", "phone", "password", "address", "two_step",
		"delivery_codes", "kind",
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		struct str value;

		if (jsonr_has(o, members[i])) {
			(void)jsonr_any(o, members[i], 0, 4096, &value);
			jsonr_flaw(o, members[i],
			    "changes with a code only: POST "
			    "/v1/account_changes");
		}
	}
}

void
api_account_edit(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct account_call *c = begin(x);
	struct edit_account *e;

	if (c == NULL) {
		return;
	}
	e = &c->edit;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)!read_name(&root, true, &e->name);
		(void)!read_locale(&root, &e->locale);
		(void)!read_time_zone(&root, &e->time_zone);
		(void)!read_country(&root, &e->country);
		/* The shop's own number is not for people to change. */
		if (c->call.caller == CALLER_KEY) {
			(void)!read_external(&root, true, &e->external);
		}
		refuse_protected(&root);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	call_submit(&c->call, STORE_CREATE, edit_account_run, e, edit_done);
}

/* Preferences: what makes it safer at once, the rest with a code. */

struct preferences_call {
	struct call call;
	struct edit_account edit;
	struct change change;
};

static enum err
preferences_run(struct tx *tx, void *arg)
{
	struct preferences_call *c = arg;
	enum err e = edit_account_run(tx, &c->edit);

	if (e != ERR_NONE || !c->edit.show.found) {
		return e;
	}
	if (c->edit.weakens) {
		c->change.change.v[CHANGE_CHANNEL] =
		    preference_text(c->call.arena, c->edit.channel);
		if (c->change.change.v[CHANGE_CHANNEL].p == NULL) {
			return ERR_NOMEM;
		}
	}
	c->change.account = c->edit.show.id;
	return account_change_count(&c->change.change) == 0 ? ERR_NONE
	    : change_run(tx, &c->change);
}

static void
answer_preferences(struct call *call, const struct preferences_call *c,
    bool waits)
{
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	preferences_write(&w, &c->edit.show.account.row);
	if (waits) {
		jsonw_key(&w, "challenge");
		jsonw_object(&w);
		view_write(&w, &c->change.issue.start.view);
		jsonw_object_end(&w);
	}
	jsonw_object_end(&w);
	call_json(call, waits ? 202 : 200, &body);
}

static void
preferences_done(struct call *call)
{
	struct preferences_call *c = (struct preferences_call *)(void *)call;

	if (!c->edit.show.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
	} else if (account_change_count(&c->change.change) == 0) {
		answer_preferences(call, c, false);
	} else if (change_refused(call, &c->change)) {
		return;
	} else {
		answer_preferences(call, c, true);
	}
}

/* On is done, off waits. */
static void
read_switch(struct jsonr_object *o, const char *name, bool *on,
    struct str *off)
{
	bool value;

	if (jsonr_bool(o, name, 0, &value)) {
		*on = value;
		if (!value) {
			*off = STR("off");
		}
	}
}

void
api_account_preferences(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct preferences_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_account(&c->call, http_param(x, "id"),
	    &c->edit.show.id)) {
		return;
	}
	c->edit.show.flow = c->change.flow = c->call.api->flow;
	c->edit.show.tenant = c->change.tenant = c->call.tenant;
	c->edit.show.arena = c->change.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		read_switch(&root, "two_step", &c->edit.two_step_on,
		    &c->change.change.v[CHANGE_TWO_STEP]);
		read_switch(&root, "delivery_codes",
		    &c->edit.delivery_codes_on,
		    &c->change.change.v[CHANGE_DELIVERY_CODES]);
		(void)!read_locale(&root, &c->edit.locale);
		c->edit.has_channel = read_preference(&root,
		    &c->edit.channel);
		client_read(&c->call, &root, &c->change.client);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	call_submit(&c->call, STORE_CREATE, preferences_run, c,
	    preferences_done);
}

/* Erase. */

static void
erase_done(struct call *call)
{
	struct erase_call *c = (struct erase_call *)(void *)call;

	if (!c->erase.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
	} else {
		call_empty(call);
	}
}

void
api_account_erase(struct http_exchange *x)
{
	struct erase_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_account(&c->call, http_param(x, "id"),
	    &c->erase.id)) {
		return;
	}
	c->erase.flow = c->call.api->flow;
	c->erase.tenant = c->call.tenant;
	c->erase.arena = c->call.arena;
	call_submit(&c->call, STORE_CREATE, erase_account_run, &c->erase,
	    erase_done);
}
