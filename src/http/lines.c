#include "http/lines.h"

#include <event2/buffer.h>
#include <sys/types.h>

bool
lines_init(struct lines *l, const struct head *head, size_t line_max)
{
	*l = (struct lines){
		.text = evbuffer_new(),
		.line_max = line_max,
		.chunked = head->chunked,
		.left = head->length,
		.ended = !head->chunked && head->length == 0,
	};
	return l->text != NULL;
}

void
lines_done(struct lines *l)
{
	if (l->text != NULL) {
		evbuffer_free(l->text);
	}
	*l = (struct lines){0};
}

static void
feed_length(struct lines *l, struct evbuffer *input, size_t room)
{
	size_t n = evbuffer_get_length(input);
	int moved;

	n = n > room ? room : n;
	n = n > l->left ? (size_t)l->left : n;
	moved = evbuffer_remove_buffer(input, l->text, n);
	if (moved < 0) {
		l->broken = true;
		return;
	}
	l->left -= (uint64_t)moved;
	l->ended = l->left == 0;
}

static void
feed_chunks(struct lines *l, struct evbuffer *input)
{
	switch (chunks_move(&l->flow, input, l->text, LINES_HELD)) {
	case CHUNKS_WHOLE:
		l->ended = true;
		break;
	case CHUNKS_MALFORMED:
	case CHUNKS_LARGE:
		l->broken = true;
		break;
	case CHUNKS_PARTIAL:
	default:
		break;
	}
}

void
lines_feed(struct lines *l, struct evbuffer *input)
{
	size_t have = evbuffer_get_length(l->text);

	if (l->ended || l->broken || have >= LINES_HELD) {
		return;
	}
	if (l->chunked) {
		feed_chunks(l, input);
	} else {
		feed_length(l, input, LINES_HELD - have);
	}
}

/* Where the next newline is; false: none among what is held. */
static bool
find_end(struct lines *l, size_t *ret_at)
{
	struct evbuffer_ptr from, at;
	size_t have = evbuffer_get_length(l->text);

	if (l->looked >= have || evbuffer_ptr_set(l->text, &from, l->looked,
	    EVBUFFER_PTR_SET) != 0) {
		return false;
	}
	at = evbuffer_search(l->text, "\n", 1, &from);
	if (at.pos < 0) {
		l->looked = have;
		return false;
	}
	*ret_at = (size_t)at.pos;
	return true;
}

static void
drain(struct lines *l, size_t n)
{
	(void)evbuffer_drain(l->text, n);
	l->looked = 0;
}

/* No end in sight: drop what is too much of a line already. */
static void
drop_long(struct lines *l)
{
	size_t have = evbuffer_get_length(l->text);

	if (have > l->line_max || l->too_long) {
		l->too_long = have > 0 || l->too_long;
		drain(l, have);
	}
}

bool
lines_ready(struct lines *l)
{
	size_t at;

	if (l->broken || l->ended || find_end(l, &at)) {
		return true;
	}
	drop_long(l);
	return false;
}

/* The n bytes of a line, and its end of so many. */
static enum http_line
take(struct lines *l, size_t n, size_t end, struct arena *arena,
    struct str *ret_line)
{
	bool too_long = l->too_long || n > l->line_max;
	char *p;

	l->too_long = false;
	if (too_long) {
		drain(l, n + end);
		return HTTP_LINE_LONG;
	}
	p = arena_get(arena, n + 1);
	if (p == NULL || evbuffer_copyout(l->text, p, n) != (ev_ssize_t)n) {
		return HTTP_LINE_GONE;
	}
	drain(l, n + end);
	*ret_line = (struct str){p, n};
	return HTTP_LINE;
}

enum http_line
lines_next(struct lines *l, struct arena *arena, struct str *ret_line)
{
	size_t n;

	if (find_end(l, &n)) {
		return take(l, n, 1, arena, ret_line);
	}
	if (l->broken) {
		return HTTP_LINE_GONE;
	}
	if (!l->ended) {
		drop_long(l);
		return HTTP_LINE_NONE;
	}
	n = evbuffer_get_length(l->text);
	return n == 0 && !l->too_long ? HTTP_LINE_END
	    : take(l, n, 0, arena, ret_line);
}
