/*
 * Writing answers: one head made here, for handlers' answers and refusals
 * alike, so that no answer can lack the fields of security.
 */
#include <assert.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <string.h>

#include "http/conn.h"
#include "http/loop.h"
#include "http/stream_conn.h"

/* S112.  Scripts, styles and pictures come from here and nowhere else. */
#define PAGE_FIELDS \
	"Content-Security-Policy: default-src 'none'; script-src 'self'; " \
	"style-src 'self'; img-src 'self' data:; connect-src 'self'; " \
	"font-src 'self'; manifest-src 'self'; worker-src 'self'; " \
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " \
	"object-src 'none'\r\n" \
	"Cross-Origin-Opener-Policy: same-origin\r\n"

#define ALWAYS_FIELDS \
	"Referrer-Policy: no-referrer\r\n" \
	"X-Content-Type-Options: nosniff\r\n"

static const struct {
	int status;
	const char *phrase;
} phrases[] = {
	{200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"},
	{303, "See Other"}, {304, "Not Modified"}, {400, "Bad Request"},
	{401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
	{405, "Method Not Allowed"}, {408, "Request Timeout"},
	{409, "Conflict"}, {410, "Gone"}, {413, "Content Too Large"},
	{414, "URI Too Long"}, {415, "Unsupported Media Type"},
	{417, "Expectation Failed"}, {422, "Unprocessable Content"},
	{429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"}, {503, "Service Unavailable"},
	{505, "HTTP Version Not Supported"},
};

static const char *
phrase_of(int status)
{
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		if (phrases[i].status == status) {
			return phrases[i].phrase;
		}
	}
	return "";
}

void
http_add_header(struct http_exchange *x, const char *name, struct str value)
{
	struct field *f = arena_get(x->arena, sizeof(*f));

	if (f == NULL || !head_is_value(value) ||
	    !arena_str(x->arena, value, &f->value)) {
		x->broken = true;
		return;
	}
	f->name = name;
	f->next = x->fields;
	x->fields = f;
	x->has_cache_control |= head_name_is(str_of(name), "Cache-Control");
	x->has_csp |= head_name_is(str_of(name), "Content-Security-Policy");
}

static void
put_fields(struct buf *out, const struct field *f)
{
	for (; f != NULL; f = f->next) {
		buf_z(out, f->name);
		buf_z(out, ": ");
		buf_str(out, f->value);
		buf_z(out, "\r\n");
	}
}

/* RFC 9110 sections 8.6 and 15.3.5. */
static bool
has_length(int status)
{
	return status != 204 && status != 304 && status >= 200;
}

/* RFC 9112 section 6.3: how the client finds the end of the body. */
static void
put_framing(struct buf *out, size_t n)
{
	if (n == REPLY_CHUNKED) {
		buf_z(out, "\r\nTransfer-Encoding: chunked");
	} else if (n != REPLY_UNTIL_CLOSE) {
		buf_z(out, "\r\nContent-Length: ");
		buf_u64(out, n);
	}
}

void
reply_head(struct http_exchange *x, int status, const char *type, size_t n)
{
	struct loop *l = x->conn->loop;
	struct buf *out = &l->out;
	char id[ID_TEXT_MAX];

	buf_z(out, "HTTP/1.1 ");
	buf_u64(out, (uint64_t)status);
	buf_char(out, ' ');
	buf_z(out, phrase_of(status));
	buf_z(out, "\r\nDate: ");
	buf_z(out, loop_date(l));
	buf_z(out, x->has_cache_control ? "\r\n" ALWAYS_FIELDS :
	    "\r\nCache-Control: no-store\r\n" ALWAYS_FIELDS);
	buf_z(out, "X-Request-Id: ");
	id_text(ID_REQUEST, &x->id, id);
	buf_z(out, id);
	if (type != NULL) {
		buf_z(out, "\r\nContent-Type: ");
		buf_z(out, type);
	}
	if (has_length(status)) {
		put_framing(out, n);
	}
	buf_z(out, "\r\n");
	if (type != NULL && strncmp(type, "text/html", 9) == 0 &&
	    !x->has_csp) {
		buf_z(out, PAGE_FIELDS);
	}
	if (l->tls != NULL) {
		buf_z(out, "Strict-Transport-Security: max-age=31536000\r\n");
	}
	put_fields(out, x->fields);
	buf_z(out, x->conn->close ? "Connection: close\r\n\r\n" : "\r\n");
}

/* Head and body into the connection's output. */
static bool
put_answer(struct http_exchange *x, int status, const char *type,
    struct str body)
{
	struct evbuffer *output = bufferevent_get_output(x->conn->bev);
	struct buf *out = &x->conn->loop->out;
	bool bodiless = x->head.method == HTTP_HEAD || !has_length(status);
	bool done;

	buf_clear(out);
	reply_head(x, status, type, body.n);
	done = buf_err(out) == ERR_NONE &&
	    evbuffer_add(output, out->p, out->n) == 0 &&
	    (bodiless || body.n == 0 ||
	    evbuffer_add(output, body.p, body.n) == 0);
	buf_clear(out);
	return done;
}

void
reply_done(const struct http_exchange *x, int status, size_t answer_n)
{
	const struct loop *l = x->conn->loop;
	const struct http_done done = {
		.route = x->match.route, .request_id = &x->id,
		.method = x->head.method, .status = status,
		.took = mono_ms_since(loop_now(l), x->began),
		.body_n = x->body.n, .answer_n = answer_n,
	};

	if (l->options->done != NULL) {
		l->options->done(l->options->app, &done);
	}
}

void
http_reply(struct http_exchange *x, int status, const char *type,
    struct str body)
{
	struct conn *c = x->conn;
	struct evhttp_request *req;

	assert(x->open);
	if (c->evcon == NULL) {
		/* The loop's end closed the connection in the meantime. */
		exchange_end(x);
		if (c->loop->feeding != c) {
			conn_release(c);
		}
		return;
	}
	if (x->broken) {
		status = 500;
		type = NULL;
		body = STR("");
		x->fields = NULL;
	}
	c->close |= c->loop->stopping;
	if (c->state == CONN_STREAM && !c->lines.ended) {
		stream_cut(c);
	}
	if (!put_answer(x, status, type, body)) {
		/* No memory: half an answer is worse than none. */
		exchange_end(x);
		conn_shut(c);
		return;
	}
	reply_done(x, status, body.n);
	req = x->req;
	exchange_end(x);
	conn_answered(c, req);
}

void
http_reply_json(struct http_exchange *x, int status, struct str body)
{
	http_reply(x, status, "application/json", body);
}
