#include "http/guard.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <sys/socket.h>

#include "http/loop.h"
#include "http/stream_conn.h"

/*
 * After a refusal the client may still be sending.  Closing then would reset
 * the connection and take the answer with it; so what comes is dropped, for
 * a moment and up to a size.
 */
#define LINGER_TIME ((duration_ms){1000})
enum { LINGER_BYTES = 256 * 1024 };

static struct head_limits
limits(const struct conn *c)
{
	const struct http_server_options *o = c->loop->options;

	return (struct head_limits){o->line_max, o->head_max, o->fields_max};
}

static void
drop_input(struct conn *c)
{
	struct evbuffer *input = bufferevent_get_input(c->bev);
	size_t n = evbuffer_get_length(input);

	c->dropped += n;
	(void)evbuffer_drain(input, n);
}

void
guard_refuse(struct conn *c, enum problem p, const char *detail)
{
	drop_input(c);
	c->close = true;
	if (!c->x.open && !exchange_begin(&c->x, &(struct head){0})) {
		conn_shut(c);
		return;
	}
	c->state = CONN_REFUSE;
	problem_reply(&c->x, p, detail);
}

/* The output buffer is empty. */
static void
guard_written(struct bufferevent *bev, void *arg)
{
	struct conn *c = arg;

	(void)bufferevent_disable(bev, EV_WRITE);
	if (c->state == CONN_REFUSE) {
		c->state = CONN_LINGER;
		(void)shutdown(bufferevent_getfd(bev), SHUT_WR);
		conn_deadline(c, LINGER_TIME);
		(void)bufferevent_enable(bev, EV_READ);
	}
}

static void
guard_event(struct bufferevent *bev UNUSED, short what, void *arg)
{
	struct conn *c = arg;
	const short eof = BEV_EVENT_EOF | BEV_EVENT_READING;

	if ((what & BEV_EVENT_CONNECTED) != 0) {
		return;	/* the TLS handshake is done */
	}
	if (c->state == CONN_REFUSE && (what & eof) == eof) {
		return;	/* it sends no more, but may read the refusal */
	}
	conn_shut(c);
}

void
guard_refused(struct conn *c)
{
	conn_deadline(c, c->loop->options->write_time);
	bufferevent_setcb(c->bev, guard_read, guard_written, guard_event, c);
	bufferevent_setwatermark(c->bev, EV_READ, 0, 0);
	(void)bufferevent_enable(c->bev, EV_READ | EV_WRITE);
	if (evbuffer_get_length(bufferevent_get_output(c->bev)) == 0) {
		guard_written(c->bev, c);
	}
}

/* RFC 9110 section 15.5.6: with the methods that there are instead. */
static void
refuse_method(struct conn *c, const struct head *h, const char *why)
{
	if (!exchange_begin(&c->x, h)) {
		conn_shut(c);
		return;
	}
	exchange_allow(&c->x);
	guard_refuse(c, PROBLEM_METHOD_NOT_ALLOWED, why);
}

static void
refuse_head(struct conn *c, enum head_verdict v, const struct head *h,
    const char *why)
{
	switch (v) {
	case HEAD_LINE_LONG:
		guard_refuse(c, PROBLEM_URI_TOO_LONG, NULL);
		break;
	case HEAD_LARGE:
		guard_refuse(c, PROBLEM_HEADERS_TOO_LARGE, NULL);
		break;
	case HEAD_METHOD:
		refuse_method(c, h, why);
		break;
	case HEAD_VERSION:
		guard_refuse(c, PROBLEM_VERSION_NOT_SUPPORTED, why);
		break;
	case HEAD_EXPECT:
		guard_refuse(c, PROBLEM_EXPECTATION_FAILED, why);
		break;
	case HEAD_GOOD:
	case HEAD_PARTIAL:
	case HEAD_MALFORMED:
	default:
		guard_refuse(c, PROBLEM_BAD_FRAMING, why);
		break;
	}
}

