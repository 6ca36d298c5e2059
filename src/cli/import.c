/*
 * `watchword import`: authenticators of people from another system.  The file
 * is read here, without rights to the installation; what it holds goes to the
 * server, or into the store, as one list.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/parse.h"
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/import_key.h"
#include "cli/import_say.h"
#include "format/import.h"
#include "otp/totp.h"

enum { LIST_MAX = 4 << 20, PASSPHRASE_MAX = 1024 };

struct importing {
	const char *file, *tenant, *format, *key_file, *account, *fd;
	bool dry_run;
};

static bool
read_words(struct cli *c, struct importing *x)
{
	const struct { const char *name; const char **to; } options[] = {
		{"--tenant", &x->tenant}, {"--format", &x->format},
		{"--key-file", &x->key_file}, {"--account", &x->account},
		{"--passphrase-fd", &x->fd},
	};
	const size_t n = sizeof(options) / sizeof(options[0]);

	for (int i = 0; i < c->argc; i++) {
		size_t k = 0;

		while (k < n && strcmp(c->argv[i], options[k].name) != 0) {
			k++;
		}
		if (k < n && i + 1 < c->argc) {
			*options[k].to = c->argv[++i];
		} else if (strcmp(c->argv[i], "--dry-run") == 0) {
			x->dry_run = true;
		} else if (k == n && x->file == NULL &&
		    (c->argv[i][0] != '-' || c->argv[i][1] == '\0')) {
			x->file = c->argv[i];
		} else {
			cli_say("what is \"%s\" here?", c->argv[i]);
			return false;
		}
	}
	return x->file != NULL && x->tenant != NULL;
}

static bool
read_file(const char *path, struct buf *out)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO
	    : open(path, O_RDONLY | O_CLOEXEC);
	enum err e = fd < 0 ? ERR_MISSING : ask_all(fd, out);

	if (fd > STDIN_FILENO) {
		close(fd);
	}
	if (e != ERR_NONE) {
		cli_say("%s: %s", path, e == ERR_LIMIT ? "is too large"
		    : "cannot be read");
	}
	return e == ERR_NONE;
}

static bool
read_passphrase(const char *fd, struct buf *out)
{
	uint64_t v;

	if (!parse_u64(str_of(fd), &v) || v > 1023 ||
	    ask_secret("", (int)v, out) != ERR_NONE) {
		cli_say("no passphrase can be read from descriptor %s", fd);
		return false;
	}
	return true;
}

/* What we store is narrower than what others have. */
static void
check(struct tokens *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct token *token = &t->v[i];

		if (token->otp.type == OTPAUTH_TOTP &&
		    token->otp.period_s > TOTP_PERIOD_MAX) {
			tokens_flaw(t, token->place,
			    "its period is longer than two minutes");
		}
		if (token->owner[0] == '\0' && token->otp.account[0] == '\0') {
			tokens_flaw(t, token->place,
			    "it does not say whose it is; see --account");
		}
		if (token->otp.counter > INT64_MAX) {
			tokens_flaw(t, token->place, "its counter is too large");
		}
	}
}

static const char *
owner_of(const struct token *token, const char *account)
{
	return account != NULL ? account : token->owner[0] != '\0'
	    ? token->owner : token->otp.account;
}

/* A line for each, as app/admin_import.c reads it. */
static void
write_list(const struct tokens *t, const char *account, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct otpauth *o = &t->v[i].otp;

		buf_printf(out, "%zu\t%s\t%d\t%u\t%u\t%llu\t", t->v[i].place,
		    o->type == OTPAUTH_TOTP ? "totp" : "hotp", (int)o->hash,
		    o->digits, o->period_s, (unsigned long long)o->counter);
		hex_encode(out, o->secret.b, o->secret.n);
		buf_char(out, '\t');
		buf_z(out, owner_of(&t->v[i], account));
		buf_char(out, '\t');
		buf_z(out, t->v[i].serial[0] != '\0' ? t->v[i].serial
		    : o->issuer);
		buf_char(out, '\n');
	}
}

/* The file's tokens, or why not. */
static int
read_tokens(const struct importing *x, struct tokens *t)
{
	struct buf CLEANUP(buf_done) text = {0}, passphrase = {0};
	struct secret CLEANUP(secret_wipe) key = {0};
	struct import_key k;
	enum import_format format;

	buf_init(&text, TOKENS_FILE_MAX);
	buf_init(&passphrase, PASSPHRASE_MAX);
	if (!read_file(x->file, &text) ||
	    (x->key_file != NULL && !import_key_read(x->key_file, &key)) ||
	    (x->fd != NULL && !read_passphrase(x->fd, &passphrase))) {
		return EXIT_FAILED;
	}
	if (x->format != NULL ? !import_format_read(str_of(x->format), &format)
	    : !import_guess(buf_view(&text), &format)) {
		cli_say("the format is not known: say --format");
		return EXIT_USAGE;
	}
	k = (struct import_key){{(const char *)key.b, key.n},
	    buf_view(&passphrase)};
	import_read_asking(format, buf_view(&text), &k, t);
	if (x->account == NULL || t->n > 1) {
		check(t);
	}
	if (x->account != NULL && t->n > 1) {
		cli_say("--account is for a file with one authenticator");
		return EXIT_NO;
	}
	if (t->flaws > 0 || t->n == 0) {
		import_say_flaws(t);
		cli_say(t->n == 0 && t->flaws == 0 ? "there is nothing in it"
		    : "nothing was stored");
		return EXIT_NO;
	}
	return EXIT_DONE;
}

static int
import(struct cli *c, const struct importing *x, struct arena *arena)
{
	struct buf CLEANUP(buf_done) list = {0};
	struct tokens t;
	int status;

	tokens_init(&t, arena);
	status = read_tokens(x, &t);
	if (status != EXIT_DONE) {
		return status;
	}
	buf_init(&list, LIST_MAX);
	write_list(&t, x->account, &list);
	if (buf_err(&list) != ERR_NONE) {
		cli_say("this is too much for once: split the file");
		return EXIT_NO;
	}
	const char *const words[] = {"import", buf_c(&list), "--tenant",
		x->tenant, x->dry_run ? "dry-run" : NULL, NULL};

	return cli_carry_out(c, x->dry_run ? 5 : 4, words);
}

int
cli_import(struct cli *c)
{
	struct importing x = {0};
	struct arena *arena;
	int status;

	if (!read_words(c, &x)) {
		return cli_usage(c);
	}
	if (x.account != NULL && strpbrk(x.account, "\t\n") != NULL) {
		cli_say("--account has a control character in it");
		return EXIT_USAGE;
	}
	if (cli_data(c) == NULL || !cli_load(c)) {
		return EXIT_USAGE;
	}
	arena = arena_new(TOKENS_ARENA_MAX);
	if (arena == NULL) {
		return EXIT_FAILED;
	}
	status = import(c, &x, arena);
	arena_free(arena);
	return status;
}
