/*
 * `watchword code`: an authenticator for the terminal (R24).
 */
#ifndef CLI_CODE_H
#define CLI_CODE_H

#include <stdbool.h>

#include "cli/cli.h"
#include "format/vault.h"

#define CODE_WORDS_MAX 64

struct code {
	const char *verb;
	const char *words[CODE_WORDS_MAX];
	int n;
	/* Options. */
	const char *file, *image, *format, *key_file;
	int passphrase_fd, from_fd;	/* ASK_TERMINAL: not given */
	bool json, once, dry_run, yes;
	/* The vault, once it is open. */
	struct arena *arena;
	struct vault vault;
	struct rng rng;
	char path[4096];
	int lock;			/* of the folder; -1: none */
};

/*
 * code_open(x, may_make): finds the file, holds its lock until code_close,
 * asks for the passphrase and opens the vault; a new one when there is none
 * and may_make.  Says why not; EXIT_DONE otherwise.
 */
int code_open(struct code *x, bool may_make) MUST_CHECK NONNULL;

/*
 * code_save(x): the vault in place of the file, mode 0600; whole or not at
 * all, also when the machine stops.  Says why not.
 */
bool code_save(struct code *x) MUST_CHECK NONNULL;

void code_close(struct code *x) NONNULL;

/*
 * code_find(x, word): the one account whose name has word in it, in any case.
 * -1, with a word about it, when there is none or more than one.
 */
int code_find(const struct code *x, const char *word) MUST_CHECK NONNULL;

/* code_matches(o, word): word is in the name of o; NULL matches all. */
bool code_matches(const struct otpauth *o, const char *word) MUST_CHECK
    __attribute__((nonnull(1)));

/* code_name(o, out): "Example Books (ada@example.com)". */
void code_name(const struct otpauth *o, struct buf *out) NONNULL;

/* The verbs. */
int code_add(struct code *x) NONNULL;
int code_list(struct code *x) NONNULL;
int code_show(struct code *x) NONNULL;
int code_copy(struct code *x) NONNULL;
int code_remove(struct code *x) NONNULL;
int code_import(struct code *x) NONNULL;
int code_export(struct code *x) NONNULL;

#endif
