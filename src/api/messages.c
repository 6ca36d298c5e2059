/*
 * /v1/messages: what became of the messages to a person, for who helps him.
 */
#include <string.h>

#include "api/help_json.h"
#include "base/parse.h"

enum { ANSWER_MAX = 131072, LIMIT_USUAL = 20 };

struct look_call {
	struct call call;
	struct look look;
	struct audience audience;
	bool by_email;
};

static struct look_call *
look_begin(struct http_exchange *x)
{
	struct look_call *c = call_begin(x, sizeof(*c));

	if (c != NULL) {
		c->look.flow = c->call.api->flow;
		c->look.tenant = c->call.tenant;
		c->look.arena = c->call.arena;
		c->audience.brand = str_of(c->call.tenant->brand);
	}
	return c;
}

/* One. */

static void
show_done(struct call *call)
{
	struct look_call *c = (struct look_call *)(void *)call;
	struct look *l = &c->look;
	struct buf body;
	struct jsonw w;
	enum err e;

	if (l->n == 0) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	e = help_masked(l->flow, &l->row, l->messages, l->arena,
	    &c->audience.to);
	if (e != ERR_NONE) {
		call_failed(call, e);
		return;
	}
	c->audience.locale = audience_locale(call->x, l->row.locale);
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "message");
	message_write(&w, l->messages, &c->audience);
	jsonw_member_z(&w, "purpose", purpose_name(l->row.purpose));
	next_write(&w, l->flow, &l->row, l->messages, flow_now(l->flow),
	    &c->audience);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_message_show(struct http_exchange *x)
{
	struct look_call *c = look_begin(x);

	if (c != NULL && call_id(&c->call, ID_MESSAGE, &c->look.id)) {
		call_submit(&c->call, STORE_CREATE, look_one_run, &c->look,
		    show_done);
	}
}

/* Many. */

static void
list_done(struct call *call)
{
	struct look_call *c = (struct look_call *)(void *)call;
	struct look *l = &c->look;
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "data");
	jsonw_array(&w);
	for (unsigned i = 0; i < l->n; i++) {
		const struct message_row *m = &l->messages[i];
		struct audience a = c->audience;

		/* It went to another contact of the same challenge. */
		if (m->recipient.n > 0 ||
		    (m->channel == CHANNEL_EMAIL) != c->by_email) {
			a.to = STR("•••");
		}
		message_write(&w, m, &a);
	}
	jsonw_array_end(&w);
	if (l->more) {
		jsonw_member_id(&w, "next_cursor", ID_MESSAGE,
		    &l->messages[l->n - 1].id);
	} else {
		jsonw_key(&w, "next_cursor");
		jsonw_null(&w);
	}
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

/* False: answered. */
static bool
read_to(struct look_call *c, struct recipient *ret_to)
{
	struct str to;
	enum flaw flaw;

	if (!http_query(c->call.x, "to", &to)) {
		call_flaw(&c->call, "to",
		    "is required: an e-mail address or a phone number");
		return false;
	}
	if (memchr(to.p, '@', to.n) != NULL) {
		ret_to->channel = CHANNEL_EMAIL;
		flaw = email_parse(to, &ret_to->email);
	} else {
		ret_to->channel = CHANNEL_SMS;
		flaw = e164_parse(to, &ret_to->phone);
	}
	if (flaw != FLAW_NONE) {
		call_flaw(&c->call, "to", flaw_reason(flaw));
		return false;
	}
	return true;
}

static bool
read_page(struct look_call *c)
{
	struct str text;
	uint64_t limit = LIMIT_USUAL;

	memset(c->look.before.b, 0xff, sizeof(c->look.before.b));
	if (http_query(c->call.x, "limit", &text) &&
	    (!parse_u64(text, &limit) || limit < 1 || limit > LOOK_MAX)) {
		call_flaw(&c->call, "limit", "must be from 1 to 100");
		return false;
	}
	c->look.limit = (unsigned)limit;
	if (http_query(c->call.x, "cursor", &text) &&
	    id_parse(ID_MESSAGE, text, &c->look.before) != ERR_NONE) {
		call_flaw(&c->call, "cursor", "must be a next_cursor");
		return false;
	}
	return true;
}

/* The mask, and under which index this person is found. */
static enum err
prepare(struct look_call *c, const struct recipient *to)
{
	struct buf mask;
	enum err e = recipient_subject(c->look.flow, &c->call.tenant->id, to,
	    c->look.subject);

	buf_init(&mask, EMAIL_MAX + 16);
	recipient_mask(to, &mask);
	if (e == ERR_NONE) {
		e = buf_err(&mask);
	}
	if (e == ERR_NONE && !arena_str(c->call.arena, buf_view(&mask),
	    &c->audience.to)) {
		e = ERR_NOMEM;
	}
	buf_done(&mask);
	return e;
}

void
api_message_list(struct http_exchange *x)
{
	struct look_call *c = look_begin(x);
	struct recipient to;
	enum err e;

	if (c == NULL || !read_to(c, &to) || !read_page(c)) {
		return;
	}
	c->by_email = to.channel == CHANNEL_EMAIL;
	c->audience.locale = audience_locale(x, STR("en"));
	e = prepare(c, &to);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, look_many_run, &c->look,
	    list_done);
}
