#include "http/router.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static void
handler(struct http_exchange *x UNUSED)
{
}

#define ROUTE(m, p) {.method = (m), .pattern = (p), .handler = handler}

static const struct http_route routes[] = {
	ROUTE(HTTP_GET, "/"),
	ROUTE(HTTP_POST, "/v1/challenges"),
	ROUTE(HTTP_GET, "/v1/challenges/{id}"),
	ROUTE(HTTP_POST, "/v1/challenges/{id}/check"),
	ROUTE(HTTP_POST, "/v1/shipments/batch"),
	ROUTE(HTTP_GET, "/v1/shipments/{id}"),
	ROUTE(HTTP_DELETE, "/v1/shipments/{sid}"),
	ROUTE(HTTP_POST, "/v1/shipments/{id}/overrides/{oid}/approve"),
	ROUTE(HTTP_POST, "/v1/shipments/batch/overrides"),
	ROUTE(HTTP_GET, "/sandbox/"),
	ROUTE(HTTP_GET, "/.well-known/jwks.json"),
};

static struct http_router *
build(void)
{
	struct http_router *r = NULL;

	assert_int_equal(http_router_new(routes,
	    sizeof(routes) / sizeof(routes[0]), &r), ERR_NONE);
	return r;
}

static void
test_match(void **state UNUSED)
{
	static const struct {
		enum http_method method;
		uint32_t allow;		/* where there is none */
		const char *path;
		const char *pattern;	/* NULL: none */
	} rows[] = {
		{HTTP_GET, 0, "/", "/"},
		{HTTP_HEAD, 0, "/", "/"},
		{HTTP_POST, 0, "/v1/challenges", "/v1/challenges"},
		{HTTP_GET, 0, "/v1/challenges/x", "/v1/challenges/{id}"},
		{HTTP_POST, 0, "/v1/challenges/x/check", "/v1/challenges/{id}/check"},
		{HTTP_POST, 0, "/v1/shipments/batch", "/v1/shipments/batch"},
		/* The literal has no GET; what it looks like does. */
		{HTTP_GET, 0, "/v1/shipments/batch", "/v1/shipments/{id}"},
		{HTTP_DELETE, 0, "/v1/shipments/x", "/v1/shipments/{sid}"},
		{HTTP_POST, 0, "/v1/shipments/batch/overrides/y/approve",
		    "/v1/shipments/{id}/overrides/{oid}/approve"},
		{HTTP_GET, 0, "/sandbox/", "/sandbox/"},
		{HTTP_GET, 0, "/.well-known/jwks.json", "/.well-known/jwks.json"},
		/* 404 */
		{HTTP_GET, 0, "/v1", NULL},
		{HTTP_GET, 0, "/sandbox", NULL},
		{HTTP_GET, 0, "/v1/challenges/", NULL},
		{HTTP_GET, 0, "/v1/challenges//", NULL},
		{HTTP_GET, 0, "/v1/challenges/x/", NULL},
		{HTTP_POST, 0, "/v1/challenges//check", NULL},
		{HTTP_POST, 0, "/v1/challenges/x/checks", NULL},
		{HTTP_GET, 0, "/v1/%63hallenges/x", NULL},
		{HTTP_GET, 0, "/V1/challenges/x", NULL},
		{HTTP_GET, 0, "/{id}", NULL},
		{HTTP_GET, 0, "", NULL},
		/* 405 */
		{HTTP_GET, 1 << HTTP_POST, "/v1/challenges", NULL},
		{HTTP_POST, 1 << HTTP_GET | 1 << HTTP_HEAD, "/", NULL},
		{HTTP_PUT, 1 << HTTP_POST | 1 << HTTP_GET | 1 << HTTP_HEAD |
		    1 << HTTP_DELETE, "/v1/shipments/batch", NULL},
	};
	struct http_router *r = build();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_match m;

		http_router_match(r, rows[i].method, str_of(rows[i].path), &m);
		if (rows[i].pattern == NULL) {
			assert_null(m.route);
			assert_int_equal(m.allow, rows[i].allow);
		} else {
			assert_string_equal(m.route == NULL ? "nothing" :
			    m.route->pattern, rows[i].pattern);
		}
	}
	http_router_free(r);
}

static void
test_params(void **state UNUSED)
{
	struct http_router *r = build();
	struct http_match m;

	http_router_match(r, HTTP_POST,
	    STR("/v1/shipments/a%2Fb/overrides/c/approve"), &m);
	assert_non_null(m.route);
	assert_int_equal(m.n_params, 2);
	assert_true(str_equal(m.params[0].name, STR("id")));
	assert_true(str_equal(m.params[0].raw, STR("a%2Fb")));
	assert_true(str_equal(m.params[1].name, STR("oid")));
	assert_true(str_equal(m.params[1].raw, STR("c")));
	/* The name is the route's own, though the shape is shared. */
	http_router_match(r, HTTP_DELETE, STR("/v1/shipments/x"), &m);
	assert_true(str_equal(m.params[0].name, STR("sid")));
	http_router_free(r);
}

static void
test_bad_tables(void **state UNUSED)
{
	static const struct {
		struct http_route routes[2];
		size_t n;
		enum err want;
	} rows[] = {
		{{ROUTE(HTTP_GET, "/a/{b}"), ROUTE(HTTP_GET, "/a/{c}")}, 2,
		    ERR_EXISTS},
		{{ROUTE(HTTP_GET, "/a"), ROUTE(HTTP_GET, "/a")}, 2, ERR_EXISTS},
		{{ROUTE(HTTP_GET, "/a"), ROUTE(HTTP_PUT, "/a")}, 2, ERR_NONE},
		{{ROUTE(HTTP_GET, "a")}, 1, ERR_SYNTAX},
		{{ROUTE(HTTP_GET, "")}, 1, ERR_SYNTAX},
		{{ROUTE(HTTP_GET, "/{a")}, 1, ERR_SYNTAX},
		{{ROUTE(HTTP_GET, "/a}")}, 1, ERR_SYNTAX},
		{{ROUTE(HTTP_GET, "/{}")}, 1, ERR_SYNTAX},
		{{ROUTE(HTTP_GET, "/x{a}")}, 1, ERR_SYNTAX},
		{{ROUTE(HTTP_GET, "/{a}/{b}/{c}/{d}/{e}")}, 1, ERR_LIMIT},
		{{ROUTE(HTTP_GET, "/1/2/3/4/5/6/7/8/9/10/11/12")}, 1, ERR_NONE},
		{{ROUTE(HTTP_GET, "/1/2/3/4/5/6/7/8/9/10/11/12/13")}, 1,
		    ERR_LIMIT},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_router *r = NULL;

		assert_int_equal(http_router_new(rows[i].routes, rows[i].n, &r),
		    rows[i].want);
		assert_true((r != NULL) == (rows[i].want == ERR_NONE));
		http_router_free(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_bad_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
