#include "api/agent_call.h"

static const struct str bearer = STR_INIT("Bearer ");

void
agent_call_refused(struct call *c)
{
	http_add_header(c->x, "WWW-Authenticate",
	    STR("Bearer realm=\"watchword\""));
	call_problem(c, PROBLEM_UNAUTHORIZED,
	    "Sign in with a paired device.");
}

void *
agent_call_begin(struct http_exchange *x, size_t size, struct id *ret_device)
{
	struct call *c = call_begin(x, size);
	struct str value;
	struct id tenant;
	enum err e = ERR_DENIED;

	if (c == NULL) {
		return NULL;
	}
	if (http_header(x, "Authorization", &value) &&
	    str_starts(value, bearer)) {
		e = agent_token_read(c->api->flow,
		    str_slice(value, bearer.n, value.n),
		    flow_now(c->api->flow), &tenant, ret_device);
	}
	if (e == ERR_NONE) {
		c->tenant = directory_id(c->directory, &tenant);
	}
	if (e == ERR_DENIED || (e == ERR_NONE && c->tenant == NULL)) {
		agent_call_refused(c);
		return NULL;
	}
	if (e != ERR_NONE) {
		call_failed(c, e);
		return NULL;
	}
	return c;
}
