/*
 * /v1/receipts/redeem: an approval is used, once (S52).
 */
#include "api/call.h"
#include "api/challenge_json.h"
#include "flow/receipt.h"

struct redeem_call {
	struct call call;
	struct redeem redeem;
};

static void
redeem_done(struct call *call)
{
	struct redeem_call *c = (struct redeem_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	if (c->redeem.verdict == REDEEM_NOT_OURS) {
		call_flaw(call, "receipt", "is not a receipt for this tenant");
		return;
	}
	buf_init(&body, 256);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_z(&w, "result", redeem_verdict_name(c->redeem.verdict));
	jsonw_member_id(&w, "challenge", ID_CHALLENGE, &c->redeem.challenge);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

static void
redeem_decoded(struct redeem_call *c)
{
	enum err e = redeem_prepare(&c->redeem);

	if (e != ERR_NONE) {
		call_failed(&c->call, e);
	} else if (c->redeem.settled) {
		redeem_done(&c->call);
	} else {
		call_submit(&c->call, STORE_CREATE, redeem_run, &c->redeem,
		    redeem_done);
	}
}

static enum err
read_body(struct redeem_call *c, struct jsonr_object *root)
{
	struct binding binding;
	struct str word;

	(void)jsonr_str(root, "receipt", JSONR_REQUIRED, 1, RECEIPT_MAX,
	    &c->redeem.receipt);
	if (jsonr_str(root, "purpose", JSONR_REQUIRED, 1, 32, &word) &&
	    !purpose_parse(word, &c->redeem.purpose)) {
		jsonr_flaw(root, "purpose", "is not a purpose");
	}
	c->redeem.has_binding = binding_read(root, &binding);
	return c->redeem.has_binding
	    ? binding_digest(c->redeem.flow, c->redeem.tenant, &binding,
	    c->redeem.digest) : ERR_NONE;
}

void
api_receipt_redeem(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct redeem_call *c = call_begin(x, sizeof(*c));
	enum err e = ERR_NONE;

	if (c == NULL) {
		return;
	}
	c->redeem.flow = c->call.api->flow;
	c->redeem.tenant = c->call.tenant;
	c->redeem.arena = c->call.arena;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		e = read_body(c, &root);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
	} else if (e != ERR_NONE) {
		call_failed(&c->call, e);
	} else {
		redeem_decoded(c);
	}
}
