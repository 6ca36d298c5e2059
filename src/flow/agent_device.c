/*
 * Pairing a device with its agent, its sign-in, and its token.
 */
#include "flow/agent.h"

#include <assert.h>
#include <string.h>

#include "base/ct.h"
#include "base/encode.h"
#include "crypto/ecdsa.h"
#include "crypto/ed25519.h"
#include "flow/audit.h"

enum {
	PAIRING_BYTES = 15,
	NONCE_BYTES = 8 + KEYRING_INDEX,
	/* Tenant, device, time, epoch, MAC. */
	TOKEN_PLAIN = 2 * ID_BYTES + 8 + 4,
	TOKEN_BYTES = TOKEN_PLAIN + KEYRING_MAC
};

static const struct str pairing_prefix = STR_INIT("wwp_");
static const struct str token_prefix = STR_INIT("wwd_");

static enum err
pairing_index(const struct flow *f, const uint8_t bytes[static PAIRING_BYTES],
    uint8_t ret_index[static PAIRING_INDEX])
{
	return keyring_index(f->ring, "pairing", STR(""),
	    (struct str){(const char *)bytes, PAIRING_BYTES}, ret_index);
}

enum err
pairing_new_prepare(struct pairing_new *p)
{
	uint8_t bytes[PAIRING_BYTES];
	char symbols[PAIRING_TEXT];
	struct buf text, out;
	enum err e = rng_fill(&p->flow->rng, bytes, sizeof(bytes));

	p->row = (struct pairing_row){
		.tenant = p->tenant->id,
		.agent = p->agent,
		.expires_at = unix_ms_add(flow_now(p->flow), PAIRING_LIFE),
	};
	if (e == ERR_NONE) {
		e = pairing_index(p->flow, bytes, p->row.code);
	}
	if (e != ERR_NONE) {
		return e;
	}
	buf_fixed(&text, symbols, sizeof(symbols));
	crockford_encode(&text, bytes, sizeof(bytes));
	buf_fixed(&out, p->text, sizeof(p->text));
	buf_str(&out, pairing_prefix);
	for (size_t i = 0; i < text.n; i += 4) {
		buf_put(&out, i > 0 ? "-" : "", i > 0 ? 1 : 0);
		buf_put(&out, symbols + i, 4);
	}
	explicit_bzero(bytes, sizeof(bytes));
	explicit_bzero(symbols, sizeof(symbols));
	return buf_err(&out);
}

static enum err
record(struct tx *tx, const struct flow *f, enum audit_event event,
    const struct pairing_row *row, const struct id *device, unix_ms now)
{
	struct audit a;
	enum err e = audit_begin(&a, f, event, &row->tenant, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "agent", ID_AGENT, &row->agent);
	if (device != NULL) {
		jsonw_member_id(&a.json, "device", ID_AGENT_DEVICE, device);
	}
	return audit_commit(&a, tx, f);
}

enum err
pairing_new_run(struct tx *tx, void *pairing_new)
{
	struct pairing_new *p = pairing_new;
	unix_ms now = flow_now(p->flow);
	struct agent_row agent;
	enum err e = agent_row_get(tx, &p->tenant->id, &p->agent, p->arena,
	    &agent);

	p->found = e == ERR_NONE && agent.revoked_at.v == 0;
	if (e == ERR_MISSING || (e == ERR_NONE && !p->found)) {
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = pairing_row_purge(tx, unix_ms_sub(now, HOURS(24)));
	}
	if (e == ERR_NONE) {
		e = pairing_row_insert(tx, &p->row);
	}
	return e != ERR_NONE ? e : record(tx, p->flow, AUDIT_PAIRING_CREATED,
	    &p->row, NULL, now);
}

static bool
key_is_good(const struct pair *p)
{
	if (p->key_type == DEVICE_KEY_ED25519) {
		return p->key_n == 32;
	}
	return p->key_n == ECDSA_PUBLIC && ecdsa_check(p->key) == ERR_NONE;
}

