#include "flow/override.h"

#include "flow/dispatch.h"
#include "flow/door_audit.h"
#include "flow/door_part.h"
#include "flow/private.h"

struct cell
override_reason_cell(const struct id *id)
{
	return (struct cell){"overrides", "reason", flow_id_bytes(id)};
}

static bool
is_allowed(const struct shipment_row *row)
{
	struct shipment s = row->state;

	return shipment_step(&s, SHIPMENT_OVERRIDE) == SHIPMENT_DONE;
}

static enum err
record(struct tx *tx, const struct flow *f, enum audit_event event,
    const struct shipment_row *about, const struct override_row *row,
    const struct id *by, unix_ms now)
{
	struct audit a;
	enum err e = door_audit_begin(&a, f, event, about, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "override", ID_OVERRIDE, &row->id);
	jsonw_key(&a.json, "by");
	jsonw_hex(&a.json, by->b, ID_BYTES);
	return audit_commit(&a, tx, f);
}

enum err
override_ask_run(struct tx *tx, void *override_ask)
{
	struct override_ask *o = override_ask;
	unix_ms now = flow_now(o->flow);
	struct cell cell;
	enum err e = shipment_row_get(tx, &o->tenant->id, &o->shipment,
	    o->arena, &o->about);

	o->verdict = OVERRIDE_UNKNOWN;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	o->verdict = is_allowed(&o->about) ? OVERRIDE_DONE
	    : OVERRIDE_NOT_NOW;
	if (o->verdict != OVERRIDE_DONE) {
		return ERR_NONE;
	}
	o->row = (struct override_row){
		.tenant = o->tenant->id, .shipment = o->shipment,
		.asked_by = *o->by, .asked_at = now,
	};
	e = id_new(&o->flow->rng, now, &o->row.id);
	if (e != ERR_NONE) {
		return e;
	}
	cell = override_reason_cell(&o->row.id);
	e = private_seal(o->flow, o->arena, &cell, &o->reason, 1,
	    &o->row.reason);
	if (e == ERR_NONE) {
		e = override_row_insert(tx, &o->row);
	}
	return e == ERR_NONE ? record(tx, o->flow, AUDIT_OVERRIDE_ASKED,
	    &o->about, &o->row, o->by, now) : e;
}

/* Everything that is still expected changes hands. */
static enum err
give(struct tx *tx, struct override_approve *o, unix_ms now)
{
	struct parcel_row parcels[PARCELS_MAX];
	struct visit_row visit;
	struct door_call call = {
		.flow = o->flow, .tenant = o->tenant, .arena = o->arena,
		.shipment = o->shipment,
	};
	struct door door = {
		.flow = o->flow, .tenant = o->tenant, .arena = o->arena,
		.shipment = &o->about, .visit = &visit, .now = now,
	};
	struct door_give g = {
		.call = &call, .row = &o->about, .visit = &visit,
		.parcels = parcels, .proof = PROOF_OVERRIDE,
		.event = SHIPMENT_OVERRIDE, .at = now, .now = now,
	};
	enum err e = visit_row_get(tx, &o->tenant->id, &o->about.visit,
	    o->arena, &visit);

	if (e == ERR_NONE) {
		e = parcel_row_list(tx, &o->shipment, o->arena, parcels,
		    &g.n_parcels);
	}
	for (unsigned i = 0; i < g.n_parcels; i++) {
		g.give[i] = parcels[i].state == PARCEL_EXPECTED;
	}
	if (e == ERR_NONE) {
		e = door_codes_end(tx, &door, CHALLENGE_SUPERSEDE, NULL);
	}
	return e == ERR_NONE ? door_give(tx, &g) : e;
}

enum err
override_approve_run(struct tx *tx, void *override_approve)
{
	struct override_approve *o = override_approve;
	unix_ms now = flow_now(o->flow);
	enum err e = override_row_get(tx, &o->tenant->id, &o->override,
	    o->arena, &o->row);

	o->verdict = OVERRIDE_UNKNOWN;
	if (e == ERR_NONE) {
		e = shipment_row_get(tx, &o->tenant->id, &o->shipment,
		    o->arena, &o->about);
	}
	if (e != ERR_NONE || !id_equal(&o->row.shipment, &o->shipment)) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	if (o->row.approved_at.v != 0 || !is_allowed(&o->about)) {
		o->verdict = OVERRIDE_NOT_NOW;
		return ERR_NONE;
	}
	if (id_equal(&o->row.asked_by, o->by)) {
		o->verdict = OVERRIDE_SAME_PERSON;
		return ERR_NONE;
	}
	o->verdict = OVERRIDE_DONE;
	o->row.approved_by = *o->by;
	o->row.approved_at = now;
	e = override_row_approve(tx, &o->row);
	if (e == ERR_NONE) {
		e = give(tx, o, now);
	}
	return e == ERR_NONE ? record(tx, o->flow, AUDIT_OVERRIDE_APPROVED,
	    &o->about, &o->row, o->by, now) : e;
}
