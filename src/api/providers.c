/*
 * /v1/providers/{name}/receipts: a provider says what became of a message.
 */
#include "api/provider_auth.h"
#include "flow/arrival.h"

struct arrival_call {
	struct call call;
	struct arrival arrival;
};

static void
arrival_done(struct call *call)
{
	struct arrival_call *c = (struct arrival_call *)(void *)call;
	struct buf body;

	if (!c->arrival.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	buf_init(&body, 64);
	buf_z(&body, "{\"result\":\"noted\"}");
	call_json(call, 200, &body);
}

void
api_provider_receipt(struct http_exchange *x)
{
	struct arrival_call *c = call_begin(x, sizeof(*c));
	const struct provider *p = c == NULL ? NULL : provider_authenticate(&c->call);
	struct str status;

	if (p == NULL) {
		return;
	}
	c->arrival = (struct arrival){
		.flow = c->call.api->flow,
		.arena = c->call.arena,
		.tenants = c->call.directory,
		.provider = str_of(p->name),
		.channel = provider_channel(p),
		.ours = str_equal(provider_get(p, PROVIDER_answer_id),
		    STR("ours")),
	};
	if (!provider_value(&c->call, p,
	    PROVIDER_receipt_type, PROVIDER_receipt_id,
	    &c->arrival.reference) || !provider_value(&c->call, p,
	    PROVIDER_receipt_type, PROVIDER_receipt_status, &status)) {
		call_problem(&c->call, PROBLEM_INVALID_REQUEST,
		    "The receipt has no identifier or no status.");
		return;
	}
	c->arrival.delivered = provider_lists_word(provider_get(p,
	    PROVIDER_receipt_delivered), status);
	c->arrival.final = c->arrival.delivered || provider_lists_word(
	    provider_get(p, PROVIDER_receipt_failed), status);
	c->arrival.machine = provider_lists_word(provider_get(p,
	    PROVIDER_call_machines), status);
	call_submit(&c->call, STORE_CREATE, arrival_run, &c->arrival,
	    arrival_done);
}
