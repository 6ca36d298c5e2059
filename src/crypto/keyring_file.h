/*
 * The key file as text.
 *
 *	watchword-keyring 1
 *	code 1 2026-11-22T09:06:54.120Z <base64 of 32 bytes>
 *	seal 1 …
 *	sha256 <64 hexadecimal digits over everything before this line>
 *
 * One line for each key, by use in the order of enum key_use and then by
 * version.  One text for one ring: what does not come out of
 * keyring_file_format byte by byte is refused.  The checksum finds damage, not
 * an attack: who can write the file owns the installation.
 */
#ifndef CRYPTO_KEYRING_FILE_H
#define CRYPTO_KEYRING_FILE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "crypto/keyring.h"

/* Bytes of the longest text, with every version of every use: under 27,000. */
#define KEYRING_FILE_MAX 32768

/* What is stored; the working keys are derived from it (keyring_load.c). */
#define KEYRING_KEY 32

struct stored_key {
	unix_ms made_at;
	uint8_t bytes[KEYRING_KEY];
};

/* Lives in locked memory only. */
struct keyring_file {
	uint32_t versions[KEY_USE_COUNT];
	struct stored_key key[KEY_USE_COUNT][KEYRING_VERSIONS_MAX];
};

/* keyring_file_format(f, out): the text; failures are latched in out. */
void keyring_file_format(const struct keyring_file *f, struct buf *out)
    NONNULL;

/*
 * keyring_file_parse(text, f): f is all zero before.  ERR_SYNTAX, ERR_NOMEM;
 * then f is to be thrown away.
 */
enum err keyring_file_parse(struct str text, struct keyring_file *f)
    MUST_CHECK NONNULL;

#endif
