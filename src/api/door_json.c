#include "api/door_json.h"

#include "api/shipment_json.h"

enum { PASS_MAX = 1024, NOTE_MAX = 400 };

static void
read_place(struct jsonr_object *o, struct door_place *place)
{
	struct jsonr_object p;

	if (!jsonr_object(o, "place", JSONR_NULL, &p)) {
		return;
	}
	place->given = true;
	shipment_read_degrees(&p, "lat", SPOT_LAT_MAX,
	    &place->lat_e5);
	shipment_read_degrees(&p, "lon", SPOT_LON_MAX,
	    &place->lon_e5);
	(void)jsonr_i64(&p, "accuracy_m", JSONR_REQUIRED, 0, 1000000,
	    &place->accuracy_m);
	jsonr_close(&p);
}

static void
read_tracking(struct jsonr_object *o, const char *name, struct str *dst,
    unsigned *ret_n)
{
	struct jsonr_array list;

	if (!jsonr_array(o, name, 0, PARCELS_MAX, &list)) {
		return;
	}
	for (size_t i = 0; i < list.n; i++) {
		if (jsonr_at_str(&list, i, 1, TRACKING_MAX, &dst[*ret_n])) {
			(*ret_n)++;
		}
	}
}

void
handover_read(struct jsonr_object *o, struct handover *h)
{
	struct str word;

	h->code = h->pass = STR("");
	(void)jsonr_str(o, "code", 0, 0, CODE_INPUT_MAX, &h->code);
	(void)jsonr_str(o, "pass", 0, 1, PASS_MAX, &h->pass);
	if (h->code.n > 0 && h->pass.n > 0) {
		jsonr_flaw(o, NULL, "must have one of code and pass");
	}
	read_tracking(o, "parcels", h->tracking, &h->n);
	read_tracking(o, "refused", h->refused, &h->n_refused);
	if (jsonr_str(o, "typed_by", 0, 1, 16, &word) &&
	    !typed_by_parse(word, &h->typed_by)) {
		jsonr_flaw(o, "typed_by", "must be customer or agent");
	}
	read_place(o, &h->place);
}

void
attempt_read(struct jsonr_object *o, struct door_attempt *a)
{
	struct header_text text;
	struct str word;

	a->note = STR("");
	if (jsonr_str(o, "outcome", JSONR_REQUIRED, 1, 16, &word) &&
	    !visit_attempt_parse(word, &a->outcome)) {
		jsonr_flaw(o, "outcome",
		    "must be absent, refused, address or unsafe");
	}
	if (jsonr_str(o, "note", 0, 0, NOTE_MAX, &a->note) &&
	    a->note.n > 0 && header_text_parse(a->note, &text) !=
	    FLAW_NONE) {
		jsonr_flaw(o, "note", "is not one line of plain text");
	}
	read_place(o, &a->place);
}

void
handover_write(struct jsonw *w, const struct handover *h)
{
	bool given = h->verdict == DOOR_DONE || h->verdict == DOOR_PARTIAL;

	jsonw_member_z(w, "result", door_verdict_name(h->verdict));
	if (h->verdict != DOOR_NOT_YOURS) {
		jsonw_member_z(w, "status",
		    shipment_status_name(h->row.state.status));
		jsonw_member_i64(w, "attempts_left", h->attempts_left);
	}
	if (given) {
		jsonw_member_str(w, "receipt", h->receipt);
		jsonw_member_z(w, "proof", visit_proof_name(h->visit.proof));
	}
	if (h->verdict == DOOR_PARTIAL) {
		shipment_write_day(w, "next_attempt_on", h->row.next_on);
	}
}

void
attempt_write(struct jsonw *w, const struct door_attempt *a)
{
	if (a->verdict != DOOR_DONE) {
		jsonw_member_z(w, "result", door_verdict_name(a->verdict));
		return;
	}
	jsonw_member_z(w, "result", "recorded");
	jsonw_member_z(w, "status",
	    shipment_status_name(a->row.state.status));
	if (a->row.state.status == SHIPMENT_ATTEMPTED) {
		shipment_write_day(w, "next_attempt_on", a->row.next_on);
		jsonw_member_str(w, "why", a->row.why);
	}
}
