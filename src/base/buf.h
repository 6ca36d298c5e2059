/*
 * struct buf: bytes to write into, never without a maximum.
 *
 * The first failure (no memory, or the maximum would be passed) is latched:
 * later calls do nothing, and buf_err says which it was.  So a writer may
 * write on and look once, at the end.  The content is always terminated by
 * a NUL that does not count.  What is written may not lie in the buf itself,
 * which a write can move.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

struct buf {
	char *p;	/* NULL until the first byte */
	size_t n;	/* bytes written */
	size_t cap;	/* bytes allocated */
	size_t max;	/* bytes allowed */
	enum err err;	/* the first failure */
};

/* buf_init(b, max): an empty buffer for at most max bytes; no allocation. */
void buf_init(struct buf *b, size_t max) NONNULL;

/*
 * buf_fixed(b, p, cap): an empty buffer in cap bytes of the caller's, at least
 * one, of which the NUL takes one.  It never allocates, its failure is
 * ERR_LIMIT, and it must not be given to buf_done: p stays the caller's.
 */
void buf_fixed(struct buf *b, void *p, size_t cap) NONNULL;

/* buf_done(b): wipe and free; b may be used again after buf_init. */
void buf_done(struct buf *b) NONNULL;

/* buf_clear(b): wipe the content and the latched failure, keep the memory. */
void buf_clear(struct buf *b) NONNULL;

void buf_put(struct buf *b, const void *p, size_t n);

/*
 * buf_space(b, n): appends n zero bytes and returns them, to be filled before
 * the next write.  NULL when there is no room.
 */
void *buf_space(struct buf *b, size_t n) MUST_CHECK NONNULL;

void buf_str(struct buf *b, struct str s);
void buf_z(struct buf *b, const char *z);
void buf_char(struct buf *b, char c);
void buf_u64(struct buf *b, uint64_t v);
void buf_i64(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Fixed-width big-endian integers, for canonical encodings. */
void buf_be16(struct buf *b, uint16_t v);
void buf_be32(struct buf *b, uint32_t v);
void buf_be64(struct buf *b, uint64_t v);

/* buf_cut(b, n): drop what was written past n bytes, wiping it. */
void buf_cut(struct buf *b, size_t n) NONNULL;

/* buf_view(b): what was written; valid until the next write. */
struct str buf_view(const struct buf *b) NONNULL;

/* buf_c(b): the same as a terminated string; "" when empty. */
const char *buf_c(const struct buf *b) NONNULL;

/* buf_fail(b, err): what should have been written could not be made. */
void buf_fail(struct buf *b, enum err err) NONNULL;

enum err buf_err(const struct buf *b) MUST_CHECK NONNULL;

#endif
