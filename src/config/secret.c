/*
 * Secrets come from files that nobody else can read.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"

static enum err
why_not_open(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return ERR_MISSING;
	case EACCES:
	case EPERM:
	case ELOOP:
		return ERR_DENIED;
	default:
		return ERR_IO;
	}
}

/* Asked of the open file, so that it cannot be another one that is read. */
static enum err
check_owner(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		return ERR_IO;
	}
	if (!S_ISREG(st.st_mode) || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0 ||
	    (st.st_uid != geteuid() && st.st_uid != 0)) {
		return ERR_DENIED;
	}
	return ERR_NONE;
}

/* Up to cap bytes; the number, or -1. */
static ssize_t
read_up_to(int fd, uint8_t *p, size_t cap)
{
	size_t n = 0;

	while (n < cap) {
		ssize_t got = read(fd, p + n, cap - n);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return -1;
		}
		if (got == 0) {
			break;
		}
		n += (size_t)got;
	}
	return (ssize_t)n;
}

/* One line, its break cut off: LF or CR LF. */
static enum err
take_line(struct secret *s)
{
	if (s->n > 0 && s->b[s->n - 1] == '\n') {
		s->n--;
		if (s->n > 0 && s->b[s->n - 1] == '\r') {
			s->n--;
		}
	}
	if (s->n == 0) {
		return ERR_SYNTAX;
	}
	for (size_t i = 0; i < s->n; i++) {
		if (s->b[i] == '\0' || s->b[i] == '\n' || s->b[i] == '\r') {
			return ERR_SYNTAX;
		}
	}
	return ERR_NONE;
}

static enum err
read_secret(int fd, struct secret *ret_secret)
{
	struct secret CLEANUP(secret_wipe) s = {0};
	enum err e = check_owner(fd);
	uint8_t more;
	ssize_t n;

	if (e != ERR_NONE) {
		return e;
	}
	n = read_up_to(fd, s.b, sizeof(s.b));
	if (n < 0) {
		return ERR_IO;
	}
	s.n = (size_t)n;
	n = read_up_to(fd, &more, 1);
	if (n != 0) {
		return n < 0 ? ERR_IO : ERR_LIMIT;
	}
	e = take_line(&s);
	if (e == ERR_NONE) {
		secret_set(ret_secret, s.b, s.n);
	}
	return e;
}

enum err
config_secret_read(const char *path, struct secret *ret_secret)
{
	/* O_NONBLOCK: a FIFO in its place must not hold us. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	enum err e;

	if (fd < 0) {
		return why_not_open(errno);
	}
	e = read_secret(fd, ret_secret);
	(void)close(fd);
	return e;
}
