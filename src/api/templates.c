/*
 * /v1/tenants/{tenant}/templates: what a tenant says in his own words.
 */
#include "api/call.h"
#include "flow/templates.h"

enum { ANSWER_MAX = 1 << 20, CHANGES_MAX = 100, TEXT_BYTES = 4000 };

struct templates_call {
	struct call call;
	struct templates_put put;
	struct template_change *changes;
	unsigned n;
};

/* A key of one tenant neither sees nor changes another (S80). */
static bool
is_own_tenant(struct call *c)
{
	if (str_equal(http_param(c->x, "tenant"), str_of(c->tenant->name))) {
		return true;
	}
	call_problem(c, PROBLEM_NOT_FOUND, NULL);
	return false;
}

/* What each rule asks, for who wrote the text. */
static const char *
lint_reason(enum lint l)
{
	static const char *const reasons[LINT_COUNT] = {
		[LINT_CLEAN] = "",
		[LINT_PLACEHOLDER] = "placeholder: a brace was left over",
		[LINT_LINK] = "link: has a link, or what a mail program "
		    "would make one of (R72)",
		[LINT_HTML] = "html: has what must not be in a mail",
		[LINT_CODE_MISSING] = "code_missing: the code is not in it "
		    "(R75)",
		[LINT_CODE_REPEATED] = "code_repeated: the code stands in it "
		    "more than once; in a call, not twice",
		[LINT_CODE_SHOWN] = "code_shown: a preview on a lock screen "
		    "would show the code",
		[LINT_WARNING] = "warning: the sentence that this purpose "
		    "must have is not in it: never share it, or only at the "
		    "door (R67 to R69)",
		[LINT_ADVICE] = "advice: has advice of another purpose",
		[LINT_PERSONAL_DATA] = "personal_data: asks for personal "
		    "data (R70)",
		[LINT_INSTALL] = "install: asks to install something (R74)",
		[LINT_LENGTH] = "length: is too long: a subject has 78 "
		    "characters, a text message one segment, 160 of the GSM "
		    "alphabet or 70",
	};

	return reasons[l];
}

/* Reading. */

static bool
locale_exact(struct str s, enum locale *ret_locale)
{
	*ret_locale = locale_best(s);
	return str_equal(s, str_of(locale_name(*ret_locale)));
}

static bool
read_which(struct jsonr_object *o, struct template_change *t)
{
	struct str purpose, channel, locale;
	bool good = true;

	if (!jsonr_str(o, "purpose", JSONR_REQUIRED, 1, 32, &purpose) ||
	    !jsonr_str(o, "channel", JSONR_REQUIRED, 1, 16, &channel) ||
	    !jsonr_str(o, "locale", JSONR_REQUIRED, 2, 16, &locale)) {
		return false;
	}
	if (!purpose_parse(purpose, &t->purpose)) {
		jsonr_flaw(o, "purpose", "is not a purpose");
		good = false;
	}
	if (!channel_parse(channel, &t->channel) ||
	    t->channel == CHANNEL_TOTP) {
		jsonr_flaw(o, "channel", "must be email, sms or voice");
		good = false;
	}
	if (!locale_exact(locale, &t->locale)) {
		jsonr_flaw(o, "locale",
		    "must be en, de, fr, es, it, pt, nl, pl, hi or ja");
		good = false;
	}
	return good;
}

static void
read_text(struct templates_call *c, struct jsonr_object *o,
    struct template_change *t, enum wording_own_part part)
{
	const char *name = own_part_name(part);
	struct wording_own own = {t->purpose, t->locale, part, NULL};
	const char *flaw;
	struct str text;

	if (own_part_channel(part) != t->channel ||
	    !jsonr_str(o, name, 0, 1, TEXT_BYTES, &text)) {
		return;
	}
	own.text = arena_copy(c->call.arena, text);
	flaw = own.text == NULL ? "is too much at once" : own_flaw(&own);
	if (flaw != NULL) {
		jsonr_flaw(o, name, flaw);
	} else {
		t->own[t->n++] = own;
	}
}

