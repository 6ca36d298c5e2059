#include <stdlib.h>
#include <string.h>

#include "app/control.h"
#include "cli/cli.h"

/* The command's name goes back in front of its words. */
static int
join_words(const struct cli *c, const char *words[CONTROL_WORDS_MAX + 1])
{
	int n = 0;

	words[n++] = c->command->name;
	for (int i = 0; i < c->argc; i++) {
		if (n == CONTROL_WORDS_MAX) {
			return -1;
		}
		words[n++] = c->argv[i];
	}
	words[n] = NULL;
	return n;
}

static int
here(struct cli *c, int argc, const char *const *argv, struct buf *out,
    struct buf *problems)
{
	const struct install_hooks hooks = {0};
	struct install install;
	enum err e = install_open(&c->config, c->data, INSTALL_WRITE,
	    clock_system(), &hooks, problems, &install);
	int status;

	if (e != ERR_NONE) {
		buf_char(problems, '\n');
		return cli_status(e);
	}
	status = admin_run(&install, argc, argv, out, problems);
	install_close(&install);
	return status;
}

/*
 * By the running server when there is one, so that what was changed counts at
 * once (S110); it alone may write to SQLite.  Here otherwise.
 */
static int
carry_out(struct cli *c, int argc, const char *const *argv,
    struct buf *out, struct buf *problems)
{
	struct install_paths paths;
	enum err e = ERR_MISSING;
	int status;

	if (install_paths(&c->config, c->data, &paths)) {
		e = control_call(paths.control, argc, argv, &status, out,
		    problems);
	}
	if (e == ERR_NONE) {
		return status;
	}
	/* Nobody serves a folder whose socket could not have its path. */
	if (e == ERR_MISSING || e == ERR_LIMIT) {
		return here(c, argc, argv, out, problems);
	}
	buf_printf(problems, "watchword: the server on this data folder does "
	    "not answer: %s\n", err_name(e));
	return EXIT_FAILED;
}

int
cli_carry_out(struct cli *c, int argc, const char *const *argv)
{
	struct buf out, problems;
	int status;

	buf_init(&out, CONTROL_ANSWER_MAX);
	buf_init(&problems, CONTROL_ANSWER_MAX);
	status = carry_out(c, argc, argv, &out, &problems);
	fputs(buf_c(&problems), stderr);
	if (status == EXIT_DONE) {
		status = cli_print(&out);
	}
	buf_done(&problems);
	buf_done(&out);
	return status;
}

int
cli_admin(struct cli *c)
{
	const char *words[CONTROL_WORDS_MAX + 1];
	int n = join_words(c, words);

	if (n < 2) {
		return cli_usage(c);
	}
	if (cli_data(c) == NULL || !cli_load(c)) {
		return EXIT_USAGE;
	}
	return cli_carry_out(c, n, words);
}
