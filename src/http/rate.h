/*
 * What a limit tells its client (S107, draft-ietf-httpapi-ratelimit-headers):
 *
 *	RateLimit-Policy: "sends";q=5;w=600
 *	RateLimit: "sends";r=0;t=42
 *	Retry-After: 42
 */
#ifndef HTTP_RATE_H
#define HTTP_RATE_H

#include <stdint.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "http/exchange.h"

struct http_rate {
	const char *name;	/* lower-case letters, digits, '_', '-' */
	int64_t quota;		/* requests in a window */
	duration_ms window;
	int64_t left;		/* requests that are left of it */
	duration_ms reset;	/* until the window starts again */
};

/* http_add_rate(x, rate): the two RateLimit fields. */
void http_add_rate(struct http_exchange *x, const struct http_rate *rate)
    NONNULL;

/* http_add_retry_after(x, wait): in whole seconds, rounded up, at least 1. */
void http_add_retry_after(struct http_exchange *x, duration_ms wait) NONNULL;

#endif
