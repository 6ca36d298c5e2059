#include "http/stream.h"

#include <assert.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>

#include "http/conn.h"
#include "http/guard.h"
#include "http/loop.h"
#include "http/stream_conn.h"

/* What may wait in the buffers of one connection, in bytes, each way. */
enum { INPUT_HELD = 64 * 1024, ANSWER_HELD = 64 * 1024 };

/* A field of framing, which is not evhttp's business here. */
static bool
is_framing(struct str line)
{
	struct str name = str_slice(line, 0, str_find(line, ':'));

	return head_name_is(name, "Content-Length") ||
	    head_name_is(name, "Transfer-Encoding") ||
	    head_name_is(name, "Expect");
}

/* The same head for a request without a body. */
static void
write_head(struct str bytes, struct buf *out)
{
	struct str line;

	while (str_split(&bytes, '\n', &line) && line.n > 1) {
		if (!is_framing(line)) {
			buf_str(out, line);
			buf_char(out, '\n');
		}
	}
	buf_z(out, "Content-Length: 0\r\n\r\n");
}

bool
stream_feed(struct conn *c)
{
	struct evbuffer *input = bufferevent_get_input(c->bev);
	struct buf CLEANUP(buf_done) head = {0};
	struct str bytes;

	buf_init(&head, c->head_n + 64);
	bytes.n = c->head_n;
	bytes.p = (const char *)evbuffer_pullup(input, (ev_ssize_t)bytes.n);
	if (bytes.p == NULL) {
		return false;
	}
	write_head(bytes, &head);
	if (buf_err(&head) != ERR_NONE ||
	    !lines_init(&c->lines, &c->x.head, c->x.match.route->line_max) ||
	    evbuffer_drain(input, c->head_n) != 0 ||
	    evbuffer_prepend(input, head.p, head.n) != 0) {
		return false;
	}
	conn_feed(c);
	return true;
}

static void
run(struct conn *c)
{
	http_resumed *fn = c->waits;

	c->waits = NULL;
	c->deadline = (mono_ms){INT64_MAX};
	fn(&c->x, c->waits_arg);
}

/*
 * Reading rests where nobody takes what has come: above its high watermark
 * libevent calls back again and again for as long as reading is enabled, and
 * the loop would turn at full speed through every commit.
 */
static void
read_or_rest(struct conn *c, bool taken)
{
	size_t have = evbuffer_get_length(bufferevent_get_input(c->bev));
	/* After the end comes the next request, which is not ours. */
	bool rest = c->lines.ended || (!taken && have >= INPUT_HELD);
	bool reads = (bufferevent_get_enabled(c->bev) & EV_READ) != 0;

	if (rest && reads) {
		(void)bufferevent_disable(c->bev, EV_READ);
	} else if (!rest && !reads) {
		(void)bufferevent_enable(c->bev, EV_READ);
	}
}

/* The handler waits: is there something for it?  It may free c. */
static void
pump(struct conn *c)
{
	struct evbuffer *output = bufferevent_get_output(c->bev);
	bool taken = c->waits != NULL &&
	    evbuffer_get_length(output) <= ANSWER_HELD;

	if (!c->lines.ended && !c->lines.broken) {
		lines_feed(&c->lines, bufferevent_get_input(c->bev));
	}
	read_or_rest(c, taken);
	if (c->waits != NULL && (c->loop->stopping ||
	    (taken && lines_ready(&c->lines)))) {
		run(c);
	}
}

static void
stream_moved(struct bufferevent *bev UNUSED, void *arg)
{
	pump(arg);
}

static void
stream_event(struct bufferevent *bev UNUSED, short what UNUSED, void *arg)
{
	conn_shut(arg);
}

