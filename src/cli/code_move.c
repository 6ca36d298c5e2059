/* Accounts into and out of the terminal's vault. */
#include "cli/code.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/import_key.h"
#include "cli/import_say.h"
#include "cli/picture.h"
#include "format/import.h"

enum { LINKS_MAX = 1 << 16 };

/* Where a link comes from: a picture, a pipe, or the terminal, unseen. */
static bool
read_links(struct code *x, struct buf *out)
{
	enum err e;

	if (x->image != NULL) {
		e = picture_read(x->image, out);
		if (e == ERR_MISSING) {
			cli_say("zbarimg reads pictures: install zbar-tools");
		} else if (e != ERR_NONE) {
			cli_say("no QR code can be read in %s", x->image);
		}
		return e == ERR_NONE;
	}
	e = isatty(STDIN_FILENO) == 1
	    ? ask_secret("Setup link (otpauth://…): ", ASK_TERMINAL, out)
	    : ask_all(STDIN_FILENO, out);
	if (e != ERR_NONE) {
		cli_say("no setup link came: %s", err_name(e));
	}
	return e == ERR_NONE;
}

/* All of t or nothing into the vault and onto the disk. */
static int
keep(struct code *x, const struct tokens *t)
{
	size_t added = 0;

	for (size_t i = 0; i < t->n; i++) {
		bool fresh = false;
		enum err e = vault_add(&x->vault, &x->rng, &t->v[i].otp,
		    &fresh);

		if (e != ERR_NONE) {
			cli_say("%zu: %s; nothing was added", t->v[i].place,
			    e == ERR_LIMIT ? "a vault has at most 1000 accounts"
			    : e == ERR_SYNTAX ? "it has no name"
			    : err_name(e));
			return EXIT_FAILED;
		}
		added += fresh ? 1 : 0;
	}
	if (x->dry_run) {
		printf("%zu would be added, %zu are there already\n", added,
		    t->n - added);
		return EXIT_DONE;
	}
	if (added > 0 && !code_save(x)) {
		return EXIT_FAILED;
	}
	printf("%zu added, %zu were there already\n", added, t->n - added);
	return EXIT_DONE;
}

/* What cannot be read is said, and then nothing is kept. */
static int
keep_whole(struct code *x, const struct tokens *t)
{
	if (t->flaws > 0 || t->n == 0) {
		import_say_flaws(t);
		cli_say(t->flaws > 0 ? "nothing was added"
		    : "there is no account in it");
		return EXIT_NO;
	}
	return keep(x, t);
}

static void
arena_done(struct arena **a)
{
	arena_free(*a);
}

int
code_add(struct code *x)
{
	struct arena *CLEANUP(arena_done) arena =
	    arena_new(TOKENS_ARENA_MAX);
	struct buf CLEANUP(buf_done) links = {0};
	struct tokens t;
	int status;

	buf_init(&links, LINKS_MAX);
	if (arena == NULL) {
		return EXIT_FAILED;
	}
	if (!read_links(x, &links)) {
		return EXIT_FAILED;
	}
	tokens_init(&t, arena);
	import_otpauth(buf_view(&links), &t);
	if (t.flaws > 0 || t.n == 0) {
		import_say_flaws(&t);
		cli_say("nothing was added");
		return EXIT_NO;
	}
	status = code_open(x, true);
	return status == EXIT_DONE ? keep(x, &t) : status;
}

static bool
read_file(const char *path, struct buf *out)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO
	    : open(path, O_RDONLY | O_CLOEXEC);
	enum err e;

	if (fd < 0) {
		cli_say("%s cannot be read", path);
		return false;
	}
	e = ask_all(fd, out);
	if (fd != STDIN_FILENO) {
		close(fd);
	}
	if (e != ERR_NONE) {
		cli_say("%s: %s", path, e == ERR_LIMIT
		    ? "larger than 16 MiB" : err_name(e));
	}
	return e == ERR_NONE;
}

/* A backup of the code app: its accounts as tokens. */
static int
read_backup(struct code *x, struct str text, struct tokens *t)
{
	struct buf CLEANUP(buf_done) password = {0};
	struct vault CLEANUP(vault_wipe) other = {0};
	enum vault_verdict verdict = VAULT_DAMAGED;

	buf_init(&password, VAULT_PASSPHRASE_MAX);
	if (ask_secret("Passphrase of that backup: ", x->from_fd, &password) !=
	    ERR_NONE) {
		cli_say("there is no passphrase: no terminal, and no "
		    "--password-fd");
		return EXIT_FAILED;
	}
	if (vault_open(&other, t->arena, text, buf_view(&password),
	    &verdict) != ERR_NONE || verdict != VAULT_OPEN) {
		cli_say(verdict == VAULT_WRONG ? "this is not its passphrase"
		    : "this backup is damaged");
		return EXIT_NO;
	}
	for (size_t i = 0; i < other.n; i++) {
		struct token *token = tokens_next(t, i + 1);

		if (token == NULL) {
			break;
		}
		token->otp = other.v[i].otp;
		tokens_add(t);
	}
	return EXIT_DONE;
}

