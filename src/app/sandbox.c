#include "app/sandbox.h"

#include <stdlib.h>
#include <strings.h>

#include "api/api.h"
#include "app/courier.h"
#include "base/ip.h"
#include "base/jsonw.h"
#include "channel/sandbox.h"
#include "http/jsonr.h"
#include "http/problem.h"
#include "web/web.h"

enum {
	INBOX_MAX = 200,	/* messages in one answer */
	ANSWER_MAX = 8 << 20,
	COUNT_MAX = 1000,
	ADDRESS_MAX = 255
};

/* A year either way is enough to see what happens. */
static const int64_t advance_max = INT64_C(366) * 24 * 3600;

struct sandbox_api {
	struct sandbox *box;
	struct sandclock *clock;
	struct keeper *keeper;
	struct courier *courier;
};

enum err
sandbox_api_new(struct sandclock *clock, struct keeper *keeper,
    struct sandbox_api **ret_sandbox)
{
	struct sandbox_api *s = calloc(1, sizeof(*s));
	enum err e;

	if (s == NULL) {
		return ERR_NOMEM;
	}
	s->clock = clock;
	s->keeper = keeper;
	e = sandbox_new(&s->box);
	if (e != ERR_NONE) {
		free(s);
		return e;
	}
	*ret_sandbox = s;
	return ERR_NONE;
}

void
sandbox_api_free(struct sandbox_api *s)
{
	free(s);
}

struct carrier
sandbox_api_carrier(struct sandbox_api *s)
{
	return sandbox_carrier(s->box);
}

void
sandbox_api_courier(struct sandbox_api *s, struct courier *c)
{
	s->courier = c;
}

static struct sandbox_api *
sandbox_of(struct http_exchange *x)
{
	const struct api *api = http_app(x);

	return api->sandbox_api;
}

static unix_ms
now_of(const struct sandbox_api *s)
{
	struct clock clock = sandclock_clock(s->clock);

	return clock_now(&clock);
}

/* Inbox. */

static void
write_or_null(struct jsonw *w, const char *key, struct str s)
{
	if (s.n > 0) {
		jsonw_member_str(w, key, s);
	} else {
		jsonw_key(w, key);
		jsonw_null(w);
	}
}

static void
write_message(void *ctx, const struct inbox_message *m)
{
	struct jsonw *w = ctx;

	jsonw_object(w);
	jsonw_member_id(w, "id", ID_MESSAGE, &m->id);
	jsonw_member_z(w, "kind", message_kind_name(m->kind));
	jsonw_member_z(w, "channel", channel_name(m->channel));
	jsonw_member_str(w, "to", m->to);
	jsonw_key(w, "from");
	jsonw_object(w);
	write_or_null(w, "address", m->from);
	write_or_null(w, "name", m->from_name);
	jsonw_object_end(w);
	write_or_null(w, "subject", m->subject);
	jsonw_member_str(w, "text", m->text);
	write_or_null(w, "html", m->html);
	write_or_null(w, "code", m->code);
	jsonw_member_z(w, "purpose", purpose_name(m->purpose));
	jsonw_member_id(w, "challenge", ID_CHALLENGE, &m->challenge);
	jsonw_member_time(w, "created_at", m->created_at);
	jsonw_object_end(w);
}

/* What the query asks for; false: answered. */
static bool
read_filter(struct http_exchange *x, struct inbox_filter *filter,
    struct id *after)
{
	struct str value;
	enum channel channel;

	*filter = (struct inbox_filter){.channel = -1};
	(void)http_query(x, "to", &filter->to);
	if (http_query(x, "channel", &value)) {
		if (!channel_parse(value, &channel)) {
			problem_reply_flaw(x, "channel",
			    "must be email, sms or voice");
			return false;
		}
		filter->channel = (int)channel;
	}
	if (!http_query(x, "after", &value)) {
		return true;
	}
	if (id_parse(ID_MESSAGE, value, after) == ERR_NONE) {
		filter->after = after;
	} else if (unix_ms_parse(value, &filter->since) != ERR_NONE) {
		problem_reply_flaw(x, "after",
		    "must be a message's id or a time");
		return false;
	}
	return true;
}

