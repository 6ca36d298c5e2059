#include "flow/receipt.h"

#include <assert.h>
#include <string.h>

#include "base/ct.h"
#include "base/jsonw.h"
#include "crypto/jws.h"
#include "domain/binding.h"
#include "flow/audit.h"
#include "flow/recipient.h"

_Static_assert(RECEIPT_MAX == JWS_MAX, "one receipt is one JWS");

/* Bindings are the largest part: every byte may become six when escaped. */
enum { PAYLOAD_MAX = 5800 };

/* A payload begins with this, then the identifier of its challenge. */
static const struct str opening = STR_INIT("{\"challenge\":\"");

const char *
receipt_amr(enum factor factor)
{
	switch (factor) {
	case FACTOR_SMS:
		return "sms";
	case FACTOR_VOICE:
		return "tel";
	case FACTOR_EMAIL:
	case FACTOR_TOTP:
	case FACTOR_RECOVERY_CODE:
	case FACTOR_COUNT:
	default:
		return "otp";
	}
}

enum factor
receipt_method(const struct challenge_row *row)
{
	_Static_assert((int)FACTOR_EMAIL == (int)CHANNEL_EMAIL &&
	    (int)FACTOR_SMS == (int)CHANNEL_SMS &&
	    (int)FACTOR_VOICE == (int)CHANNEL_VOICE &&
	    (int)FACTOR_TOTP == (int)CHANNEL_TOTP, "the first are channels");

	return (enum factor)(row->answered > 0 ? row->answered - 1
	    : (unsigned)row->channel);
}

static void
write_payload(const struct flow *f, const struct tenant *tenant,
    const struct challenge_row *row, const struct binding *b, struct buf *out)
{
	/* The moment of approval, in the seconds that RFC 7519 counts. */
	int64_t iat = row->state.ended_at.v / 1000;
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_id(&w, "challenge", ID_CHALLENGE, &row->id);
	/* One approval for a challenge, so its identifier is unique here. */
	jsonw_member_id(&w, "jti", ID_RECEIPT, &row->id);
	jsonw_member_z(&w, "iss", f->issuer);
	jsonw_member_z(&w, "aud", tenant->name);
	jsonw_key(&w, "sub");
	jsonw_hex(&w, row->subject, SUBJECT_BYTES);
	jsonw_member_i64(&w, "iat", iat);
	jsonw_member_i64(&w, "exp", iat + RECEIPT_LIFE.v / 1000);
	jsonw_member_z(&w, "purpose", purpose_name(row->purpose));
	jsonw_key(&w, "amr");
	jsonw_array(&w);
	jsonw_z(&w, receipt_amr(receipt_method(row)));
	jsonw_array_end(&w);
	if (row->answered > 0) {
		jsonw_member_z(&w, "method", factor_name(receipt_method(row)));
	}
	binding_write(&w, b);
	jsonw_object_end(&w);
}

/* Appends the payload that an approval of row has. */
static enum err
payload_of(const struct flow *f, const struct tenant *tenant,
    const struct challenge_row *row, struct buf *out)
{
	struct binding binding;
	struct buf plain;
	enum err e;

	buf_init(&plain, BINDING_BYTES);
	e = binding_unseal(f, row, &plain, &binding);
	if (e == ERR_NONE) {
		write_payload(f, tenant, row, &binding, out);
		e = buf_err(out);
	}
	buf_done(&plain);
	return e;
}

enum err
receipt_sign(const struct flow *f, const struct tenant *tenant,
    const struct challenge_row *row, struct arena *arena,
    struct str *ret_receipt)
{
	struct buf payload, jws;
	enum err e;

	assert(row->state.status == CHALLENGE_APPROVED);
	buf_init(&payload, PAYLOAD_MAX);
	buf_init(&jws, JWS_MAX);
	e = payload_of(f, tenant, row, &payload);
	if (e == ERR_NONE) {
		e = jws_sign(f->ring, RECEIPT_TYP, buf_view(&payload), &jws);
	}
	if (e == ERR_NONE && !arena_str(arena, buf_view(&jws), ret_receipt)) {
		e = ERR_NOMEM;
	}
	buf_done(&jws);
	buf_done(&payload);
	return e;
}

const char *
redeem_verdict_name(enum redeem_verdict v)
{
	static const char *const names[] = {
		[REDEEM_REDEEMED] = "redeemed",
		[REDEEM_ALREADY] = "already_redeemed",
		[REDEEM_EXPIRED] = "expired",
		[REDEEM_MISMATCH] = "mismatch",
		[REDEEM_NOT_OURS] = "not_ours",
	};

	return names[v];
}

