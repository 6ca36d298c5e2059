/*
 * Health, keys, description, audit head, pages.
 */
#include "api/call.h"
#include "api/openapi.h"
#include "flow/seal.h"
#include "web/web.h"

void
api_healthz(struct http_exchange *x)
{
	http_reply_json(x, 200, STR("{\"status\":\"ok\"}"));
}

/* Ready is who can run a use case and commit it. */
static enum err
nothing_run(struct tx *tx UNUSED, void *arg UNUSED)
{
	return ERR_NONE;
}

static void
ready_done(struct call *c)
{
	struct buf body;
	struct jsonw w;

	buf_init(&body, 256);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_z(&w, "status", "ready");
	jsonw_member_bool(&w, "sandbox", c->api->sandbox);
	jsonw_object_end(&w);
	call_json(c, 200, &body);
}

void
api_readyz(struct http_exchange *x)
{
	struct call *c = call_begin(x, sizeof(*c));

	if (c != NULL) {
		call_submit(c, STORE_CREATE, nothing_run, c, ready_done);
	}
}

void
api_key_set(struct http_exchange *x)
{
	struct api *api = http_app(x);

	http_reply(x, 200, "application/jwk-set+json", api->key_set);
}

void
api_openapi(struct http_exchange *x)
{
	http_reply_json(x, 200, openapi_json());
}

struct head_call {
	struct call call;
	struct audit_segment_row head;
	bool found;
};

static enum err
head_run(struct tx *tx, void *arg)
{
	struct head_call *c = arg;
	enum err e = audit_segment_last(tx, c->call.arena, &c->head);

	c->found = e == ERR_NONE;
	return e == ERR_MISSING ? ERR_NONE : e;
}

static void
head_done(struct call *call)
{
	struct head_call *c = (struct head_call *)(void *)call;
	struct buf body;

	if (!c->found) {
		call_problem(call, PROBLEM_NOT_FOUND,
		    "Nothing has been sealed yet.");
		return;
	}
	buf_init(&body, 1024);
	seal_head_print(&c->head, &body);
	call_json(call, 200, &body);
}

void
api_audit_head(struct http_exchange *x)
{
	struct head_call *c = call_begin(x, sizeof(*c));

	if (c != NULL) {
		call_submit(&c->call, STORE_CREATE, head_run, c, head_done);
	}
}

/* RFC 9110 section 12.5.3, as browsers write it: "gzip, deflate, br". */
static bool
takes_gzip(struct http_exchange *x)
{
	struct str codings, coding;

	if (!http_header(x, "Accept-Encoding", &codings)) {
		return false;
	}
	while (str_split(&codings, ',', &coding)) {
		if (str_equal(str_trim(coding), STR("gzip"))) {
			return true;
		}
	}
	return false;
}

/* Public and the same for everybody, so packing them gives nothing away. */
static void
reply_packed(struct http_exchange *x, const struct web_file *f)
{
	struct str body = f->body;

	if (f->gzip.n > 0) {
		http_add_header(x, "Vary", STR("Accept-Encoding"));
		if (takes_gzip(x)) {
			http_add_header(x, "Content-Encoding", STR("gzip"));
			body = f->gzip;
		}
	}
	http_reply(x, 200, f->content_type.p, body);
}

void
api_page(struct http_exchange *x)
{
	const struct web_file *f = web_find(http_path(x));
	const struct api *api = http_app(x);
	struct str seen;

	if (f == NULL) {
		/* One page for all paths of a pattern: "/track/{token}". */
		f = web_find(str_of(http_route(x)->pattern));
	}
	if (f == NULL || (f->sandbox && !api->sandbox)) {
		problem_reply(x, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	if (f->page) {
		http_add_header(x, "Content-Security-Policy", f->policy);
		http_add_header(x, "Cross-Origin-Opener-Policy",
		    STR("same-origin"));
		http_reply(x, 200, f->content_type.p, f->body);
		return;
	}
	http_add_header(x, "Cache-Control", STR("no-cache"));
	http_add_header(x, "ETag", f->etag);
	if (http_header(x, "If-None-Match", &seen) &&
	    str_equal(seen, f->etag)) {
		http_reply(x, 304, NULL, STR(""));
		return;
	}
	reply_packed(x, f);
}
