#include "flow/call.h"

#include "flow/audit.h"
#include "flow/road.h"

static bool
is_over(const struct flow *f, const struct delivery *d, unix_ms now)
{
	const struct challenge_row *c = &d->challenge;

	if (!unix_ms_before(now, d->message.expires_at) ||
	    d->message.state == MESSAGE_FAILED ||
	    d->message.state == MESSAGE_EXPIRED ||
	    d->message.state == MESSAGE_CANCELLED) {
		return true;
	}
	return !message_is_notice(d->message.kind) &&
	    (c->state.status != CHALLENGE_PENDING || c->epoch != f->epoch ||
	    c->state.generation != d->message.generation ||
	    !unix_ms_before(now, c->state.expires_at));
}

static enum err
record(struct tx *tx, const struct call_words *w, enum audit_event event,
    unix_ms now)
{
	const struct message_row *m = &w->delivery.message;
	struct audit a;
	enum err e = audit_begin(&a, w->flow, event, &m->tenant, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "challenge", ID_CHALLENGE, &m->challenge);
	jsonw_member_id(&a.json, "message", ID_MESSAGE, &m->id);
	jsonw_member_z(&a.json, "kind", message_kind_name(m->kind));
	jsonw_member_z(&a.json, "channel", channel_name(m->channel));
	jsonw_member_str(&a.json, "provider", w->provider);
	jsonw_member_str(&a.json, "reason", m->detail);
	return audit_commit(&a, tx, w->flow);
}

/* Heard: what ends the call afterwards takes nothing of that back. */
static enum err
heard(struct tx *tx, struct call_words *w, unix_ms now)
{
	struct message_row *m = &w->delivery.message;
	enum err e;

	if (m->state == MESSAGE_DELIVERED) {
		return ERR_NONE;
	}
	m->state = MESSAGE_DELIVERED;
	m->detail = STR("key_pressed");
	m->deadline_at = (unix_ms){0};
	m->provider = w->provider;
	if (m->sent_at.v == 0) {
		m->sent_at = now;
	}
	e = message_row_update(tx, m);
	return e == ERR_NONE ? record(tx, w, AUDIT_MESSAGE_DELIVERED, now) : e;
}

/* Nothing was said: the next step of its plan. */
static enum err
unheard(struct tx *tx, struct call_words *w, unix_ms now)
{
	struct message_row *m = &w->delivery.message;
	struct road_next n = {
		.flow = w->flow, .tenants = w->tenants, .arena = w->arena,
		.event = ROAD_REFUSED, .reason = "machine", .now = now,
	};
	enum err e;

	if (m->state == MESSAGE_DELIVERED) {
		return ERR_NONE;
	}
	m->state = MESSAGE_FAILED;
	m->detail = STR("machine");
	m->provider = w->provider;
	if (m->sent_at.v == 0) {
		m->sent_at = now;
	}
	e = road_next(tx, &n, m);
	if (e == ERR_NONE) {
		e = message_row_update(tx, m);
	}
	return e == ERR_NONE ? record(tx, w, AUDIT_MESSAGE_FAILED, now) : e;
}

enum err
call_words_run(struct tx *tx, void *call_words)
{
	struct call_words *w = call_words;
	struct message_row *m = &w->delivery.message;
	unix_ms now = flow_now(w->flow);
	enum err e = message_row_get(tx, &w->message, w->arena, m);

	w->verdict = CALL_UNKNOWN;
	if (e == ERR_NONE && (m->channel != CHANNEL_VOICE ||
	    (m->provider.n > 0 && !str_equal(m->provider, w->provider)))) {
		e = ERR_MISSING;
	}
	if (e == ERR_NONE) {
		e = challenge_row_get(tx, &m->tenant, &m->challenge, w->arena,
		    &w->delivery.challenge);
	}
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	w->verdict = CALL_END;
	if (is_over(w->flow, &w->delivery, now)) {
		return ERR_NONE;
	}
	if (w->machine) {
		return unheard(tx, w, now);
	}
	w->verdict = w->key ? CALL_SAY : CALL_ASK;
	return w->key ? heard(tx, w, now) : ERR_NONE;
}
