#include "flow/start.h"

#include <assert.h>
#include <string.h>

#include "flow/audit.h"
#include "flow/payer.h"
#include "store/counters.h"

_Static_assert(DIGEST_BYTES == KEYRING_MAC, "a binding's digest is a MAC");

enum err
binding_digest(const struct flow *f, const struct tenant *tenant,
    const struct binding *b, uint8_t ret_digest[static DIGEST_BYTES])
{
	struct buf bytes;
	enum err e;

	buf_init(&bytes, BINDING_BYTES);
	binding_encode(b, &bytes);
	e = buf_err(&bytes);
	if (e == ERR_NONE) {
		e = keyring_digest(f->ring, "binding",
		    flow_id_bytes(&tenant->id), buf_view(&bytes), ret_digest);
	}
	buf_done(&bytes);
	return e;
}

/* Seals plain for a cell of the row, into the arena. */
static enum err
seal(struct start *s, const struct cell *cell, struct str plain,
    struct str *ret_sealed)
{
	struct buf sealed;
	enum err e;

	buf_init(&sealed, plain.n + KEYRING_SEAL_EXTRA);
	e = keyring_seal(s->flow->ring, &s->flow->rng, cell, plain, &sealed);
	if (e == ERR_NONE &&
	    !arena_str(s->arena, buf_view(&sealed), ret_sealed)) {
		e = ERR_NOMEM;
	}
	buf_done(&sealed);
	return e;
}

static enum err
seal_columns(struct start *s)
{
	struct cell recipient = recipient_cell(&s->row.id);
	struct cell fallback = fallback_cell(&s->row.id);
	struct cell binding = binding_cell(&s->row.id);
	struct buf plain;
	enum err e;

	/* The same work for nobody: it must not take another time (S79). */
	e = seal(s, &recipient, s->request.nobody ? STR("nobody@invalid")
	    : recipient_str(&s->request.recipient), &s->row.recipient);
	if (s->request.nobody || s->row.channel == CHANNEL_TOTP) {
		s->row.recipient = STR("");
	} else if (e == ERR_NONE && s->request.has_fallback) {
		e = seal(s, &fallback, recipient_str(&s->request.fallback),
		    &s->row.fallback);
	}
	if (e != ERR_NONE) {
		return e;
	}
	buf_init(&plain, BINDING_BYTES);
	binding_encode(&s->request.binding, &plain);
	e = buf_err(&plain);
	if (e == ERR_NONE) {
		e = seal(s, &binding, buf_view(&plain), &s->row.binding);
	}
	buf_done(&plain);
	return e;
}

/* The blind indexes: the person, and the network address where known. */
static enum err
index_columns(struct start *s)
{
	const struct start_request *r = &s->request;
	enum err e = ERR_NONE;

	if (r->subject != NULL) {
		memcpy(s->row.subject, r->subject, SUBJECT_BYTES);
	} else {
		e = recipient_subject(s->flow, &s->tenant->id, &r->recipient,
		    s->row.subject);
	}
	if (e != ERR_NONE || r->network.n == 0) {
		return e;
	}
	return keyring_index(s->flow->ring, "network",
	    flow_id_bytes(&s->tenant->id), r->network, s->row.address);
}

enum err
start_prepare(struct start *s)
{
	const struct start_request *r = &s->request;
	const struct purpose_policy *p =
	    &s->tenant->policy.purpose[r->purpose];
	duration_ms ttl = r->ttl_s != 0 ? SECONDS(r->ttl_s)
	    : policy_ttl(&s->tenant->policy, r->purpose,
	    r->recipient.channel);
	enum err e;

	s->now = flow_now(s->flow);
	s->row = (struct challenge_row){
		.tenant = s->tenant->id,
		.purpose = r->purpose,
		.channel = r->recipient.channel,
		.state = challenge_make(p, s->now,
		    unix_ms_add(s->now, ttl)),
		.locale = r->locale,
		.length = (int)(r->length != 0 ? r->length : p->length),
		.code_key = keyring_version(s->flow->ring, KEY_CODE),
		.epoch = s->flow->epoch,
		.has_account = r->account != NULL,
		.account = r->account != NULL ? *r->account : id_floor((unix_ms){0}),
	};
	if (s->row.channel == CHANNEL_TOTP) {
		/* The person makes the codes: there is nothing to send. */
		s->row.state.sends_left = 0;
	}
	e = id_new(&s->flow->rng, s->now, &s->row.id);
	if (e == ERR_NONE) {
		e = id_new(&s->flow->rng, s->now, &s->message);
	}
	if (e == ERR_NONE) {
		e = binding_digest(s->flow, s->tenant, &r->binding,
		    s->row.digest);
	}
	if (e == ERR_NONE) {
		e = index_columns(s);
	}
	if (e == ERR_NONE) {
		e = seal_columns(s);
	}
	if (e == ERR_NONE) {
		e = recipient_masked(s->flow, &s->row, s->arena, &s->to);
	}
	s->contacts = (struct contacts){
		.main = r->recipient,
		.has_other = r->has_fallback,
		.other = r->fallback,
	};
	return e == ERR_NONE ? contacts_keys(s->flow, &s->tenant->id,
	    r->network, &s->contacts) : e;
}

