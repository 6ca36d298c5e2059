#include "cli/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/privileges.h"

static const struct command commands[] = {
#define COMMAND(name, own, fn, summary, usage, example) \
	{name, summary, usage, example, fn, own},
#include "cli/commands.def"
#undef COMMAND
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

void
cli_say(const char *fmt, ...)
{
	va_list args;

	fputs("watchword: ", stderr);
	va_start(args, fmt);
	(void)vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

int
cli_status(enum err e)
{
	return e == ERR_NONE ? EXIT_DONE
	    : e == ERR_EXISTS ? EXIT_NO : EXIT_FAILED;
}

int
cli_print(const struct buf *b)
{
	if (buf_err(b) != ERR_NONE ||
	    fwrite(b->p, 1, b->n, stdout) != b->n || fflush(stdout) != 0) {
		cli_say("the result could not be written");
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}

static void
print_usage(FILE *to, const struct command *c)
{
	fprintf(to, "usage: watchword %s %s\n", c->name, c->usage);
}

int
cli_usage(const struct cli *c)
{
	print_usage(stderr, c->command);
	return EXIT_USAGE;
}

static int
help_command(const struct command *c)
{
	print_usage(stdout, c);
	printf("\n%s.\n\nexample: %s\n\nsee watchword-%s(1)\n", c->summary,
	    c->example, c->name);
	return EXIT_DONE;
}

static int
help_all(void)
{
	puts("Watchword: one-time codes for sign-ins, payments and doors.\n\n"
	    "usage: watchword COMMAND …\n\ncommands:");
	for (size_t i = 0; i < COMMANDS; i++) {
		printf("  %-8s  %s\n", commands[i].name, commands[i].summary);
	}
	puts("\nwatchword COMMAND --help tells more.");
	return EXIT_DONE;
}

static const struct command *
find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, name) == 0) {
			return &commands[i];
		}
	}
	return NULL;
}

/* An option that wants a value, or NULL. */
static const char **
value_of(struct cli *c, const char *word)
{
	const struct { const char *name; const char **value; } options[] = {
		{"--data", &c->data},
		{"--config", &c->config_file},
		{"--listen", &c->listen},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcmp(word, options[i].name) == 0) {
			return options[i].value;
		}
	}
	return NULL;
}

/* A switch is a command's own when its usage says so. */
static bool *
switch_of(struct cli *c, const char *word)
{
	const struct { const char *name; bool *value; } options[] = {
		{"--sandbox", &c->sandbox},
		{"--json", &c->json},
		{"--replace", &c->replace},
		{"--once", &c->once},
		{"--epoch", &c->epoch},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcmp(word, options[i].name) == 0 &&
		    strstr(c->command->usage, word) != NULL) {
			return options[i].value;
		}
	}
	return NULL;
}

/*
 * Takes what is known out of the line.  What is left is an error, unless the
 * command reads its own words; those stay in argv, in their order.
 */
static bool
read_line(struct cli *c)
{
	int kept = 0;

	for (int i = 0; i < c->argc; i++) {
		char *word = c->argv[i];
		const char **value = value_of(c, word);
		bool *flag = c->command->own_words ? NULL
		    : switch_of(c, word);

		if (value != NULL && i + 1 < c->argc) {
			*value = c->argv[++i];
		} else if (value != NULL) {
			cli_say("%s wants a value", word);
			return false;
		} else if (flag != NULL) {
			*flag = true;
		} else if (c->command->own_words) {
			c->argv[kept++] = word;
		} else if (word[0] == '-' || c->n == CLI_WORDS_MAX) {
			cli_say("what is \"%s\" here?", word);
			return false;
		} else {
			c->words[c->n++] = word;
		}
	}
	if (c->command->own_words) {
		c->argc = kept;
		c->argv[kept] = NULL;
	}
	return true;
}

const char *
cli_data(struct cli *c)
{
	if (c->data == NULL) {
		cli_say("--data DIR is missing: which installation?");
	}
	return c->data;
}

/* watchword.conf in the data folder is read when no other file is named. */
static bool
load_file(struct cli *c, struct buf *reason)
{
	char path[PATH_SIZE];
	int n;

	if (c->config_file != NULL) {
		return config_load_file(&c->config, c->config_file, reason);
	}
	if (c->data == NULL) {
		return true;
	}
	n = snprintf(path, sizeof(path), "%s/watchword.conf", c->data);
	if (n < 0 || (size_t)n >= sizeof(path) || access(path, F_OK) != 0) {
		return true;
	}
	return config_load_file(&c->config, path, reason);
}

bool
cli_load(struct cli *c)
{
	struct buf reason;
	bool ok;

	buf_init(&reason, CONFIG_REASON_MAX);
	config_init(&c->config);
	c->config.sandbox = c->sandbox;
	ok = load_file(c, &reason);
	ok = config_load_env(&c->config, environ, &reason) && ok;
	if (c->listen != NULL) {
		ok = config_set(&c->config, STR("server"), STR("listen"),
		    str_of(c->listen), &reason) && ok;
	}
	ok = ok && config_check(&c->config, &reason);
	if (!ok) {
		fprintf(stderr, "watchword: the configuration cannot be used:"
		    "\n%s%s", buf_c(&reason), reason.n > 0 &&
		    reason.p[reason.n - 1] == '\n' ? "" : "\n");
	}
	buf_done(&reason);
	return ok;
}

static bool
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
	    strcmp(word, "help") == 0;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct cli c = {.command = command, .argc = argc, .argv = argv};

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			return help_command(command);
		}
	}
	if (!read_line(&c)) {
		return cli_usage(&c);
	}
	return command->run(&c);
}

int
cli_main(int argc, char **argv)
{
	const struct command *command;

	privileges_drop();
	if (argc < 2) {
		(void)help_all();
		return EXIT_USAGE;
	}
	if (is_help(argv[1])) {
		command = argc > 2 ? find(argv[2]) : NULL;
		return command != NULL ? help_command(command) : help_all();
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("watchword " WATCHWORD_VERSION);
		return EXIT_DONE;
	}
	command = find(argv[1]);
	if (command == NULL) {
		cli_say("there is no command \"%s\"; see watchword --help",
		    argv[1]);
		return EXIT_USAGE;
	}
	return run(command, argc - 2, argv + 2);
}