/* False: noted in o's reader. */
static bool
read_template(struct templates_call *c, struct jsonr_object *o,
    struct template_change *t)
{
	if (!read_which(o, t)) {
		return false;
	}
	for (int p = 0; p < OWN_PART_COUNT; p++) {
		read_text(c, o, t, (enum wording_own_part)p);
	}
	return jsonr_ok(o->r);
}

static enum err
look(struct templates_call *c, struct jsonr_object *o,
    const struct template_change *t)
{
	struct wording w;
	enum lint lint = LINT_CLEAN;
	enum err e;

	wording_init(&w);
	e = template_look(c->call.tenant, t, &w, &lint);
	wording_done(&w);
	if (e == ERR_LIMIT) {
		lint = LINT_LENGTH;
		e = ERR_NONE;
	}
	if (e == ERR_NONE && lint != LINT_CLEAN) {
		jsonr_flaw(o, t->n == 1 ? own_part_name(t->own[0].part)
		    : NULL, lint_reason(lint));
	}
	return e;
}

static enum err
read_all(struct templates_call *c, struct jsonr_object *root)
{
	struct jsonr_array all;
	enum err e = ERR_NONE;

	if (!jsonr_array(root, "templates", JSONR_REQUIRED, CHANGES_MAX,
	    &all)) {
		return ERR_NONE;
	}
	c->changes = arena_get(c->call.arena,
	    (all.n + 1) * sizeof(*c->changes));
	for (size_t i = 0; c->changes != NULL && e == ERR_NONE && i < all.n;
	    i++) {
		struct template_change *t = &c->changes[c->n];
		struct jsonr_object o;

		if (!jsonr_at_object(&all, i, &o)) {
			continue;
		}
		if (read_template(c, &o, t)) {
			if (t->n == 0) {
				jsonr_flaw(&o, NULL, "has no text");
			} else {
				e = look(c, &o, t);
				c->n++;
			}
		}
		jsonr_close(&o);
	}
	return c->changes == NULL ? ERR_NOMEM : e;
}

/* Showing. */

static bool
same_message(const struct wording_own *a, const struct wording_own *b)
{
	return a->purpose == b->purpose && a->locale == b->locale &&
	    own_part_channel(a->part) == own_part_channel(b->part);
}

static void
write_which(struct jsonw *w, const struct wording_own *own)
{
	jsonw_member_z(w, "purpose", purpose_name(own->purpose));
	jsonw_member_z(w, "channel",
	    channel_name(own_part_channel(own->part)));
	jsonw_member_z(w, "locale", locale_name(own->locale));
}

static void
answer_templates(struct call *call, const struct wording_own *own,
    unsigned n)
{
	struct jsonw w;
	struct buf body;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "templates");
	jsonw_array(&w);
	for (unsigned i = 0; i < n; i++) {
		jsonw_object(&w);
		write_which(&w, &own[i]);
		jsonw_member_z(&w, own_part_name(own[i].part), own[i].text);
		for (; i + 1 < n && same_message(&own[i], &own[i + 1]); i++) {
			jsonw_member_z(&w, own_part_name(own[i + 1].part),
			    own[i + 1].text);
		}
		jsonw_object_end(&w);
	}
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_templates_show(struct http_exchange *x)
{
	struct call *c = call_begin(x, sizeof(*c));

	if (c != NULL && is_own_tenant(c)) {
		answer_templates(c, c->tenant->own, c->tenant->n_own);
	}
}

/* Changing. */

static void
put_answer(struct http_exchange *x UNUSED, void *arg)
{
	struct templates_call *c = arg;
	struct wording_own *own = arena_get(c->call.arena,
	    (c->n * TEMPLATE_PARTS + 1) * sizeof(*own));
	unsigned n = 0;

	if (own == NULL) {
		call_failed(&c->call, ERR_NOMEM);
		return;
	}
	for (unsigned i = 0; i < c->n; i++) {
		for (unsigned k = 0; k < c->changes[i].n; k++) {
			own[n++] = c->changes[i].own[k];
		}
	}
	answer_templates(&c->call, own, n);
}

