#include "flow/deliver.h"

#include <assert.h>
#include <string.h>

#include "flow/audit.h"
#include "flow/road.h"

/* Before the second try, then doubled; a fifth of it more or less. */
static const duration_ms backoff_first = {5000};
static const duration_ms backoff_max = {120000};
static const duration_ms backoff_notice_max = {1800000};

/* May this message still go out?  Otherwise its state says why not. */
static enum message_state
fate(const struct flow *f, const struct delivery *d, unix_ms now)
{
	const struct challenge_row *c = &d->challenge;

	if (!unix_ms_before(now, d->message.expires_at)) {
		return MESSAGE_EXPIRED;
	}
	/* S22: true whatever became of the challenge, also after a restore. */
	if (message_is_notice(d->message.kind)) {
		return MESSAGE_QUEUED;
	}
	if (c->state.status == CHALLENGE_EXPIRED) {
		return MESSAGE_EXPIRED;
	}
	if (c->state.status != CHALLENGE_PENDING || c->epoch != f->epoch ||
	    c->state.generation != d->message.generation) {
		return MESSAGE_CANCELLED;
	}
	return MESSAGE_QUEUED;
}

static enum err
record(struct tx *tx, const struct flow *f, enum audit_event event,
    const struct message_row *m, const char *reason, unix_ms now)
{
	struct audit a;
	enum err e = audit_begin(&a, f, event, &m->tenant, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "challenge", ID_CHALLENGE, &m->challenge);
	jsonw_member_id(&a.json, "message", ID_MESSAGE, &m->id);
	jsonw_member_z(&a.json, "kind", message_kind_name(m->kind));
	jsonw_member_z(&a.json, "channel", channel_name(m->channel));
	jsonw_member_i64(&a.json, "attempts", m->attempts);
	jsonw_member_z(&a.json, "reason", reason);
	return audit_commit(&a, tx, f);
}

enum err
deliver_end(struct tx *tx, const struct flow *f, struct message_row *m,
    enum message_state state, const char *reason, unix_ms now)
{
	enum audit_event event = state == MESSAGE_EXPIRED
	    ? AUDIT_MESSAGE_EXPIRED : AUDIT_MESSAGE_FAILED;
	enum err e;

	m->state = state;
	m->detail = str_of(reason);
	e = message_row_update(tx, m);
	if (e == ERR_NONE && state != MESSAGE_CANCELLED) {
		e = record(tx, f, event, m, reason, now);
	}
	return e;
}

/* Why it did not go, in a word that stays. */
static const char *
reason_of(enum message_kind kind, enum message_state state)
{
	if (message_is_notice(kind)) {
		return "notice_expired";
	}
	return state == MESSAGE_EXPIRED ? "code_expired" : "code_over";
}

/*
 * Loads the challenge of a leased message, and keeps it if it may go out.  A
 * notice with a recipient of its own needs none.
 */
static enum err
take(struct tx *tx, struct deliver *d, const struct message_row *m,
    unix_ms now)
{
	struct delivery *item = &d->items[d->n];
	enum message_state state;
	enum err e;

	item->message = *m;
	if (m->recipient.n > 0) {
		item->challenge = (struct challenge_row){
			.id = m->challenge,
			.tenant = m->tenant,
			.purpose = message_is_news(m->kind)
			    ? PURPOSE_DELIVERY : PURPOSE_ACCOUNT_CHANGE,
			.channel = m->channel,
			.locale = m->locale,
		};
		e = ERR_NONE;
	} else {
		e = challenge_row_get(tx, &m->tenant, &m->challenge,
		    d->arena, &item->challenge);
	}
	if (e == ERR_MISSING) {
		return deliver_end(tx, d->flow, &item->message, MESSAGE_CANCELLED,
		    "no_challenge", now);
	}
	if (e != ERR_NONE) {
		return e;
	}
	state = fate(d->flow, item, now);
	if (state != MESSAGE_QUEUED) {
		return deliver_end(tx, d->flow, &item->message, state,
		    reason_of(m->kind, state), now);
	}
	d->n++;
	return ERR_NONE;
}

enum err
deliver_run(struct tx *tx, void *deliver)
{
	struct deliver *d = deliver;
	struct message_row rows[DELIVER_BATCH];
	unix_ms now = flow_now(d->flow);
	const struct message_lanes everything = {
		.channels = MESSAGE_ALL_CHANNELS,
	};
	const struct message_lease lease = {
		.at = d->at.channels != 0 ? d->at : everything,
		.now = now,
		.until = unix_ms_add(now, DELIVER_LEASE),
		.max = d->max,
	};
	unsigned n = 0;
	enum err e;

	assert(d->max <= DELIVER_BATCH);
	d->n = 0;
	arena_reset(d->arena);
	e = message_row_lease(tx, &lease, d->arena, rows, &n);
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		e = take(tx, d, &rows[i], now);
	}
	if (e == ERR_NONE) {
		e = message_row_next_due(tx, &lease.at, &d->next_due);
	}
	return e;
}