/* One more for a key, unless its limit is reached. */
static enum err
count(struct tx *tx, struct start *s, enum counter_kind kind,
    const uint8_t key[static COUNTER_KEY_BYTES], const char *rule,
    const struct rate_limit *limit)
{
	struct counter_row row;
	duration_ms wait;
	enum err e = limited_counter(tx, &s->row.tenant, kind, key, s->now,
	    &row);

	if (e != ERR_NONE) {
		return e;
	}
	wait = counter_wait(&row.state, s->now, limit, 1);
	if (wait.v > 0) {
		s->limited = limited_by(rule, wait, limit);
		return ERR_NONE;
	}
	counter_add(&row.state, s->now);
	return counter_row_put(tx, &row, s->now);
}

/* A subject that must wait to try is not sent codes meanwhile. */
static enum err
look_at_failures(struct tx *tx, struct start *s)
{
	struct counter_row failures;
	enum err e = limited_counter(tx, &s->row.tenant, COUNTER_FAILURES,
	    s->row.subject, s->now, &failures);

	if (e == ERR_NONE) {
		s->limited = limited_throttle(&failures, s->now,
		    &s->tenant->policy);
	}
	if (e == ERR_NONE && s->limited.wait.v == 0 &&
	    payer_applies(s->tenant, s->row.purpose)) {
		e = payer_counter(tx, s->flow, &s->row, s->now, &failures);
		if (e == ERR_NONE) {
			s->limited = payer_limited(&s->tenant->policy.payer,
			    &failures, s->now);
		}
	}
	return e;
}

static bool
has_address(const struct challenge_row *row)
{
	static const uint8_t none[SUBJECT_BYTES];

	return memcmp(row->address, none, SUBJECT_BYTES) != 0;
}

/* The recipient's limits and the guard, and then the road. */
static enum err
send(struct tx *tx, struct start *s)
{
	struct road_begin b = {
		.flow = s->flow, .tenant = s->tenant,
		.contacts = &s->contacts, .any = s->request.any_channel,
		.first = true, .message = s->message, .now = s->now,
	};
	enum err e;

	/* It may be run again, and has the first run's channel then. */
	s->row.channel = s->request.recipient.channel;
	e = outbox_send(tx, &b, &s->row);
	s->limited = b.limited;
	return e;
}

/*
 * Every limit in turn; the first that says no ends it.  What the earlier ones
 * counted stays: whoever is refused has asked all the same.
 */
static enum err
take_limits(struct tx *tx, struct start *s)
{
	const struct policy *p = &s->tenant->policy;
	enum err e = look_at_failures(tx, s);

	if (e == ERR_NONE && s->limited.wait.v == 0 && has_address(&s->row)) {
		e = count(tx, s, COUNTER_ADDRESS_CREATES, s->row.address,
		    "address", &p->address_creates);
	}
	if (e == ERR_NONE && s->limited.wait.v == 0) {
		e = count(tx, s, COUNTER_CREATES, s->row.subject, "creates",
		    &p->creates);
	}
	if (e == ERR_NONE && s->limited.wait.v == 0) {
		e = send(tx, s);
	}
	return e;
}

static enum err
refuse(struct tx *tx, struct start *s)
{
	struct audit a;
	enum err e = audit_begin(&a, s->flow, AUDIT_CHALLENGE_REFUSED,
	    &s->row.tenant, s->now);

	if (e != ERR_NONE) {
		return e;
	}
	audit_challenge(&a, &s->row);
	limited_record(&s->limited, &a.json);
	s->verdict = START_LIMITED;
	return audit_commit(&a, tx, s->flow);
}

enum err
start_run(struct tx *tx, void *start)
{
	struct start *s = start;
	enum err e;

	s->limited = (struct limited){0};
	e = take_limits(tx, s);
	if (e == ERR_MISSING) {
		s->verdict = START_NO_WAY;
		return ERR_NONE;
	}
	if (e != ERR_NONE) {
		return e;
	}
	if (s->limited.wait.v > 0) {
		return refuse(tx, s);
	}
	e = challenge_row_insert(tx, &s->row);
	if (e == ERR_NONE) {
		e = audit_simple(tx, s->flow, AUDIT_CHALLENGE_CREATED,
		    &s->row, s->now);
	}
	s->view = view_of(&s->row, s->to);
	s->verdict = START_CREATED;
	return e;
}
