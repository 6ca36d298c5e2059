/*
 * config_secret_read: who else may read a file, and what stands in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "config/config.h"

static char folder[] = "/tmp/watchword-secret-XXXXXX";
static char path[64];

static int
setup(void **state UNUSED)
{
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	(void)snprintf(path, sizeof(path), "%s/secret", folder);
	return 0;
}

static int
teardown(void **state UNUSED)
{
	(void)unlink(path);
	return rmdir(folder);
}

static enum err
read_back(const char *content, size_t n, mode_t mode, struct secret *s)
{
	FILE *f;

	(void)unlink(path);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(content, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
	return config_secret_read(path, s);
}

static void
one_line(void **state UNUSED)
{
	static const char *const good[] = {"pass word", "pass word\n",
	    "pass word\r\n"};
	struct secret CLEANUP(secret_wipe) s = {0};

	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(read_back(good[i], strlen(good[i]), 0400, &s),
		    ERR_NONE);
		assert_int_equal(s.n, 9);
		assert_memory_equal(s.b, "pass word", 9);
	}
}

static void
not_a_line(void **state UNUSED)
{
	static const struct { const char *p; size_t n; } bad[] = {
		{"", 0}, {"\n", 1}, {"\r\n", 2}, {"a\nb\n", 4}, {"a\n\n", 3},
		{"a\0b", 3}, {"a\rb", 3},
	};
	struct secret CLEANUP(secret_wipe) s = {.n = 1, .b = {7}};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_back(bad[i].p, bad[i].n, 0600, &s),
		    ERR_SYNTAX);
	}
	assert_int_equal(s.n, 1);
	assert_int_equal(s.b[0], 7);
}

static void
length(void **state UNUSED)
{
	struct secret CLEANUP(secret_wipe) s = {0};
	char text[SECRET_MAX + 1];

	memset(text, 'x', sizeof(text));
	assert_int_equal(read_back(text, SECRET_MAX, 0400, &s), ERR_NONE);
	assert_int_equal(s.n, SECRET_MAX);
	assert_int_equal(read_back(text, SECRET_MAX + 1, 0400, &s), ERR_LIMIT);
}

static void
others_may_not_read(void **state UNUSED)
{
	static const mode_t open_to[] = {0440, 0404, 0420, 0602, 0610, 0644};
	struct secret CLEANUP(secret_wipe) s = {0};

	for (size_t i = 0; i < sizeof(open_to) / sizeof(open_to[0]); i++) {
		assert_int_equal(read_back("a", 1, open_to[i], &s),
		    ERR_DENIED);
	}
	assert_int_equal(s.n, 0);
}

static void
not_a_file(void **state UNUSED)
{
	struct secret CLEANUP(secret_wipe) s = {0};

	assert_int_equal(config_secret_read("/nowhere/x", &s), ERR_MISSING);
	assert_int_equal(config_secret_read(folder, &s), ERR_DENIED);
	/* A FIFO without a writer must not make us wait for one. */
	(void)unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(config_secret_read(path, &s), ERR_DENIED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line),
		cmocka_unit_test(not_a_line),
		cmocka_unit_test(length),
		cmocka_unit_test(others_may_not_read),
		cmocka_unit_test(not_a_file),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
