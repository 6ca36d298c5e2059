#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "config/policy_file.h"
#include "config/rules_file.h"

enum { REPORT_MAX = 16384 };

/* The settings of a policy as INI, or rules as JSON: by how it begins. */
static bool
read_file(const char *file, struct buf *report)
{
	static struct rule_book book;
	struct policy policy = policy_default();

	switch (rules_file_load(file, &book, report)) {
	case RULES_FILE_GOOD:
		rules_file_report(&book, report);
		return true;
	case RULES_FILE_BAD:
		return false;
	case RULES_FILE_OTHER:
		break;
	}
	if (!policy_file_load(file, &policy, report)) {
		return false;
	}
	policy_report(&policy, report);
	return true;
}

static int
check(const char *file)
{
	struct buf report;
	bool ok;

	buf_init(&report, REPORT_MAX);
	ok = read_file(file, &report);
	if (ok) {
		fputs(buf_c(&report), stdout);
	} else {
		fputs(buf_c(&report), stderr);
	}
	buf_done(&report);
	return ok ? EXIT_DONE : EXIT_NO;
}

/* Where the file stands among the words, before or after --tenant NAME. */
static int
file_word(const struct cli *c)
{
	int i = 1;

	while (i < c->argc && c->argv[i][0] == '-') {
		i += strchr(c->argv[i], '=') == NULL ? 2 : 1;
	}
	return i;
}

/* A running server may stand in another folder: it is given a whole path. */
static int
with_file(struct cli *c)
{
	const int at = file_word(c);
	char *path;
	int status;

	if (at >= c->argc) {
		return cli_admin(c);
	}
	path = realpath(c->argv[at], NULL);
	if (path == NULL) {
		cli_say("%s cannot be read", c->argv[at]);
		return EXIT_NO;
	}
	c->argv[at] = path;
	status = cli_admin(c);
	free(path);
	return status;
}

int
cli_template(struct cli *c)
{
	if (c->argc >= 2 && (strcmp(c->argv[0], "check") == 0 ||
	    strcmp(c->argv[0], "set") == 0)) {
		return with_file(c);
	}
	return cli_admin(c);
}

int
cli_policy(struct cli *c)
{
	if (c->argc == 2 && strcmp(c->argv[0], "check") == 0) {
		return check(c->argv[1]);
	}
	if (c->argc >= 2 && strcmp(c->argv[0], "use") == 0) {
		return with_file(c);
	}
	return cli_admin(c);
}
