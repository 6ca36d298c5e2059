/*
 * /v1/accounts/{id}/authenticators: what somebody has that shows codes.
 */
#include "api/call.h"
#include "base/encode.h"
#include "flow/authenticator.h"
#include "format/qr.h"

enum { ANSWER_MAX = QR_SVG_MAX + 8192, CODE_TEXT_MAX = 64 };

struct new_call {
	struct call call;
	struct authenticator_new new;
};

/* The one answer with a seed in it; it is shown once (S61). */
static void
write_new(struct jsonw *w, const struct authenticator_new *n,
    struct str uri, struct str svg)
{
	char text[2 * SECRET_MAX];
	struct buf secret;

	buf_fixed(&secret, text, sizeof(text));
	base32_encode(&secret, n->uri.secret.b, n->uri.secret.n);
	jsonw_object(w);
	jsonw_member_id(w, "id", ID_AUTHENTICATOR, &n->id);
	jsonw_member_str(w, "label", n->label);
	jsonw_member_str(w, "secret", buf_view(&secret));
	jsonw_member_str(w, "otpauth_uri", uri);
	jsonw_member_str(w, "qr_svg", svg);
	jsonw_member_time(w, "confirm_before",
	    unix_ms_add(n->row.created_at, AUTHENTICATOR_CONFIRM));
	jsonw_object_end(w);
	explicit_bzero(text, sizeof(text));
}

static void
new_answer(struct new_call *c)
{
	struct buf uri, svg, body;
	struct jsonw w;
	struct qr qr = {0};
	enum err e;

	buf_init(&uri, OTPAUTH_URI_MAX);
	buf_init(&svg, QR_SVG_MAX);
	e = otpauth_build(&c->new.uri, &uri);
	if (e == ERR_NONE) {
		e = qr_encode(buf_view(&uri), QR_LEVEL_M, &qr);
	}
	if (e == ERR_NONE) {
		qr_svg(&qr, STR("otpauth"), &svg);
		buf_init(&body, ANSWER_MAX);
		jsonw_init(&w, &body);
		write_new(&w, &c->new, buf_view(&uri), buf_view(&svg));
		authenticator_new_wipe(&c->new);
		call_json(&c->call, 201, &body);
	} else {
		authenticator_new_wipe(&c->new);
		call_failed(&c->call, e);
	}
	qr_wipe(&qr);
	buf_done(&uri);
	buf_done(&svg);
}

static void
new_done(struct call *call)
{
	struct new_call *c = (struct new_call *)(void *)call;

	switch ((int)c->new.verdict) {
	case AUTHENTICATOR_DONE:
		new_answer(c);
		return;
	case AUTHENTICATOR_TOO_MANY:
		call_problem(call, PROBLEM_CONFLICT,
		    "There are five authenticators already; remove one first.");
		return;
	default:
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
}

static void
read_new(struct new_call *c, struct jsonr_object *root)
{
	static const char *const hashes[] = {"SHA1", "SHA256", "SHA512"};
	struct authenticator_new *n = &c->new;
	struct display_text label;
	struct str word;
	int64_t v;

	n->label = STR("");
	if (jsonr_str(root, "label", 0, 1, AUTHENTICATOR_LABEL_MAX,
	    &n->label) && display_text_parse(n->label, &label) != FLAW_NONE) {
		jsonr_flaw(root, "label", "is not a plain name");
	}
	if (jsonr_str(root, "algorithm", 0, 4, 6, &word)) {
		int i = 0;

		while (i < 3 && !str_equal(word, str_of(hashes[i]))) {
			i++;
		}
		if (i == 3) {
			jsonr_flaw(root, "algorithm",
			    "must be SHA1, SHA256 or SHA512");
		} else {
			n->hash = (enum hmac_hash)i;
		}
	}
	if (jsonr_i64(root, "digits", 0, HOTP_DIGITS_MIN, HOTP_DIGITS_MAX,
	    &v)) {
		n->digits = (unsigned)v;
	}
}

void
api_authenticator_create(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct new_call *c = call_begin(x, sizeof(*c));
	enum err e;

	if (c == NULL || !call_account(&c->call, http_param(x, "id"),
	    &c->new.account)) {
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		read_new(c, &root);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	c->new.flow = c->call.api->flow;
	c->new.tenant = c->call.tenant;
	c->new.arena = c->call.arena;
	e = authenticator_new_prepare(&c->new);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, authenticator_new_run, &c->new,
	    new_done);
}

struct change_call {
	struct call call;
	struct authenticator_change change;
};

/* Both identifiers of the path. */
static bool
begin_change(struct change_call *c)
{
	struct http_exchange *x = c->call.x;

	if (!call_account(&c->call, http_param(x, "id"),
	    &c->change.account)) {
		return false;
	}
	if (id_parse(ID_AUTHENTICATOR, http_param(x, "aid"),
	    &c->change.id) != ERR_NONE) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return false;
	}
	c->change.flow = c->call.api->flow;
	c->change.tenant = c->call.tenant;
	c->change.arena = c->call.arena;
	c->change.session = call_session(&c->call);
	return true;
}

static const char *
result_of(enum authenticator_verdict v)
{
	switch ((int)v) {
	case AUTHENTICATOR_DONE:
		return "approved";
	case AUTHENTICATOR_WRONG:
		return "wrong";
	case AUTHENTICATOR_CONFIRMED:
		return "consumed";
	default:
		return "expired";
	}
}

static void
confirm_done(struct call *call)
{
	struct change_call *c = (struct change_call *)(void *)call;
	enum authenticator_verdict v = c->change.verdict;
	struct buf body;
	struct jsonw w;

	if (v == AUTHENTICATOR_UNKNOWN) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	if (v == AUTHENTICATOR_NOT_A_CODE) {
		call_flaw(call, "code", "must be the digits that the "
		    "authenticator shows");
		return;
	}
	buf_init(&body, 1024);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "id", ID_AUTHENTICATOR, &c->change.id);
	jsonw_member_z(&w, "result", result_of(v));
	jsonw_member_i64(&w, "attempts_left",
	    v == AUTHENTICATOR_WRONG ? c->change.tries_left : 0);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_authenticator_confirm(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct change_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !begin_change(c)) {
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		(void)jsonr_str(&root, "code", JSONR_REQUIRED, 1,
		    CODE_TEXT_MAX, &c->change.typed);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	call_submit(&c->call, STORE_CHECK, authenticator_confirm_run,
	    &c->change, confirm_done);
}

static void
remove_done(struct call *call)
{
	struct change_call *c = (struct change_call *)(void *)call;

	if (c->change.verdict == AUTHENTICATOR_UNKNOWN) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	call_empty(call);
}

void
api_authenticator_remove(struct http_exchange *x)
{
	struct change_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !begin_change(c)) {
		return;
	}
	call_submit(&c->call, STORE_CREATE, authenticator_remove_run,
	    &c->change, remove_done);
}
