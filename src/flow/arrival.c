#include "flow/arrival.h"

#include "flow/audit.h"
#include "flow/road.h"
#include "store/messages.h"

/*
 * Our own identifier finds a message whose acceptance is still on its way to
 * the store: a receipt can be faster.
 */
static enum err
find(struct tx *tx, const struct arrival *a, struct message_row *m)
{
	struct id id;
	enum err e;

	if (!a->ours) {
		return message_row_find(tx, a->provider, a->reference,
		    a->arena, m);
	}
	if (id_parse(ID_MESSAGE, a->reference, &id) != ERR_NONE) {
		return ERR_MISSING;
	}
	e = message_row_get(tx, &id, a->arena, m);
	if (e == ERR_NONE && (m->channel != a->channel ||
	    (m->provider.n > 0 && !str_equal(m->provider, a->provider)))) {
		e = ERR_MISSING;
	}
	return e;
}

static enum err
record(struct tx *tx, const struct arrival *a, const struct message_row *m,
    unix_ms now)
{
	struct audit audit;
	enum err e = audit_begin(&audit, a->flow, a->delivered
	    ? AUDIT_MESSAGE_DELIVERED : AUDIT_MESSAGE_FAILED, &m->tenant, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&audit.json, "challenge", ID_CHALLENGE,
	    &m->challenge);
	jsonw_member_id(&audit.json, "message", ID_MESSAGE, &m->id);
	jsonw_member_z(&audit.json, "kind", message_kind_name(m->kind));
	jsonw_member_z(&audit.json, "channel", channel_name(m->channel));
	jsonw_member_str(&audit.json, "provider", a->provider);
	jsonw_member_str(&audit.json, "reason", m->detail);
	return audit_commit(&audit, tx, a->flow);
}

/* Lost on the way: the next step of its plan. */
static enum err
go_on(struct tx *tx, const struct arrival *a, struct message_row *m,
    unix_ms now)
{
	struct road_next n = {
		.flow = a->flow, .tenants = a->tenants, .arena = a->arena,
		.event = ROAD_REFUSED, .reason = "not_delivered", .now = now,
	};

	return road_next(tx, &n, m);
}

enum err
arrival_run(struct tx *tx, void *arrival)
{
	struct arrival *a = arrival;
	unix_ms now = flow_now(a->flow);
	struct message_row m;
	enum err e = find(tx, a, &m);

	a->found = e == ERR_NONE;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	if (!a->final || (m.state != MESSAGE_SENT &&
	    m.state != MESSAGE_QUEUED)) {
		return ERR_NONE;
	}
	m.state = a->delivered ? MESSAGE_DELIVERED : MESSAGE_FAILED;
	m.detail = a->delivered ? STR("delivered")
	    : a->machine ? STR("machine")
	    : m.channel == CHANNEL_VOICE ? STR("no_answer")
	    : STR("not_delivered");
	m.provider = a->provider;
	if (m.sent_at.v == 0) {
		m.sent_at = now;
	}
	e = ERR_NONE;
	if (a->delivered) {
		m.deadline_at = (unix_ms){0};
	} else {
		e = go_on(tx, a, &m, now);
	}
	if (e == ERR_NONE) {
		e = message_row_update(tx, &m);
	}
	return e == ERR_NONE ? record(tx, a, &m, now) : e;
}