/* Doubled with every try, spread so that a burst does not come back whole. */
static enum err
backoff(const struct flow *f, const struct message_row *m,
    duration_ms *ret_wait)
{
	const int64_t max = message_is_notice(m->kind)
	    ? backoff_notice_max.v : backoff_max.v;
	int64_t wait = backoff_first.v;
	uint16_t random;
	enum err e = rng_fill(&f->rng, &random, sizeof(random));

	if (e != ERR_NONE) {
		return e;
	}
	for (int i = 1; i < m->attempts && wait < max; i++) {
		wait *= 2;
	}
	if (wait > max) {
		wait = max;
	}
	wait += wait * (random % 401 - 200) / 1000;
	*ret_wait = (duration_ms){wait};
	return ERR_NONE;
}

static enum err
try_later(struct tx *tx, struct settle *s, struct message_row *m, unix_ms now)
{
	duration_ms wait;
	enum err e = backoff(s->flow, m, &wait);

	if (e != ERR_NONE) {
		return e;
	}
	if (s->wait.v > wait.v) {
		wait = s->wait;
	}
	m->due_at = unix_ms_add(now, wait);
	if (!unix_ms_before(m->due_at, m->expires_at)) {
		return deliver_end(tx, s->flow, m, MESSAGE_EXPIRED, s->reason, now);
	}
	m->detail = str_of(s->reason);
	return message_row_update(tx, m);
}

/* A receipt was faster than this. */
static bool
is_arrived(const struct message_row *m)
{
	return m->state == MESSAGE_DELIVERED ||
	    (m->state == MESSAGE_FAILED && m->sent_at.v != 0);
}

/* ERR_CONFLICT, and nothing written: m is not the row as it is now. */
static enum err
write_accepted(struct tx *tx, const struct settle *s, struct message_row *m,
    unix_ms now)
{
	m->attempts++;
	if (!is_arrived(m)) {
		m->state = MESSAGE_SENT;
		m->sent_at = now;
		m->detail = str_of(s->reason);
	}
	/* Where nobody will say that it arrived, this is all there is. */
	if (!s->receipts) {
		m->deadline_at = (unix_ms){0};
	}
	m->provider = str_of(s->provider);
	m->reference = str_of(s->reference);
	return message_row_update(tx, m);
}

static enum err
record_accepted(struct tx *tx, const struct settle *s,
    const struct message_row *m, unix_ms now)
{
	return record(tx, s->flow, AUDIT_MESSAGE_SENT, m, s->reason, now);
}

/* It did not go: the next step of its plan, else what result says. */
static enum err
not_sent(struct tx *tx, struct settle *s, struct message_row *m, unix_ms now)
{
	struct road_next n = {
		.flow = s->flow, .tenants = s->tenants, .arena = s->arena,
		.event = s->result == DELIVER_PERMANENT ? ROAD_REFUSED
		    : ROAD_CIRCUIT_OPEN,
		.reason = s->reason, .now = now,
	};
	enum err e = ERR_NONE;

	if (s->result != DELIVER_TEMPORARY) {
		e = road_next(tx, &n, m);
	}
	if (e != ERR_NONE) {
		return e;
	}
	if (s->result == DELIVER_PERMANENT) {
		return deliver_end(tx, s->flow, m, MESSAGE_FAILED, s->reason,
		    now);
	}
	return n.moved ? deliver_end(tx, s->flow, m, MESSAGE_CANCELLED,
	    ROAD_LEFT_CIRCUIT, now) : try_later(tx, s, m, now);
}

/* What is left when the row may have changed since it was leased. */
static enum err
settle_as_it_is(struct tx *tx, struct settle *s, unix_ms now)
{
	struct message_row m;
	enum err e = message_row_get(tx, &s->message, s->arena, &m);

	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	if (m.state == MESSAGE_FAILED &&
	    str_starts(m.detail, STR("bounce_"))) {
		return ERR_NONE;	/* it was faster than the courier */
	}
	if (s->result == DELIVER_ACCEPTED) {
		e = write_accepted(tx, s, &m, now);
		return e == ERR_NONE ? record_accepted(tx, s, &m, now) : e;
	}
	/*
	 * Cancelled meanwhile, or settled by a courier that took it when this
	 * one's lease was over: a failure takes nothing of that back.
	 */
	if (m.state != MESSAGE_QUEUED) {
		return ERR_NONE;
	}
	m.attempts++;
	return not_sent(tx, s, &m, now);
}

enum err
settle_run(struct tx *tx, void *settle)
{
	struct settle *s = settle;
	unix_ms now = flow_now(s->flow);

	if (s->result == DELIVER_ACCEPTED && s->leased != NULL) {
		struct message_row m = *s->leased;
		enum err e = write_accepted(tx, s, &m, now);

		if (e == ERR_NONE) {
			return record_accepted(tx, s, &m, now);
		}
		if (e != ERR_CONFLICT) {
			return e;
		}
	}
	return settle_as_it_is(tx, s, now);
}
