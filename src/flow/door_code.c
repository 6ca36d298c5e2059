#include "flow/door_code.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "flow/audit.h"
#include "flow/delegate.h"
#include "flow/outbox.h"
#include "flow/private.h"
#include "flow/road.h"
#include "flow/settle.h"
#include "flow/ship.h"
#include "flow/start.h"

/* A pair of this key marks a code of the door. */
static const struct str mark = STR_INIT("door_visit");

enum { PARCELS_PER_PAIR = 3, PAIR_KEY = 24, NUMBER = 24 };

/* Texts of a binding that are made here. */
struct facts {
	struct binding binding;
	char ids[4][ID_TEXT_MAX];
	char day[DAY_TEXT];
	char stop[NUMBER], count[NUMBER];
	char keys[PARCELS_MAX / PARCELS_PER_PAIR][PAIR_KEY];
	char lists[PARCELS_MAX / PARCELS_PER_PAIR]
	    [PARCELS_PER_PAIR * (TRACKING_MAX + 1)];
};

enum err
door_customer(const struct flow *f, struct arena *arena,
    const struct shipment_row *row, struct door_person *ret_person)
{
	struct cell cell = shipment_recipient_cell(&row->id);
	struct str parts[3];
	enum err e = private_unseal(f, arena, &cell, row->recipient, parts,
	    3);

	if (e != ERR_NONE) {
		return e;
	}
	*ret_person = (struct door_person){.locale = row->locale};
	memcpy(ret_person->subject, row->subject, SUBJECT_BYTES);
	return recipient_parse(row->channel,
	    parts[row->channel == CHANNEL_EMAIL ? 1 : 2],
	    &ret_person->recipient) ? ERR_NONE : ERR_CRYPTO;
}

enum err
door_delegate(const struct flow *f, struct arena *arena,
    const struct delegate_row *row, struct door_person *ret_person)
{
	struct cell cell = delegate_recipient_cell(&row->id);
	struct str part;
	enum err e = private_unseal(f, arena, &cell, row->recipient, &part,
	    1);

	if (e != ERR_NONE) {
		return e;
	}
	*ret_person = (struct door_person){
		.locale = row->locale,
		.delegate = &row->id,
	};
	memcpy(ret_person->subject, row->subject, SUBJECT_BYTES);
	return recipient_parse(row->channel, part, &ret_person->recipient)
	    ? ERR_NONE : ERR_CRYPTO;
}

static void
add(struct facts *f, struct str key, struct str value)
{
	const char *flaw = binding_add(&f->binding, key, value);

	assert(flaw == NULL);
}

/* Three tracking numbers a pair; a value is shorter than 120 characters. */
static void
add_parcels(struct facts *f, const struct door *d)
{
	unsigned n = 0;

	for (unsigned i = 0; i < d->n_parcels; i++) {
		unsigned pair = n / PARCELS_PER_PAIR;
		char *list = f->lists[pair];
		struct str tracking = d->parcels[i].tracking;
		size_t have = strlen(list);

		if (d->parcels[i].state != PARCEL_EXPECTED) {
			continue;
		}
		(void)snprintf(list + have, sizeof(f->lists[pair]) - have,
		    "%s%.*s", have > 0 ? " " : "", STR_ARG(tracking));
		n++;
	}
	for (unsigned pair = 0; pair * PARCELS_PER_PAIR < n; pair++) {
		(void)snprintf(f->keys[pair], PAIR_KEY, "parcels_%u",
		    pair + 1);
		add(f, str_of(f->keys[pair]), str_of(f->lists[pair]));
	}
	(void)snprintf(f->count, NUMBER, "%u", n);
	add(f, STR("parcels"), str_of(f->count));
}

static void
make_binding(struct facts *f, const struct door *d,
    const struct door_person *person)
{
	const struct visit_row *v = d->visit;

	*f = (struct facts){0};
	id_text(ID_SHIPMENT, &v->shipment, f->ids[0]);
	id_text(ID_VISIT, &v->id, f->ids[1]);
	id_text(ID_AGENT, &v->agent, f->ids[2]);
	day_text(v->day, f->day);
	(void)snprintf(f->stop, NUMBER, "%lld", (long long)v->stop);
	add(f, STR("order"), d->shipment->reference);
	add(f, STR("shipment"), str_of(f->ids[0]));
	add(f, mark, str_of(f->ids[1]));
	add(f, STR("agent"), str_of(f->ids[2]));
	add(f, STR("day"), str_of(f->day));
	add(f, STR("stop"), str_of(f->stop));
	add_parcels(f, d);
	if (person->delegate != NULL) {
		id_text(ID_DELEGATE, person->delegate, f->ids[3]);
		add(f, STR("delegate"), str_of(f->ids[3]));
	}
}

