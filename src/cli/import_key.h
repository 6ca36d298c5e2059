/*
 * What opens a file that is imported: its pre-shared key, its password.
 */
#ifndef CLI_IMPORT_KEY_H
#define CLI_IMPORT_KEY_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/secret.h"
#include "format/import.h"

/*
 * import_key_read(path, ret): the file's one line, a key in hexadecimal.
 * False, with a word about it on standard error: it cannot be read, or is none.
 */
bool import_key_read(const char *path, struct secret *ret) MUST_CHECK NONNULL;

/*
 * import_read_asking(f, text, key, t): import_read; where that wants a password
 * that key has not, once more with one from the terminal, not echoed.  Without
 * a terminal it stays the flaw that it was.  t is empty before.
 */
void import_read_asking(enum import_format f, struct str text,
    const struct import_key *key, struct tokens *t) NONNULL;

#endif
