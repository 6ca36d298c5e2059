#include "api/shipment_json.h"

#include <stdio.h>
#include <string.h>

enum { MASK_MAX = EMAIL_MAX + 16, MONEY_TEXT = 32 };

void
shipment_write_day(struct jsonw *w, const char *key, civil_day day)
{
	char text[DAY_TEXT];

	day_text(day, text);
	jsonw_member_z(w, key, text);
}

/* Two decimals, and more only where they are needed. */
static void
write_money(struct jsonw *w, const struct shipment_row *row)
{
	char text[MONEY_TEXT];
	int n = snprintf(text, sizeof(text), "%lld.%04lld",
	    (long long)(row->amount / 10000),
	    (long long)(row->amount % 10000));
	size_t end = n > 0 ? (size_t)n : 0;

	for (int i = 0; i < 2 && end > 0 && text[end - 1] == '0'; i++) {
		end--;
	}
	jsonw_key(w, "value");
	jsonw_object(w);
	jsonw_member_str(w, "amount", (struct str){text, end});
	jsonw_member_str(w, "currency", row->currency);
	jsonw_object_end(w);
}

static void
write_code(struct jsonw *w, const struct shipment_row *row)
{
	jsonw_key(w, "code");
	jsonw_object(w);
	jsonw_member_bool(w, "required", row->code == DECISION_REQUIRED);
	jsonw_member_str(w, "rule", row->rule);
	jsonw_key(w, "reasons");
	jsonw_raw(w, row->reason);
	jsonw_object_end(w);
}

void
shipment_write_row(struct jsonw *w, const struct shipment_row *row)
{
	static const struct id none;

	jsonw_member_id(w, "id", ID_SHIPMENT, &row->id);
	jsonw_member_str(w, "order", row->reference);
	if (!id_equal(&row->account, &none)) {
		jsonw_member_id(w, "account", ID_ACCOUNT, &row->account);
	}
	jsonw_member_z(w, "status", shipment_status_name(row->state.status));
	write_code(w, row);
	write_money(w, row);
	jsonw_member_str(w, "method", row->method);
	shipment_write_day(w, "promised_on", row->promised_on);
	shipment_write_day(w, "next_on", row->next_on);
	if (row->why.n > 0) {
		jsonw_member_str(w, "why", row->why);
	}
	jsonw_member_i64(w, "visits_left",
	    row->state.visits_max - row->state.visits);
	jsonw_member_i64(w, "attempts_left",
	    row->state.failures_max - row->state.failures);
	jsonw_member_time(w, "created_at", row->created_at);
	if (row->ended_at.v != 0) {
		jsonw_member_time(w, "ended_at", row->ended_at);
	}
}