void
stream_start(struct conn *c)
{
	static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct evbuffer *input = bufferevent_get_input(c->bev);

	bufferevent_setcb(c->bev, stream_moved, stream_moved, stream_event, c);
	bufferevent_setwatermark(c->bev, EV_READ, 0, INPUT_HELD);
	if (c->x.head.expect_continue && evbuffer_get_length(input) == 0) {
		(void)evbuffer_add(bufferevent_get_output(c->bev), line,
		    sizeof(line) - 1);
	}
	(void)bufferevent_enable(c->bev, EV_READ | EV_WRITE);
	event_active(&c->turn, 0, 0);
}

void
stream_turn(struct conn *c)
{
	pump(c);
}

void
stream_lost(struct conn *c)
{
	if (c->waits != NULL) {
		http_resumed *fn = c->waits;

		c->waits = NULL;
		http_resume(&c->x, fn, c->waits_arg);
	}
}

enum http_line
http_stream_line(struct http_exchange *x, struct arena *arena,
    struct str *ret_line)
{
	struct conn *c = x->conn;

	assert(x->open);
	if (c->evcon == NULL || c->loop->stopping) {
		return HTTP_LINE_GONE;
	}
	lines_feed(&c->lines, bufferevent_get_input(c->bev));
	return lines_next(&c->lines, arena, ret_line);
}

void
http_stream_wait(struct http_exchange *x, http_resumed *fn, void *arg)
{
	struct conn *c = x->conn;
	const struct http_server_options *o = c->loop->options;
	bool full;

	assert(x->open && c->waits == NULL);
	if (c->evcon == NULL) {
		http_resume(x, fn, arg);
		return;
	}
	c->waits = fn;
	c->waits_arg = arg;
	full = evbuffer_get_length(bufferevent_get_output(c->bev)) >
	    ANSWER_HELD;
	conn_deadline(c, full ? o->write_time : o->body_time);
	/* Not from here: it may be the handler that waits. */
	event_active(&c->turn, 0, 0);
}

void
http_stream_begin(struct http_exchange *x, int status, const char *type)
{
	struct conn *c = x->conn;
	struct buf *out = &c->loop->out;

	assert(x->open && !c->begun);
	c->begun = true;
	x->status = status;
	if (c->evcon == NULL) {
		return;
	}
	c->close |= c->loop->stopping;
	buf_clear(out);
	reply_head(x, status, type, x->head.http10 ? REPLY_UNTIL_CLOSE
	    : REPLY_CHUNKED);
	if (buf_err(out) != ERR_NONE || evbuffer_add(
	    bufferevent_get_output(c->bev), out->p, out->n) != 0) {
		c->lines.broken = true;
	}
	buf_clear(out);
}

void
http_stream_put(struct http_exchange *x, struct str bytes)
{
	struct conn *c = x->conn;
	struct evbuffer *output;
	bool chunked = !x->head.http10;

	assert(x->open && c->begun);
	if (c->evcon == NULL || bytes.n == 0) {
		return;
	}
	output = bufferevent_get_output(c->bev);
	if ((chunked && evbuffer_add_printf(output, "%zx\r\n", bytes.n) < 0) ||
	    evbuffer_add(output, bytes.p, bytes.n) != 0 ||
	    (chunked && evbuffer_add(output, "\r\n", 2) != 0)) {
		/* A hole in the answer: it must not look whole. */
		c->lines.broken = true;
	}
	x->answer_n += bytes.n;
}

void
http_stream_end(struct http_exchange *x)
{
	struct conn *c = x->conn;
	struct evhttp_request *req = x->req;
	bool whole = c->lines.ended && !c->lines.broken &&
	    evbuffer_get_length(c->lines.text) == 0;

	assert(x->open && c->begun);
	if (c->evcon == NULL) {
		exchange_end(x);
		conn_release(c);
		return;
	}
	if (!whole) {
		stream_cut(c);
	} else if (!x->head.http10) {
		(void)evbuffer_add(bufferevent_get_output(c->bev),
		    "0\r\n\r\n", 5);
	}
	reply_done(x, x->status, x->answer_n);
	exchange_end(x);
	conn_answered(c, req);
}

void
stream_cut(struct conn *c)
{
	c->close = true;
	c->state = CONN_REFUSE;
}
