#include "flow/render.h"

#include <string.h>

#include "domain/binding.h"
#include "domain/payer.h"
#include "flow/code.h"
#include "flow/news.h"
#include "flow/tell.h"

void
render_init(struct render *r, const struct email *from)
{
	*r = (struct render){.from = from};
	wording_init(&r->wording);
	sender_keys_init(&r->keys);
}

void
render_done(struct render *r)
{
	wording_done(&r->wording);
	sender_keys_done(&r->keys);
	explicit_bzero(r, sizeof(*r));
}

/* The facts of the binding that messages say. */
static enum err
read_facts(struct render *r, const struct flow *f,
    const struct challenge_row *row, struct wording_request *request)
{
	struct binding binding;
	struct buf plain;
	enum err e;

	buf_init(&plain, BINDING_BYTES);
	e = binding_unseal(f, row, &plain, &binding);
	for (unsigned i = 0; e == ERR_NONE && i < binding.n; i++) {
		enum fact fact;

		if (fact_parse(binding.pairs[i].key, &fact) &&
		    display_text_parse(binding.pairs[i].value,
		    &r->facts[fact]) == FLAW_NONE) {
			request->facts[fact] = &r->facts[fact];
		}
	}
	buf_done(&plain);
	return e;
}

/* Needs the code in the clear; it lives in r until render_done. */
static enum err
add_code(struct render *r, const struct flow *f,
    const struct challenge_row *row, struct wording_request *request)
{
	enum err e = read_facts(r, f, row, request);

	if (e == ERR_NONE) {
		e = code_derive(f, row, row->digest, r->code);
	}
	if (e == ERR_NONE) {
		request->code = str_of(r->code);
	}
	return e;
}

/* What news tell: the order, their day, and a receipt. */
static enum err
add_news(struct render *r, const struct flow *f, const struct message_row *m,
    struct wording_request *request)
{
	struct buf plain;
	struct news_facts facts;
	enum err e;

	buf_init(&plain, NEWS_LINES);
	e = tell_lines(f, m, &plain);
	if (e == ERR_NONE && !news_read(buf_view(&plain), &facts)) {
		e = ERR_CRYPTO;
	}
	if (e == ERR_NONE && display_text_parse(facts.order,
	    &r->facts[FACT_ORDER]) == FLAW_NONE) {
		request->facts[FACT_ORDER] = &r->facts[FACT_ORDER];
	}
	if (e == ERR_NONE && display_text_parse(facts.receipt,
	    &r->receipt) == FLAW_NONE) {
		request->receipt = &r->receipt;
	}
	if (e == ERR_NONE) {
		request->at.v = facts.day.v * HOURS(24).v;
	}
	buf_done(&plain);
	return e;
}

/* A notice is worded without code and binding (S5, S98). */
static enum err
word(struct render *r, const struct flow *f, const struct tenant *tenant,
    const struct delivery *d, unix_ms now)
{
	const struct challenge_row *row = &d->challenge;
	struct wording_request request = {
		.kind = d->message.kind,
		.purpose = row->purpose,
		.channel = d->message.channel,
		.locale = locale_best(row->locale),
		.brand = &r->brand,
		.host = str_of(tenant->policy.sms.host),
		.app_hash = str_of(tenant->policy.sms.app_hash),
		.own = tenant->own,
		.n_own = tenant->n_own,
		.expires_in = unix_ms_since(row->state.expires_at, now),
		.failures = d->message.failures,
		.at = d->message.created_at,
	};
	enum err e = ERR_NONE;

	if (display_text_parse(str_of(tenant->brand), &r->brand) !=
	    FLAW_NONE) {
		return ERR_RANGE;
	}
	if (message_is_payer(d->message.kind)) {
		/* A letter's row says no purpose; how long the block is. */
		request.purpose = PURPOSE_TRANSACTION;
		request.expires_in = payer_next(&tenant->policy.payer,
		    d->message.failures);
	}
	if (message_is_news(d->message.kind)) {
		e = add_news(r, f, &d->message, &request);
	} else if (!message_is_notice(d->message.kind)) {
		e = add_code(r, f, row, &request);
	}
	return e == ERR_NONE ? wording_render(&request, &r->wording) : e;
}

static enum err
make_tag(struct render *r, const struct flow *f, const struct delivery *d)
{
	_Static_assert(OUTGOING_TAG == KEYRING_INDEX, "a tag is an index");

	return keyring_index(f->ring, "message_id",
	    flow_id_bytes(&d->message.tenant), flow_id_bytes(&d->message.id),
	    r->out.tag);
}

/* Who it is from, with the keys that prove it (R76, S86). */
static enum err
sign_as(struct render *r, const struct flow *f, const struct tenant *t)
{
	enum err e = ERR_NONE;

	r->out.from = t->has_sender ? &t->sender : r->from;
	if (t->has_sender && t->sender_name.n > 0) {
		r->out.from_name = &t->sender_name;
	}
	if (r->out.channel == CHANNEL_EMAIL && r->out.from != NULL) {
		e = sender_keys_open(&r->keys, f, t, r->out.from);
	}
	if (r->out.channel != CHANNEL_EMAIL) {
		r->out.sender = sender_id_str(r->out.channel == CHANNEL_SMS
		    ? &t->sms_sender : &t->voice_sender);
	}
	r->out.keys = r->keys.keys;
	r->out.n_keys = r->keys.n;
	return e;
}

enum err
render_message(struct render *r, const struct flow *f,
    const struct tenant *tenant, const struct delivery *d, unix_ms now)
{
	const struct challenge_row *row = &d->challenge;
	enum err e = d->message.recipient.n > 0
	    ? tell_recipient(f, &d->message, &r->recipient)
	    : recipient_by(f, row, d->message.channel, &r->recipient);

	if (e == ERR_NONE) {
		e = word(r, f, tenant, d, now);
	}
	r->out = (struct outgoing){
		.id = d->message.id,
		.challenge = row->id,
		.kind = d->message.kind,
		.purpose = row->purpose,
		.channel = d->message.channel,
		.to_email = &r->recipient.email,
		.to_phone = &r->recipient.phone,
		.from_name = &r->brand,
		.wording = &r->wording,
		.locale = locale_best(row->locale),
		.code = str_of(r->code),
		.created_at = d->message.created_at,
		.expires_at = d->message.expires_at,
	};
	if (e == ERR_NONE) {
		e = sign_as(r, f, tenant);
	}
	/* Only a mail has a Message-ID. */
	return e == ERR_NONE && r->out.channel == CHANNEL_EMAIL
	    ? make_tag(r, f, d) : e;
}
