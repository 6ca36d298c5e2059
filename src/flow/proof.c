#include "flow/proof.h"

#include "base/jsonw.h"
#include "crypto/jws.h"
#include "flow/track.h"

enum { PAYLOAD_MAX = 4096 };

static void
write_parcels(struct jsonw *w, const struct proof *p)
{
	jsonw_key(w, "parcels");
	jsonw_array(w);
	for (unsigned i = 0; i < p->n_parcels; i++) {
		if (p->parcels[i].state == PARCEL_DELIVERED &&
		    id_equal(&p->parcels[i].visit, &p->visit->id)) {
			jsonw_str(w, p->parcels[i].tracking);
		}
	}
	jsonw_array_end(w);
}

static enum err
write_payload(const struct proof *p, struct buf *out)
{
	const struct visit_row *v = p->visit;
	static const struct id none;
	char short_form[TRACK_SHORT], day[DAY_TEXT];
	struct jsonw w;
	enum err e = track_short(p->flow, v, short_form);

	if (e != ERR_NONE) {
		return e;
	}
	day_text(v->day, day);
	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_id(&w, "shipment", ID_SHIPMENT, &v->shipment);
	jsonw_member_id(&w, "jti", ID_VISIT, &v->id);
	jsonw_member_z(&w, "iss", p->flow->issuer);
	jsonw_member_z(&w, "aud", p->tenant->name);
	jsonw_key(&w, "sub");
	jsonw_hex(&w, p->row->subject, SUBJECT_BYTES);
	jsonw_member_i64(&w, "iat", v->ended_at.v / 1000);
	jsonw_member_i64(&w, "told", v->told_at.v / 1000);
	jsonw_member_str(&w, "order", p->row->reference);
	write_parcels(&w, p);
	if (!id_equal(&v->agent, &none)) {
		jsonw_member_id(&w, "agent", ID_AGENT, &v->agent);
	}
	jsonw_member_z(&w, "day", day);
	jsonw_member_z(&w, "proof", visit_proof_name(v->proof));
	jsonw_member_z(&w, "typed_by", typed_by_name(v->typed_by));
	jsonw_member_z(&w, "short", short_form);
	jsonw_object_end(&w);
	return buf_err(out);
}

enum err
proof_sign(const struct proof *p, struct arena *arena,
    struct str *ret_receipt)
{
	struct buf payload, jws;
	enum err e;

	buf_init(&payload, PAYLOAD_MAX);
	buf_init(&jws, JWS_MAX);
	e = write_payload(p, &payload);
	if (e == ERR_NONE) {
		e = jws_sign(p->flow->ring, PROOF_TYP, buf_view(&payload),
		    &jws);
	}
	if (e == ERR_NONE && !arena_str(arena, buf_view(&jws),
	    ret_receipt)) {
		e = ERR_NOMEM;
	}
	buf_done(&jws);
	buf_done(&payload);
	return e;
}
