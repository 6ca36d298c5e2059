#include "cli/code.h"

#include <strings.h>
#include <string.h>

#include "base/parse.h"
#include "cli/ask.h"

static const struct {
	const char *name;
	int (*run)(struct code *x);
	int least, most;	/* words behind it */
} verbs[] = {
	{"add", code_add, 0, 0},
	{"list", code_list, 0, 1},
	{"show", code_show, 0, 1},
	{"copy", code_copy, 1, 1},
	{"remove", code_remove, 1, 1},
	{"import", code_import, 1, 1},
	{"export", code_export, 0, 0},
};

static bool
read_fd(const char *word, int *fd)
{
	uint64_t v;

	if (!parse_u64(str_of(word), &v) || v > 1023) {
		cli_say("\"%s\" is no descriptor", word);
		return false;
	}
	*fd = (int)v;
	return true;
}

/* An option with a value; false: it is none, or its value is not good. */
static bool
take_value(struct code *x, const char *name, const char *value, bool *known)
{
	const struct { const char *name; const char **to; } texts[] = {
		{"--file", &x->file}, {"--image", &x->image},
		{"--format", &x->format}, {"--key-file", &x->key_file},
	};
	const struct { const char *name; int *to; } fds[] = {
		{"--passphrase-fd", &x->passphrase_fd},
		{"--password-fd", &x->from_fd},
	};

	*known = true;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(name, texts[i].name) == 0) {
			*texts[i].to = value;
			return value != NULL;
		}
	}
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (strcmp(name, fds[i].name) == 0) {
			return value != NULL && read_fd(value, fds[i].to);
		}
	}
	*known = false;
	return true;
}

static bool
take_switch(struct code *x, const char *name)
{
	const struct { const char *name; bool *to; } switches[] = {
		{"--json", &x->json}, {"--once", &x->once},
		{"--dry-run", &x->dry_run}, {"--yes", &x->yes},
	};

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		if (strcmp(name, switches[i].name) == 0) {
			*switches[i].to = true;
			return true;
		}
	}
	return false;
}

static bool
read_words(struct code *x, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		bool known;

		if (argv[i][0] != '-' || argv[i][1] == '\0') {
			if (x->n == CODE_WORDS_MAX) {
				return false;
			}
			x->words[x->n++] = argv[i];
			continue;
		}
		if (!take_value(x, argv[i], i + 1 < argc ? argv[i + 1] : NULL,
		    &known)) {
			return false;
		}
		if (known) {
			i++;
		} else if (!take_switch(x, argv[i])) {
			cli_say("what is \"%s\" here?", argv[i]);
			return false;
		}
	}
	return true;
}

bool
code_matches(const struct otpauth *o, const char *word)
{
	return word == NULL || strcasestr(o->issuer, word) != NULL ||
	    strcasestr(o->account, word) != NULL;
}

void
code_name(const struct otpauth *o, struct buf *out)
{
	buf_z(out, o->issuer[0] != '\0' ? o->issuer : o->account);
	if (o->issuer[0] != '\0' && o->account[0] != '\0') {
		buf_printf(out, " (%s)", o->account);
	}
}

int
code_find(const struct code *x, const char *word)
{
	int found = -1;

	for (size_t i = 0; i < x->vault.n; i++) {
		if (!code_matches(&x->vault.v[i].otp, word)) {
			continue;
		}
		if (found >= 0) {
			cli_say("\"%s\" is in more than one name; say more of "
			    "it", word);
			return -1;
		}
		found = (int)i;
	}
	if (found < 0) {
		cli_say("no account has \"%s\" in its name", word);
	}
	return found;
}

int
cli_code(struct cli *c)
{
	struct code x = {.passphrase_fd = ASK_TERMINAL,
		.from_fd = ASK_TERMINAL, .rng = rng_system(), .lock = -1};
	int status;

	if (c->argc < 1 || !read_words(&x, c->argc - 1, c->argv + 1)) {
		return cli_usage(c);
	}
	x.verb = c->argv[0];
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(x.verb, verbs[i].name) == 0) {
			if (x.n < verbs[i].least || x.n > verbs[i].most) {
				return cli_usage(c);
			}
			status = verbs[i].run(&x);
			code_close(&x);
			return status;
		}
	}
	return cli_usage(c);
}
