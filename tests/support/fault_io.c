/*
 * For LD_PRELOAD: the n-th write or sync of a program's files fails.
 *
 * FAULT_IO_PREFIX is the beginning of the files' paths; FAULT_IO_CONTROL a
 * file that is shared with the test, which arms, counts and disarms through
 * it while the program runs (struct control; harness.py has the same).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind {
	KIND_NONE,
	KIND_SYNC,	/* EIO */
	KIND_WRITE,	/* EIO */
	KIND_FULL,	/* ENOSPC */
	KIND_SHORT,	/* half is written, which POSIX allows */
	KIND_TORN	/* half is written, and then ENOSPC */
};

struct control {
	atomic_uint_least32_t kind;
	atomic_uint_least32_t at;	/* the first call that fails, from 1 */
	atomic_uint_least32_t onwards;	/* and all that follow */
	atomic_uint_least32_t counted;	/* calls of this kind */
	atomic_uint_least32_t fired;
};

/* Declared by the C library under other names and with other attributes. */
ssize_t pwrite64(int fd, const void *p, size_t n, off_t at);
int ftruncate64(int fd, off_t size);
int posix_fallocate64(int fd, off_t at, off_t n);

static struct control *control;
static const char *prefix;

__attribute__((constructor)) static void
attach(void)
{
	const char *path = getenv("FAULT_IO_CONTROL");
	int fd;
	void *p;

	prefix = getenv("FAULT_IO_PREFIX");
	if (path == NULL || prefix == NULL) {
		return;
	}
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		abort();
	}
	p = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	close(fd);
	if (p == MAP_FAILED) {
		abort();
	}
	control = p;
}

static int
is_ours(int fd)
{
	char link[64], path[4096];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0) {
		return 0;
	}
	path[n] = '\0';
	return strncmp(path, prefix, strlen(prefix)) == 0;
}

/* Is this call of one of the kinds in mask the one that is to fail? */
static enum kind
due(unsigned mask, int fd)
{
	unsigned kind, n;
	int saved = errno;

	if (control == NULL) {
		return KIND_NONE;
	}
	if ((mask & 1U << atomic_load(&control->kind)) == 0 || !is_ours(fd)) {
		errno = saved;
		return KIND_NONE;
	}
	errno = saved;
	/* Looking at the path takes time, and the test may have disarmed. */
	kind = atomic_load(&control->kind);
	if ((mask & 1U << kind) == 0) {
		return KIND_NONE;
	}
	n = atomic_fetch_add(&control->counted, 1) + 1;
	if (n != atomic_load(&control->at) && !(n > atomic_load(&control->at) &&
	    atomic_load(&control->onwards) != 0)) {
		return KIND_NONE;
	}
	atomic_fetch_add(&control->fired, 1);
	return (enum kind)kind;
}

enum {
	SYNCS = 1U << KIND_SYNC,
	WRITES = 1U << KIND_WRITE | 1U << KIND_FULL | 1U << KIND_SHORT |
	    1U << KIND_TORN,
	SPACE = 1U << KIND_FULL
};

static int
fail(int error)
{
	errno = error;
	return -1;
}

int
fsync(int fd)
{
	return due(SYNCS, fd) != KIND_NONE ? fail(EIO)
	    : (int)syscall(SYS_fsync, fd);
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): libc's */
int
fdatasync(int fd)
{
	return due(SYNCS, fd) != KIND_NONE ? fail(EIO)
	    : (int)syscall(SYS_fdatasync, fd);
}

/* How much of n bytes to write; -1: none, errno says why. */
static ssize_t
allowed(int fd, size_t n)
{
	uint_least32_t torn = KIND_TORN;

	switch (due(WRITES, fd)) {
	case KIND_WRITE:
		return fail(EIO);
	case KIND_FULL:
		return fail(ENOSPC);
	case KIND_SHORT:
		return (ssize_t)(n / 2 + n % 2);
	case KIND_TORN:
		/* Unless the test has just disarmed. */
		atomic_store(&control->onwards, 1);
		(void)atomic_compare_exchange_strong(&control->kind, &torn,
		    KIND_FULL);
		return (ssize_t)(n / 2 + n % 2);
	case KIND_NONE:
	case KIND_SYNC:
	default:
		return (ssize_t)n;
	}
}

ssize_t
write(int fd, const void *p, size_t n)
{
	ssize_t some = allowed(fd, n);

	return some < 0 ? some : syscall(SYS_write, fd, p, (size_t)some);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	ssize_t some = allowed(fd, n);

	return some < 0 ? some
	    : syscall(SYS_pwrite64, fd, p, (size_t)some, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off_t at)
{
	return pwrite(fd, p, n, at);
}

/* Growing a file needs space as well. */
int
ftruncate(int fd, off_t size)
{
	return due(SPACE, fd) != KIND_NONE ? fail(ENOSPC)
	    : (int)syscall(SYS_ftruncate, fd, size);
}

int
ftruncate64(int fd, off_t size)
{
	return ftruncate(fd, size);
}

int
posix_fallocate(int fd, off_t at, off_t n)
{
	if (due(SPACE, fd) != KIND_NONE) {
		return ENOSPC;
	}
	return syscall(SYS_fallocate, fd, 0, at, n) == 0 ? 0 : errno;
}

int
posix_fallocate64(int fd, off_t at, off_t n)
{
	return posix_fallocate(fd, at, n);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
