#include "flow/pass.h"

#include "base/jsonw.h"
#include "crypto/jws.h"

enum { PAYLOAD_MAX = 512, PASS_MAX = 1024 };

/* Short, for a QR code on a small screen in the sun. */
static void
payload_of(const struct tenant *tenant, const struct visit_row *visit,
    struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_z(&w, "aud", tenant->name);
	jsonw_member_id(&w, "shipment", ID_SHIPMENT, &visit->shipment);
	jsonw_member_id(&w, "visit", ID_VISIT, &visit->id);
	jsonw_member_id(&w, "agent", ID_AGENT, &visit->agent);
	jsonw_member_i64(&w, "exp", visit->valid_until.v / 1000);
	jsonw_object_end(&w);
}

enum err
pass_sign(const struct flow *f, const struct tenant *tenant,
    const struct visit_row *visit, struct arena *arena, struct str *ret_pass)
{
	struct buf payload, jws;
	enum err e;

	buf_init(&payload, PAYLOAD_MAX);
	buf_init(&jws, PASS_MAX);
	payload_of(tenant, visit, &payload);
	e = buf_err(&payload);
	if (e == ERR_NONE) {
		e = jws_sign(f->ring, PASS_TYP, buf_view(&payload), &jws);
	}
	if (e == ERR_NONE && !arena_str(arena, buf_view(&jws), ret_pass)) {
		e = ERR_NOMEM;
	}
	buf_done(&jws);
	buf_done(&payload);
	return e;
}

enum err
pass_head(const struct flow *f, const struct tenant *tenant,
    const struct visit_row *visit, struct arena *arena, struct str *ret_head)
{
	struct buf payload, head;
	enum err e;

	buf_init(&payload, PAYLOAD_MAX);
	buf_init(&head, PASS_MAX);
	payload_of(tenant, visit, &payload);
	e = buf_err(&payload);
	if (e == ERR_NONE) {
		e = jws_head(f->ring, PASS_TYP, buf_view(&payload), &head);
	}
	if (e == ERR_NONE && !arena_str(arena, buf_view(&head), ret_head)) {
		e = ERR_NOMEM;
	}
	buf_done(&head);
	buf_done(&payload);
	return e;
}

enum err
pass_check(const struct flow *f, const struct tenant *tenant,
    const struct visit_row *visit, struct str pass)
{
	struct buf want, given;
	enum err e;

	buf_init(&want, PAYLOAD_MAX);
	buf_init(&given, PASS_MAX);
	payload_of(tenant, visit, &want);
	e = buf_err(&want);
	if (e == ERR_NONE) {
		e = jws_verify(f->ring, PASS_TYP, pass, &given);
	}
	if (e == ERR_SYNTAX || e == ERR_MISSING || e == ERR_CRYPTO ||
	    e == ERR_LIMIT || (e == ERR_NONE &&
	    !str_equal(buf_view(&want), buf_view(&given)))) {
		e = ERR_DENIED;
	}
	buf_done(&given);
	buf_done(&want);
	return e;
}
