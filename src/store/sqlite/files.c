#include "store/sqlite/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum err
path_make(const char *file, const char *suffix, struct path *ret_path)
{
	int n = snprintf(ret_path->z, sizeof(ret_path->z), "%s%s", file,
	    suffix);

	return n < 0 || (size_t)n >= sizeof(ret_path->z) ? ERR_RANGE
	    : ERR_NONE;
}

enum err
file_make(const char *path)
{
	int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0) {
		return errno == EEXIST ? ERR_EXISTS : ERR_IO;
	}
	close(fd);
	return ERR_NONE;
}

int64_t
file_size(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

enum err
file_lock(const char *file, int *ret_fd)
{
	struct path path = {{0}};
	enum err err = path_make(file, ".lock", &path);
	int fd;

	if (err != ERR_NONE) {
		return err;
	}
	fd = open(path.z, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		return ERR_IO;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		err = errno == EWOULDBLOCK ? ERR_BUSY : ERR_IO;
		close(fd);
		return err;
	}
	*ret_fd = fd;
	return ERR_NONE;
}

static enum err
sync_path(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	int rc;

	if (fd < 0) {
		return ERR_IO;
	}
	rc = fsync(fd);
	close(fd);
	return rc == 0 ? ERR_NONE : ERR_IO;
}

enum err
file_sync(const char *path)
{
	return sync_path(path, O_RDONLY);
}

enum err
file_sync_folder(const char *path)
{
	struct path folder = {{0}};
	enum err err = path_make(path, "", &folder);
	char *slash;

	if (err != ERR_NONE) {
		return err;
	}
	slash = strrchr(folder.z, '/');
	if (slash == NULL) {
		return sync_path(".", O_RDONLY | O_DIRECTORY);
	}
	/* Keep the slash: the folder of "/file" is "/". */
	slash[1] = '\0';
	return sync_path(folder.z, O_RDONLY | O_DIRECTORY);
}

enum err
file_publish(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) != 0) {
		return errno == EEXIST ? ERR_EXISTS : ERR_IO;
	}
	return ERR_NONE;
}
