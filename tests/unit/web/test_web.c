/*
 * web_find and the table that embed.py makes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "web/web.h"

static const struct web_file *
must_find(const char *path)
{
	const struct web_file *file = web_find(str_of(path));

	assert_non_null(file);
	assert_true(str_equal(file->path, str_of(path)));
	return file;
}

static void
test_every_file_is_found(void **state)
{
	(void)state;
	assert_true(web_files_n > 10);
	for (size_t i = 0; i < web_files_n; i++) {
		assert_ptr_equal(web_find(web_files[i].path), &web_files[i]);
	}
}

static void
test_paths_rise(void **state)
{
	(void)state;
	for (size_t i = 1; i < web_files_n; i++) {
		struct str a = web_files[i - 1].path;
		struct str b = web_files[i].path;
		size_t n = a.n < b.n ? a.n : b.n;
		int order = memcmp(a.p, b.p, n);

		assert_true(order < 0 || (order == 0 && a.n < b.n));
	}
}

static void
test_pages(void **state)
{
	const struct web_file *start = must_find("/");
	const struct web_file *inbox = must_find("/sandbox/");

	(void)state;
	assert_true(start->page);
	assert_false(start->sandbox);
	assert_true(inbox->page);
	assert_true(inbox->sandbox);
	assert_true(str_equal(start->content_type,
	    STR("text/html; charset=utf-8")));
	assert_true(str_starts(start->body, STR("<!doctype html>\n")));
	assert_true(str_ends(start->body, STR("</html>\n")));
}

/* R24: the code app's page and worker have policies of their own. */
static void
test_policy_of_the_code_app(void **state)
{
	(void)state;
	assert_true(str_equal(must_find("/")->policy, STR(WEB_CSP_PAGE)));
	assert_true(str_equal(must_find("/authenticator")->policy,
	    STR(WEB_CSP_AUTHENTICATOR)));
	assert_true(str_equal(must_find("/authenticator-worker.js")->policy,
	    STR(WEB_CSP_WORKER)));
	assert_int_equal(must_find("/assets/api.js")->policy.n, 0);
}

static void
test_assets(void **state)
{
	(void)state;
	assert_true(str_equal(must_find("/assets/tokens.css")->content_type,
	    STR("text/css; charset=utf-8")));
	assert_true(str_equal(must_find("/assets/start.js")->content_type,
	    STR("text/javascript; charset=utf-8")));
	assert_true(str_equal(must_find("/assets/locale/de/common.json")->content_type,
	    STR("application/json")));
	assert_true(str_equal(must_find("/assets/favicon.svg")->content_type,
	    STR("image/svg+xml")));
	assert_false(must_find("/assets/tokens.css")->page);
}

/* S108 and the like: a path is what it is, nothing is decoded or completed. */
static void
test_nothing_else_is_found(void **state)
{
	static const char *const wrong[] = {
		"", "//", "/sandbox", "/sandbox//", "/start.html",
		"/assets", "/assets/", "/assets/tokens.cs", "/assets/tokens.csss",
		"/Assets/tokens.css", "/assets//tokens.css",
		"/assets/../assets/tokens.css", "/assets/%74okens.css",
		"/assets/tokens.css?", "assets/tokens.css", "/~", "\xff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_null(web_find(str_of(wrong[i])));
	}
	assert_null(web_find((struct str){NULL, 0}));
	assert_null(web_find(STR("/\0")));
	assert_null(web_find(STR("/assets/tokens.css\0")));
}

/* RFC 9110 section 8.8.3: weak, quoted, and no two files share one. */
static void
test_etags(void **state)
{
	(void)state;
	for (size_t i = 0; i < web_files_n; i++) {
		struct str etag = web_files[i].etag;

		assert_int_equal(etag.n, 28);
		assert_true(str_starts(etag, STR("W/\"")));
		assert_true(str_ends(etag, STR("\"")));
		for (size_t k = 0; k < i; k++) {
			assert_false(str_equal(etag, web_files[k].etag));
		}
	}
}

/* RFC 1952: the magic, and the last four bytes are the body's length. */
static void
test_gzip_belongs_to_body(void **state)
{
	(void)state;
	for (size_t i = 0; i < web_files_n; i++) {
		const struct web_file *file = &web_files[i];
		const unsigned char *end;
		size_t length;

		assert_true(file->body.n > 0);
		if (file->gzip.n == 0) {
			continue;
		}
		assert_true(file->gzip.n > 18);
		assert_true(file->gzip.n < file->body.n);
		assert_true(str_starts(file->gzip, STR("\x1f\x8b\x08")));
		end = (const unsigned char *)file->gzip.p + file->gzip.n;
		length = (size_t)end[-4] | (size_t)end[-3] << 8 |
		    (size_t)end[-2] << 16 | (size_t)end[-1] << 24;
		assert_int_equal(length, file->body.n);
	}
}

/* S112: what the policies must not allow. */
static void
test_policies(void **state)
{
	(void)state;
	assert_null(strstr(WEB_CSP_PAGE, "unsafe"));
	assert_null(strstr(WEB_CSP_PAGE, "data:"));
	assert_null(strstr(WEB_CSP_PAGE, "http"));
	assert_non_null(strstr(WEB_CSP_PAGE, "default-src 'none'"));
	assert_non_null(strstr(WEB_CSP_PAGE, "base-uri 'none'"));
	assert_non_null(strstr(WEB_CSP_PAGE, "frame-ancestors 'none'"));
	assert_non_null(strstr(WEB_CSP_AUTHENTICATOR, "connect-src 'none'"));
	assert_non_null(strstr(WEB_CSP_AUTHENTICATOR, "default-src 'none'"));
	assert_non_null(strstr(WEB_CSP_AUTHENTICATOR, "form-action 'none'"));
	assert_null(strstr(WEB_CSP_AUTHENTICATOR, "unsafe"));
	assert_null(strstr(WEB_CSP_AUTHENTICATOR, "frame-src"));
	assert_null(strstr(WEB_CSP_AUTHENTICATOR, "http"));
	assert_null(strstr(WEB_CSP_WORKER, "script-src"));
	assert_non_null(strstr(WEB_CSP_WORKER, "default-src 'none'"));
	assert_null(strstr(WEB_CSP_MAIL, "script"));
	assert_null(strstr(WEB_CSP_MAIL, "allow-"));
	assert_non_null(strstr(WEB_CSP_MAIL, "default-src 'none'"));
	assert_non_null(strstr(WEB_CSP_MAIL, "; sandbox"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_file_is_found),
		cmocka_unit_test(test_paths_rise),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_policy_of_the_code_app),
		cmocka_unit_test(test_assets),
		cmocka_unit_test(test_nothing_else_is_found),
		cmocka_unit_test(test_etags),
		cmocka_unit_test(test_gzip_belongs_to_body),
		cmocka_unit_test(test_policies),
	};

	return cmocka_run_group_tests_name("web", tests, NULL, NULL);
}