/* On another thread. */
static void
put_known(void *arg)
{
	struct templates_call *c = arg;

	http_resume(c->call.x, put_answer, c);
}

/* The answer says that it holds, so it waits until it does. */
static void
put_done(struct call *call)
{
	struct templates_call *c = (struct templates_call *)(void *)call;
	enum err e;

	if (c->put.n == 1 && c->changes[0].n == 0 && c->put.before == 0) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	e = call->api->when_known(call->api->ctx, put_known, call);
	if (e != ERR_NONE) {
		call_failed(call, e);
	}
}

static void
submit(struct templates_call *c)
{
	c->put = (struct templates_put){
		.flow = c->call.api->flow,
		.tenant = c->call.tenant->id,
		.changes = c->changes,
		.n = c->n,
	};
	call_submit(&c->call, STORE_CREATE, templates_put_run, &c->put,
	    put_done);
}

void
api_templates_put(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct templates_call *c = call_begin(x, sizeof(*c));
	enum err e = ERR_NONE;

	if (c == NULL || !is_own_tenant(&c->call)) {
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		e = read_all(c, &root);
		jsonr_close(&root);
	}
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
	} else if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
	} else {
		submit(c);
	}
}

void
api_template_delete(struct http_exchange *x)
{
	struct templates_call *c = call_begin(x, sizeof(*c));
	struct template_change *t;

	if (c == NULL || !is_own_tenant(&c->call)) {
		return;
	}
	t = arena_get(c->call.arena, sizeof(*t));
	if (t == NULL) {
		call_failed(&c->call, ERR_NOMEM);
		return;
	}
	if (!purpose_parse(http_param(x, "purpose"), &t->purpose) ||
	    !channel_parse(http_param(x, "channel"), &t->channel) ||
	    !locale_exact(http_param(x, "locale"), &t->locale)) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	c->changes = t;
	c->n = 1;
	submit(c);
}

/* A preview: what is given, or what is stored, or ours. */

static void
take_stored(const struct tenant *tenant, struct template_change *t)
{
	const struct wording_own *own = tenant->own;

	for (unsigned i = 0; i < tenant->n_own && t->n < TEMPLATE_PARTS; i++) {
		if (own[i].purpose == t->purpose &&
		    own[i].locale == t->locale &&
		    own_part_channel(own[i].part) == t->channel) {
			t->own[t->n++] = own[i];
		}
	}
}

static void
answer_preview(struct templates_call *c, const struct template_change *t)
{
	struct wording w;
	struct jsonw j;
	struct buf body;
	enum lint lint = LINT_CLEAN;
	enum err e;

	wording_init(&w);
	e = template_look(c->call.tenant, t, &w, &lint);
	if (e != ERR_NONE) {
		wording_done(&w);
		if (e == ERR_LIMIT) {
			call_flaw(&c->call, "text", lint_reason(LINT_LENGTH));
		} else {
			call_failed(&c->call, e);
		}
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&j, &body);
	jsonw_object(&j);
	jsonw_member_z(&j, "sample_code", TEMPLATE_SAMPLE_CODE);
	if (t->channel == CHANNEL_EMAIL) {
		jsonw_member_str(&j, "subject", header_text_str(&w.subject));
		jsonw_member_str(&j, "html", buf_view(&w.html));
	}
	jsonw_member_str(&j, "text", buf_view(&w.text));
	jsonw_member_bool(&j, "accepted", lint == LINT_CLEAN);
	if (lint != LINT_CLEAN) {
		jsonw_member_z(&j, "reason", lint_reason(lint));
	}
	jsonw_object_end(&j);
	wording_done(&w);
	call_json(&c->call, 200, &body);
}

void
api_template_preview(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct template_change t = {.n = 0};
	struct jsonr_object root;
	struct templates_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !is_own_tenant(&c->call)) {
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)!read_template(c, &root, &t);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	if (t.n == 0) {
		take_stored(c->call.tenant, &t);
	}
	answer_preview(c, &t);
}