static bool
challenge_of(struct str payload, struct id *ret_id)
{
	struct str rest;

	if (!str_starts(payload, opening)) {
		return false;
	}
	rest = str_slice(payload, opening.n, payload.n);
	rest = str_slice(rest, 0, str_find(rest, '"'));
	return id_parse(ID_CHALLENGE, rest, ret_id) == ERR_NONE;
}

static void
settle(struct redeem *r, enum redeem_verdict verdict)
{
	r->verdict = verdict;
	r->settled = true;
}

enum err
redeem_prepare(struct redeem *r)
{
	struct buf payload;
	enum err e;

	r->now = flow_now(r->flow);
	buf_init(&payload, PAYLOAD_MAX);
	e = jws_verify(r->flow->ring, RECEIPT_TYP, r->receipt, &payload);
	if (e == ERR_SYNTAX || e == ERR_MISSING || e == ERR_CRYPTO ||
	    (e == ERR_NONE &&
	    !challenge_of(buf_view(&payload), &r->challenge))) {
		settle(r, REDEEM_NOT_OURS);
		e = ERR_NONE;
	} else if (e == ERR_NONE &&
	    !arena_str(r->arena, buf_view(&payload), &r->payload)) {
		e = ERR_NOMEM;
	}
	buf_done(&payload);
	return e;
}

/* The row must say, byte for byte, what the receipt says. */
static enum err
agrees(const struct redeem *r, bool *ret_agrees)
{
	struct buf payload;
	enum err e;

	buf_init(&payload, PAYLOAD_MAX);
	e = payload_of(r->flow, r->tenant, &r->row, &payload);
	*ret_agrees = e == ERR_NONE &&
	    str_equal(buf_view(&payload), r->payload);
	buf_done(&payload);
	return e;
}

/* The first moment at which the receipt of row's approval is over. */
static unix_ms
dies_at(const struct challenge_row *row)
{
	return unix_ms_add((unix_ms){row->state.ended_at.v / 1000 * 1000},
	    RECEIPT_LIFE);
}

/*
 * A receipt that was found to be over stays so when the clock is put back
 * (S30, I5): it is noted as if it were redeemed when it died, which no receipt
 * can be.
 */
static enum redeem_verdict
look(const struct redeem *r)
{
	unix_ms dies = dies_at(&r->row);

	if (r->row.purpose != r->purpose || (r->has_binding &&
	    !ct_equal(r->digest, r->row.digest, DIGEST_BYTES))) {
		return REDEEM_MISMATCH;
	}
	if (r->row.redeemed_at.v != 0) {
		return unix_ms_before(r->row.redeemed_at, dies)
		    ? REDEEM_ALREADY : REDEEM_EXPIRED;
	}
	/*
	 * Made before a restore, it may have been redeemed since (S136); one
	 * that retention has emptied has been over for a day.
	 */
	if (!unix_ms_before(r->now, dies) || r->row.binding.n == 0 ||
	    r->row.epoch != r->flow->epoch) {
		return REDEEM_EXPIRED;
	}
	return REDEEM_REDEEMED;
}

/* Writes what was decided, and its event. */
static enum err
record(struct tx *tx, struct redeem *r)
{
	bool first = r->row.redeemed_at.v == 0;
	enum err e = ERR_NONE;

	switch (r->verdict) {
	case REDEEM_REDEEMED:
		r->row.redeemed_at = r->now;
		e = challenge_row_update(tx, &r->row);
		return e != ERR_NONE ? e : audit_simple(tx, r->flow,
		    AUDIT_RECEIPT_REDEEMED, &r->row, r->now);
	case REDEEM_ALREADY:
		return audit_simple(tx, r->flow, AUDIT_RECEIPT_REPLAYED,
		    &r->row, r->now);
	case REDEEM_EXPIRED:
		r->row.redeemed_at = dies_at(&r->row);
		return first ? challenge_row_update(tx, &r->row) : ERR_NONE;
	case REDEEM_MISMATCH:
	case REDEEM_NOT_OURS:
	default:
		return ERR_NONE;
	}
}

enum err
redeem_run(struct tx *tx, void *redeem)
{
	struct redeem *r = redeem;
	bool same = false;
	enum err e;

	e = challenge_row_get(tx, &r->tenant->id, &r->challenge, r->arena,
	    &r->row);
	if (e == ERR_NONE && r->row.state.status == CHALLENGE_APPROVED) {
		same = r->row.binding.n == 0;	/* forgotten */
		e = same ? ERR_NONE : agrees(r, &same);
	}
	if (e == ERR_MISSING || (e == ERR_NONE && !same)) {
		r->verdict = REDEEM_NOT_OURS;
		return ERR_NONE;
	}
	if (e != ERR_NONE) {
		return e;
	}
	r->verdict = look(r);
	return record(tx, r);
}