void
shipment_write_parcels(struct jsonw *w, const struct parcel_row *parcels,
    const struct str *what, unsigned n)
{
	jsonw_key(w, "parcels");
	jsonw_array(w);
	for (unsigned i = 0; i < n; i++) {
		jsonw_object(w);
		jsonw_member_str(w, "tracking", parcels[i].tracking);
		jsonw_member_str(w, "what", what[i]);
		jsonw_member_z(w, "state",
		    parcel_state_name(parcels[i].state));
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void
write_degrees(struct jsonw *w, const char *key, int64_t e5)
{
	char text[24];
	int64_t plain = e5 < 0 ? -e5 : e5;

	(void)snprintf(text, sizeof(text), "%s%lld.%05lld",
	    e5 < 0 ? "-" : "", (long long)(plain / 100000),
	    (long long)(plain % 100000));
	jsonw_member_z(w, key, text);
}

void
shipment_write_address(struct jsonw *w, struct str lines,
    struct str postcode, const struct spot *spot,
    const struct shipment_row *row)
{
	struct str line;

	jsonw_key(w, "address");
	jsonw_object(w);
	jsonw_key(w, "lines");
	jsonw_array(w);
	while (str_split(&lines, '\n', &line)) {
		jsonw_str(w, line);
	}
	jsonw_array_end(w);
	jsonw_member_str(w, "postcode", postcode);
	jsonw_member_str(w, "country", row->country);
	jsonw_member_str(w, "region", row->region);
	jsonw_member_str(w, "time_zone", row->time_zone);
	if (spot->given) {
		jsonw_key(w, "geo");
		jsonw_object(w);
		write_degrees(w, "lat", spot->lat_e5);
		write_degrees(w, "lon", spot->lon_e5);
		jsonw_object_end(w);
	}
	jsonw_object_end(w);
}

/* Masked, as everywhere: whoever may read shipments need not write to them. */
static void
write_masked(struct jsonw *w, const char *key, enum channel channel,
    struct str address)
{
	struct recipient r;
	char text[MASK_MAX];
	struct buf mask;

	if (address.n == 0 || !recipient_parse(channel, address, &r)) {
		return;
	}
	buf_fixed(&mask, text, sizeof(text));
	recipient_mask(&r, &mask);
	jsonw_member_str(w, key, buf_view(&mask));
	explicit_bzero(&r, sizeof(r));
}

static void
write_recipient(struct jsonw *w, const struct shipment_view *v)
{
	jsonw_key(w, "recipient");
	jsonw_object(w);
	jsonw_member_str(w, "name", v->name);
	write_masked(w, "email", CHANNEL_EMAIL, v->email);
	write_masked(w, "phone", CHANNEL_SMS, v->phone);
	jsonw_member_z(w, "channel", channel_name(v->row.channel));
	jsonw_member_str(w, "locale", v->row.locale);
	jsonw_object_end(w);
}

static void
write_visit(struct jsonw *w, const struct visit_row *v)
{
	static const struct id none;

	jsonw_object(w);
	jsonw_member_id(w, "id", ID_VISIT, &v->id);
	jsonw_member_id(w, "agent", ID_AGENT, &v->agent);
	jsonw_member_i64(w, "stop", v->stop);
	shipment_write_day(w, "day", v->day);
	jsonw_member_time(w, "valid_until", v->valid_until);
	if (!id_equal(&v->challenge, &none)) {
		jsonw_member_id(w, "challenge", ID_CHALLENGE, &v->challenge);
		jsonw_member_bool(w, "code_sent", v->sent);
	}
	jsonw_member_z(w, "outcome", visit_outcome_name(v->outcome));
	jsonw_member_z(w, "proof", visit_proof_name(v->proof));
	jsonw_member_z(w, "typed_by", typed_by_name(v->typed_by));
	jsonw_member_time(w, "dispatched_at", v->dispatched_at);
	if (v->arrived_at.v != 0) {
		jsonw_member_time(w, "arrived_at", v->arrived_at);
	}
	if (v->ended_at.v != 0) {
		jsonw_member_time(w, "ended_at", v->ended_at);
		jsonw_member_time(w, "told_at", v->told_at);
	}
	jsonw_member_str(w, "tzdata", v->tzdata);
	if (v->calendar.n > 0) {
		jsonw_member_str(w, "calendar", v->calendar);
	}
	jsonw_object_end(w);
}

static void
write_delegates(struct jsonw *w, const struct shipment_view *v)
{
	jsonw_key(w, "delegates");
	jsonw_array(w);
	for (unsigned i = 0; i < v->n_delegates; i++) {
		const struct delegate_row *d = &v->delegates[i];

		jsonw_object(w);
		jsonw_member_id(w, "id", ID_DELEGATE, &d->id);
		jsonw_member_str(w, "name", v->delegate_names[i]);
		jsonw_member_z(w, "channel", channel_name(d->channel));
		jsonw_member_bool(w, "revoked", d->revoked_at.v != 0);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void
write_overrides(struct jsonw *w, const struct shipment_view *v)
{
	jsonw_key(w, "overrides");
	jsonw_array(w);
	for (unsigned i = 0; i < v->n_overrides; i++) {
		const struct override_row *o = &v->overrides[i];

		jsonw_object(w);
		jsonw_member_id(w, "id", ID_OVERRIDE, &o->id);
		jsonw_member_str(w, "reason", v->override_reasons[i]);
		jsonw_member_z(w, "status", o->approved_at.v != 0
		    ? "approved" : "asked");
		jsonw_member_time(w, "asked_at", o->asked_at);
		jsonw_member_bool(w, "mine", id_equal(&o->asked_by,
		    &v->reader));
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

void
shipment_write(struct jsonw *w, const struct shipment_view *v)
{
	shipment_write_row(w, &v->row);
	write_recipient(w, v);
	shipment_write_address(w, v->lines, v->postcode, &v->spot, &v->row);
	shipment_write_parcels(w, v->parcels, v->what, v->n_parcels);
	jsonw_key(w, "visits");
	jsonw_array(w);
	for (unsigned i = 0; i < v->n_visits; i++) {
		write_visit(w, &v->visits[i]);
	}
	jsonw_array_end(w);
	write_delegates(w, v);
	write_overrides(w, v);
	if (v->track[0] != '\0') {
		jsonw_member_z(w, "track", v->track);
	}
}

void
shipment_write_dispatched(struct jsonw *w, const struct dispatch *d)
{
	static const struct id none;

	shipment_write_row(w, &d->row);
	jsonw_member_id(w, "visit", ID_VISIT, &d->visit.id);
	jsonw_member_id(w, "agent", ID_AGENT, &d->agent);
	jsonw_member_i64(w, "stop", d->stop);
	jsonw_member_time(w, "valid_until", d->visit.valid_until);
	jsonw_member_bool(w, "code_sent", d->visit.sent);
	if (!id_equal(&d->visit.challenge, &none)) {
		jsonw_member_id(w, "challenge", ID_CHALLENGE,
		    &d->visit.challenge);
	}
}
