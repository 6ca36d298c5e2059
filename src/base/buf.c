#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
buf_init(struct buf *b, size_t max)
{
	assert(max < SIZE_MAX / 4);
	*b = (struct buf){.max = max};
}

void
buf_fixed(struct buf *b, void *p, size_t cap)
{
	assert(cap > 0);
	*b = (struct buf){.p = p, .cap = cap, .max = cap - 1};
	b->p[0] = '\0';
}

void
buf_done(struct buf *b)
{
	if (b->p != NULL) {
		explicit_bzero(b->p, b->cap);
		free(b->p);
	}
	*b = (struct buf){.max = b->max};
}

void
buf_clear(struct buf *b)
{
	if (b->p != NULL) {
		explicit_bzero(b->p, b->n);
	}
	b->n = 0;
	b->err = ERR_NONE;
}

/*
 * Room for n more bytes and the NUL.  The old memory is wiped before it is
 * given back, which is why this is not realloc.
 */
static bool
reserve(struct buf *b, size_t n)
{
	size_t want, cap;
	char *p;

	if (b->err != ERR_NONE) {
		return false;
	}
	if (n > b->max - b->n) {
		b->err = ERR_LIMIT;
		return false;
	}
	want = b->n + n + 1;
	if (want <= b->cap) {
		return true;
	}
	cap = b->cap == 0 ? 256 : b->cap * 2;
	if (cap < want) {
		cap = want;
	}
	if (cap > b->max + 1) {
		cap = b->max + 1;
	}
	p = malloc(cap);
	if (p == NULL) {
		b->err = ERR_NOMEM;
		return false;
	}
	if (b->p != NULL) {
		memcpy(p, b->p, b->n);
		explicit_bzero(b->p, b->cap);
		free(b->p);
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	assert(n == 0 || b->p == NULL || (uintptr_t)p >= (uintptr_t)b->p + b->cap ||
	    (uintptr_t)p + n <= (uintptr_t)b->p);
	if (n == 0 || !reserve(b, n)) {
		return;
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void *
buf_space(struct buf *b, size_t n)
{
	char *p;

	if (!reserve(b, n)) {
		return NULL;
	}
	p = b->p + b->n;
	memset(p, 0, n + 1);
	b->n += n;
	return p;
}

void
buf_str(struct buf *b, struct str s)
{
	buf_put(b, s.p, s.n);
}

void
buf_z(struct buf *b, const char *z)
{
	buf_str(b, str_of(z));
}

void
buf_char(struct buf *b, char c)
{
	if (reserve(b, 1)) {
		b->p[b->n++] = c;
		b->p[b->n] = '\0';
	}
}

void
buf_u64(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	buf_put(b, digits + at, sizeof(digits) - at);
}

void
buf_i64(struct buf *b, int64_t v)
{
	if (v < 0) {
		buf_char(b, '-');
		buf_u64(b, 0 - (uint64_t)v);
	} else {
		buf_u64(b, (uint64_t)v);
	}
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	assert(n >= 0);
	if (!reserve(b, (size_t)n)) {
		return;
	}
	va_start(args, fmt);
	(void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, args);
	va_end(args);
	b->n += (size_t)n;
}

static void
put_be(struct buf *b, uint64_t v, size_t width)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < width; i++) {
		bytes[i] = (uint8_t)(v >> (8 * (width - 1 - i)));
	}
	buf_put(b, bytes, width);
}

void
buf_be16(struct buf *b, uint16_t v)
{
	put_be(b, v, 2);
}

void
buf_be32(struct buf *b, uint32_t v)
{
	put_be(b, v, 4);
}

void
buf_be64(struct buf *b, uint64_t v)
{
	put_be(b, v, 8);
}

void
buf_cut(struct buf *b, size_t n)
{
	if (n < b->n) {
		explicit_bzero(b->p + n, b->n - n);
		b->n = n;
	}
}

struct str
buf_view(const struct buf *b)
{
	return (struct str){b->p, b->n};
}

const char *
buf_c(const struct buf *b)
{
	return b->p == NULL ? "" : b->p;
}

void
buf_fail(struct buf *b, enum err err)
{
	if (b->err == ERR_NONE) {
		b->err = err;
	}
}

enum err
buf_err(const struct buf *b)
{
	return b->err;
}
