/*
 * What stands in the tree is what config.def says.  Where it does not:
 *
 *	build/tests/unit/config/pages man > docs/man/watchword.conf.5
 *	build/tests/unit/config/pages sample > packaging/watchword.conf
 *
 * The arguments are those two files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config/config.h"

#define PAGE_MAX ((size_t)256 * 1024)

static const char *man_page;
static const char *sample_file;

static void
same_as_file(const char *path, void (*print)(struct buf *out))
{
	struct buf made, file;
	FILE *f = fopen(path, "re");
	char part[4096];
	size_t n;

	assert_non_null(f);
	buf_init(&file, PAGE_MAX);
	while ((n = fread(part, 1, sizeof(part), f)) > 0) {
		buf_put(&file, part, n);
	}
	(void)fclose(f);
	buf_init(&made, PAGE_MAX);
	print(&made);
	assert_int_equal(buf_err(&made), ERR_NONE);
	assert_string_equal(buf_c(&made), buf_c(&file));
	buf_done(&made);
	buf_done(&file);
}

static void
man_page_is_the_table(void **state UNUSED)
{
	same_as_file(man_page, config_print_man);
}

static void
sample_file_is_the_table(void **state UNUSED)
{
	same_as_file(sample_file, config_print_sample);
}

/* As it stands, and with every setting taken from it. */
static void
sample_is_the_defaults(void **state UNUSED)
{
	struct config defaults, loaded;
	struct buf sample, reason;
	int settings = 0;

	config_init(&defaults);
	config_init(&loaded);
	buf_init(&sample, PAGE_MAX);
	buf_init(&reason, CONFIG_REASON_MAX);
	config_print_sample(&sample);
	assert_true(config_load_text(&loaded, "sample", buf_view(&sample),
	    &reason));
	for (size_t i = 0; i + 1 < sample.n; i++) {
		if (sample.p[i] == '\n' && sample.p[i + 1] == ';') {
			sample.p[i + 1] = ' ';
			settings++;
		}
	}
	assert_true(settings > 20);
	memset(&loaded, 0, sizeof(loaded));
	assert_true(config_load_text(&loaded, "sample", buf_view(&sample),
	    &reason));
	assert_string_equal(buf_c(&reason), "");
	assert_memory_equal(&loaded, &defaults, sizeof(loaded));
	buf_done(&sample);
	buf_done(&reason);
}

static void
help_names_each(void **state UNUSED)
{
	struct buf out;

	buf_init(&out, PAGE_MAX);
	config_print_help(&out);
	assert_non_null(strstr(buf_c(&out),
	    "  server.listen = 127.0.0.1:8640\n"));
	assert_non_null(strstr(buf_c(&out), "  mail.password_file\n"));
	assert_non_null(strstr(buf_c(&out), "1 to 65535"));
	buf_done(&out);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(man_page_is_the_table),
		cmocka_unit_test(sample_file_is_the_table),
		cmocka_unit_test(sample_is_the_defaults),
		cmocka_unit_test(help_names_each),
	};

	if (argc != 3) {
		fprintf(stderr, "usage: test_print MAN-PAGE SAMPLE-FILE\n");
		return 2;
	}
	man_page = argv[1];
	sample_file = argv[2];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
