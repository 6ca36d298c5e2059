#include "flow/delegate.h"

#include "flow/door_audit.h"
#include "flow/door_code.h"
#include "flow/private.h"

struct cell
delegate_name_cell(const struct id *delegate)
{
	return (struct cell){"delegates", "name", flow_id_bytes(delegate)};
}

struct cell
delegate_recipient_cell(const struct id *delegate)
{
	return (struct cell){"delegates", "recipient",
	    flow_id_bytes(delegate)};
}

static enum err
mask(struct delegate_name *d)
{
	struct buf text;
	enum err e;

	buf_init(&text, EMAIL_MAX + 16);
	recipient_mask(&d->recipient, &text);
	e = buf_err(&text);
	if (e == ERR_NONE && !arena_str(d->arena, buf_view(&text), &d->to)) {
		e = ERR_NOMEM;
	}
	buf_done(&text);
	return e;
}

enum err
delegate_name_prepare(struct delegate_name *d)
{
	unix_ms now = flow_now(d->flow);
	struct str to = recipient_str(&d->recipient);
	struct cell name, recipient;
	enum err e;

	d->row = (struct delegate_row){
		.tenant = d->tenant->id,
		.shipment = d->shipment,
		.channel = d->recipient.channel,
		.created_at = now,
	};
	e = id_new(&d->flow->rng, now, &d->row.id);
	if (e != ERR_NONE) {
		return e;
	}
	name = delegate_name_cell(&d->row.id);
	recipient = delegate_recipient_cell(&d->row.id);
	e = private_seal(d->flow, d->arena, &name, &d->name, 1, &d->row.name);
	if (e == ERR_NONE) {
		e = private_seal(d->flow, d->arena, &recipient, &to, 1,
		    &d->row.recipient);
	}
	if (e == ERR_NONE) {
		e = recipient_subject(d->flow, &d->tenant->id, &d->recipient,
		    d->row.subject);
	}
	return e == ERR_NONE ? mask(d) : e;
}

static bool
is_open(const struct shipment_row *s)
{
	return s->code == DECISION_REQUIRED &&
	    !shipment_is_final(s->state.status) &&
	    s->state.status != SHIPMENT_HELD &&
	    s->state.status != SHIPMENT_DISPUTED;
}

/* Named when the agent has it already: the code is made and sent now. */
static enum err
issue(struct tx *tx, struct delegate_name *d, const struct shipment_row *s)
{
	struct parcel_row parcels[PARCELS_MAX];
	struct challenge_row code;
	struct door_person person;
	struct visit_row visit;
	struct door door = {
		.flow = d->flow, .tenant = d->tenant, .arena = d->arena,
		.shipment = s, .visit = &visit, .parcels = parcels,
		.now = flow_now(d->flow),
	};
	duration_ms wait = {0};
	enum err e = visit_row_get(tx, &d->tenant->id, &s->visit, d->arena,
	    &visit);

	if (e == ERR_NONE) {
		e = parcel_row_list(tx, &s->id, d->arena, parcels,
		    &door.n_parcels);
	}
	if (e == ERR_NONE) {
		e = door_delegate(d->flow, d->arena, &d->row, &person);
	}
	if (e == ERR_NONE) {
		e = door_code_make(tx, &door, &person, &code);
	}
	if (e == ERR_NONE) {
		d->row.challenge = code.id;
	}
	return e == ERR_NONE && visit.sent
	    ? door_code_send(tx, &door, &code, &wait) : e;
}

static enum err
count_live(struct tx *tx, struct delegate_name *d, unsigned *ret_n)
{
	struct delegate_row rows[DELEGATES_EVER];
	unsigned n = 0;
	enum err e = delegate_row_list(tx, &d->shipment, DELEGATES_EVER,
	    d->arena, rows, &n);

	*ret_n = n == DELEGATES_EVER ? DELEGATES_MAX : 0;
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		*ret_n += rows[i].revoked_at.v == 0 ? 1 : 0;
	}
	return e;
}

enum err
delegate_name_run(struct tx *tx, void *delegate_name)
{
	struct delegate_name *d = delegate_name;
	struct shipment_row s;
	unsigned live = 0;
	struct audit a;
	enum err e = shipment_row_get(tx, &d->tenant->id, &d->shipment,
	    d->arena, &s);

	d->verdict = DELEGATE_UNKNOWN;
	d->row.challenge = (struct id){0};
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	d->verdict = is_open(&s) ? DELEGATE_DONE : DELEGATE_NOT_NOW;
	e = count_live(tx, d, &live);
	if (e == ERR_NONE && live >= DELEGATES_MAX &&
	    d->verdict == DELEGATE_DONE) {
		d->verdict = DELEGATE_TOO_MANY;
	}
	if (e != ERR_NONE || d->verdict != DELEGATE_DONE) {
		return e;
	}
	d->row.locale = d->locale.n > 0 ? d->locale : s.locale;
	if (shipment_on_route(s.state.status)) {
		e = issue(tx, d, &s);
	}
	if (e == ERR_NONE) {
		e = delegate_row_insert(tx, &d->row);
	}
	if (e == ERR_NONE) {
		e = door_audit_begin(&a, d->flow, AUDIT_DELEGATE_NAMED, &s,
		    d->row.created_at);
	}
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "delegate", ID_DELEGATE, &d->row.id);
	return audit_commit(&a, tx, d->flow);
}

static enum err
find(struct tx *tx, struct delegate_revoke *d, struct delegate_row *ret_row)
{
	struct delegate_row rows[DELEGATES_EVER];
	unsigned n = 0;
	enum err e = delegate_row_list(tx, &d->shipment, DELEGATES_EVER,
	    d->arena, rows, &n);

	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		if (id_equal(&rows[i].id, &d->delegate)) {
			*ret_row = rows[i];
			return ERR_NONE;
		}
	}
	return e == ERR_NONE ? ERR_MISSING : e;
}

enum err
delegate_revoke_run(struct tx *tx, void *delegate_revoke)
{
	struct delegate_revoke *d = delegate_revoke;
	unix_ms now = flow_now(d->flow);
	struct door door = {
		.flow = d->flow, .tenant = d->tenant, .arena = d->arena,
		.now = now,
	};
	struct shipment_row s;
	struct delegate_row row;
	struct audit a;
	enum err e = shipment_row_get(tx, &d->tenant->id, &d->shipment,
	    d->arena, &s);

	d->verdict = DELEGATE_UNKNOWN;
	if (e == ERR_NONE) {
		e = find(tx, d, &row);
	}
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	d->verdict = DELEGATE_DONE;
	if (row.revoked_at.v != 0) {
		return ERR_NONE;
	}
	row.revoked_at = now;
	e = door_code_end(tx, &door, &row.challenge, CHALLENGE_CANCEL);
	if (e == ERR_NONE) {
		e = delegate_row_update(tx, &row);
	}
	if (e == ERR_NONE) {
		e = door_audit_begin(&a, d->flow, AUDIT_DELEGATE_REVOKED, &s,
		    now);
	}
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "delegate", ID_DELEGATE, &row.id);
	return audit_commit(&a, tx, d->flow);
}
