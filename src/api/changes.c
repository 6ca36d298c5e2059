/*
 * /v1/account_changes and /v1/transactions: what waits for its owner's code.
 */
#include <stdio.h>

#include "api/account_json.h"
#include "api/challenge_json.h"
#include "api/change_answer.h"
#include "api/client.h"
#include "api/rules.h"
#include "domain/password.h"
#include "flow/pay.h"

enum { ANSWER_MAX = 65536, ADDRESS_MAX = 600 };

struct change_call {
	struct call call;
	struct hash_job hash;
	struct change change;
	enum channel channel;
	struct recipient to;	/* of a new contact */
};

struct pay_call {
	struct call call;
	struct pay pay;
	enum channel channel;
};

bool
verdict_refused(struct call *call, enum change_verdict v,
    const struct limited *limited)
{
	switch (v) {
	case CHANGE_LIMITED:
		call_limited(call, limited, NULL);
		return true;
	case CHANGE_NO_WAY:
		call_problem(call, PROBLEM_CHANNEL_UNAVAILABLE,
		    "This account has no contact that a code can go to by "
		    "that channel.");
		return true;
	case CHANGE_UNKNOWN:
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return true;
	case CHANGE_FLAWED:
		call_problem(call, PROBLEM_CONFLICT,
		    "The account has as many contacts as it may.");
		return true;
	case CHANGE_ISSUED:
	default:
		return false;
	}
}

bool
change_refused(struct call *call, const struct change *c)
{
	char field[48];

	if (c->verdict == CHANGE_FLAWED) {
		snprintf(field, sizeof(field), "change.%s",
		    account_change_name(c->field));
		call_flaw(call, field, c->flaw);
		return true;
	}
	return verdict_refused(call, c->verdict, &c->issue.limited);
}

static void
answer_view(struct call *c, const struct challenge_view *v)
{
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	view_write(&w, v);
	jsonw_object_end(&w);
	call_json(c, 201, &body);
}

/* Changes. */

static void
change_done(struct call *call)
{
	struct change_call *c = (struct change_call *)(void *)call;

	if (!change_refused(call, &c->change)) {
		answer_view(call, &c->change.issue.start.view);
	}
}

static void
change_hashed(struct call *call)
{
	struct change_call *c = (struct change_call *)(void *)call;

	if (c->hash.password.p != NULL) {
		c->change.change.v[CHANGE_PASSWORD] = str_of(c->hash.made);
	}
	call_submit(call, STORE_CREATE, change_run, &c->change, change_done);
}

static void
read_switch(struct jsonr_object *o, const char *name, struct str *ret_word)
{
	bool on;

	if (jsonr_bool(o, name, 0, &on)) {
		*ret_word = on ? STR("on") : STR("off");
	}
}

/* Lines between newlines, each a text without controls. */
static void
read_address(struct jsonr_object *o, struct str *ret_address)
{
	struct header_text text;
	struct str rest, line;

	if (!jsonr_str(o, "address", 0, 0, ADDRESS_MAX, ret_address)) {
		return;
	}
	rest = *ret_address;
	while (str_split(&rest, '\n', &line)) {
		if (line.n > 0 &&
		    header_text_parse(line, &text) != FLAW_NONE) {
			jsonr_flaw(o, "address",
			    "must be lines of text between \\n");
			return;
		}
	}
}

static void
read_remove(struct jsonr_object *o, struct str *ret_remove)
{
	(void)jsonr_str(o, "remove", 0, 1, ID_TEXT_MAX, ret_remove);
}

static void
read_confirm(struct jsonr_object *o, struct str *ret_word)
{
	bool on;

	if (jsonr_bool(o, "confirm", 0, &on)) {
		if (on) {
			*ret_word = STR("");
		} else {
			jsonr_flaw(o, "confirm", "must be true");
		}
	}
}

static void
read_fields(struct change_call *c, struct jsonr_object *o)
{
	struct account_change *change = &c->change.change;
	int64_t preference = 0;

	if (jsonr_has(o, "email") && jsonr_has(o, "phone")) {
		jsonr_flaw(o, NULL, "may have one of email and phone");
	}
	if (read_email(o, "email", 0, &c->to)) {
		change->v[CHANGE_EMAIL] = recipient_str(&c->to);
	}
	if (read_phone(o, "phone", 0, &c->to)) {
		change->v[CHANGE_PHONE] = recipient_str(&c->to);
	}
	(void)!read_new_password(o, "password", 0, PASSWORD_CHARS_MIN,
	    &c->hash.password);
	c->change.password = c->hash.password;
	read_address(o, &change->v[CHANGE_ADDRESS]);
	read_switch(o, "two_step", &change->v[CHANGE_TWO_STEP]);
	read_switch(o, "delivery_codes", &change->v[CHANGE_DELIVERY_CODES]);
	if (read_preference(o, &preference)) {
		change->v[CHANGE_CHANNEL] =
		    preference_text(c->call.arena, preference);
	}
	read_remove(o, &change->v[CHANGE_REMOVE]);
	read_confirm(o, &change->v[CHANGE_CONFIRM]);
	if (account_change_count(change) == 0 &&
	    c->hash.password.p == NULL) {
		jsonr_flaw(o, NULL, "must change something");
	}
	jsonr_close(o);
}

