#include "http/chunks.h"

#include <event2/buffer.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>

/*
 * Each chunk costs work of ours: a client may make small ones at the start,
 * but not a whole body of them.
 */
enum { DIGITS_MAX = 8, SMALL_CHUNKS = 1024, SMALL = 16 };

void
chunks_init(struct chunks *c, size_t at)
{
	*c = (struct chunks){.at = at};
}

/* Up to cap bytes at the offset at; how many there were. */
static size_t
peek(struct evbuffer *input, size_t at, char *dst, size_t cap)
{
	struct evbuffer_ptr pos;
	ev_ssize_t n;

	if (evbuffer_ptr_set(input, &pos, at, EVBUFFER_PTR_SET) != 0) {
		return 0;
	}
	n = evbuffer_copyout_from(input, &pos, dst, cap);
	return n < 0 ? 0 : (size_t)n;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A size line in line[n]; *ret_line_n with its CR LF. */
static enum chunks_verdict
size_line(const char *line, size_t n, size_t *ret_size, size_t *ret_line_n)
{
	size_t size = 0, i = 0;

	for (; i < n && i < DIGITS_MAX; i++) {
		int v = hex_value(line[i]);

		if (v < 0) {
			break;
		}
		size = size * 16 + (size_t)v;
	}
	if (i == n) {
		return CHUNKS_PARTIAL;
	}
	if (i == 0 || line[i] != '\r') {
		return CHUNKS_MALFORMED;
	}
	if (i + 1 == n) {
		return CHUNKS_PARTIAL;
	}
	if (line[i + 1] != '\n') {
		return CHUNKS_MALFORMED;
	}
	*ret_size = size;
	*ret_line_n = i + 2;
	return CHUNKS_WHOLE;
}

/* The CR LF behind a chunk's bytes, or behind the last size line. */
static enum chunks_verdict
line_end(struct evbuffer *input, size_t at)
{
	char end[2];
	size_t n = peek(input, at, end, sizeof(end));

	if ((n > 0 && end[0] != '\r') || (n > 1 && end[1] != '\n')) {
		return CHUNKS_MALFORMED;
	}
	return n < sizeof(end) ? CHUNKS_PARTIAL : CHUNKS_WHOLE;
}

enum chunks_verdict
chunks_check(struct chunks *c, struct evbuffer *input, size_t max)
{
	size_t have = evbuffer_get_length(input);

	for (;;) {
		char line[DIGITS_MAX + 2];
		size_t n = peek(input, c->at, line, sizeof(line));
		size_t size, line_n;
		enum chunks_verdict v = size_line(line, n, &size, &line_n);

		if (v != CHUNKS_WHOLE) {
			return v;
		}
		if (size > max - c->body ||
		    (c->count > SMALL_CHUNKS && c->body / SMALL < c->count)) {
			return CHUNKS_LARGE;
		}
		if (have - c->at < line_n + size) {
			return CHUNKS_PARTIAL;
		}
		v = line_end(input, c->at + line_n + size);
		if (v != CHUNKS_WHOLE) {
			return v;
		}
		c->at += line_n + size + 2;
		c->body += size;
		c->count++;
		if (size == 0) {
			return CHUNKS_WHOLE;
		}
	}
}

/* The rest of a chunk, and the end behind it. */
static enum chunks_verdict
move_chunk(struct chunks_flow *f, struct evbuffer *input, struct evbuffer *to)
{
	enum chunks_verdict v;
	int moved;

	if (f->left > 0) {
		moved = evbuffer_remove_buffer(input, to, f->left);
		if (moved < 0) {
			return CHUNKS_LARGE;
		}
		f->left -= (size_t)moved;
		if (f->left > 0) {
			return CHUNKS_PARTIAL;
		}
	}
	v = line_end(input, 0);
	if (v == CHUNKS_WHOLE) {
		(void)evbuffer_drain(input, 2);
		f->inside = false;
	}
	return v;
}

enum chunks_verdict
chunks_move(struct chunks_flow *f, struct evbuffer *input,
    struct evbuffer *to, size_t max)
{
	while (f->inside || evbuffer_get_length(to) < max) {
		char line[DIGITS_MAX + 2];
		enum chunks_verdict v;
		size_t line_n;

		if (f->inside) {
			v = move_chunk(f, input, to);
			if (v != CHUNKS_WHOLE || f->last) {
				return v;
			}
			continue;
		}
		v = size_line(line, peek(input, 0, line, sizeof(line)),
		    &f->left, &line_n);
		if (v != CHUNKS_WHOLE) {
			return v;
		}
		if (f->count > SMALL_CHUNKS && f->body / SMALL < f->count) {
			return CHUNKS_LARGE;
		}
		(void)evbuffer_drain(input, line_n);
		f->inside = true;
		f->last = f->left == 0;
		f->body += f->left;
		f->count++;
	}
	return CHUNKS_PARTIAL;
}
