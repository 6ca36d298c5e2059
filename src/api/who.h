/*
 * Who asks: for what takes two people, each under an identity of his own.
 */
#ifndef API_WHO_H
#define API_WHO_H

#include "api/call.h"

/*
 * who_asks(c, key, ret_who): of an operator his account, which is known when
 * the use case runs; of a key a keyed digest of it, in key.
 */
enum err who_asks(struct call *c, struct id *key, const struct id **ret_who)
    MUST_CHECK NONNULL;

#endif
