#include "peer.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/parse.h"

void
peer_open(struct peer *p, uint16_t port)
{
	const struct timeval patience = {.tv_sec = 5};
	const int on = 1;
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	p->n = 0;
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(p->fd >= 0);
	assert_int_equal(setsockopt(p->fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof(patience)), 0);
	assert_int_equal(setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &on,
	    sizeof(on)), 0);
	assert_int_equal(connect(p->fd, (struct sockaddr *)&in, sizeof(in)), 0);
}

void
peer_close(struct peer *p)
{
	(void)close(p->fd);
	p->fd = -1;
}

void
peer_send(struct peer *p, const void *bytes, size_t n)
{
	const char *at = bytes;

	while (n > 0) {
		ssize_t sent = send(p->fd, at, n, MSG_NOSIGNAL);

		if (sent < 0) {
			/* The server refused what came before. */
			assert_true(errno == EPIPE || errno == ECONNRESET);
			return;
		}
		at += sent;
		n -= (size_t)sent;
	}
}

void
peer_say(struct peer *p, const char *z)
{
	peer_send(p, z, strlen(z));
}

void
peer_end(struct peer *p)
{
	assert_int_equal(shutdown(p->fd, SHUT_WR), 0);
}

/* More bytes; false at the end. */
static bool
more(struct peer *p)
{
	ssize_t n;

	assert_true(p->n < sizeof(p->bytes) - 1);
	n = recv(p->fd, p->bytes + p->n, sizeof(p->bytes) - 1 - p->n, 0);
	if (n < 0 && errno == ECONNRESET) {
		return false;
	}
	if (n < 0) {
		fail_msg("the server neither answers nor closes");
	}
	p->n += (size_t)n;
	p->bytes[p->n] = '\0';
	return n > 0;
}

static void
take(struct peer *p, size_t n)
{
	p->n -= n;
	memmove(p->bytes, p->bytes + n, p->n);
	p->bytes[p->n] = '\0';
}

/* The chunks of the body, put together; false: it closed before the last. */
static bool
read_chunks(struct peer *p)
{
	p->body_n = 0;
	for (;;) {
		unsigned long size;
		char *end;

		while (strstr(p->bytes, "\r\n") == NULL) {
			if (!more(p)) {
				return false;
			}
		}
		size = strtoul(p->bytes, &end, 16);
		take(p, (size_t)(end - p->bytes) + 2);
		while (p->n < size + 2) {
			if (!more(p)) {
				return false;
			}
		}
		assert_true(p->body_n + size < sizeof(p->body));
		memcpy(p->body + p->body_n, p->bytes, size);
		p->body_n += size;
		take(p, size + 2);
		if (size == 0) {
			p->body[p->body_n] = '\0';
			return true;
		}
	}
}

static void
read_body(struct peer *p)
{
	const char *length = peer_field(p, "Content-Length");
	uint64_t body_n = 0;

	if (length != NULL) {
		assert_true(parse_u64(str_of(length), &body_n));
	}
	while (p->n < body_n && more(p)) {
	}
	assert_true(body_n <= p->n && body_n < sizeof(p->body));
	memcpy(p->body, p->bytes, body_n);
	p->body[body_n] = '\0';
	p->body_n = body_n;
	take(p, body_n);
}

int
peer_answer(struct peer *p)
{
	uint64_t status;
	const char *end;
	size_t head_n;

	while (p->n == 0 || (end = strstr(p->bytes, "\r\n\r\n")) == NULL) {
		if (!more(p)) {
			assert_int_equal(p->n, 0);
			return 0;
		}
	}
	head_n = (size_t)(end - p->bytes) + 4;
	assert_true(head_n < sizeof(p->head));
	memcpy(p->head, p->bytes, head_n);
	p->head[head_n] = '\0';
	take(p, head_n);
	assert_true(strncmp(p->head, "HTTP/1.1 ", 9) == 0);
	assert_true(parse_u64((struct str){p->head + 9, 3}, &status));
	if (peer_field(p, "Transfer-Encoding") == NULL) {
		read_body(p);
	} else if (!read_chunks(p)) {
		return 0;
	}
	p->status = (int)status;
	return p->status;
}

bool
peer_is_closed(struct peer *p)
{
	return p->n == 0 && !more(p);
}

const char *
peer_field(struct peer *p, const char *name)
{
	static char value[512];
	struct str rest = str_of(p->head), line;
	size_t n = strlen(name);

	while (str_split(&rest, '\n', &line)) {
		if (line.n > n && line.p[n] == ':' &&
		    strncasecmp(line.p, name, n) == 0) {
			assert_true(str_copy(str_trim(str_slice(line, n + 1,
			    line.n)), value, sizeof(value)));
			return value;
		}
	}
	return NULL;
}

void
served_init(struct served *s)
{
	*s = (struct served){.options = http_server_defaults()};
	s->options.port = 0;
}

void
served_start(struct served *s)
{
	assert_int_equal(http_server_new(&s->options, &s->server), ERR_NONE);
	assert_int_equal(http_server_start(s->server, &s->port), ERR_NONE);
	assert_int_not_equal(s->port, 0);
}

void
served_stop(struct served *s)
{
	assert_int_equal(http_server_stop(s->server, SECONDS(5)), ERR_NONE);
	http_server_free(s->server);
}
