#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

static int log_pipe[2];
static int real_stderr;
static unix_ms now = {1795338414120};

static unix_ms
fixed_now(void *ctx UNUSED)
{
	return now;
}

static const struct clock fixed = {.now = fixed_now};

/* Standard error into a pipe; a line of 4096 bytes fits without a reader. */
static int
begin(void **state UNUSED)
{
	if (pipe2(log_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
		return -1;
	}
	real_stderr = dup(STDERR_FILENO);
	return dup2(log_pipe[1], STDERR_FILENO) < 0 ? -1 : 0;
}

static int
end(void **state UNUSED)
{
	(void)dup2(real_stderr, STDERR_FILENO);
	(void)close(real_stderr);
	(void)close(log_pipe[0]);
	(void)close(log_pipe[1]);
	return 0;
}

/* What has been logged, terminated. */
static const char *
logged(void)
{
	static char text[70000];
	ssize_t n = read(log_pipe[0], text, sizeof(text) - 1);

	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static void
one_line_of_json(void **state UNUSED)
{
	log_init(LOG_INFO, &fixed);
	log_event(LOG_WARNING, "courier.sent", "message", "msg_1", "try", NULL,
	    "n", "2", NULL);
	assert_string_equal(logged(),
	    "{\"at\":\"2026-11-22T09:06:54.120Z\",\"level\":\"warning\","
	    "\"event\":\"courier.sent\",\"message\":\"msg_1\",\"try\":\"\","
	    "\"n\":\"2\"}\n");
}

/* S126: what comes from outside cannot make a second line. */
static void
values_are_escaped(void **state UNUSED)
{
	json_t *json;
	const char *text;

	log_init(LOG_INFO, &fixed);
	log_event(LOG_INFO, "http.request", "path",
	    "/\"},\r\n{\"level\":\"error\x1b[2J\xff", NULL);
	text = logged();
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	assert_null(strpbrk(text, "\r\x1b"));
	json = json_loads(text, 0, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "level")),
	    "info");
	assert_string_equal(json_string_value(json_object_get(json, "path")),
	    "/\"},\r\n{\"level\":\"error\x1b[2J\xef\xbf\xbd");
	json_decref(json);
}

static void
levels(void **state UNUSED)
{
	enum log_level level = LOG_OFF;

	log_init(LOG_WARNING, &fixed);
	log_event(LOG_INFO, "a.b", NULL);
	assert_string_equal(logged(), "");
	log_event(LOG_WARNING, "a.b", NULL);
	assert_string_not_equal(logged(), "");
	log_init(LOG_OFF, &fixed);
	log_event(LOG_ERROR, "a.b", NULL);
	assert_string_equal(logged(), "");
	assert_true(log_level_parse(STR("debug"), &level));
	assert_int_equal(level, LOG_DEBUG);
	assert_true(log_level_parse(STR("off"), &level));
	assert_int_equal(level, LOG_OFF);
	assert_false(log_level_parse(STR("INFO"), &level));
	assert_false(log_level_parse(STR(""), &level));
}

/* Nobody can hide an event by making one of its values long. */
static void
long_values_do_not_hide_an_event(void **state UNUSED)
{
	static char value[20000];
	json_t *json;

	memset(value, '\x01', sizeof(value) - 1);
	log_init(LOG_INFO, &fixed);
	log_event(LOG_ERROR, "http.refused", "path", value, NULL);
	json = json_loads(logged(), 0, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "event")),
	    "http.refused");
	assert_string_equal(json_string_value(json_object_get(json, "level")),
	    "error");
	assert_true(json_is_true(json_object_get(json, "cut")));
	json_decref(json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_line_of_json, begin, end),
		cmocka_unit_test_setup_teardown(values_are_escaped, begin, end),
		cmocka_unit_test_setup_teardown(levels, begin, end),
		cmocka_unit_test_setup_teardown(
		    long_values_do_not_hide_an_event, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
