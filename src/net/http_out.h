/*
 * One HTTP request (RFC 9110) over a multi: for gateways, and whoever else is
 * told something by HTTP.
 *
 * Redirects are not followed, and nothing is sent again by itself but, once,
 * a request whose kept connection turned out to be dead before a byte of an
 * answer came.  The answer is read to its bound and no further.  Peers are
 * verified (S97), deadlines are ours (S96), and what was sent and read is
 * wiped.
 */
#ifndef NET_HTTP_OUT_H
#define NET_HTTP_OUT_H

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "net/multi.h"

struct http_out_peer {
	const char *ca_file;	/* NULL: the system's authorities */
	duration_ms connect;	/* S96: 5 s */
	duration_ms whole;	/* S96: 20 s */
};

struct http_out_peer http_out_peer_default(void);

#define HTTP_OUT_URL_MAX 4096
#define HTTP_OUT_BODY_MAX 65536
#define HTTP_OUT_HEADERS_MAX 16
#define HTTP_OUT_HEADER_MAX 2048
#define HTTP_OUT_ANSWER_MAX 65536	/* what is kept of an answer */

/* All of it is borrowed for the call. */
struct http_out_request {
	struct str method;		/* "GET", "POST", "PUT" */
	struct str url;			/* http or https, a host, no user */
	const struct str *headers;	/* "Name: value" */
	unsigned n_headers;
	struct str body;
};

struct http_out_answer {
	int status;		/* 0: there was none */
	const char *reason;	/* "answered", "timeout", "connect", … */
	struct str body;	/* at most HTTP_OUT_ANSWER_MAX bytes */
	bool cut;		/* there was more */
	duration_ms retry_after;	/* zero: not said; in seconds only */
};

/* Called once, from multi_run_once or multi_free; the answer is borrowed. */
typedef void http_out_done(void *arg, const struct http_out_answer *answer);

/* http_out_header_valid(s): a name, a colon, and no control character (S82). */
bool http_out_header_valid(struct str s) MUST_CHECK;

/*
 * http_out_send(m, peer, request, deadline, done, arg): all is copied.  Past
 * deadline it is not begun any more.  ERR_RANGE: the method, the URL or a
 * header is none, or a size above is passed.  ERR_BUSY.  ERR_NOMEM.
 */
enum err http_out_send(struct multi *m, const struct http_out_peer *peer,
    const struct http_out_request *request, mono_ms deadline,
    http_out_done *done, void *arg) MUST_CHECK;

#endif
