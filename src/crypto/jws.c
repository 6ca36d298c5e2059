/*
 * A header is never interpreted: it is written again for the version that it
 * names and compared.  The one thing read from it is that version's digits.
 */
#include "crypto/jws.h"

#include <assert.h>
#include <string.h>

#include "base/encode.h"
#include "base/jsonw.h"
#include "base/parse.h"

#define BEFORE_KID "{\"alg\":\"EdDSA\",\"kid\":\"r"
#define BEFORE_TYP "\",\"typ\":\""
#define AFTER_TYP "\"}"

/* "4294967295" is the longest version. */
#define HEADER_MAX (sizeof(BEFORE_KID BEFORE_TYP AFTER_TYP) + 10 + JWS_TYP_MAX)
#define HEADER_TEXT_MAX (HEADER_MAX * 4 / 3 + 2)
#define SIGNATURE_TEXT 86	/* 64 bytes in base64url */

static bool
typ_is_plain(const char *typ)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789+-.";
	size_t n = strlen(typ);

	return n > 0 && n <= JWS_TYP_MAX && strspn(typ, allowed) == n;
}

static void
write_header(const char *typ, uint32_t version, struct buf *out)
{
	char text[HEADER_MAX + 1];
	struct buf b;

	assert(typ_is_plain(typ));
	buf_fixed(&b, text, sizeof(text));
	buf_z(&b, BEFORE_KID);
	buf_u64(&b, version);
	buf_z(&b, BEFORE_TYP);
	buf_z(&b, typ);
	buf_z(&b, AFTER_TYP);
	base64url_encode(out, b.p, b.n);
}

static enum err
append_signed(const struct keyring *ring, const char *typ, struct str payload,
    struct buf *out)
{
	uint8_t signature[KEYRING_SIGNATURE];
	size_t start = out->n;
	uint32_t version = keyring_version(ring, KEY_RECEIPT), used;
	struct str message;
	enum err e;

	write_header(typ, version, out);
	buf_char(out, '.');
	base64url_encode(out, payload.p, payload.n);
	if (buf_err(out) != ERR_NONE) {
		return buf_err(out);
	}
	message = str_slice(buf_view(out), start, out->n);
	if (message.n > JWS_MAX - 1 - SIGNATURE_TEXT) {
		return ERR_LIMIT;
	}
	e = keyring_sign(ring, KEY_RECEIPT, message, &used, signature);
	if (e != ERR_NONE) {
		return e;
	}
	assert(used == version);
	buf_char(out, '.');
	base64url_encode(out, signature, sizeof(signature));
	return buf_err(out);
}

enum err
jws_head(const struct keyring *ring, const char *typ, struct str payload,
    struct buf *out)
{
	if (payload.n > JWS_MAX) {
		return ERR_LIMIT;
	}
	write_header(typ, keyring_version(ring, KEY_RECEIPT), out);
	buf_char(out, '.');
	base64url_encode(out, payload.p, payload.n);
	return buf_err(out);
}

enum err
jws_sign(const struct keyring *ring, const char *typ, struct str payload,
    struct buf *out)
{
	size_t start = out->n;
	enum err e;

	if (payload.n > JWS_MAX) {
		return ERR_LIMIT;
	}
	e = append_signed(ring, typ, payload, out);
	if (e != ERR_NONE) {
		buf_cut(out, start);
	}
	return e;
}

/* The version that a header of ours names. */
static bool
header_version(struct str text, uint32_t *ret_version)
{
	uint8_t bytes[HEADER_MAX];
	struct str json, digits;
	uint64_t version;
	size_t n;

	if (base64url_decode(text, bytes, sizeof(bytes), &n) != ERR_NONE) {
		return false;
	}
	json = (struct str){(const char *)bytes, n};
	if (!str_starts(json, STR(BEFORE_KID))) {
		return false;
	}
	digits = str_slice(json, sizeof(BEFORE_KID) - 1, json.n);
	digits.n = str_find(digits, '"');
	if (!parse_u64(digits, &version) || version > UINT32_MAX) {
		return false;
	}
	*ret_version = (uint32_t)version;
	return true;
}

