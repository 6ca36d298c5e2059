#include "api/provider_auth.h"

#include "base/ct.h"
#include "base/json_find.h"

enum { VALUE_MAX = 256 };

const struct secret *
provider_token(const struct call *c, const struct provider *p)
{
	return &c->api->provider_tokens[(size_t)(p - c->api->providers->v)];
}

/* The token of this provider, where receipts are taken from it at all. */
static bool
is_from(const struct call *c, const struct provider *p)
{
	const struct secret *token = provider_token(c, p);
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
const struct provider *
provider_authenticate(struct call *c)
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

bool
provider_value(struct call *c, const struct provider *p,
    enum provider_key type, enum provider_key key, struct str *ret_value)
{
	struct str name = provider_get(p, key);
	struct buf value;
	bool found;

	if (name.n == 0) {
		return false;
	}
	if (name.p[0] != '/' ||
	    !str_equal(provider_get(p, type), STR("json"))) {
		return http_form(c->x, p->setting[key], ret_value) ||
		    http_query(c->x, p->setting[key], ret_value);
	}
	buf_init(&value, VALUE_MAX);
	found = json_find(http_body(c->x), name, &value) &&
	    arena_str(c->arena, buf_view(&value), ret_value);
	buf_done(&value);
	return found;
}
