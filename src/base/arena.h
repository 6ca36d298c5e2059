/*
 * A capped arena: memory for one request, given back all at once and wiped.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/compiler.h"
#include "base/str.h"

struct arena;

/*
 * arena_new(max): an arena that hands out at most max bytes.  NULL when there
 * is no memory.
 */
struct arena *arena_new(size_t max) MUST_CHECK;

/* arena_free(a): wipe everything and give it back; NULL is fine. */
void arena_free(struct arena *a);

/* arena_reset(a): wipe what was handed out and start again. */
void arena_reset(struct arena *a) NONNULL;

/*
 * arena_get(a, n): n zeroed bytes, aligned for any type, valid until the
 * arena is reset or freed.  NULL when the maximum or the memory is reached.
 */
void *arena_get(struct arena *a, size_t n) MUST_CHECK NONNULL;

/* arena_copy(a, s): a terminated copy of s, or NULL likewise. */
char *arena_copy(struct arena *a, struct str s) MUST_CHECK NONNULL;

/* arena_str(a, s, ret_copy): the same as a str; false when there is no room. */
bool arena_str(struct arena *a, struct str s, struct str *ret_copy)
    MUST_CHECK NONNULL;

#endif
