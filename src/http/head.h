/*
 * The guard at the door: is this the head of a request that evhttp may see?
 *
 * evhttp accepts two lengths, a length beside chunks, folded fields, bare
 * line feeds and more (README.md has the list).  Each of these lets a proxy
 * in front and this server disagree on where a request ends.  So a head is
 * read whole, looked at here, and only then given to evhttp (S99, S100;
 * RFC 9112 sections 2.2, 3, 5 and 6).  Pure: no I/O, no allocation.
 */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/str.h"
#include "http/exchange.h"

struct head_limits {
	size_t line, bytes, fields;
};

enum head_verdict {
	HEAD_GOOD,
	HEAD_PARTIAL,	/* more bytes are needed */
	HEAD_MALFORMED,
	HEAD_LINE_LONG,	/* the request line */
	HEAD_LARGE,	/* the fields, by bytes or number */
	HEAD_METHOD,	/* one that this server does not have */
	HEAD_VERSION,	/* neither HTTP/1.1 nor HTTP/1.0 */
	HEAD_EXPECT,	/* an expectation other than 100-continue */
};

/* How far head_end has looked; {0} before the first byte. */
struct head_scan {
	size_t at;		/* first byte not looked at */
	size_t line;		/* where the current line starts */
	size_t lines;		/* lines that are complete */
};

/*
 * head_end(bytes, limits, scan): HEAD_GOOD when bytes begin with a whole head,
 * whose size, the empty line included, is then scan->at.  To be called again
 * with the same scan when more bytes have come behind the same start.
 */
enum head_verdict head_end(struct str bytes, const struct head_limits *limits,
    struct head_scan *scan) MUST_CHECK NONNULL;

/* What the head says.  The strs point into it. */
struct head {
	enum http_method method;
	struct str path, query;	/* not decoded; query without '?' */
	bool http10;
	bool close;		/* the client wants the connection closed */
	bool chunked;
	bool expect_continue;
	bool has_length;
	uint64_t length;	/* bytes of body; 0 without Content-Length */
};

/*
 * head_parse(bytes, ret_head, ret_why): bytes are what head_end found whole.
 * Unless HEAD_GOOD, *ret_why is a constant sentence for the client.  After
 * HEAD_METHOD *ret_head has the path, where there is one, so that the answer
 * can say which methods go there.
 */
enum head_verdict head_parse(struct str bytes, struct head *ret_head,
    const char **ret_why) MUST_CHECK NONNULL;

/* head_is_token(s): a token of RFC 9110 section 5.6.2. */
bool head_is_token(struct str s);

/* head_is_value(s): no control character but HTAB, as a field's value. */
bool head_is_value(struct str s);

/* head_name_is(s, name): equal, letter case ignored. */
bool head_name_is(struct str s, const char *name) NONNULL;

#endif
