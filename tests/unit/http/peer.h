/*
 * A client that sends what it is told to, byte for byte, for the tests of
 * http/.  A helper fails the test when the server does not do what it asks
 * for within five seconds; no verdict hangs on less.
 */
#ifndef TESTS_HTTP_PEER_H
#define TESTS_HTTP_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/server.h"

struct peer {
	int fd;
	int status;		/* of the last answer */
	size_t n;		/* bytes read and not yet taken */
	size_t body_n;
	char bytes[128 * 1024];
	/* The last answer, terminated. */
	char head[8 * 1024];
	char body[64 * 1024];
};

void peer_open(struct peer *p, uint16_t port);
void peer_close(struct peer *p);
void peer_send(struct peer *p, const void *bytes, size_t n);
void peer_say(struct peer *p, const char *z);

/* peer_end(p): send no more (half-close). */
void peer_end(struct peer *p);

/* peer_answer(p): the next answer's status; 0 when the server closed, also
 * in the middle of an answer in chunks. */
int peer_answer(struct peer *p);

/* peer_is_closed(p): wait; the server closed, with nothing more to say. */
bool peer_is_closed(struct peer *p);

/* peer_field(p, name): the value of a field of the last answer, or NULL. */
const char *peer_field(struct peer *p, const char *name);

/*
 * A server with these routes and the limits in o; the options are
 * http_server_defaults() on a free port but for what the test changes.
 */
struct served {
	struct http_server_options options;
	struct http_server *server;
	uint16_t port;
};

void served_init(struct served *s);
void served_start(struct served *s);
void served_stop(struct served *s);

#endif