static enum err
seal(const struct door *d, const struct cell *cell, struct str plain,
    struct str *ret_sealed)
{
	struct buf sealed;
	enum err e;

	buf_init(&sealed, plain.n + KEYRING_SEAL_EXTRA);
	e = keyring_seal(d->flow->ring, &d->flow->rng, cell, plain, &sealed);
	if (e == ERR_NONE && !arena_str(d->arena, buf_view(&sealed),
	    ret_sealed)) {
		e = ERR_NOMEM;
	}
	buf_done(&sealed);
	return e;
}

static enum err
seal_columns(const struct door *d, const struct binding *b,
    const struct door_person *person, struct challenge_row *row)
{
	struct cell recipient = recipient_cell(&row->id);
	struct cell binding = binding_cell(&row->id);
	struct buf plain;
	enum err e = seal(d, &recipient, recipient_str(&person->recipient),
	    &row->recipient);

	if (e != ERR_NONE) {
		return e;
	}
	buf_init(&plain, BINDING_BYTES);
	binding_encode(b, &plain);
	e = buf_err(&plain);
	if (e == ERR_NONE) {
		e = seal(d, &binding, buf_view(&plain), &row->binding);
	}
	buf_done(&plain);
	return e;
}

/* S13: what was mistyped on other days is not given back. */
static struct purpose_policy
policy_of(const struct door *d)
{
	struct purpose_policy p =
	    d->tenant->policy.purpose[PURPOSE_DELIVERY];

	p.attempts = d->shipment->state.failures_max -
	    d->shipment->state.failures;
	assert(p.attempts > 0);
	return p;
}

enum err
door_code_make(struct tx *tx, const struct door *d,
    const struct door_person *person, struct challenge_row *ret_row)
{
	struct purpose_policy policy = policy_of(d);
	struct facts facts;
	struct challenge_row row = {
		.tenant = d->tenant->id,
		.purpose = PURPOSE_DELIVERY,
		.channel = person->recipient.channel,
		.state = challenge_make(&policy, d->now,
		    d->visit->valid_until),
		.fallback = STR(""),
		.locale = person->locale,
		.length = (int)policy.length,
		.code_key = keyring_version(d->flow->ring, KEY_CODE),
		.epoch = d->flow->epoch,
	};
	enum err e = id_new(&d->flow->rng, d->now, &row.id);

	if (e != ERR_NONE) {
		return e;
	}
	memcpy(row.subject, person->subject, SUBJECT_BYTES);
	make_binding(&facts, d, person);
	e = binding_digest(d->flow, d->tenant, &facts.binding, row.digest);
	if (e == ERR_NONE) {
		e = seal_columns(d, &facts.binding, person, &row);
	}
	if (e == ERR_NONE) {
		e = challenge_row_insert(tx, &row);
	}
	if (e == ERR_NONE) {
		e = audit_simple(tx, d->flow, AUDIT_CHALLENGE_CREATED, &row,
		    d->now);
	}
	if (e == ERR_NONE) {
		*ret_row = row;
	}
	return e;
}

enum err
door_code_send(struct tx *tx, const struct door *d,
    struct challenge_row *row, duration_ms *ret_wait)
{
	struct contacts contacts;
	struct road_begin b = {
		.flow = d->flow, .tenant = d->tenant, .contacts = &contacts,
		.first = true, .now = d->now,
	};
	enum err e = id_new(&d->flow->rng, d->now, &b.message);

	if (e == ERR_NONE) {
		e = contacts_open(d->flow, row, &contacts);
	}
	if (e == ERR_NONE) {
		e = outbox_send(tx, &b, row);
	}
	if (e == ERR_NONE && b.limited.wait.v > ret_wait->v) {
		*ret_wait = b.limited.wait;
	}
	explicit_bzero(&contacts, sizeof(contacts));
	return e;
}

enum err
door_code_end(struct tx *tx, const struct door *d,
    const struct id *challenge, enum challenge_event event)
{
	static const struct id none;
	struct purpose_policy policy =
	    d->tenant->policy.purpose[PURPOSE_DELIVERY];
	struct challenge_row row;
	enum err e;

	if (id_equal(challenge, &none)) {
		return ERR_NONE;
	}
	e = challenge_row_get(tx, &d->tenant->id, challenge, d->arena, &row);
	if (e != ERR_NONE || row.state.status != CHALLENGE_PENDING) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	(void)!challenge_step(&row.state, event, &policy, d->now);
	return challenge_settled(tx, d->flow, &row, d->now);
}

