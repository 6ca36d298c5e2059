#include "http/exchange.h"

#include <assert.h>
#include <event2/http.h>

#include "http/conn.h"
#include "http/loop.h"

const char *
http_method_name(enum http_method m)
{
	static const char *const names[HTTP_METHOD_COUNT] = {
		[HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST",
		[HTTP_PUT] = "PUT", [HTTP_PATCH] = "PATCH",
		[HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
	};

	assert(m < HTTP_METHOD_COUNT);
	return names[m];
}

bool
exchange_begin(struct http_exchange *x, const struct head *head)
{
	struct loop *l = x->conn->loop;

	assert(!x->open);
	x->head = *head;
	x->began = loop_now(l);
	x->client = x->conn->peer;
	if (id_new(&l->rng, clock_now(&l->options->clock), &x->id) != ERR_NONE ||
	    !arena_str(x->arena, head->path, &x->path) ||
	    !arena_str(x->arena, head->query, &x->query)) {
		return false;
	}
	if (x->path.n > 0) {
		http_router_match(l->router, head->method, x->path, &x->match);
	}
	x->open = true;
	return true;
}

void
exchange_end(struct http_exchange *x)
{
	struct conn *c = x->conn;
	struct arena *a = x->arena;

	arena_reset(a);
	lines_done(&c->lines);
	c->begun = false;
	*x = (struct http_exchange){.conn = c, .arena = a};
}

enum http_method
http_method(const struct http_exchange *x)
{
	return x->head.method;
}

struct str
http_path(const struct http_exchange *x)
{
	return x->path;
}

const struct http_route *
http_route(const struct http_exchange *x)
{
	return x->match.route;
}

struct str
http_param(const struct http_exchange *x, const char *name)
{
	struct str want = str_of(name);

	for (size_t i = 0; i < x->match.n_params; i++) {
		if (str_equal(x->match.params[i].name, want)) {
			return x->params[i];
		}
	}
	assert(!"a parameter of the route");
	return STR("");
}

bool
http_query(const struct http_exchange *x, const char *name,
    struct str *ret_value)
{
	struct str want = str_of(name);

	for (size_t i = 0; i < x->n_queries; i++) {
		if (str_equal(x->queries[i].name, want)) {
			*ret_value = x->queries[i].value;
			return true;
		}
	}
	return false;
}

bool
http_query_at(const struct http_exchange *x, size_t i, struct str *ret_name,
    struct str *ret_value)
{
	if (i >= x->n_queries) {
		return false;
	}
	*ret_name = x->queries[i].name;
	*ret_value = x->queries[i].value;
	return true;
}

bool
http_header(const struct http_exchange *x, const char *name,
    struct str *ret_value)
{
	const char *value;

	/* The connection may be gone, and its request with it. */
	if (x->req == NULL) {
		return false;
	}
	value = evhttp_find_header(evhttp_request_get_input_headers(x->req),
	    name);
	if (value == NULL) {
		return false;
	}
	*ret_value = str_trim(str_of(value));
	return true;
}

bool
http_cookie(const struct http_exchange *x, const char *name,
    struct str *ret_value)
{
	struct str rest, part, want = str_of(name);

	if (!http_header(x, "Cookie", &rest)) {
		return false;
	}
	while (str_split(&rest, ';', &part)) {
		size_t eq = str_find(part, '=');

		if (eq < part.n &&
		    str_equal(str_trim(str_slice(part, 0, eq)), want)) {
			*ret_value = str_trim(str_slice(part, eq + 1, part.n));
			return true;
		}
	}
	return false;
}

struct str
http_body(const struct http_exchange *x)
{
	return x->body;
}

const struct ip *
http_client(const struct http_exchange *x)
{
	return &x->client;
}

const struct id *
http_request_id(const struct http_exchange *x)
{
	return &x->id;
}

struct arena *
http_arena(const struct http_exchange *x)
{
	return x->arena;
}

void *
http_app(const struct http_exchange *x)
{
	return x->conn->loop->options->app;
}

bool
http_is_tls(const struct http_exchange *x)
{
	return x->conn->loop->tls != NULL;
}

void
http_resume(struct http_exchange *x, http_resumed *fn, void *arg)
{
	x->fn = fn;
	x->arg = arg;
	loop_enqueue(x->conn->loop, x, x);
}

void
http_batch_add(struct http_batch *b, struct http_exchange *x,
    http_resumed *fn, void *arg)
{
	x->fn = fn;
	x->arg = arg;
	x->next = NULL;
	if (b->first == NULL) {
		b->first = x;
	} else {
		b->last->next = x;
	}
	b->last = x;
}

/* Take those of the first one's loop out of the batch, and wake the loop. */
static void
send_one_loop(struct http_batch *b)
{
	struct http_exchange *first = b->first, *last = first, *x = first->next;
	struct http_exchange *others = NULL, **end = &others, *others_last = NULL;
	struct loop *l = first->conn->loop;

	while (x != NULL) {
		struct http_exchange *next = x->next;

		if (x->conn->loop == l) {
			last->next = x;
			last = x;
		} else {
			*end = x;
			end = &x->next;
			others_last = x;
		}
		x = next;
	}
	*end = NULL;
	b->first = others;
	b->last = others_last;
	loop_enqueue(l, first, last);
}

void
http_batch_send(struct http_batch *b)
{
	while (b->first != NULL) {
		send_one_loop(b);
	}
}
