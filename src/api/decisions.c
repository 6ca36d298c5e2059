/*
 * /v1/decisions: is a code needed here?  Nothing is sent.
 */
#include "api/call.h"
#include "flow/decide.h"

enum { FAILURES_MAX = 1000000 };

struct decide_call {
	struct call call;
	struct decide decide;
};

static void
decide_done(struct call *call)
{
	struct decide_call *c = (struct decide_call *)(void *)call;
	const struct decision *d = &c->decide.decision;
	struct buf body;
	struct jsonw w;

	buf_init(&body, 1024);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_z(&w, "code", decision_code_name(d->code));
	jsonw_member_z(&w, "rule", d->rule);
	jsonw_key(&w, "reasons");
	jsonw_array(&w);
	jsonw_z(&w, d->reason);
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

/* {"amount": "129.00", "currency": "EUR"} */
static void
read_amount(struct jsonr_object *o, struct signals *s)
{
	struct jsonr_object money;
	struct str amount, currency;

	if (!jsonr_object(o, "amount", 0, &money)) {
		return;
	}
	if (jsonr_str(&money, "amount", JSONR_REQUIRED, 1, 18, &amount)) {
		s->has_amount = money_parse(amount, &s->amount);
		if (!s->has_amount) {
			jsonr_flaw(&money, "amount",
			    "must be a decimal number such as 129.00");
		}
	}
	(void)jsonr_str(&money, "currency", JSONR_REQUIRED, 3, 3, &currency);
	jsonr_close(&money);
}

static void
read_signals(struct jsonr_object *root, struct signals *s)
{
	struct jsonr_object o;
	const char *name;
	bool *field;

	if (!jsonr_object(root, "signals", 0, &o)) {
		return;
	}
	for (size_t i = 0; (field = signals_switch(s, i, &name)) != NULL;
	    i++) {
		(void)jsonr_bool(&o, name, 0, field);
	}
	(void)jsonr_i64(&o, "failures", 0, 0, FAILURES_MAX, &s->failures);
	read_amount(&o, s);
	jsonr_close(&o);
}

void
api_decision(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct decide_call *c = call_begin(x, sizeof(*c));
	struct str word;

	if (c == NULL) {
		return;
	}
	c->decide.flow = c->call.api->flow;
	c->decide.tenant = c->call.tenant;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		if (jsonr_str(&root, "event", JSONR_REQUIRED, 1, 32, &word) &&
		    !decision_event_parse(word, &c->decide.event)) {
			jsonr_flaw(&root, "event", "must be sign_in, "
			    "transaction, account_change or delivery");
		}
		(void)jsonr_str(&root, "account", 0, 1, 128, &word);
		read_signals(&root, &c->decide.signals);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	call_submit(&c->call, STORE_CREATE, decide_run, &c->decide,
	    decide_done);
}
