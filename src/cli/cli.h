/*
 * The commands.  commands.def is the only list; --help, the man pages' test
 * and main come from it.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>

#include "app/admin.h"
#include "config/config.h"

#define CLI_WORDS_MAX 8

/* A command line: its words apart from the options that commands share. */
struct cli {
	const struct command *command;
	int argc;		/* as given, behind the command's name */
	char **argv;
	const char *words[CLI_WORDS_MAX];
	int n;
	const char *data;	/* --data */
	const char *config_file;
	const char *listen;
	bool sandbox, json, replace, once, epoch;
	struct config config;
};

struct command {
	const char *name;
	const char *summary;
	const char *usage;	/* what stands behind "watchword NAME" */
	const char *example;
	int (*run)(struct cli *c);
	bool own_words;		/* its options are read elsewhere */
};

/* cli_main(argc, argv): the whole program; returns its exit status. */
int cli_main(int argc, char **argv);

/* One function for each command, in a file of its own. */
#define COMMAND(name, own, fn, summary, usage, example) int fn(struct cli *c);
#include "cli/commands.def"
#undef COMMAND

/* cli_load(c): file, environment and options into c->config; said if not. */
bool cli_load(struct cli *c) MUST_CHECK;

/* cli_data(c): the data folder, or NULL with a word about --data. */
const char *cli_data(struct cli *c);

/* cli_say(fmt, …): "watchword: …" and a line end on standard error. */
void cli_say(const char *fmt, ...) PRINTF_LIKE(1, 2);

/*
 * cli_carry_out(c, argc, argv): a command of app/admin.h, here or by the
 * server that runs; its outputs are printed.  c has its data folder and
 * configuration.
 */
int cli_carry_out(struct cli *c, int argc, const char *const *argv);

/* cli_usage(c): how the command is used, on standard error; EXIT_USAGE. */
int cli_usage(const struct cli *c);

/* cli_print(b): b on standard output; EXIT_FAILED when that is not possible. */
int cli_print(const struct buf *b);

/* cli_status(e): the exit status of a failure. */
int cli_status(enum err e);

#endif
