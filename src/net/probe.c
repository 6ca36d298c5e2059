#include "net/probe.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE_BYTES = 200 };

static enum err
wait_for(int fd, short events, duration_ms patience)
{
	struct pollfd p = {.fd = fd, .events = events};
	int n = poll(&p, 1, (int)patience.v);

	return n > 0 ? ERR_NONE : n == 0 ? ERR_TIMEOUT : ERR_IO;
}

static enum err
connect_to(const struct addrinfo *a, duration_ms patience, int *ret_fd)
{
	int fd = socket(a->ai_family,
	    a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
	int failure = 0;
	socklen_t n = sizeof(failure);
	enum err e = ERR_NONE;

	if (fd < 0) {
		return ERR_IO;
	}
	if (connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
		e = errno == EINPROGRESS ? wait_for(fd, POLLOUT, patience)
		    : ERR_DENIED;
	}
	if (e == ERR_NONE &&
	    (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &n) != 0 ||
	    failure != 0)) {
		e = ERR_DENIED;
	}
	if (e != ERR_NONE) {
		close(fd);
		return e;
	}
	*ret_fd = fd;
	return ERR_NONE;
}

/* Printable ASCII only: it goes to a terminal. */
static enum err
read_line(int fd, duration_ms patience, struct buf *banner)
{
	char bytes[LINE_BYTES];
	enum err e = wait_for(fd, POLLIN, patience);
	ssize_t n = e == ERR_NONE ? recv(fd, bytes, sizeof(bytes), 0) : 0;

	if (e == ERR_NONE && n <= 0) {
		e = ERR_IO;
	}
	for (ssize_t i = 0; i < n && bytes[i] >= 0x20 && bytes[i] < 0x7f;
	    i++) {
		buf_char(banner, bytes[i]);
	}
	return e;
}

enum err
net_probe(const char *host, uint16_t port, duration_ms patience,
    struct buf *banner)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *list;
	char service[8];
	int fd = -1;
	int written = snprintf(service, sizeof(service), "%u",
	    (unsigned)port);
	enum err e = ERR_DENIED;

	assert(written > 0 && (size_t)written < sizeof(service));
	if (getaddrinfo(host, service, &hints, &list) != 0) {
		return ERR_MISSING;
	}
	for (const struct addrinfo *a = list; a != NULL && fd < 0;
	    a = a->ai_next) {
		e = connect_to(a, patience, &fd);
	}
	freeaddrinfo(list);
	if (fd >= 0) {
		e = read_line(fd, patience, banner);
		close(fd);
	}
	return e;
}