/* What opens a sealed file; without a word about it, nothing. */
static bool
read_keys(struct code *x, struct secret *key, struct buf *passphrase)
{
	if (x->key_file != NULL && !import_key_read(x->key_file, key)) {
		return false;
	}
	if (x->from_fd != ASK_TERMINAL &&
	    ask_secret("", x->from_fd, passphrase) != ERR_NONE) {
		cli_say("no passphrase can be read from --password-fd");
		return false;
	}
	return true;
}

/* The PAM module's file says not whose it is: its own name has to do. */
static void
name_by_file(struct tokens *t, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	name += strspn(name, ".-");
	for (size_t i = 0; i < t->n; i++) {
		struct otpauth *o = &t->v[i].otp;

		if (o->issuer[0] == '\0' && o->account[0] == '\0' &&
		    (*name == '\0' || !token_text(str_of(name), o->account))) {
			memcpy(o->account, "imported", sizeof("imported"));
		}
	}
}

int
code_import(struct code *x)
{
	struct arena *CLEANUP(arena_done) arena =
	    arena_new(TOKENS_ARENA_MAX);
	struct buf CLEANUP(buf_done) text = {0}, passphrase = {0};
	struct secret CLEANUP(secret_wipe) key = {0};
	struct import_key k;
	enum import_format format;
	struct tokens t;
	int status;

	buf_init(&text, TOKENS_FILE_MAX);
	if (arena == NULL || !read_file(x->words[0], &text)) {
		return EXIT_FAILED;
	}
	tokens_init(&t, arena);
	status = code_open(x, true);
	if (status != EXIT_DONE) {
		return status;
	}
	if (vault_is(buf_view(&text))) {
		status = read_backup(x, buf_view(&text), &t);
		return status == EXIT_DONE ? keep_whole(x, &t) : status;
	}
	if (x->format != NULL ? !import_format_read(str_of(x->format), &format)
	    : !import_guess(buf_view(&text), &format)) {
		cli_say("the format of %s is not known here", x->words[0]);
		return EXIT_NO;
	}
	buf_init(&passphrase, VAULT_PASSPHRASE_MAX);
	if (!read_keys(x, &key, &passphrase)) {
		return EXIT_FAILED;
	}
	k = (struct import_key){{(const char *)key.b, key.n},
	    buf_view(&passphrase)};
	import_read_asking(format, buf_view(&text), &k, &t);
	name_by_file(&t, x->words[0]);
	return keep_whole(x, &t);
}

int
code_remove(struct code *x)
{
	struct buf CLEANUP(buf_done) name = {0};
	int status = code_open(x, false), i;

	if (status != EXIT_DONE) {
		return status;
	}
	i = code_find(x, x->words[0]);
	if (i < 0) {
		return EXIT_NO;
	}
	buf_init(&name, OTPAUTH_URI_MAX);
	code_name(&x->vault.v[i].otp, &name);
	vault_remove(&x->vault, (size_t)i);
	if (!code_save(x)) {
		return EXIT_FAILED;
	}
	printf("removed: %s\n", buf_c(&name));
	return EXIT_DONE;
}

/* Keys in the clear: not onto a screen by accident. */
int
code_export(struct code *x)
{
	struct buf CLEANUP(buf_done) out = {0};
	int status;

	if (isatty(STDOUT_FILENO) == 1 && !x->yes) {
		cli_say("the keys would stand on the screen: send them to a "
		    "file, or say --yes");
		return EXIT_USAGE;
	}
	status = code_open(x, false);
	if (status != EXIT_DONE) {
		return status;
	}
	buf_init(&out, TOKENS_FILE_MAX);
	for (size_t i = 0; i < x->vault.n; i++) {
		if (otpauth_write(&x->vault.v[i].otp, &out) != ERR_NONE) {
			cli_say("an account cannot be written");
			return EXIT_FAILED;
		}
		buf_char(&out, '\n');
	}
	return cli_print(&out);
}