/* The body is whole, or can never be. */
static void
body_read(struct conn *c)
{
	struct evbuffer *input = bufferevent_get_input(c->bev);
	size_t n = evbuffer_get_length(input);

	if (!c->x.head.chunked) {
		if (n - c->head_n >= c->x.head.length) {
			conn_feed(c);
		}
		return;
	}
	switch (chunks_check(&c->chunks, input, c->body_max)) {
	case CHUNKS_WHOLE:
		conn_feed(c);
		break;
	case CHUNKS_LARGE:
		guard_refuse(c, PROBLEM_TOO_LARGE, NULL);
		break;
	case CHUNKS_MALFORMED:
		guard_refuse(c, PROBLEM_BAD_FRAMING,
		    "The chunks of the body are malformed.");
		break;
	case CHUNKS_PARTIAL:
	default:
		break;
	}
}

/* RFC 9110 section 10.1.1: only when the client still waits with its body. */
static void
send_continue(struct conn *c)
{
	static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (evbuffer_get_length(bufferevent_get_input(c->bev)) == c->head_n) {
		(void)evbuffer_add(bufferevent_get_output(c->bev), line,
		    sizeof(line) - 1);
		(void)bufferevent_enable(c->bev, EV_WRITE);
	}
}

/* The head is good: what does its body have to be like? */
static void
head_done(struct conn *c, const struct head *h)
{
	const struct http_server_options *o = c->loop->options;
	const struct http_route *route;
	bool has_body = h->chunked || h->length > 0;

	if (!exchange_begin(&c->x, h)) {
		conn_shut(c);
		return;
	}
	c->close = h->close || h->http10;
	route = c->x.match.route;
	if (route != NULL && route->line_max > 0) {
		if (!stream_feed(c)) {
			conn_shut(c);
		}
		return;
	}
	c->body_max = route != NULL && route->max_body > 0 ? route->max_body :
	    o->body_max;
	if (h->length > c->body_max) {
		guard_refuse(c, PROBLEM_TOO_LARGE, NULL);
		return;
	}
	chunks_init(&c->chunks, c->head_n);
	c->state = CONN_BODY;
	if (has_body) {
		conn_deadline(c, o->body_time);
		if (h->expect_continue) {
			send_continue(c);
		}
	}
	body_read(c);
}

static void
head_read(struct conn *c)
{
	struct evbuffer *input = bufferevent_get_input(c->bev);
	struct head_limits max = limits(c);
	size_t n = evbuffer_get_length(input);
	struct str bytes;
	struct head head = {0};
	enum head_verdict v;
	const char *why = NULL;

	bytes.n = n > max.bytes ? max.bytes + 1 : n;
	bytes.p = (const char *)evbuffer_pullup(input, (ev_ssize_t)bytes.n);
	if (bytes.p == NULL) {
		conn_shut(c);
		return;
	}
	v = head_end(bytes, &max, &c->scan);
	if (v == HEAD_PARTIAL) {
		return;
	}
	if (v == HEAD_GOOD) {
		c->head_n = c->scan.at;
		v = head_parse(str_slice(bytes, 0, c->head_n), &head, &why);
	}
	if (v != HEAD_GOOD) {
		refuse_head(c, v, &head, why);
		return;
	}
	head_done(c, &head);
}

void
guard_read(struct bufferevent *bev UNUSED, void *arg)
{
	struct conn *c = arg;

	switch (c->state) {
	case CONN_IDLE:
		c->state = CONN_HEAD;
		c->scan = (struct head_scan){0};
		conn_deadline(c, c->loop->options->head_time);
		head_read(c);
		break;
	case CONN_HEAD:
		head_read(c);
		break;
	case CONN_BODY:
		body_read(c);
		break;
	case CONN_REFUSE:
	case CONN_LINGER:
		drop_input(c);
		if (c->dropped > LINGER_BYTES) {
			conn_shut(c);
		}
		break;
	case CONN_OPENING:
	case CONN_FED:
	case CONN_WAIT:
	case CONN_STREAM:
	case CONN_WRITE:
	case CONN_GONE:
	default:
		break;
	}
}

void
guard_watch(struct conn *c)
{
	c->state = CONN_IDLE;
	c->dropped = 0;
	bufferevent_setcb(c->bev, guard_read, guard_written, guard_event, c);
}
