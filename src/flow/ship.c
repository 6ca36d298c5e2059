#include "flow/ship.h"

#include <string.h>

#include "flow/door_audit.h"
#include "flow/news.h"
#include "flow/private.h"
#include "flow/track.h"
#include "store/calendars.h"

/* One sentence as a rule, or one for each condition of a rule. */
enum { REASONS_MAX = 65536 };

struct cell
shipment_recipient_cell(const struct id *shipment)
{
	return (struct cell){"shipments", "recipient",
	    flow_id_bytes(shipment)};
}

struct cell
shipment_address_cell(const struct id *shipment)
{
	return (struct cell){"shipments", "address",
	    flow_id_bytes(shipment)};
}

struct cell
parcel_cell(const struct parcel_row *row,
    uint8_t dst[static PARCEL_CELL_ROW])
{
	memcpy(dst, row->shipment.b, ID_BYTES);
	dst[ID_BYTES] = (uint8_t)row->n;
	return (struct cell){"parcels", "what",
	    {(const char *)dst, PARCEL_CELL_ROW}};
}

static enum err
seal_columns(struct ship *s)
{
	const struct ship_request *r = &s->request;
	const struct str who[] = {r->name, r->email, r->phone};
	const struct str where[] = {r->lines, r->postcode};
	struct cell recipient = shipment_recipient_cell(&s->row.id);
	struct cell address = shipment_address_cell(&s->row.id);
	enum err e = private_seal(s->flow, s->arena, &recipient, who, 3,
	    &s->row.recipient);

	if (e == ERR_NONE) {
		e = private_seal(s->flow, s->arena, &address, where, 2,
		    &s->row.address);
	}
	return e;
}

static enum err
make_parcels(struct ship *s)
{
	enum err e = ERR_NONE;

	for (unsigned i = 0; e == ERR_NONE && i < s->request.n; i++) {
		struct parcel_row *p = &s->parcels[i];
		uint8_t row[PARCEL_CELL_ROW];
		struct cell cell;

		*p = (struct parcel_row){
			.shipment = s->row.id,
			.n = i,
			.tenant = s->row.tenant,
			.tracking = s->request.parcels[i].tracking,
		};
		cell = parcel_cell(p, row);
		e = private_seal(s->flow, s->arena, &cell,
		    &s->request.parcels[i].what, 1, &p->what);
	}
	return e;
}

/* The promised day must be one that can still come. */
static enum err
check_day(struct ship *s)
{
	const struct zones *zones = s->flow->zones;
	struct zone zone;
	civil_day today;
	enum err e = zones->get(zones->ctx, s->request.time_zone, s->now,
	    &zone);

	if (e == ERR_MISSING) {
		s->verdict = SHIP_NO_ZONE;
		return ERR_NONE;
	}
	if (e != ERR_NONE) {
		return e;
	}
	today = zone_day(&zone, s->now);
	if (s->request.promised_on.v < today.v ||
	    s->request.promised_on.v > today.v + SHIP_DAYS_MAX) {
		s->verdict = SHIP_DAY;
	}
	return ERR_NONE;
}

static void
fill_row(struct ship *s)
{
	const struct ship_request *r = &s->request;
	const struct policy *p = &s->tenant->policy;

	s->row = (struct shipment_row){
		.tenant = s->tenant->id,
		.account = r->account,
		.reference = r->reference,
		.state = shipment_make(p->delivery_visits,
		    p->purpose[PURPOSE_DELIVERY].attempts),
		.method = str_of(r->signals.method),
		.country = r->country,
		.region = r->region,
		.time_zone = r->time_zone,
		.amount = r->signals.amount,
		.currency = str_of(r->signals.currency),
		.promised_on = r->promised_on,
		.next_on = r->promised_on,
		.why = STR(""),
		.channel = r->recipient.channel,
		.locale = r->locale,
		.created_at = s->now,
	};
}