static void
inbox(struct http_exchange *x)
{
	struct sandbox_api *s = sandbox_of(x);
	struct inbox_filter filter;
	struct id after;
	struct buf body;
	struct jsonw w;

	if (!read_filter(x, &filter, &after)) {
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "messages");
	jsonw_array(&w);
	(void)sandbox_each(s->box, &filter, now_of(s), INBOX_MAX,
	    write_message, &w);
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	if (buf_err(&body) == ERR_NONE) {
		http_reply_json(x, 200, buf_view(&body));
	} else {
		problem_reply(x, PROBLEM_UNAVAILABLE, NULL);
	}
	buf_done(&body);
}

static void
copy_html(void *ctx, const struct inbox_message *m)
{
	buf_str(ctx, m->html);
}

/* A mail's HTML in a document of its own; see WEB_CSP_MAIL. */
static void
inbox_html(struct http_exchange *x)
{
	struct sandbox_api *s = sandbox_of(x);
	struct buf html;
	struct id id;

	buf_init(&html, ANSWER_MAX);
	if (id_parse(ID_MESSAGE, http_param(x, "id"), &id) != ERR_NONE ||
	    !sandbox_get(s->box, &id, now_of(s), copy_html, &html) ||
	    html.n == 0) {
		problem_reply(x, PROBLEM_NOT_FOUND, NULL);
	} else {
		http_add_header(x, "Content-Security-Policy",
		    STR(WEB_CSP_MAIL));
		http_reply(x, 200, "text/html; charset=utf-8",
		    buf_view(&html));
	}
	buf_done(&html);
}

/* Clock. */

static void
answer_clock(struct http_exchange *x, void *arg)
{
	const struct sandbox_api *s = arg;
	struct buf body;
	struct jsonw w;

	buf_init(&body, 256);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_time(&w, "now", now_of(s));
	jsonw_object_end(&w);
	http_reply_json(x, 200, buf_view(&body));
	buf_done(&body);
}

static void
clock_show(struct http_exchange *x)
{
	answer_clock(x, sandbox_of(x));
}

/* On the keeper's thread, after its round. */
static void
kept(void *arg)
{
	struct http_exchange *x = arg;
	const struct api *api = http_app(x);

	if (api->sandbox_api->courier != NULL) {
		courier_wake(api->sandbox_api->courier);
	}
	http_resume(x, answer_clock, api->sandbox_api);
}

static void
move(struct sandbox_api *s, struct jsonr_object *o)
{
	struct str text;
	int64_t advance;
	unix_ms now;
	bool has_now = jsonr_has(o, "now");

	if (has_now == jsonr_has(o, "advance_s")) {
		jsonr_flaw(o, NULL, "must have one of now and advance_s");
		return;
	}
	if (has_now && jsonr_str(o, "now", 0, 1, 64, &text)) {
		if (unix_ms_parse(text, &now) == ERR_NONE) {
			sandclock_set(s->clock, now);
		} else {
			jsonr_flaw(o, "now", "is not an RFC 3339 time");
		}
	} else if (jsonr_i64(o, "advance_s", 0, -advance_max, advance_max,
	    &advance)) {
		sandclock_advance(s->clock, SECONDS(advance));
	}
}

static void
clock_move(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct sandbox_api *s = sandbox_of(x);
	struct jsonr_object root;

	if (jsonr_open(&r, http_arena(x), http_body(x), &root)) {
		move(s, &root);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		problem_reply_flaws(x, PROBLEM_INVALID_REQUEST,
		    jsonr_flaws(&r));
		return;
	}
	/* What is due is done before the answer. */
	if (keeper_do(s->keeper, kept, x) != ERR_NONE) {
		problem_reply(x, PROBLEM_UNAVAILABLE, NULL);
	}
}

/* Faults. */

