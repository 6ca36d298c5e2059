/*
 * The key file on disk: who may read it, and how it gets there whole.
 *
 * A folder is held open, so that the file, its lock and its replacement are
 * in one place whatever happens to the path meanwhile.
 */
#ifndef CRYPTO_KEYRING_DISK_H
#define CRYPTO_KEYRING_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

struct keyring_disk {
	int folder;		/* -1: not open */
	int file;		/* likewise; the lock hangs on it */
	const char *name;	/* in the folder; borrowed from the path */
	uid_t owner;		/* of the open file */
	size_t size;		/* likewise, when it was opened */
};

/*
 * keyring_disk_init(d, path): opens the folder; path is borrowed until
 * keyring_disk_done, which may be called in any case.  ERR_RANGE: path ends in
 * no name, or one that is too long; ERR_MISSING; ERR_DENIED; ERR_IO.
 */
enum err keyring_disk_init(struct keyring_disk *d, const char *path)
    MUST_CHECK NONNULL;
void keyring_disk_done(struct keyring_disk *d) NONNULL;

/*
 * keyring_disk_open(d, lock): opens the file and refuses it for the reasons of
 * keyring_load.  With lock, no other process can lock it until
 * keyring_disk_done: ERR_BUSY.
 */
enum err keyring_disk_open(struct keyring_disk *d, bool lock)
    MUST_CHECK NONNULL;

/*
 * keyring_disk_read(d, p, cap, ret_n): the open file's bytes.  ERR_SYNTAX:
 * there are more than cap.
 */
enum err keyring_disk_read(const struct keyring_disk *d, char *p, size_t cap,
    size_t *ret_n) MUST_CHECK NONNULL;

/* keyring_disk_create(d, text): a new file, durable; ERR_EXISTS; ERR_IO. */
enum err keyring_disk_create(const struct keyring_disk *d, struct str text)
    MUST_CHECK NONNULL;

/*
 * keyring_disk_replace(d, text): text in place of the file that is open and
 * locked, durable, with its owner.
 */
enum err keyring_disk_replace(const struct keyring_disk *d, struct str text)
    MUST_CHECK NONNULL;

#endif
