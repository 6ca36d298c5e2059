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

/*
 * Here when nobody has the store open, by the running server when it has.
 */
static int
carry_out(struct cli *c, int argc, const char *const *argv,
    struct buf *out, struct buf *problems)
{
	const struct install_hooks hooks = {0};
	struct install install;
	enum err e = install_open(&c->config, c->data, INSTALL_WRITE,
	    clock_system(), &hooks, problems, &install);
	int status;

	if (e == ERR_NONE) {
		status = admin_run(&install, argc, argv, out, problems);
		install_close(&install);
		return status;
	}
	if (e == ERR_BUSY) {
		struct install_paths paths;

		buf_clear(problems);
		if (install_paths(&c->config, c->data, &paths)) {
			e = control_call(paths.control, argc, argv, &status,
			    out, problems);
		}
		if (e == ERR_NONE) {
			return status;
		}
		buf_printf(problems, "watchword: the store is in use, and "
		    "the server does not answer: %s\n", err_name(e));
		return EXIT_FAILED;
	}
	buf_char(problems, '\n');
	return cli_status(e);
}

int
cli_admin(struct cli *c)
{
	const char *words[CONTROL_WORDS_MAX + 1];
	struct buf out, problems;
	int n = join_words(c, words), status;

	if (n < 2) {
		return cli_usage(c);
	}
	if (cli_data(c) == NULL || !cli_load(c)) {
		return EXIT_USAGE;
	}
	buf_init(&out, CONTROL_ANSWER_MAX);
	buf_init(&problems, CONTROL_ANSWER_MAX);
	status = carry_out(c, n, words, &out, &problems);
	fputs(buf_c(&problems), stderr);
	if (status == EXIT_DONE) {
		status = cli_print(&out);
	}
	buf_done(&problems);
	buf_done(&out);
	return status;
}