static void
answer_fault(struct http_exchange *x, enum channel channel, enum fault fault,
    int64_t count)
{
	struct buf body;
	struct jsonw w;

	buf_init(&body, 256);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_z(&w, "channel", channel_name(channel));
	jsonw_member_z(&w, "fault", fault_name(fault));
	jsonw_member_i64(&w, "count", count);
	jsonw_object_end(&w);
	http_reply_json(x, 200, buf_view(&body));
	buf_done(&body);
}

static void
faults(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct str word;
	enum channel channel = CHANNEL_EMAIL;
	enum fault fault = FAULT_NONE;
	int64_t count = 1;

	if (jsonr_open(&r, http_arena(x), http_body(x), &root)) {
		if (jsonr_str(&root, "channel", JSONR_REQUIRED, 1, 16,
		    &word) && (!channel_parse(word, &channel) ||
		    channel == CHANNEL_TOTP)) {
			jsonr_flaw(&root, "channel",
			    "must be email, sms or voice");
		}
		if (jsonr_str(&root, "fault", JSONR_REQUIRED, 1, 16, &word) &&
		    !fault_parse(word, &fault)) {
			jsonr_flaw(&root, "fault",
			    "must be fail, busy, hang, late, twice or lost");
		}
		(void)jsonr_i64(&root, "count", 0, 0, COUNT_MAX, &count);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		problem_reply_flaws(x, PROBLEM_INVALID_REQUEST,
		    jsonr_flaws(&r));
		return;
	}
	sandbox_fault(sandbox_of(x)->box, channel, fault, (unsigned)count);
	answer_fault(x, channel, fault, count);
}

/* What stands before the port: "[::1]:8640", "127.0.0.1:8640". */
static struct str
host_of(struct str value)
{
	size_t end = str_find(value, ']');

	return value.n > 0 && value.p[0] == '[' ? str_slice(value, 1, end)
	    : str_slice(value, 0, str_find(value, ':'));
}

/* RFC 6761 section 6.3: localhost, and all that ends with it. */
static bool
is_localhost(struct str host)
{
	static const char name[] = "localhost";
	const size_t n = sizeof(name) - 1;
	struct str end;

	if (host.n < n) {
		return false;
	}
	end = str_slice(host, host.n - n, host.n);
	return strncasecmp(end.p, name, n) == 0 &&
	    (host.n == n || host.p[host.n - n - 1] == '.');
}

/*
 * A sandbox shows its codes to whoever reaches it, and a browser on this
 * machine does.  A page somewhere else may have its own name lead here (DNS
 * rebinding), and then the browser takes us for its origin.  So names that
 * somebody can own are refused; an address is nobody's name.
 */
void
sandbox_api_dispatch(struct http_exchange *x, const struct http_route *route)
{
	struct str value, host;
	struct ip ip;

	/* Without a Host, it is no browser. */
	if (http_header(x, "Host", &value)) {
		host = host_of(value);
		if (!is_localhost(host) && !ip_parse(host, &ip)) {
			problem_reply(x, PROBLEM_FORBIDDEN, "A sandbox "
			    "answers to localhost and to addresses only.");
			return;
		}
	}
	route->handler(x);
}

static const struct http_route routes[] = {
	{.method = HTTP_GET, .pattern = "/sandbox/", .handler = api_page,
	    .name = "sandbox_page"},
	{.method = HTTP_GET, .pattern = "/sandbox/inbox", .handler = inbox,
	    .name = "sandbox_inbox"},
	{.method = HTTP_GET, .pattern = "/sandbox/inbox/{id}/html",
	    .handler = inbox_html, .name = "sandbox_html"},
	{.method = HTTP_GET, .pattern = "/sandbox/clock",
	    .handler = clock_show, .name = "sandbox_clock"},
	{.method = HTTP_POST, .pattern = "/sandbox/clock",
	    .handler = clock_move, .name = "sandbox_clock_move"},
	{.method = HTTP_POST, .pattern = "/sandbox/faults",
	    .handler = faults, .name = "sandbox_faults"},
};

const struct http_route *
sandbox_api_routes(size_t *ret_n)
{
	*ret_n = sizeof(routes) / sizeof(routes[0]);
	return routes;
}
