/*
 * The callbacks that sit on a connection until evhttp is given its request:
 * they read a whole request, look at it, and feed or refuse it.
 */
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H

#include "base/compiler.h"
#include "http/conn.h"

struct bufferevent;

/* guard_watch(c): IDLE from here on, with our callbacks. */
void guard_watch(struct conn *c) NONNULL;

/* guard_read(bev, arg): there are bytes for the connection arg. */
void guard_read(struct bufferevent *bev, void *arg);

/* guard_refuse(c, p, detail): answer p and close. */
void guard_refuse(struct conn *c, enum problem p, const char *detail)
    __attribute__((nonnull(1)));

/* guard_refused(c): the refusal lies in the output buffer. */
void guard_refused(struct conn *c) NONNULL;

#endif