/* A way of getting the code, where it is not "auto". */
static const enum channel *
read_channel(struct jsonr_object *o, enum channel *channel)
{
	struct str word;

	if (!jsonr_str(o, "channel", 0, 1, 16, &word) ||
	    str_equal(word, STR("auto"))) {
		return NULL;
	}
	if (!channel_parse(word, channel)) {
		jsonr_flaw(o, "channel",
		    "must be email, sms, voice, totp or auto");
		return NULL;
	}
	return channel;
}

/* The account is "me" for a session, which may leave it out. */
static bool
read_account(struct call *c, struct jsonr_object *o, struct str *ret_account)
{
	if (c->caller == CALLER_SESSION && !jsonr_has(o, "account")) {
		*ret_account = STR("me");
		return true;
	}
	return jsonr_str(o, "account", JSONR_REQUIRED, 1, ID_TEXT_MAX,
	    ret_account);
}

void
api_account_change(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root, change;
	struct change_call *c = call_begin(x, sizeof(*c));
	struct str account = {NULL, 0};

	if (c == NULL) {
		return;
	}
	c->change.flow = c->call.api->flow;
	c->change.tenant = c->call.tenant;
	c->change.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)read_account(&c->call, &root, &account);
		if (jsonr_object(&root, "change", JSONR_REQUIRED, &change)) {
			read_fields(c, &change);
		}
		c->change.channel = read_channel(&root, &c->channel);
		client_read(&c->call, &root, &c->change.client);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
	} else if (!call_account(&c->call, account, &c->change.account)) {
		return;
	} else if (c->hash.password.p != NULL) {
		call_hash(&c->call, &c->hash, change_hashed);
	} else {
		change_hashed(&c->call);
	}
}

/* Payments. */

static void
write_payment(const struct pay_call *c, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_key(&w, "decision");
	jsonw_object(&w);
	decide_write(&c->pay.decide, &w);
	jsonw_object_end(&w);
	if (c->pay.decide.decision.code == DECISION_REQUIRED) {
		jsonw_key(&w, "challenge");
		jsonw_object(&w);
		view_write(&w, &c->pay.issue.start.view);
		jsonw_object_end(&w);
	}
	jsonw_object_end(&w);
}

static bool
pay_render(void *arg, int *ret_status, struct buf *out)
{
	struct pay_call *c = (struct pay_call *)(void *)
	    ((char *)arg - offsetof(struct pay_call, pay));

	*ret_status = 201;
	write_payment(c, out);
	return c->pay.verdict == PAY_DECIDED;
}

static void
pay_done(struct call *call)
{
	struct pay_call *c = (struct pay_call *)(void *)call;
	struct buf body;

	switch (c->pay.verdict) {
	case PAY_LIMITED:
		call_limited(call, &c->pay.issue.limited, NULL);
		return;
	case PAY_NO_WAY:
		(void)!verdict_refused(call, CHANGE_NO_WAY,
		    &c->pay.issue.limited);
		return;
	case PAY_UNKNOWN:
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	case PAY_DECIDED:
	default:
		buf_init(&body, ANSWER_MAX);
		write_payment(c, &body);
		call_json(call, 201, &body);
		return;
	}
}

static void
bind(struct pay_call *c, struct jsonr_object *o, const char *name,
    struct str value)
{
	const char *flaw = binding_add(&c->pay.binding, str_of(name), value);

	if (flaw != NULL) {
		jsonr_flaw(o, name, flaw);
	}
}

/* S47: fixed here, shown in the message, and part of the code. */
static void
read_facts(struct pay_call *c, struct jsonr_object *o)
{
	struct str amount, currency;

	if (jsonr_str(o, "amount", JSONR_REQUIRED, 1, 20, &amount)) {
		if (money_parse(amount, &c->pay.signals.amount)) {
			c->pay.signals.has_amount = true;
			bind(c, o, "amount", amount);
		} else {
			jsonr_flaw(o, "amount", "is not an amount: \"129.00\"");
		}
	}
	if (jsonr_str(o, "currency", JSONR_REQUIRED, 3, 3, &currency)) {
		bind(c, o, "currency", currency);
	}
	if (jsonr_str(o, "payee", JSONR_REQUIRED, 1, DISPLAY_TEXT_MAX,
	    &c->pay.payee)) {
		bind(c, o, "payee", c->pay.payee);
	}
	if (jsonr_str(o, "order", 0, 1, DISPLAY_TEXT_MAX, &amount)) {
		bind(c, o, "order", amount);
	}
}

/* The amount is the payment's, whatever the signals say. */
static void
read_signals(struct pay_call *c, struct jsonr_object *o)
{
	const struct signals given = c->pay.signals;
	struct signals *s = &c->pay.signals;

	api_read_signals(o, c->call.arena, s);
	c->pay.says_payee = s->new_payee;
	s->has_amount = given.has_amount;
	s->amount = given.amount;
}

void
api_transaction(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct pay_call *c = call_begin(x, sizeof(*c));
	struct str account = {NULL, 0};

	if (c == NULL) {
		return;
	}
	c->pay.flow = c->call.api->flow;
	c->pay.tenant = c->call.tenant;
	c->pay.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)read_account(&c->call, &root, &account);
		read_facts(c, &root);
		read_signals(c, &root);
		c->pay.channel = read_channel(&root, &c->channel);
		client_read(&c->call, &root, &c->pay.client);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
	} else if (call_account(&c->call, account, &c->pay.account)) {
		call_submit_once(&c->call, STORE_CREATE, pay_run, &c->pay,
		    pay_render, pay_done);
	}
}
