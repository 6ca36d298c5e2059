#include "flow/contradiction.h"

#include "flow/case.h"
#include "flow/door_audit.h"

/* What the stop itself has of it; NULL: it is not of this stop. */
static const struct parcel_row *
of_stop(const struct handover *h, struct str tracking)
{
	for (unsigned i = 0; i < h->n_parcels; i++) {
		if (str_equal(h->parcels[i].tracking, tracking)) {
			return &h->parcels[i];
		}
	}
	return NULL;
}

static enum err
open_case(struct tx *tx, const struct handover *h,
    const struct shipment_row *row)
{
	const struct case_about about = {
		.tenant = row->tenant, .kind = STR(CONTRADICTION_CASE),
		.account = row->account, .shipment = row->id,
		.words = STR(""), .about = row, .now = h->now,
	};
	struct case_row made;
	unsigned open = 0;
	enum err e = case_row_open(tx, &row->id, about.kind, &open);

	if (e != ERR_NONE || open > 0) {
		return e;
	}
	e = case_open(tx, h->call.flow, h->call.arena, &about, &made);
	return e == ERR_NONE ? door_alert(tx, &h->call, row, &h->agent.id,
	    DOOR_ALERT_CONTRADICTION, h->now) : e;
}

static enum err
look_at(struct tx *tx, const struct handover *h, struct str tracking)
{
	const struct parcel_row *own = of_stop(h, tracking);
	struct shipment_row row;
	struct id shipment;
	enum err e;

	if (own != NULL) {
		return own->state == PARCEL_DELIVERED
		    ? open_case(tx, h, &h->row) : ERR_NONE;
	}
	e = parcel_row_find(tx, &h->call.tenant->id, tracking, &shipment);
	if (e == ERR_NONE) {
		e = shipment_row_get(tx, &h->call.tenant->id, &shipment,
		    h->call.arena, &row);
	}
	if (e == ERR_MISSING) {
		return ERR_NONE;
	}
	return e == ERR_NONE && row.state.status == SHIPMENT_DELIVERED
	    ? open_case(tx, h, &row) : e;
}

enum err
contradiction_look(struct tx *tx, const struct handover *h)
{
	enum err e = ERR_NONE;

	for (unsigned i = 0; e == ERR_NONE && i < h->n; i++) {
		e = look_at(tx, h, h->tracking[i]);
	}
	return e;
}

enum err
contradiction_open(struct tx *tx, const struct handover *h)
{
	return open_case(tx, h, &h->row);
}
