#include "flow/sign_up.h"

/* What waits, in this order, each with its length. */
enum { FIELDS = 6, BODY_MAX = 2048 };

static void
write_body(const struct sign_up *s, struct buf *out)
{
	const struct str fields[FIELDS] = {
		recipient_str(&s->email), s->name, s->locale, s->time_zone,
		s->country, s->hash,
	};

	for (int i = 0; i < FIELDS; i++) {
		buf_be16(out, (uint16_t)fields[i].n);
		buf_str(out, fields[i]);
	}
}

static bool
read_body(struct str body, struct str fields[static FIELDS])
{
	size_t at = 0;

	for (int i = 0; i < FIELDS; i++) {
		size_t n;

		if (body.n - at < 2) {
			return false;
		}
		n = (size_t)(uint8_t)body.p[at] << 8 |
		    (uint8_t)body.p[at + 1];
		at += 2;
		if (body.n - at < n) {
			return false;
		}
		fields[i] = (struct str){body.p + at, n};
		at += n;
	}
	return at == body.n;
}

enum err
sign_up_prepare(struct sign_up *s)
{
	s->start = (struct start){
		.flow = s->flow,
		.tenant = s->tenant,
		.arena = s->arena,
		.request = {
			.purpose = PURPOSE_CONTACT_VERIFICATION,
			.recipient = s->email,
			.locale = s->locale.n > 0 ? s->locale : STR("en"),
			.network = s->client.network,
		},
	};
	return start_prepare(&s->start);
}

enum err
sign_up_run(struct tx *tx, void *sign_up)
{
	struct sign_up *s = sign_up;
	struct approval waits = {.kind = APPROVAL_SIGN_UP};
	struct buf body;
	enum err e = start_run(tx, &s->start);

	if (e != ERR_NONE || s->start.verdict != START_CREATED) {
		return e;
	}
	buf_init(&body, BODY_MAX);
	write_body(s, &body);
	e = buf_err(&body);
	waits.body = buf_view(&body);
	if (e == ERR_NONE) {
		e = approval_wait(tx, s->flow, &s->start.row, NULL, &waits,
		    s->arena);
	}
	buf_done(&body);
	return e;
}

enum err
sign_up_complete_prepare(struct sign_up_complete *c)
{
	return token_new(c->check.flow, TOKEN_SESSION, &c->token);
}

static enum err
make_account(struct tx *tx, struct sign_up_complete *c,
    const struct approval_row *waiting, struct new_account *n)
{
	struct str fields[FIELDS], body;
	enum err e = approval_body(c->check.flow, waiting, c->check.arena,
	    &body);

	if (e != ERR_NONE) {
		return e;
	}
	*n = (struct new_account){
		.flow = c->check.flow, .tenant = c->check.tenant,
		.arena = c->check.arena, .kind = ACCOUNT_CUSTOMER,
		.has_email = true, .verified = true,
	};
	if (!read_body(body, fields) || !recipient_parse(CHANNEL_EMAIL,
	    fields[0], &n->email)) {
		return ERR_CRYPTO;
	}
	n->name = fields[1];
	n->locale = fields[2];
	n->time_zone = fields[3];
	n->country = fields[4];
	n->password_hash = fields[5];
	e = new_account_prepare(n);
	return e == ERR_NONE ? new_account_run(tx, n) : e;
}

static enum err
enter(struct tx *tx, struct sign_up_complete *c,
    const struct approval_row *waiting)
{
	const struct session_start start = {
		.token = &c->token, .host = c->client.host, .proved = true,
		.label = c->client.label,
	};
	struct new_account n;
	enum err e = make_account(tx, c, waiting, &n);

	if (e == ERR_NONE) {
		e = approval_row_done(tx, &waiting->challenge, c->check.now);
	}
	c->taken = e == ERR_NONE && n.taken != NULL;
	if (e != ERR_NONE || c->taken) {
		return e;
	}
	if (c->replaces != NULL) {
		e = session_end(tx, c->check.flow, c->replaces);
	}
	if (e == ERR_NONE) {
		e = session_open(tx, c->check.flow, &n.row, &start,
		    &c->session);
	}
	c->signed_in = e == ERR_NONE;
	return e;
}

enum err
sign_up_complete_run(struct tx *tx, void *complete)
{
	struct sign_up_complete *c = complete;
	struct approval_row waiting;
	enum err e = approval_row_get(tx, &c->check.tenant->id, &c->check.id,
	    c->check.arena, &waiting);

	c->signed_in = c->taken = false;
	if (e == ERR_MISSING ||
	    (e == ERR_NONE && waiting.kind != APPROVAL_SIGN_UP)) {
		c->check.verdict = CHECK_UNKNOWN;
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = check_run(tx, &c->check);
	}
	return e == ERR_NONE && c->check.verdict == CHECK_APPROVED
	    ? enter(tx, c, &waiting) : e;
}

enum err
again_run(struct tx *tx, void *again)
{
	struct again *a = again;
	struct resend *r = a->resend;
	struct approval_row waiting;
	enum err e = approval_row_get(tx, &r->tenant->id, &r->id, r->arena,
	    &waiting);

	if (e == ERR_MISSING || (e == ERR_NONE && waiting.kind != a->kind)) {
		r->verdict = RESEND_UNKNOWN;
		return ERR_NONE;
	}
	return e == ERR_NONE ? resend_run(tx, r) : e;
}
