/*
 * Inside the server: what a connection and the writer of answers do for a body
 * that is streamed (stream.h).
 */
#ifndef HTTP_STREAM_CONN_H
#define HTTP_STREAM_CONN_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "http/conn.h"

/*
 * stream_feed(c): give evhttp the head alone; false: no memory.
 * stream_start(c): the handler has run.  stream_turn(c): look again.
 * stream_lost(c): the connection has gone.
 * stream_cut(c): after this answer the rest of the body is dropped.
 */
bool stream_feed(struct conn *c) MUST_CHECK NONNULL;
void stream_start(struct conn *c) NONNULL;
void stream_turn(struct conn *c) NONNULL;
void stream_lost(struct conn *c) NONNULL;
void stream_cut(struct conn *c) NONNULL;

/*
 * reply_head(x, status, type, n): the head of an answer of n bytes, into the
 * loop's out.  reply_done(x, status, answer_n): tell who asked to be told.
 */
#define REPLY_CHUNKED SIZE_MAX
#define REPLY_UNTIL_CLOSE (SIZE_MAX - 1)
void reply_head(struct http_exchange *x, int status, const char *type,
    size_t n) __attribute__((nonnull(1)));
void reply_done(const struct http_exchange *x, int status, size_t answer_n)
    NONNULL;

#endif
