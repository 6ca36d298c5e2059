/*
 * The vault of the code app (R24): the text that /authenticator keeps in the
 * browser, its backup file, and the file of `watchword code`.  The format is
 * in docs/authenticator.md.
 *
 * Slots and settings that only the page knows are kept as they were read.
 */
#ifndef FORMAT_VAULT_H
#define FORMAT_VAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/str.h"
#include "otp/otpauth.h"

#define VAULT_TEXT_MAX ((size_t)4 << 20)
#define VAULT_ENTRIES_MAX 1000
#define VAULT_ID_MAX 64
#define VAULT_PASSPHRASE_MIN 8
#define VAULT_PASSPHRASE_MAX 1024

/* For reading and writing a vault of VAULT_TEXT_MAX. */
#define VAULT_ARENA_MAX ((size_t)64 << 20)

struct vault_entry {
	char id[VAULT_ID_MAX + 1];
	struct otpauth otp;
};

struct vault {
	struct arena *arena;	/* of everything below */
	uint8_t key[32];
	struct str slots;	/* JSON: the ways to open it */
	struct str settings;	/* JSON: the page's */
	size_t n;
	struct vault_entry *v;	/* room for VAULT_ENTRIES_MAX */
};

enum vault_verdict {
	VAULT_OPEN,
	VAULT_WRONG,	/* no slot opens with this passphrase */
	VAULT_DAMAGED	/* not a vault, of another version, or changed */
};

void vault_wipe(struct vault *v) NONNULL;

/* vault_new(v, arena, rng, passphrase): an empty one. */
enum err vault_new(struct vault *v, struct arena *arena,
    const struct rng *rng, struct str passphrase) MUST_CHECK NONNULL;

/*
 * vault_open(v, arena, text, passphrase, ret_verdict): v is filled when the
 * verdict is VAULT_OPEN.  Takes half a second for each slot of a passphrase.
 */
enum err vault_open(struct vault *v, struct arena *arena, struct str text,
    struct str passphrase, enum vault_verdict *ret_verdict) MUST_CHECK NONNULL;

/* vault_write(v, rng, out): the text, without a line end. */
enum err vault_write(const struct vault *v, const struct rng *rng,
    struct buf *out) MUST_CHECK NONNULL;

/*
 * vault_add(v, rng, o, ret_new): appends o, unless it is there already.
 * ERR_LIMIT: VAULT_ENTRIES_MAX; ERR_SYNTAX: it has neither issuer nor account;
 * ERR_RANGE: its counter is not below 2^53.
 */
enum err vault_add(struct vault *v, const struct rng *rng,
    const struct otpauth *o, bool *ret_new) MUST_CHECK NONNULL;

/* vault_remove(v, i): the later ones move up. */
void vault_remove(struct vault *v, size_t i) NONNULL;

/* vault_is(text): it looks like one. */
bool vault_is(struct str text) MUST_CHECK;

#endif
