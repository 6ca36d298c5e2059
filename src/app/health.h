/*
 * The health of a way, as its courier sees it: what counts as a word about the
 * peer, and what everybody else may know of the breaker.
 */
#ifndef APP_HEALTH_H
#define APP_HEALTH_H

#include <stdbool.h>

#include "base/compiler.h"
#include "channel/channel.h"
#include "domain/breaker.h"
#include "flow/flow.h"

/*
 * health_says(s): does the result say anything of the peer?  A mail server
 * that puts off one message (greylisting, a full mailbox) is well; one that
 * closes (421) is not.
 */
bool health_says(const struct sent *s) NONNULL;

/*
 * health_show(way, b): publishes the breaker's state, and logs a change of it.
 * way may be NULL, or have nobody who looks.
 */
void health_show(const struct way *way, const struct breaker *b)
    __attribute__((nonnull(2)));

#endif
