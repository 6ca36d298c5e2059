/*
 * Private to store/sqlite/: what is done to files beside SQLite.
 *
 * The database itself is never opened here: closing any descriptor of it
 * would drop the locks that SQLite holds on it in this process.
 */
#ifndef STORE_SQLITE_FILES_H
#define STORE_SQLITE_FILES_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

/* A path with a suffix; ERR_RANGE when it is too long. */
struct path {
	char z[PATH_MAX];
};
enum err path_make(const char *file, const char *suffix,
    struct path *ret_path) MUST_CHECK NONNULL;

/* file_make(path): empty, mode 0600; ERR_EXISTS. */
enum err file_make(const char *path) MUST_CHECK NONNULL;

/* file_size(path): in bytes; -1 when it is not there. */
int64_t file_size(const char *path) NONNULL;

/*
 * file_lock(file, ret_fd): the right to write the database, held by one
 * process until it closes ret_fd or ends.  The lock is on FILE.lock, which
 * stays there.  ERR_BUSY: another process has it.
 */
enum err file_lock(const char *file, int *ret_fd) MUST_CHECK NONNULL;

/* file_sync(path), file_sync_folder(path): the folder that holds path. */
enum err file_sync(const char *path) MUST_CHECK NONNULL;
enum err file_sync_folder(const char *path) MUST_CHECK NONNULL;

/* file_publish(from, to): rename, never over another file: ERR_EXISTS. */
enum err file_publish(const char *from, const char *to) MUST_CHECK NONNULL;

#endif
