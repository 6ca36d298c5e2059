/*
 * One request and its answer.
 *
 * An exchange belongs to one loop thread: every function here is called on
 * that thread only, from the handler or from a function given to http_resume,
 * but http_resume and the http_batch functions, which any thread may call.
 *
 * A handler answers with http_reply exactly once: before it returns, or later
 * from a resumed function.  An exchange that has not been answered stays
 * valid, whatever its client does; after http_reply it must not be touched.
 * What the accessors return is borrowed, and valid until http_reply.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/id.h"
#include "base/ip.h"
#include "base/str.h"

struct http_exchange;
struct http_route;

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_METHOD_COUNT
};

/* http_method_name(m): "GET". */
const char *http_method_name(enum http_method m);

enum http_method http_method(const struct http_exchange *x) NONNULL;

/* http_path(x): as sent, not decoded, without the query. */
struct str http_path(const struct http_exchange *x) NONNULL;

/* http_route(x): what the path and method matched; never NULL in a handler. */
const struct http_route *http_route(const struct http_exchange *x) NONNULL;

/*
 * http_param(x, name): what {name} of the route's pattern matched, percent-
 * decoded, 1 to 256 bytes of UTF-8 without controls or slashes.  A name that
 * is not in the pattern is a bug.
 */
struct str http_param(const struct http_exchange *x, const char *name) NONNULL;

/*
 * http_query(x, name, ret_value): the decoded value of a query parameter;
 * false when it is not there.  Repeated and malformed parameters have been
 * refused before the handler runs.
 */
bool http_query(const struct http_exchange *x, const char *name,
    struct str *ret_value) NONNULL;

/*
 * http_form(x, name, ret_value): the first field of that name in a body of
 * application/x-www-form-urlencoded, decoded; false: none, or malformed.
 */
bool http_form(struct http_exchange *x, const char *name,
    struct str *ret_value) NONNULL;

/* http_query_at(x, i, …): the i-th parameter; false past the last. */
bool http_query_at(const struct http_exchange *x, size_t i,
    struct str *ret_name, struct str *ret_value) NONNULL;

/*
 * http_header(x, name, ret_value): the value of a header field, trimmed; name
 * in any case.  The first of several; fields that decide something (Host,
 * Authorization, Content-Type, Idempotency-Key, …) cannot be repeated.
 */
bool http_header(const struct http_exchange *x, const char *name,
    struct str *ret_value) NONNULL;

/* http_cookie(x, name, ret_value): a cookie's value, as sent. */
bool http_cookie(const struct http_exchange *x, const char *name,
    struct str *ret_value) NONNULL;

struct str http_body(const struct http_exchange *x) NONNULL;

/*
 * http_client(x): who asks: the peer's address, or what trusted proxies say
 * (S109).  Limits use ip_key of it.
 */
const struct ip *http_client(const struct http_exchange *x) NONNULL;

/* http_request_id(x): fresh for each request, sent back as X-Request-Id. */
const struct id *http_request_id(const struct http_exchange *x) NONNULL;

/* http_arena(x): memory until the answer is sent, at most 256 KiB, wiped. */
struct arena *http_arena(const struct http_exchange *x) NONNULL;

/* http_app(x): the server's options.app. */
void *http_app(const struct http_exchange *x) NONNULL;

bool http_is_tls(const struct http_exchange *x) NONNULL;

/*
 * http_add_header(x, name, value): a field for the answer.  With a control
 * character in it, or when there is no memory, the answer becomes a 500.
 * Content-Length, Date and the security fields are written by http_reply.
 */
void http_add_header(struct http_exchange *x, const char *name,
    struct str value) NONNULL;

/*
 * http_reply(x, status, type, body): the answer; body is copied.  type is the
 * Content-Type, NULL without a body.  Every answer carries Cache-Control:
 * no-store, Referrer-Policy, X-Content-Type-Options and X-Request-Id (S103,
 * S108), a page ("text/html…") also the content security policy (S112);
 * Cache-Control may be given by http_add_header instead, and so may the
 * Content-Security-Policy, which then stands for all of the page's fields.
 */
void http_reply(struct http_exchange *x, int status, const char *type,
    struct str body);

/* http_reply_json(x, status, body): the same with application/json. */
void http_reply_json(struct http_exchange *x, int status, struct str body);

/* What is run on an exchange's own loop thread. */
typedef void http_resumed(struct http_exchange *x, void *arg);

/*
 * http_resume(x, fn, arg): run fn(x, arg) on x's loop thread, soon; from any
 * thread.  Once for each time that the exchange was left unanswered.
 */
void http_resume(struct http_exchange *x, http_resumed *fn, void *arg)
    __attribute__((nonnull(1, 2)));

/*
 * Several at once, for a thread that finishes a batch of work: each loop is
 * woken once.  struct http_batch b = {0}; add; send, after which b is empty.
 */
struct http_batch {
	struct http_exchange *first, *last;
};

void http_batch_add(struct http_batch *b, struct http_exchange *x,
    http_resumed *fn, void *arg) __attribute__((nonnull(1, 2, 3)));
void http_batch_send(struct http_batch *b) NONNULL;

#endif
