/*
 * The pre-shared key of a file that is imported.
 */
#ifndef CLI_IMPORT_KEY_H
#define CLI_IMPORT_KEY_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/secret.h"

/*
 * import_key_read(path, ret): the file's one line, a key in hexadecimal.
 * False, with a word about it on standard error: it cannot be read, or is none.
 */
bool import_key_read(const char *path, struct secret *ret) MUST_CHECK NONNULL;

#endif
