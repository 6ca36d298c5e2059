#include "api/client.h"

#include <string.h>

#include "api/places.h"
#include "domain/user_agent.h"

enum { AGENT_MAX = 512, IP_MAX = 45, TOKEN_TEXT_MAX = 80 };

static void
set_network(struct call *c, const struct ip *ip, struct client *client)
{
	struct ip key = ip_key(ip);
	struct str copy;

	if (arena_str(c->arena, (struct str){(const char *)key.b,
	    sizeof(key.b)}, &copy)) {
		client->network = copy;
	}
	client->place = api_place(c->api, ip, c->arena);
}

static void
set_label(struct call *c, struct str agent, struct client *client)
{
	char text[DISPLAY_TEXT_MAX + 1];
	struct buf label;
	struct str copy;

	buf_fixed(&label, text, sizeof(text));
	user_agent_label(agent, &label);
	if (buf_err(&label) == ERR_NONE &&
	    arena_str(c->arena, buf_view(&label), &copy)) {
		client->label = copy;
	}
}

static void
set_device(struct str token, struct client *client)
{
	client->has_device = token_read(token, TOKEN_DEVICE,
	    client->device) == ERR_NONE;
}

static void
read_browser(struct call *c, struct client *client)
{
	struct str value;

	client->host = auth_host(c);
	set_network(c, http_client(c->x), client);
	if (http_header(c->x, "User-Agent", &value)) {
		set_label(c, str_slice(value, 0, AGENT_MAX), client);
	}
	if (http_cookie(c->x, COOKIE_DEVICE, &value)) {
		set_device(value, client);
	}
}

static void
read_label(struct jsonr_object *context, struct client *client)
{
	struct display_text text;
	struct str label;

	if (!jsonr_str(context, "device_label", 0, 1, DISPLAY_TEXT_MAX,
	    &label)) {
		return;
	}
	if (display_text_parse(label, &text) != FLAW_NONE) {
		jsonr_flaw(context, "device_label",
		    "must be a short text without links");
		return;
	}
	client->label = label;
}

static void
read_context(struct call *c, struct jsonr_object *context,
    struct client *client)
{
	struct str ip, agent, device;
	struct ip address;

	if (jsonr_str(context, "ip", 0, 1, IP_MAX, &ip)) {
		if (ip_parse(ip, &address)) {
			set_network(c, &address, client);
		} else {
			jsonr_flaw(context, "ip", "is not an IP address");
		}
	}
	if (jsonr_str(context, "user_agent", 0, 0, AGENT_MAX, &agent)) {
		set_label(c, agent, client);
	}
	if (jsonr_str(context, "device", 0, 0, TOKEN_TEXT_MAX, &device)) {
		set_device(device, client);
	}
	read_label(context, client);
}

void
client_read(struct call *c, struct jsonr_object *o,
    struct client *ret_client)
{
	struct jsonr_object context;

	*ret_client = (struct client){
		.network = STR(""), .label = STR(""), .host = STR(""),
	};
	if (auth_is_browser(c)) {
		read_browser(c, ret_client);
		if (jsonr_has(o, "context")) {
			jsonr_flaw(o, "context",
			    "is for servers; of a browser the connection says");
			(void)jsonr_object(o, "context", 0, &context);
		}
		return;
	}
	if (jsonr_object(o, "context", 0, &context)) {
		read_context(c, &context, ret_client);
		jsonr_close(&context);
	}
}

/* The hash and its call, from one thread to the other and back. */
struct hashing {
	struct call *c;
	struct hash_job *job;
	void (*then)(struct call *c);
};

static void
hashed(struct http_exchange *x UNUSED, void *arg)
{
	struct hashing *h = arg;

	if (h->job->result != ERR_NONE) {
		call_failed(h->c, h->job->result);
		return;
	}
	h->then(h->c);
}

static void
on_pool(struct hash_job *job)
{
	struct hashing *h = job->ctx;

	http_resume(h->c->x, hashed, h);
}

void
call_hash(struct call *c, struct hash_job *job, void (*then)(struct call *c))
{
	struct hashing *h = arena_get(c->arena, sizeof(*h));
	enum err e = ERR_NOMEM;

	if (h != NULL) {
		*h = (struct hashing){c, job, then};
		job->ctx = h;
		job->done = on_pool;
		e = hashes_submit(c->api->hashes, job);
	}
	if (e != ERR_NONE) {
		call_failed(c, e);
	}
}

void
session_write(struct call *c, struct jsonw *w, const struct session_row *s,
    const struct token *token)
{
	jsonw_key(w, "session");
	jsonw_object(w);
	jsonw_member_id(w, "account", ID_ACCOUNT, &s->account);
	jsonw_member_time(w, "expires_at", s->expires_at);
	if (auth_is_browser(c)) {
		auth_cookie(c, COOKIE_SESSION, token->z,
		    unix_ms_since(s->expires_at, s->created_at));
	} else {
		jsonw_member_z(w, "token", token->z);
	}
	jsonw_object_end(w);
}
