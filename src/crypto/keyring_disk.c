#include "crypto/keyring_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A replacement while it is being written. */
static const char suffix[] = ".new";

static enum err
err_of_errno(void)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
		return ERR_MISSING;
	case EEXIST:
		return ERR_EXISTS;
	case EACCES:
	case EPERM:
	case EROFS:
	case ELOOP:	/* a link, which O_NOFOLLOW refuses */
		return ERR_DENIED;
	case EWOULDBLOCK:
		return ERR_BUSY;
	default:
		return ERR_IO;
	}
}

enum err
keyring_disk_init(struct keyring_disk *d, const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = ".";
	size_t n;

	*d = (struct keyring_disk){.folder = -1, .file = -1, .name = path};
	if (slash != NULL) {
		n = slash == path ? 1 : (size_t)(slash - path);
		if (!str_copy((struct str){path, n}, folder, sizeof(folder))) {
			return ERR_RANGE;
		}
		d->name = slash + 1;
	}
	n = strlen(d->name);
	if (n == 0 || n + strlen(suffix) > NAME_MAX) {
		return ERR_RANGE;
	}
	d->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return d->folder < 0 ? err_of_errno() : ERR_NONE;
}

void
keyring_disk_done(struct keyring_disk *d)
{
	if (d->file >= 0) {
		(void)close(d->file);
	}
	if (d->folder >= 0) {
		(void)close(d->folder);
	}
	d->file = d->folder = -1;
}

enum err
keyring_disk_open(struct keyring_disk *d, bool lock)
{
	struct stat st, named;

	/* O_NONBLOCK: a pipe in its place must not make us wait. */
	d->file = openat(d->folder, d->name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	if (d->file < 0) {
		return err_of_errno();
	}
	if (fstat(d->file, &st) != 0) {
		return ERR_IO;
	}
	if (!S_ISREG(st.st_mode)) {
		return ERR_SYNTAX;
	}
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0 ||
	    (st.st_uid != geteuid() && geteuid() != 0)) {
		return ERR_DENIED;
	}
	d->owner = st.st_uid;
	d->size = (size_t)st.st_size;
	if (!lock) {
		return ERR_NONE;
	}
	if (flock(d->file, LOCK_EX | LOCK_NB) != 0) {
		return err_of_errno();
	}
	/* It may have been replaced between being opened and being locked. */
	if (fstatat(d->folder, d->name, &named, AT_SYMLINK_NOFOLLOW) != 0 ||
	    named.st_ino != st.st_ino || named.st_dev != st.st_dev) {
		return ERR_BUSY;
	}
	return ERR_NONE;
}

enum err
keyring_disk_read(const struct keyring_disk *d, char *p, size_t cap,
    size_t *ret_n)
{
	char more;
	size_t done = 0;

	for (;;) {
		ssize_t got = done < cap ?
		    read(d->file, p + done, cap - done) :
		    read(d->file, &more, 1);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return ERR_IO;
		}
		if (got == 0) {
			break;
		}
		if (done == cap) {
			return ERR_SYNTAX;
		}
		done += (size_t)got;
	}
	*ret_n = done;
	return ERR_NONE;
}

static enum err
write_all(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t done = write(fd, text.p, text.n);

		if (done < 0 && errno == EINTR) {
			continue;
		}
		if (done <= 0) {
			return ERR_IO;
		}
		text = str_slice(text, (size_t)done, text.n);
	}
	return ERR_NONE;
}

/* A new file with text in it, on disk; on failure there is none. */
static enum err
write_file(int folder, const char *name, uid_t owner, struct str text)
{
	int fd = openat(folder, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR);
	enum err e;

	if (fd < 0) {
		return err_of_errno();
	}
	e = write_all(fd, text);
	/* The umask may have taken even the owner's right. */
	if (e == ERR_NONE && fchmod(fd, S_IRUSR) != 0) {
		e = err_of_errno();
	}
	if (e == ERR_NONE && owner != geteuid() &&
	    fchown(fd, owner, (gid_t)-1) != 0) {
		e = err_of_errno();
	}
	if (e == ERR_NONE && fsync(fd) != 0) {
		e = ERR_IO;
	}
	if (close(fd) != 0 && e == ERR_NONE) {
		e = ERR_IO;
	}
	if (e != ERR_NONE) {
		(void)unlinkat(folder, name, 0);
	}
	return e;
}

enum err
keyring_disk_create(const struct keyring_disk *d, struct str text)
{
	enum err e = write_file(d->folder, d->name, geteuid(), text);

	if (e == ERR_NONE && fsync(d->folder) != 0) {
		(void)unlinkat(d->folder, d->name, 0);
		e = ERR_IO;
	}
	return e;
}

enum err
keyring_disk_replace(const struct keyring_disk *d, struct str text)
{
	char name[NAME_MAX + 1];
	enum err e;
	int n = snprintf(name, sizeof(name), "%s%s", d->name, suffix);

	if (n < 0 || (size_t)n >= sizeof(name)) {
		return ERR_RANGE;
	}
	/* We hold the lock: what is there was left by a crash. */
	if (unlinkat(d->folder, name, 0) != 0 && errno != ENOENT) {
		return err_of_errno();
	}
	e = write_file(d->folder, name, d->owner, text);
	if (e != ERR_NONE) {
		return e;
	}
	if (renameat(d->folder, name, d->folder, d->name) != 0) {
		e = err_of_errno();
		(void)unlinkat(d->folder, name, 0);
		return e;
	}
	return fsync(d->folder) == 0 ? ERR_NONE : ERR_IO;
}
