/*
 * What a path and a query say, percent-decoded (RFC 3986 section 2.1).
 */
#include "http/conn.h"

#include <strings.h>

enum { PARAM_MAX = 256 };

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Percent-decode raw into the arena: well-formed escapes, UTF-8, no controls;
 * plus is a space where the caller says so (forms and queries).
 */
static bool
decode(struct arena *a, struct str raw, bool plus, struct str *ret)
{
	char *p = arena_get(a, raw.n + 1);
	size_t n = 0;

	if (p == NULL) {
		return false;
	}
	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];

		if (c == '+' && plus) {
			c = ' ';
		} else if (c == '%') {
			int high = i + 2 < raw.n ? hex_value(raw.p[i + 1]) : -1;
			int low = i + 2 < raw.n ? hex_value(raw.p[i + 2]) : -1;

			if (high < 0 || low < 0) {
				return false;
			}
			c = (char)(high * 16 + low);
			i += 2;
		}
		p[n++] = c;
	}
	*ret = (struct str){p, n};
	return str_is_utf8(*ret) && head_is_value(*ret) &&
	    str_find(*ret, '\t') == n;
}

bool
exchange_params(struct http_exchange *x)
{
	for (size_t i = 0; i < x->match.n_params; i++) {
		struct str *v = &x->params[i];

		if (x->match.params[i].raw.n > PARAM_MAX ||
		    !decode(x->arena, x->match.params[i].raw, false, v) ||
		    str_find(*v, '/') < v->n) {
			return false;
		}
	}
	return true;
}

bool
exchange_queries(struct http_exchange *x)
{
	struct str rest = x->query, part;

	while (x->query.n > 0 && str_split(&rest, '&', &part)) {
		size_t eq = str_find(part, '=');
		struct parameter *p = &x->queries[x->n_queries];
		struct str before;

		if (x->n_queries == EXCHANGE_QUERY_MAX || eq == 0 ||
		    !decode(x->arena, str_slice(part, 0, eq), true, &p->name) ||
		    !decode(x->arena, str_slice(part, eq + 1, part.n), true,
		    &p->value)) {
			return false;
		}
		for (size_t i = 0; i < x->n_queries; i++) {
			before = x->queries[i].name;
			if (str_equal(before, p->name)) {
				return false;
			}
		}
		x->n_queries++;
	}
	return true;
}

bool
http_form(struct http_exchange *x, const char *name, struct str *ret_value)
{
	static const struct str form =
	    STR_INIT("application/x-www-form-urlencoded");
	struct str rest = http_body(x), part, type, found;

	if (!http_header(x, "Content-Type", &type) || type.n < form.n ||
	    strncasecmp(type.p, form.p, form.n) != 0) {
		return false;
	}
	while (rest.n > 0 && str_split(&rest, '&', &part)) {
		size_t eq = str_find(part, '=');

		if (decode(x->arena, str_slice(part, 0, eq), true, &found) &&
		    str_equal(found, str_of(name))) {
			return decode(x->arena, str_slice(part, eq + 1,
			    part.n), true, ret_value);
		}
	}
	return false;
}
