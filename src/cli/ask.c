#include "cli/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* One byte at a time: what follows the line belongs to somebody else. */
static enum err
read_line(int fd, struct buf *out)
{
	size_t before = out->n;

	for (;;) {
		char c;
		ssize_t n = read(fd, &c, 1);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return ERR_IO;
		}
		if (n == 0 || c == '\n') {
			return out->n == before && n == 0 ? ERR_MISSING
			    : buf_err(out);
		}
		buf_char(out, c);
	}
}

static void
say(int fd, const char *z)
{
	/* A prompt that cannot be written is only not seen. */
	if (write(fd, z, strlen(z)) < 0) {
		return;
	}
}

enum err
ask_secret(const char *prompt, int fd, struct buf *out)
{
	struct termios before, silent;
	int tty;
	enum err e;

	if (fd != ASK_TERMINAL) {
		return read_line(fd, out);
	}
	tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (tty < 0 || tcgetattr(tty, &before) != 0) {
		if (tty >= 0) {
			close(tty);
		}
		return ERR_MISSING;
	}
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	silent.c_lflag |= ICANON | ISIG | ECHONL;
	(void)tcsetattr(tty, TCSAFLUSH, &silent);
	say(tty, prompt);
	e = read_line(tty, out);
	(void)tcsetattr(tty, TCSAFLUSH, &before);
	close(tty);
	return e;
}

enum err
ask_all(int fd, struct buf *out)
{
	char part[4096];
	ssize_t n;

	for (;;) {
		n = read(fd, part, sizeof(part));
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			break;
		}
		buf_put(out, part, (size_t)n);
		if (buf_err(out) != ERR_NONE) {
			break;
		}
	}
	explicit_bzero(part, sizeof(part));
	return n < 0 ? ERR_IO : buf_err(out);
}
