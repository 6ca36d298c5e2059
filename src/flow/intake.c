#include "flow/intake.h"

#include <string.h>

#include "base/ct.h"

_Static_assert(SHIPMENT_LINE_HASH == KEYRING_INDEX, "it is a blind index");

enum err
intake_prepare(struct intake *i)
{
	const struct flow *f = i->ship.flow;
	/* Not a plain hash: the line has a name and an address (S4). */
	enum err e = keyring_index(f->ring, "shipment line",
	    flow_id_bytes(&i->ship.tenant->id), i->line, i->request);

	if (e == ERR_NONE) {
		e = ship_prepare(&i->ship);
	}
	i->prepared = i->ship.verdict;
	return e;
}

/* The order is known: by this line, or by another. */
static enum err
meet_again(struct tx *tx, struct intake *i, const struct shipment_line_row *row)
{
	i->shipment = row->shipment;
	if (!ct_equal(row->request, i->request, SHIPMENT_LINE_HASH)) {
		i->other = true;
		return ERR_NONE;
	}
	i->again = true;
	i->ship.verdict = SHIP_CREATED;
	return shipment_row_get(tx, &row->tenant, &row->shipment,
	    i->ship.arena, &i->ship.row);
}

enum err
intake_run(struct tx *tx, void *intake)
{
	struct intake *i = intake;
	struct shipment_line_row row = {
		.tenant = i->ship.tenant->id,
		.reference = i->ship.request.reference,
	};
	enum err e = shipment_line_row_find(tx, &row);

	i->again = i->other = false;
	if (e == ERR_NONE) {
		return meet_again(tx, i, &row);
	}
	i->ship.verdict = i->prepared;
	if (e != ERR_MISSING || i->prepared != SHIP_CREATED) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	e = ship_run(tx, &i->ship);
	if (e != ERR_NONE || i->ship.verdict != SHIP_CREATED) {
		return e;
	}
	row.shipment = i->ship.row.id;
	memcpy(row.request, i->request, SHIPMENT_LINE_HASH);
	return shipment_line_row_insert(tx, &row);
}
