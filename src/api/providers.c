/*
 * /v1/providers/{name}/receipts: a provider says what became of a message.
 */
#include <string.h>

#include "api/call.h"
#include "base/ct.h"
#include "base/json_find.h"
#include "domain/provider.h"
#include "flow/arrival.h"

struct arrival_call {
	struct call call;
	struct arrival arrival;
};

enum { VALUE_MAX = 256 };

/* The token of this provider, where receipts are taken from it at all. */
static bool
is_from(const struct call *c, const struct provider *p)
{
	const struct providers *all = c->api->providers;
	const struct secret *token =
	    &c->api->provider_tokens[(size_t)(p - all->v)];
	const char *header = provider_get_z(p, PROVIDER_receipts_header);
	struct str given;

	if (token->n == 0 || !(header != NULL
	    ? http_header(c->x, header, &given)
	    : http_query(c->x, "token", &given))) {
		return false;
	}
	return given.n == token->n && ct_equal(given.p, token->b, token->n);
}

/* A provider that is not there, and a wrong token: the same answer. */
static const struct provider *
authenticate(struct call *c)
{
	const struct provider *p = c->api->providers == NULL ? NULL
	    : provider_find(c->api->providers, http_param(c->x, "name"));

	if (p == NULL || !is_from(c, p)) {
		http_add_header(c->x, "WWW-Authenticate",
		    STR("Bearer realm=\"watchword\""));
		call_problem(c, PROBLEM_UNAUTHORIZED,
		    "Send this provider's token.");
		return NULL;
	}
	return p;
}

/* A field of the form, else of the query; a value of the JSON body. */
static bool
read_value(struct call *c, const struct provider *p, enum provider_key key,
    struct str *ret_value)
{
	struct str name = provider_get(p, key);
	struct buf value;
	bool found;

	if (str_equal(provider_get(p, PROVIDER_receipt_type), STR("form"))) {
		return http_form(c->x, p->setting[key], ret_value) ||
		    http_query(c->x, p->setting[key], ret_value);
	}
	buf_init(&value, VALUE_MAX);
	found = json_find(http_body(c->x), name, &value) &&
	    arena_str(c->arena, buf_view(&value), ret_value);
	buf_done(&value);
	return found;
}

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
	const struct provider *p = c == NULL ? NULL : authenticate(&c->call);
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
	if (!read_value(&c->call, p, PROVIDER_receipt_id,
	    &c->arrival.reference) || !read_value(&c->call, p,
	    PROVIDER_receipt_status, &status)) {
		call_problem(&c->call, PROBLEM_INVALID_REQUEST,
		    "The receipt has no identifier or no status.");
		return;
	}
	c->arrival.delivered = provider_lists_word(provider_get(p,
	    PROVIDER_receipt_delivered), status);
	c->arrival.final = c->arrival.delivered || provider_lists_word(
	    provider_get(p, PROVIDER_receipt_failed), status);
	call_submit(&c->call, STORE_CREATE, arrival_run, &c->arrival,
	    arrival_done);
}
