#include "flow/far.h"

#include <stdio.h>

#include "base/parse.h"
#include "flow/case.h"
#include "flow/door_audit.h"
#include "flow/private.h"

static struct cell
geo_cell(const struct id *shipment)
{
	return (struct cell){"shipments", "geo", flow_id_bytes(shipment)};
}

enum err
far_seal(const struct flow *f, struct arena *arena, struct shipment_row *row,
    const struct spot *spot)
{
	struct cell cell = geo_cell(&row->id);
	char lat[24], lon[24];
	struct str parts[2];

	row->geo = STR("");
	if (!spot->given) {
		return ERR_NONE;
	}
	(void)snprintf(lat, sizeof(lat), "%lld", (long long)spot->lat_e5);
	(void)snprintf(lon, sizeof(lon), "%lld", (long long)spot->lon_e5);
	parts[0] = str_of(lat);
	parts[1] = str_of(lon);
	return private_seal(f, arena, &cell, parts, 2, &row->geo);
}

enum err
far_open(const struct flow *f, struct arena *arena,
    const struct shipment_row *row, struct spot *ret_spot)
{
	struct cell cell = geo_cell(&row->id);
	struct spot spot = {.given = true};
	struct str parts[2];
	enum err e;

	if (row->geo.n == 0) {
		*ret_spot = (struct spot){0};
		return ERR_NONE;
	}
	e = private_unseal(f, arena, &cell, row->geo, parts, 2);
	if (e == ERR_NONE && (!parse_i64(parts[0], &spot.lat_e5) ||
	    !parse_i64(parts[1], &spot.lon_e5))) {
		e = ERR_SYNTAX;
	}
	if (e == ERR_NONE) {
		*ret_spot = spot;
	}
	return e;
}

/* One case is enough; its words are what a person wants to know first. */
static enum err
tell(struct tx *tx, const struct far_look *l, int64_t metres)
{
	struct case_about about = {
		.tenant = l->row->tenant, .kind = STR(FAR_CASE),
		.account = l->row->account, .shipment = l->row->id,
		.about = l->row, .now = l->now,
	};
	char words[96];
	struct case_row made;
	unsigned open = 0;
	enum err e = case_row_open(tx, &l->row->id, about.kind, &open);

	if (e != ERR_NONE || open > 0) {
		return e;
	}
	(void)snprintf(words, sizeof(words), "The agent's device was %lld m "
	    "away from the address (give or take %lld m).",
	    (long long)metres, (long long)l->place->accuracy_m);
	about.words = str_of(words);
	e = case_open(tx, l->call->flow, l->call->arena, &about, &made);
	return e == ERR_NONE ? door_alert(tx, l->call, l->row, l->agent,
	    DOOR_ALERT_FAR, l->now) : e;
}

enum err
far_look(struct tx *tx, const struct far_look *l)
{
	int64_t limit = l->call->tenant->policy.delivery_distance;
	const struct spot here = {
		.given = l->place->given,
		.lat_e5 = l->place->lat_e5, .lon_e5 = l->place->lon_e5,
	};
	struct spot there;
	enum err e;

	if (limit == 0 || !here.given) {
		return ERR_NONE;
	}
	e = far_open(l->call->flow, l->call->arena, l->row, &there);
	if (e != ERR_NONE || !there.given || !spot_far(&here,
	    l->place->accuracy_m, &there, limit)) {
		return e;
	}
	return tell(tx, l, spot_metres(&here, &there));
}

static bool
was_judged(const struct handover *h)
{
	return h->verdict == DOOR_DONE || h->verdict == DOOR_PARTIAL ||
	    h->verdict == DOOR_WRONG || (h->verdict == DOOR_LOCKED &&
	    h->visit.outcome == VISIT_LOCKED);
}

enum err
far_handover(struct tx *tx, const struct handover *h)
{
	const struct far_look look = {
		.call = &h->call, .row = &h->row, .agent = &h->agent.id,
		.place = &h->place, .now = h->now,
	};

	return was_judged(h) ? far_look(tx, &look) : ERR_NONE;
}
