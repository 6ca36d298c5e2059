/*
 * By which ways somebody wants his codes: the preferred one, then the back-ups
 * in their order.  One number, so that it is one column: octal digits, each one
 * more than an enum channel, the preferred one lowest; zero says "auto".
 */
#ifndef DOMAIN_WAYS_H
#define DOMAIN_WAYS_H

#include "base/buf.h"
#include "base/compiler.h"
#include "domain/purpose.h"

#define WAYS_TEXT_MAX 32

/* No list is a greater number: four digits. */
#define WAYS_HIGHEST 07777

/* ways_at(ways, i, ret): the one with number i, from 0; false: past the last. */
bool ways_at(int64_t ways, unsigned i, enum channel *ret_channel) MUST_CHECK
    NONNULL;

/* ways_have(ways, c): c is among them. */
bool ways_have(int64_t ways, enum channel c);

/* ways_with(ways, c): with c behind the last; as it was where it has it. */
int64_t ways_with(int64_t ways, enum channel c);

/* ways_without(ways, c): those behind c move up. */
int64_t ways_without(int64_t ways, enum channel c);

/* ways_parse(s, ret): "auto", or names with a space between, none twice. */
bool ways_parse(struct str s, int64_t *ret_ways) MUST_CHECK NONNULL;

/* ways_print(ways, out): appends what ways_parse reads. */
void ways_print(int64_t ways, struct buf *out) NONNULL;

#endif
