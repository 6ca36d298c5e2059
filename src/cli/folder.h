/*
 * A folder for a while.
 */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

/* folder_make(path, n): a new folder under /tmp, its name into path. */
bool folder_make(char *path, size_t n) MUST_CHECK NONNULL;

/* folder_remove(path): the folder and the files in it; folders in it stay. */
void folder_remove(const char *path) NONNULL;

#endif
