#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ip.h"
#include "base/str.h"

enum { BACKLOG = 1024 };

struct address {
	struct sockaddr_storage sa;
	socklen_t n;
};

static bool
address_parse(const char *host, uint16_t port, struct address *ret)
{
	struct str s = str_of(strcmp(host, "localhost") == 0 ? "127.0.0.1" :
	    host);
	struct ip ip;

	if (!ip_parse(s, &ip)) {
		return false;
	}
	*ret = (struct address){0};
	if (ip_is_v4(&ip)) {
		struct sockaddr_in in = {
			.sin_family = AF_INET, .sin_port = htons(port),
		};

		memcpy(&in.sin_addr, ip.b + 12, 4);
		memcpy(&ret->sa, &in, sizeof(in));
		ret->n = sizeof(in);
	} else {
		struct sockaddr_in6 in6 = {
			.sin6_family = AF_INET6, .sin6_port = htons(port),
		};

		memcpy(&in6.sin6_addr, ip.b, sizeof(ip.b));
		memcpy(&ret->sa, &in6, sizeof(in6));
		ret->n = sizeof(in6);
	}
	return true;
}

static enum err
err_of_errno(int e)
{
	switch (e) {
	case EADDRINUSE:
		return ERR_EXISTS;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return ERR_RANGE;
	default:
		return ERR_IO;
	}
}

static enum err
open_socket(const struct address *a, bool shared, int *ret_fd)
{
	const int on = 1, kind = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd = socket(a->sa.ss_family, kind, 0);
	enum err e;

	if (fd < 0) {
		return err_of_errno(errno);
	}
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    (!shared ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0) &&
	    bind(fd, (const struct sockaddr *)&a->sa, a->n) == 0 &&
	    listen(fd, BACKLOG) == 0) {
		*ret_fd = fd;
		return ERR_NONE;
	}
	e = err_of_errno(errno);
	(void)close(fd);
	return e;
}

/*
 * With SO_REUSEPORT a second server of the same user would bind to the same
 * port without an error, and take half of the connections.  So the port is
 * first bound without it.
 */
static enum err
probe(const struct address *a)
{
	int fd;
	enum err e = open_socket(a, false, &fd);

	if (e == ERR_NONE) {
		(void)close(fd);
	}
	return e;
}

static enum err
port_of(int fd, uint16_t *ret_port)
{
	struct sockaddr_storage sa;
	struct sockaddr_in in;
	socklen_t n = sizeof(sa);

	if (getsockname(fd, (struct sockaddr *)&sa, &n) != 0) {
		return ERR_IO;
	}
	/* The port is at the same place in both families. */
	memcpy(&in, &sa, sizeof(in));
	*ret_port = ntohs(in.sin_port);
	return ERR_NONE;
}

enum err
listen_sockets(const char *host, uint16_t port, unsigned n, int *ret_fds,
    uint16_t *ret_port)
{
	struct address a;
	enum err e;

	if (!address_parse(host, port, &a)) {
		return ERR_RANGE;
	}
	e = port != 0 && n > 1 ? probe(&a) : ERR_NONE;
	for (unsigned i = 0; i < n; i++) {
		ret_fds[i] = -1;
	}
	for (unsigned i = 0; i < n && e == ERR_NONE; i++) {
		e = open_socket(&a, n > 1, &ret_fds[i]);
		if (e == ERR_NONE && i == 0) {
			e = port_of(ret_fds[0], &port);
			(void)!address_parse(host, port, &a);
		}
	}
	for (unsigned i = 0; i < n && e != ERR_NONE; i++) {
		if (ret_fds[i] >= 0) {
			(void)close(ret_fds[i]);
		}
	}
	if (e == ERR_NONE) {
		*ret_port = port;
	}
	return e;
}