enum err
pair_prepare(struct pair *p)
{
	uint8_t bytes[PAIRING_BYTES];
	struct str code = str_trim(p->code);
	size_t n = 0;
	enum err e;

	p->now = flow_now(p->flow);
	p->verdict = PAIR_REFUSED;
	if (str_starts(code, pairing_prefix)) {
		code = str_slice(code, pairing_prefix.n, code.n);
	}
	if (crockford_decode(code, bytes, sizeof(bytes), &n) != ERR_NONE ||
	    n != sizeof(bytes) || !key_is_good(p)) {
		return ERR_NONE;
	}
	p->verdict = PAIR_DONE;
	p->device = (struct agent_device_row){
		.key_type = p->key_type,
		.key_n = p->key_n,
		.paired_at = p->now,
	};
	memcpy(p->device.key, p->key, p->key_n);
	e = id_new(&p->flow->rng, p->now, &p->device.id);
	if (e == ERR_NONE) {
		e = pairing_index(p->flow, bytes, p->index);
	}
	explicit_bzero(bytes, sizeof(bytes));
	return e;
}

enum err
pair_run(struct tx *tx, void *pair)
{
	struct pair *p = pair;
	struct pairing_row row;
	enum err e = pairing_row_get(tx, p->index, &row);

	p->verdict = PAIR_REFUSED;
	if (e == ERR_MISSING || (e == ERR_NONE && (row.used_at.v != 0 ||
	    !unix_ms_before(p->now, row.expires_at)))) {
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = agent_row_get(tx, &row.tenant, &row.agent, p->arena,
		    &p->agent);
	}
	if (e == ERR_NONE && p->agent.revoked_at.v != 0) {
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = pairing_row_use(tx, p->index, p->now);
	}
	p->device.tenant = row.tenant;
	p->device.agent = row.agent;
	if (e == ERR_NONE) {
		e = agent_device_row_insert(tx, &p->device);
	}
	if (e == ERR_NONE) {
		e = agent_name(p->flow, p->arena, &p->agent, &p->name);
	}
	if (e == ERR_NONE) {
		p->verdict = PAIR_DONE;
		e = record(tx, p->flow, AUDIT_DEVICE_PAIRED, &row,
		    &p->device.id, p->now);
	}
	return e;
}

/* The nonce is its time and a MAC: nothing is stored for who only asks. */
static enum err
nonce_bytes(const struct flow *f, const struct id *device, unix_ms at,
    uint8_t dst[static NONCE_BYTES])
{
	struct buf text;
	char plain[8 + ID_BYTES + 1];

	buf_fixed(&text, plain, sizeof(plain));
	buf_be64(&text, (uint64_t)at.v);
	buf_put(&text, device->b, ID_BYTES);
	memcpy(dst, plain, 8);
	return keyring_index(f->ring, "agent_nonce", STR(""),
	    buf_view(&text), dst + 8);
}

enum err
agent_nonce(const struct flow *f, const struct id *device, unix_ms now,
    char dst[static AGENT_NONCE_MAX])
{
	uint8_t bytes[NONCE_BYTES];
	struct buf out;
	enum err e = nonce_bytes(f, device, now, bytes);

	if (e != ERR_NONE) {
		return e;
	}
	buf_fixed(&out, dst, AGENT_NONCE_MAX);
	crockford_encode(&out, bytes, sizeof(bytes));
	return buf_err(&out);
}

/* Ours, of this device, and young: its time. */
static bool
read_nonce(const struct agent_sign_in *s, unix_ms *ret_at)
{
	uint8_t given[NONCE_BYTES], right[NONCE_BYTES];
	uint64_t v = 0;
	size_t n;

	if (crockford_decode(s->nonce, given, sizeof(given), &n) != ERR_NONE ||
	    n != sizeof(given)) {
		return false;
	}
	for (int i = 0; i < 8; i++) {
		v = v << 8 | given[i];
	}
	if (v > UNIX_MS_MAX) {
		return false;
	}
	*ret_at = (unix_ms){(int64_t)v};
	return nonce_bytes(s->flow, &s->device, *ret_at, right) == ERR_NONE &&
	    ct_equal(given, right, sizeof(given)) &&
	    !unix_ms_before(s->now, *ret_at) &&
	    unix_ms_since(s->now, *ret_at).v < AGENT_NONCE_LIFE.v;
}

static bool
signature_is_right(const struct agent_sign_in *s,
    const struct agent_device_row *d)
{
	char device[ID_TEXT_MAX];
	char text[sizeof(AGENT_SIGN_IN_LINE) + ID_TEXT_MAX +
	    AGENT_NONCE_MAX + 4];
	struct buf message;

	id_text(ID_AGENT_DEVICE, &s->device, device);
	buf_fixed(&message, text, sizeof(text));
	buf_z(&message, AGENT_SIGN_IN_LINE "\n");
	buf_z(&message, device);
	buf_char(&message, '\n');
	buf_str(&message, s->nonce);
	if (buf_err(&message) != ERR_NONE) {
		return false;
	}
	return (d->key_type == DEVICE_KEY_ED25519
	    ? ed25519_verify(d->key, buf_view(&message), s->signature)
	    : ecdsa_verify(d->key, buf_view(&message), s->signature)) ==
	    ERR_NONE;
}

