#include "flow/track_act.h"

#include "flow/dispatch.h"
#include "flow/door_audit.h"
#include "flow/private.h"

static const char *const names[DISPUTE_COUNT] = {
	[DISPUTE_NOBODY_CAME] = "nobody_came",
	[DISPUTE_NOT_RECEIVED] = "not_received",
	[DISPUTE_WRONG_PARCEL] = "wrong_parcel",
	[DISPUTE_NOT_ORDERED] = "not_ordered",
	[DISPUTE_WRONG_WORD] = "wrong_word",
};

const char *
dispute_name(enum dispute d)
{
	return names[d];
}

bool
dispute_parse(struct str s, enum dispute *ret_dispute)
{
	for (int i = 0; i < DISPUTE_COUNT; i++) {
		if (str_equal(s, str_of(names[i]))) {
			*ret_dispute = (enum dispute)i;
			return true;
		}
	}
	return false;
}

bool
dispute_may(const struct shipment_row *row, enum dispute d)
{
	enum shipment_status s = row->state.status;
	bool over = s == SHIPMENT_DELIVERED || s == SHIPMENT_DISPUTED;

	switch (d) {
	case DISPUTE_NOBODY_CAME:
		return row->state.visits > 0 && !over;
	case DISPUTE_NOT_RECEIVED:
	case DISPUTE_WRONG_PARCEL:
		return over;
	case DISPUTE_WRONG_WORD:
		return shipment_on_route(s) || over;
	case DISPUTE_NOT_ORDERED:
		return s != SHIPMENT_CANCELLED;
	case DISPUTE_COUNT:
	default:
		return false;
	}
}

struct cell
case_words_cell(const struct id *id)
{
	return (struct cell){"cases", "words", flow_id_bytes(id)};
}

enum err
track_dispute_prepare(struct track_dispute *d)
{
	return id_new(&d->flow->rng, flow_now(d->flow), &d->id);
}

/* R66: a person looks into it. */
static enum err
open_case(struct tx *tx, struct track_dispute *d, unix_ms now)
{
	struct cell cell = case_words_cell(&d->id);
	struct case_row row = {
		.id = d->id,
		.tenant = d->tenant->id,
		.kind = str_of(dispute_name(d->kind)),
		.status = CASE_OPEN,
		.account = d->row.account,
		.shipment = d->row.id,
		.created_at = now,
		.changed_at = now,
	};
	struct audit a;
	enum err e = private_seal(d->flow, d->arena, &cell, &d->words, 1,
	    &row.words);

	if (e == ERR_NONE) {
		e = case_row_insert(tx, &row);
	}
	if (e == ERR_NONE) {
		e = door_audit_begin(&a, d->flow, AUDIT_CASE_OPENED, &d->row,
		    now);
	}
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "case", ID_CASE, &d->id);
	jsonw_member_z(&a.json, "kind", dispute_name(d->kind));
	return audit_commit(&a, tx, d->flow);
}

/* What was delivered, and is denied. */
static enum err
contradict(struct tx *tx, struct track_dispute *d, unix_ms now)
{
	enum err e;

	if ((d->kind != DISPUTE_NOT_RECEIVED &&
	    d->kind != DISPUTE_WRONG_PARCEL) ||
	    d->row.state.status != SHIPMENT_DELIVERED ||
	    shipment_step(&d->row.state, SHIPMENT_CONTRADICT) !=
	    SHIPMENT_DONE) {
		return ERR_NONE;
	}
	e = shipment_row_update(tx, &d->row);
	return e == ERR_NONE ? door_audit_simple(tx, d->flow,
	    AUDIT_SHIPMENT_DISPUTED, &d->row, now) : e;
}

enum err
track_dispute_run(struct tx *tx, void *track_dispute)
{
	struct track_dispute *d = track_dispute;
	unix_ms now = flow_now(d->flow);
	unsigned n = 0;
	enum err e = track_find(tx, d->flow, d->tenant, d->token, d->arena,
	    &d->row);

	d->verdict = TRACK_UNKNOWN;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	d->verdict = TRACK_NOT_NOW;
	if (!dispute_may(&d->row, d->kind)) {
		return ERR_NONE;
	}
	d->verdict = TRACK_DONE;
	e = case_row_open(tx, &d->row.id, str_of(dispute_name(d->kind)), &n);
	d->again = n > 0;
	if (e == ERR_NONE && !d->again) {
		e = contradict(tx, d, now);
		if (e == ERR_NONE) {
			e = open_case(tx, d, now);
		}
	}
	return e;
}

static enum err
put_off(struct tx *tx, struct track_day *d, unix_ms now)
{
	struct str hash;
	enum err e = dispatch_schedule(tx, d->arena, &d->row,
	    (civil_day){d->wish.v - 1}, &hash);

	if (e == ERR_NONE) {
		e = shipment_row_update(tx, &d->row);
	}
	return e == ERR_NONE ? door_audit_simple(tx, d->flow,
	    AUDIT_SHIPMENT_RESCHEDULED, &d->row, now) : e;
}

enum err
track_day_run(struct tx *tx, void *track_day)
{
	struct track_day *d = track_day;
	const struct zones *zones = d->flow->zones;
	unix_ms now = flow_now(d->flow);
	struct zone zone;
	civil_day today;
	enum err e = track_find(tx, d->flow, d->tenant, d->token, d->arena,
	    &d->row);

	d->verdict = TRACK_UNKNOWN;
	if (e == ERR_NONE) {
		e = zones->get(zones->ctx, d->row.time_zone, now, &zone);
	}
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	today = zone_day(&zone, now);
	d->verdict = !track_trusts(d->tenant, &d->row, d->viewer)
	    ? TRACK_NOT_YOURS
	    : d->row.state.status != SHIPMENT_SCHEDULED ? TRACK_NOT_NOW
	    : d->wish.v <= today.v || d->wish.v > today.v + TRACK_DAYS_MAX
	    ? TRACK_DAY : TRACK_DONE;
	return d->verdict == TRACK_DONE ? put_off(tx, d, now) : ERR_NONE;
}