static enum err
check_header(const char *typ, struct str text, uint32_t *ret_version)
{
	char want[HEADER_TEXT_MAX + 1];
	uint32_t version;
	struct buf b;

	if (!header_version(text, &version)) {
		return ERR_SYNTAX;
	}
	buf_fixed(&b, want, sizeof(want));
	write_header(typ, version, &b);
	if (buf_err(&b) != ERR_NONE || !str_equal(buf_view(&b), text)) {
		return ERR_SYNTAX;
	}
	*ret_version = version;
	return ERR_NONE;
}

/* The parts around two dots; a third would be in the last, and not base64. */
static bool
split(struct str jws, struct str part[static 3])
{
	size_t first = str_find(jws, '.'), second;
	struct str rest = str_slice(jws, first + 1, jws.n);

	if (first == jws.n) {
		return false;
	}
	second = str_find(rest, '.');
	if (second == rest.n) {
		return false;
	}
	part[0] = str_slice(jws, 0, first);
	part[1] = str_slice(rest, 0, second);
	part[2] = str_slice(rest, second + 1, rest.n);
	return true;
}

/* text, which is base64url, decoded behind what out has. */
static enum err
append_decoded(struct str text, struct buf *out)
{
	size_t start = out->n, n = text.n * 3 / 4, got;
	uint8_t *p = buf_space(out, n);
	enum err e;

	if (p == NULL) {
		return buf_err(out);
	}
	e = base64url_decode(text, p, n, &got);
	if (e == ERR_NONE && got != n) {
		e = ERR_SYNTAX;
	}
	if (e != ERR_NONE) {
		buf_cut(out, start);
	}
	return e;
}

enum err
jws_verify(const struct keyring *ring, const char *typ, struct str jws,
    struct buf *payload)
{
	uint8_t signature[KEYRING_SIGNATURE];
	struct str part[3], message;
	uint32_t version;
	size_t n;
	enum err e;

	if (jws.n > JWS_MAX || !split(jws, part)) {
		return ERR_SYNTAX;
	}
	e = check_header(typ, part[0], &version);
	if (e != ERR_NONE) {
		return e;
	}
	if (base64url_decode(part[2], signature, sizeof(signature), &n) !=
	    ERR_NONE || n != sizeof(signature)) {
		return ERR_SYNTAX;
	}
	message = str_slice(jws, 0, part[0].n + 1 + part[1].n);
	e = keyring_verify(ring, KEY_RECEIPT, version, message, signature);
	if (e != ERR_NONE) {
		return e;
	}
	return append_decoded(part[1], payload);
}

static enum err
write_key(const struct keyring *ring, uint32_t version, struct jsonw *w)
{
	uint8_t public_half[KEYRING_PUBLIC];
	char kid[16], x[64];
	struct buf b;
	enum err e = keyring_public(ring, KEY_RECEIPT, version, public_half);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_object(w);
	jsonw_member_z(w, "kty", "OKP");
	jsonw_member_z(w, "crv", "Ed25519");
	jsonw_member_z(w, "alg", "EdDSA");
	jsonw_member_z(w, "use", "sig");
	buf_fixed(&b, kid, sizeof(kid));
	buf_char(&b, 'r');
	buf_u64(&b, version);
	jsonw_member_str(w, "kid", buf_view(&b));
	buf_fixed(&b, x, sizeof(x));
	base64url_encode(&b, public_half, sizeof(public_half));
	jsonw_member_str(w, "x", buf_view(&b));
	jsonw_object_end(w);
	return ERR_NONE;
}

enum err
jws_key_set(const struct keyring *ring, struct buf *out)
{
	uint32_t last = keyring_version(ring, KEY_RECEIPT);
	size_t start = out->n;
	struct jsonw w;
	enum err e = ERR_NONE;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_key(&w, "keys");
	jsonw_array(&w);
	for (uint32_t v = 1; v <= last && e == ERR_NONE; v++) {
		e = write_key(ring, v, &w);
	}
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	if (e == ERR_NONE) {
		e = buf_err(out);
	}
	if (e != ERR_NONE) {
		buf_cut(out, start);
	}
	return e;
}
