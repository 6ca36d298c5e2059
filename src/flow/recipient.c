#include "flow/recipient.h"

#include <assert.h>
#include <string.h>

#include "domain/number.h"

enum { MASK_MAX = EMAIL_MAX + 16 };

struct str
recipient_str(const struct recipient *r)
{
	return r->channel == CHANNEL_EMAIL ? email_str(&r->email)
	    : e164_str(&r->phone);
}

bool
recipient_parse(enum channel channel, struct str s,
    struct recipient *ret_recipient)
{
	enum flaw flaw;

	ret_recipient->channel = channel;
	if (channel == CHANNEL_EMAIL) {
		flaw = email_parse(s, &ret_recipient->email);
	} else {
		flaw = e164_parse(s, &ret_recipient->phone);
	}
	return flaw == FLAW_NONE;
}

void
recipient_mask(const struct recipient *r, struct buf *out)
{
	if (r->channel == CHANNEL_EMAIL) {
		email_mask(&r->email, out);
	} else {
		e164_mask(&r->phone, out);
	}
}

enum number_rule
recipient_rule(const struct flow *f, const struct recipient *r)
{
	if (r->channel == CHANNEL_EMAIL) {
		return NUMBER_ALLOWED;
	}
	if (number_premium(&r->phone)) {
		return NUMBER_PREMIUM;
	}
	for (unsigned i = 0; i < f->n_ways; i++) {
		const struct way *w = &f->ways[i];

		if (w->channel == r->channel && (w->countries == NULL ||
		    number_listed(str_of(w->countries), &r->phone))) {
			return NUMBER_ALLOWED;
		}
	}
	return f->n_ways == 0 ? NUMBER_ALLOWED : NUMBER_COUNTRY;
}

enum err
recipient_subject(const struct flow *f, const struct id *tenant,
    const struct recipient *r, uint8_t ret_subject[static SUBJECT_BYTES])
{
	struct str text = recipient_str(r);
	struct email canonical;
	enum err e;

	if (r->channel == CHANNEL_EMAIL) {
		email_canonical(&r->email, &canonical);
		text = email_str(&canonical);
	}
	e = keyring_index(f->ring, "subject", flow_id_bytes(tenant), text,
	    ret_subject);
	explicit_bzero(&canonical, sizeof(canonical));
	return e;
}

struct cell
recipient_cell(const struct id *challenge)
{
	return (struct cell){"challenges", "recipient",
	    flow_id_bytes(challenge)};
}

struct cell
fallback_cell(const struct id *challenge)
{
	return (struct cell){"challenges", "fallback",
	    flow_id_bytes(challenge)};
}

struct cell
binding_cell(const struct id *challenge)
{
	return (struct cell){"challenges", "binding",
	    flow_id_bytes(challenge)};
}

enum err
binding_unseal(const struct flow *f, const struct challenge_row *row,
    struct buf *plain, struct binding *ret_binding)
{
	struct cell cell = binding_cell(&row->id);
	enum err e = keyring_unseal(f->ring, &cell, row->binding, plain);

	if (e == ERR_NONE && !binding_decode(buf_view(plain), ret_binding)) {
		e = ERR_CRYPTO;
	}
	return e;
}

void
binding_write(struct jsonw *w, const struct binding *b)
{
	char key[BINDING_KEY_MAX + 1];

	jsonw_key(w, "binding");
	jsonw_object(w);
	for (unsigned i = 0; i < b->n; i++) {
		bool fits = str_copy(b->pairs[i].key, key, sizeof(key));

		assert(fits);
		jsonw_member_str(w, key, b->pairs[i].value);
	}
	jsonw_object_end(w);
}

/* An address has an at sign, a number has none. */
static enum err
unseal(const struct flow *f, const struct cell *cell, struct str sealed,
    enum channel channel, struct recipient *ret_recipient)
{
	struct buf plain;
	struct str text;
	enum err e;

	if (sealed.n == 0) {
		return ERR_MISSING;
	}
	buf_init(&plain, EMAIL_MAX);
	e = keyring_unseal(f->ring, cell, sealed, &plain);
	text = buf_view(&plain);
	if (e == ERR_NONE && str_find(text, '@') < text.n) {
		channel = CHANNEL_EMAIL;
	} else if (channel == CHANNEL_EMAIL) {
		channel = CHANNEL_SMS;
	}
	if (e == ERR_NONE && !recipient_parse(channel, text, ret_recipient)) {
		e = ERR_CRYPTO;
	}
	buf_done(&plain);
	return e;
}

enum err
recipient_unseal(const struct flow *f, const struct challenge_row *row,
    struct recipient *ret_recipient)
{
	struct cell cell = recipient_cell(&row->id);

	return unseal(f, &cell, row->recipient, row->channel, ret_recipient);
}

enum err
fallback_unseal(const struct flow *f, const struct challenge_row *row,
    struct recipient *ret_recipient)
{
	struct cell cell = fallback_cell(&row->id);

	return unseal(f, &cell, row->fallback, row->channel, ret_recipient);
}

enum err
recipient_by(const struct flow *f, const struct challenge_row *row,
    enum channel channel, struct recipient *ret_recipient)
{
	struct recipient r;
	enum err e = recipient_unseal(f, row, &r);

	if (e == ERR_NONE && (r.channel == CHANNEL_EMAIL) !=
	    (channel == CHANNEL_EMAIL)) {
		e = fallback_unseal(f, row, &r);
	}
	if (e == ERR_NONE && (r.channel == CHANNEL_EMAIL) !=
	    (channel == CHANNEL_EMAIL)) {
		e = ERR_MISSING;
	}
	if (e == ERR_NONE) {
		r.channel = channel;
		*ret_recipient = r;
	}
	explicit_bzero(&r, sizeof(r));
	return e;
}

enum err
recipient_masked(const struct flow *f, const struct challenge_row *row,
    struct arena *arena, struct str *ret_mask)
{
	struct recipient r;
	struct buf text;
	enum err e = recipient_unseal(f, row, &r);

	if (row->channel == CHANNEL_TOTP) {
		*ret_mask = STR("authenticator");
		return ERR_NONE;
	}
	if (e == ERR_MISSING) {
		*ret_mask = STR("•••");
		return ERR_NONE;
	}
	if (e != ERR_NONE) {
		return e;
	}
	buf_init(&text, MASK_MAX);
	recipient_mask(&r, &text);
	e = buf_err(&text);
	if (e == ERR_NONE && !arena_str(arena, buf_view(&text), ret_mask)) {
		e = ERR_NOMEM;
	}
	buf_done(&text);
	explicit_bzero(&r, sizeof(r));
	return e;
}

struct challenge_view
view_of(const struct challenge_row *row, struct str to)
{
	return (struct challenge_view){
		.id = row->id,
		.status = row->state.status,
		.purpose = row->purpose,
		.channel = row->channel,
		.to = to,
		.attempts_left = row->state.attempts_left,
		.sends_left = row->state.sends_left,
		.created_at = row->state.created_at,
		.expires_at = row->state.expires_at,
		.resend_at = row->state.resend_at,
	};
}
