#include "flow/ship.h"

#include <string.h>

#include "flow/door_audit.h"
#include "flow/far.h"
#include "flow/news.h"
#include "flow/private.h"
#include "flow/ship_decide.h"
#include "flow/track.h"

static const struct id nobody;

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

/* Whom it is for: as the shop says, or as the account has it. */
static enum err
seal_recipient(struct ship *s)
{
	const struct ship_request *r = &s->request;
	const struct str who[] = {r->name, r->email, r->phone};
	struct cell cell = shipment_recipient_cell(&s->row.id);
	enum err e = recipient_subject(s->flow, &s->row.tenant, &r->recipient,
	    s->row.subject);

	s->row.channel = r->recipient.channel;
	s->row.locale = r->locale;
	return e == ERR_NONE ? private_seal(s->flow, s->arena, &cell, who, 3,
	    &s->row.recipient) : e;
}

static enum err
seal_address(struct ship *s)
{
	const struct str where[] = {s->request.lines, s->request.postcode};
	struct cell cell = shipment_address_cell(&s->row.id);

	enum err e = private_seal(s->flow, s->arena, &cell, where, 2,
	    &s->row.address);

	return e == ERR_NONE ? far_seal(s->flow, s->arena, &s->row,
	    &s->request.spot) : e;
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
		e = track_token(s->flow, &s->row.tenant, &s->row.id, token);
	}
	if (e == ERR_NONE) {
		e = track_index(s->flow, str_of(token), s->row.track);
	}
	if (e == ERR_NONE) {
		e = seal_address(s);
	}
	if (e == ERR_NONE && id_equal(&s->row.account, &nobody)) {
		e = seal_recipient(s);
	}
	return e == ERR_NONE ? make_parcels(s) : e;
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

/* One of the account's addresses, or nothing. */
static enum err
copy_address(struct ship *s, const struct account *a, enum channel channel,
    struct str *ret_address)
{
	struct account_way way;

	*ret_address = STR("");
	if (s->request.recipient.channel == channel) {
		way.to = s->request.recipient;
	} else if (!account_pick(s->flow, a, &channel, &way)) {
		return ERR_NONE;
	}
	return arena_str(s->arena, recipient_str(&way.to), ret_address)
	    ? ERR_NONE : ERR_NOMEM;
}

/* Name, contacts and language, as they are now (R17 to R19). */
static enum err
take_account(struct ship *s, const struct account *a)
{
	struct ship_request *r = &s->request;
	struct account_way way;
	enum err e;

	if (!account_pick(s->flow, a, r->wants_channel ? &r->channel : NULL,
	    &way)) {
		s->verdict = SHIP_NO_CONTACT;
		return ERR_NONE;
	}
	r->recipient = way.to;
	r->name = a->name;
	e = copy_address(s, a, CHANNEL_EMAIL, &r->email);
	if (e == ERR_NONE) {
		e = copy_address(s, a, way.to.channel == CHANNEL_VOICE
		    ? CHANNEL_VOICE : CHANNEL_SMS, &r->phone);
	}
	if (r->locale.n == 0) {
		r->locale = a->row.locale.n > 0 ? a->row.locale : STR("en");
	}
	return e == ERR_NONE ? seal_recipient(s) : e;
}

static enum err
find_account(struct tx *tx, struct ship *s, bool *ret_opted_out)
{
	struct account a;
	enum err e = account_look(tx, s->flow, &s->tenant->id,
	    &s->row.account, s->arena, &a);

	if (e == ERR_MISSING) {
		s->verdict = SHIP_NO_ACCOUNT;
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		*ret_opted_out = !a.row.delivery_codes;
		e = take_account(s, &a);
	}
	explicit_bzero(&a, sizeof(a));
	return e;
}

enum err
ship_run(struct tx *tx, void *ship)
{
	struct ship *s = ship;
	const struct ship_decide d = {
		s->flow, s->tenant, s->arena, &s->row,
	};
	bool opted_out = false;
	enum err e = ERR_NONE;

	s->verdict = SHIP_CREATED;
	if (!id_equal(&s->row.account, &nobody)) {
		e = find_account(tx, s, &opted_out);
	}
	if (e != ERR_NONE || s->verdict != SHIP_CREATED) {
		return e;
	}
	e = ship_decide(tx, &d, &s->request.signals, opted_out);
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