/*
 * Nonces only rise, so none is taken twice; but one that was taken by a clock
 * that has been put back since does not lock the device out until then.
 */
static bool
is_used(const struct agent_sign_in *s, const struct agent_device_row *d,
    unix_ms at)
{
	return !unix_ms_before(d->signed_in_at, at) &&
	    !unix_ms_before(s->now, d->signed_in_at);
}

enum err
agent_sign_in_run(struct tx *tx, void *agent_sign_in)
{
	struct agent_sign_in *s = agent_sign_in;
	struct agent_device_row d;
	unix_ms at;
	enum err e;

	s->now = flow_now(s->flow);
	s->refused = true;
	e = agent_device_row_get(tx, &s->device, &d);
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	s->tenant = d.tenant;
	e = agent_enter(tx, &s->tenant, &s->device, s->arena, &s->agent,
	    &s->refused);
	if (e != ERR_NONE || s->refused) {
		return e;
	}
	s->refused = !read_nonce(s, &at) || !signature_is_right(s, &d) ||
	    is_used(s, &d, at);
	if (s->refused) {
		return ERR_NONE;
	}
	e = agent_device_row_sign_in(tx, &s->device, at);
	return e == ERR_NONE ? agent_name(s->flow, s->arena, &s->agent,
	    &s->name) : e;
}

static enum err
token_mac(const struct flow *f, const uint8_t plain[static TOKEN_PLAIN],
    uint8_t ret_mac[static KEYRING_MAC])
{
	return keyring_digest(f->ring, "agent_token", STR(""),
	    (struct str){(const char *)plain, TOKEN_PLAIN}, ret_mac);
}

enum err
agent_token_make(const struct flow *f, const struct id *tenant,
    const struct id *device, unix_ms now, char dst[static AGENT_TOKEN_MAX])
{
	uint8_t bytes[TOKEN_BYTES + 1];
	struct buf plain, out;
	enum err e;

	buf_fixed(&plain, bytes, sizeof(bytes));
	buf_put(&plain, tenant->b, ID_BYTES);
	buf_put(&plain, device->b, ID_BYTES);
	buf_be64(&plain, (uint64_t)now.v);
	buf_be32(&plain, f->epoch);
	e = token_mac(f, bytes, bytes + TOKEN_PLAIN);
	if (e != ERR_NONE) {
		return e;
	}
	buf_fixed(&out, dst, AGENT_TOKEN_MAX);
	buf_str(&out, token_prefix);
	base64url_encode(&out, bytes, TOKEN_BYTES);
	explicit_bzero(bytes, sizeof(bytes));
	return buf_err(&out);
}

enum err
agent_token_read(const struct flow *f, struct str token, unix_ms now,
    struct id *ret_tenant, struct id *ret_device)
{
	uint8_t bytes[TOKEN_BYTES], mac[KEYRING_MAC];
	uint64_t at = 0;
	uint32_t epoch = 0;
	size_t n;
	enum err e;

	if (!str_starts(token, token_prefix) || base64url_decode(
	    str_slice(token, token_prefix.n, token.n), bytes, sizeof(bytes),
	    &n) != ERR_NONE || n != sizeof(bytes)) {
		return ERR_DENIED;
	}
	e = token_mac(f, bytes, mac);
	if (e != ERR_NONE) {
		return e;
	}
	for (int i = 0; i < 8; i++) {
		at = at << 8 | bytes[2 * ID_BYTES + i];
	}
	for (int i = 0; i < 4; i++) {
		epoch = epoch << 8 | bytes[2 * ID_BYTES + 8 + i];
	}
	if (!ct_equal(mac, bytes + TOKEN_PLAIN, KEYRING_MAC) ||
	    epoch != f->epoch || at > (uint64_t)UNIX_MS_MAX ||
	    unix_ms_since(now, (unix_ms){(int64_t)at}).v >=
	    AGENT_TOKEN_LIFE.v) {
		return ERR_DENIED;
	}
	memcpy(ret_tenant->b, bytes, ID_BYTES);
	memcpy(ret_device->b, bytes + ID_BYTES, ID_BYTES);
	return ERR_NONE;
}
