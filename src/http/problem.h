/*
 * Answers that say what is wrong: application/problem+json (RFC 9457, S105)
 * with type, title, status, detail, code, request_id and errors.
 */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "base/clock.h"
#include "base/compiler.h"
#include "base/jsonw.h"
#include "base/str.h"
#include "http/exchange.h"
#include "http/jsonr.h"

enum problem {
#define PROBLEM(name, code, status, title) PROBLEM_##name,
#include "http/problems.def"
#undef PROBLEM
	PROBLEM_COUNT
};

/* problem_code(p): "invalid_request"; stable. */
const char *problem_code(enum problem p);
int problem_status(enum problem p);
const char *problem_title(enum problem p);

/*
 * problem_reply(x, p, detail): answers x.  detail is one sentence for the
 * person who reads it, or NULL; it must not hold input, paths or names of
 * the inside.
 */
void problem_reply(struct http_exchange *x, enum problem p, const char *detail)
    __attribute__((nonnull(1)));

/* problem_reply_after(x, p, detail, wait): the same with Retry-After. */
void problem_reply_after(struct http_exchange *x, enum problem p,
    const char *detail, duration_ms wait) __attribute__((nonnull(1)));

/*
 * problem_reply_flaws(x, p, flaws): the same with flaws as errors; p is
 * PROBLEM_INVALID_REQUEST nearly always.
 */
void problem_reply_flaws(struct http_exchange *x, enum problem p,
    const struct jsonr_flaws *flaws) NONNULL;

/* problem_errors(w, flaws): their member "errors", of an object. */
void problem_errors(struct jsonw *w, const struct jsonr_flaws *flaws) NONNULL;

/*
 * problem_reply_flaw(x, field, reason): 400 invalid_request with one error.
 */
void problem_reply_flaw(struct http_exchange *x, const char *field,
    const char *reason) NONNULL;

#endif
