/*
 * Handlers for the tests of http/ that talk to a running server: one that
 * answers at once, and one that leaves its exchange to the test.
 */
#ifndef TESTS_HTTP_PARK_H
#define TESTS_HTTP_PARK_H

#include <stddef.h>

#include "http/server.h"

/* The text of a GET, as a client sends it. */
#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

/* hello(x): answers 200 with a little HTML. */
void hello(struct http_exchange *x);

/* park(x): leaves x for park_take; at most 64 wait there. */
void park(struct http_exchange *x);

/* park_take(): the one that has waited longest; waits until there is one. */
struct http_exchange *park_take(void);

/* park_try(): the same, but NULL when there is none. */
struct http_exchange *park_try(void);

/* park_answer(x, json): for http_resume; answers 200 with the char array. */
void park_answer(struct http_exchange *x, void *json);

#endif