bool
door_code_is(const struct flow *f, const struct challenge_row *row)
{
	struct binding binding;
	struct buf plain;
	bool is = false;

	if (row->purpose != PURPOSE_DELIVERY || row->binding.n == 0) {
		return false;
	}
	buf_init(&plain, BINDING_BYTES);
	if (binding_unseal(f, row, &plain, &binding) == ERR_NONE) {
		is = binding_get(&binding, mark).p != NULL;
	}
	buf_done(&plain);
	return is;
}

/* Makes the code of one person, and sends it if it is to be sent now. */
static enum err
issue(struct tx *tx, const struct door *d, const struct door_person *person,
    bool send, struct id *ret_challenge, duration_ms *wait)
{
	struct challenge_row row;
	enum err e = door_code_make(tx, d, person, &row);

	if (e == ERR_NONE) {
		*ret_challenge = row.id;
	}
	return e == ERR_NONE && send ? door_code_send(tx, d, &row, wait) : e;
}

enum err
door_codes_issue(struct tx *tx, const struct door *d,
    struct visit_row *visit, bool send, duration_ms *ret_wait)
{
	struct delegate_row delegates[DELEGATES_EVER];
	struct door_person person;
	unsigned n = 0;
	enum err e = door_customer(d->flow, d->arena, d->shipment, &person);

	if (e == ERR_NONE) {
		e = issue(tx, d, &person, send, &visit->challenge, ret_wait);
	}
	visit->sent = send && ret_wait->v == 0;
	if (e == ERR_NONE) {
		e = delegate_row_list(tx, &d->shipment->id, DELEGATES_EVER,
		    d->arena, delegates, &n);
	}
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		if (delegates[i].revoked_at.v != 0) {
			continue;
		}
		e = door_delegate(d->flow, d->arena, &delegates[i], &person);
		if (e == ERR_NONE) {
			e = issue(tx, d, &person, send,
			    &delegates[i].challenge, ret_wait);
		}
		if (e == ERR_NONE) {
			e = delegate_row_update(tx, &delegates[i]);
		}
	}
	return e;
}

/* Sends the code of a challenge that waits for it. */
static enum err
send_made(struct tx *tx, const struct door *d, const struct id *challenge,
    duration_ms *wait)
{
	struct challenge_row row;
	enum err e = challenge_row_get(tx, &d->tenant->id, challenge,
	    d->arena, &row);

	if (e == ERR_NONE && row.state.status == CHALLENGE_PENDING) {
		e = door_code_send(tx, d, &row, wait);
	}
	return e == ERR_MISSING ? ERR_NONE : e;
}

enum err
door_codes_send(struct tx *tx, const struct door *d,
    struct visit_row *visit, duration_ms *ret_wait)
{
	struct delegate_row delegates[DELEGATES_EVER];
	unsigned n = 0;
	enum err e = send_made(tx, d, &visit->challenge, ret_wait);

	visit->sent = ret_wait->v == 0;
	if (e == ERR_NONE) {
		e = delegate_row_list(tx, &d->shipment->id, DELEGATES_EVER,
		    d->arena, delegates, &n);
	}
	/* Once only: a delegate who is kept waiting asks the customer. */
	for (unsigned i = 0; e == ERR_NONE && visit->sent && i < n; i++) {
		duration_ms wait = {0};

		if (delegates[i].revoked_at.v == 0) {
			e = send_made(tx, d, &delegates[i].challenge, &wait);
		}
	}
	return e;
}

enum err
door_codes_end(struct tx *tx, const struct door *d,
    enum challenge_event event, const struct id *except)
{
	struct delegate_row delegates[DELEGATES_EVER];
	unsigned n = 0;
	enum err e = ERR_NONE;

	if (except == NULL || !id_equal(&d->visit->challenge, except)) {
		e = door_code_end(tx, d, &d->visit->challenge, event);
	}
	if (e == ERR_NONE) {
		e = delegate_row_list(tx, &d->shipment->id, DELEGATES_EVER,
		    d->arena, delegates, &n);
	}
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		if (except == NULL ||
		    !id_equal(&delegates[i].challenge, except)) {
			e = door_code_end(tx, d, &delegates[i].challenge,
			    event);
		}
	}
	return e;
}