enum err
ship_prepare(struct ship *s)
{
	char token[TRACK_TOKEN];
	enum err e;

	s->now = flow_now(s->flow);
	s->verdict = SHIP_CREATED;
	fill_row(s);
	e = check_day(s);
	if (e != ERR_NONE || s->verdict != SHIP_CREATED) {
		return e;
	}
	e = id_new(&s->flow->rng, s->now, &s->row.id);
	if (e == ERR_NONE) {
		e = recipient_subject(s->flow, &s->row.tenant,
		    &s->request.recipient, s->row.subject);
	}
	if (e == ERR_NONE) {
		e = track_token(s->flow, &s->row.tenant, &s->row.id, token);
	}
	if (e == ERR_NONE) {
		e = track_index(s->flow, str_of(token), s->row.track);
	}
	if (e == ERR_NONE) {
		e = seal_columns(s);
	}
	return e == ERR_NONE ? make_parcels(s) : e;
}

/*
 * What the tenant knows of the region: of the part, or else of the country
 * (R4, R7).
 */
static enum err
look_at_region(struct tx *tx, struct ship *s, struct signals *signals)
{
	struct str region = s->row.region;
	struct calendar_row row;
	enum err e = calendar_row_get(tx, &s->row.tenant, region, s->arena,
	    &row);

	if (e == ERR_MISSING && region.n > 2) {
		e = calendar_row_get(tx, &s->row.tenant,
		    str_slice(region, 0, 2), s->arena, &row);
	}
	if (e == ERR_MISSING) {
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		signals->region_off |= row.codes == REGION_CODES_OFF;
		signals->risky_place |= row.codes == REGION_CODES_RISKY;
	}
	return e;
}

static enum err
record(struct tx *tx, struct ship *s)
{
	struct audit a;
	enum err e = door_audit_begin(&a, s->flow, AUDIT_SHIPMENT_CREATED,
	    &s->row, s->now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_z(&a.json, "code", decision_code_name(s->row.code));
	jsonw_member_str(&a.json, "rule", s->row.rule);
	jsonw_member_i64(&a.json, "parcels", s->request.n);
	return audit_commit(&a, tx, s->flow);
}

/* The reasons as the JSON that they are shown in. */
static enum err
decide(struct tx *tx, struct ship *s)
{
	static const struct id none;
	struct decide *d = &s->decide;
	struct buf text;
	struct jsonw w;
	enum err e;

	*d = (struct decide){
		.flow = s->flow, .tenant = s->tenant,
		.event = DECISION_DELIVERY, .signals = s->request.signals,
		.has_account = !id_equal(&s->row.account, &none),
		.account = s->row.account,
	};
	e = look_at_region(tx, s, &d->signals);
	if (e == ERR_NONE) {
		e = decide_run(tx, d);
	}
	if (e != ERR_NONE) {
		return e;
	}
	buf_init(&text, REASONS_MAX);
	jsonw_init(&w, &text);
	decision_reasons(&d->decision, &s->tenant->policy, &w);
	e = buf_err(&text);
	if (e == ERR_NONE && !arena_str(s->arena, buf_view(&text),
	    &s->row.reason)) {
		e = ERR_NOMEM;
	}
	buf_done(&text);
	s->row.code = d->decision.code;
	s->row.rule = d->decision.rule;
	return e;
}

enum err
ship_run(struct tx *tx, void *ship)
{
	struct ship *s = ship;
	enum err e = decide(tx, s);

	if (e != ERR_NONE) {
		return e;
	}
	s->verdict = s->row.code == DECISION_DENY ? SHIP_DENIED
	    : SHIP_CREATED;
	if (s->verdict == SHIP_DENIED) {
		return ERR_NONE;
	}
	e = shipment_row_insert(tx, &s->row);
	for (unsigned i = 0; e == ERR_NONE && i < s->request.n; i++) {
		e = parcel_row_insert(tx, &s->parcels[i]);
	}
	if (e == ERR_NONE) {
		e = record(tx, s);
	}
	if (e == ERR_NONE && s->row.code == DECISION_REQUIRED) {
		e = news_tell(tx, s->flow, &s->row, NEWS_EXPECTED, s->now);
	}
	return e;
}
