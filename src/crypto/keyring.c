#include "crypto/keyring.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "crypto/hmac.h"
#include "crypto/keyring_keys.h"

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	VERSION = 4,
	HEAD = VERSION + NONCE,
};

static_assert(KEYRING_SEAL_EXTRA == HEAD + TAG, "the sealed form");
static_assert(KEYRING_SECRET == crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    "libsodium");
static_assert(KEYRING_MAC == SHA256_SIZE, "HMAC-SHA-256");
static_assert(KEYRING_SIGNATURE == crypto_sign_BYTES, "libsodium");
static_assert(KEYRING_SIGNER - KEYRING_PUBLIC == crypto_sign_SEEDBYTES,
    "libsodium's secret key is the seed and the public key");

static const char *const names[KEY_USE_COUNT] = {
	[KEY_CODE] = "code",
	[KEY_SEAL] = "seal",
	[KEY_INDEX] = "index",
	[KEY_RECEIPT] = "receipt",
	[KEY_AUDIT] = "audit",
};

const char *
keyring_use_name(enum key_use use)
{
	assert(use < KEY_USE_COUNT);
	return names[use];
}

bool
keyring_use_parse(struct str s, enum key_use *ret_use)
{
	for (enum key_use use = 0; use < KEY_USE_COUNT; use++) {
		if (str_equal(s, str_of(names[use]))) {
			*ret_use = use;
			return true;
		}
	}
	return false;
}

/* NULL when there is no such version. */
static const struct working_key *
find(const struct keyring *ring, enum key_use use, uint32_t version)
{
	assert(use < KEY_USE_COUNT);
	if (version == 0 || version > ring->versions[use]) {
		return NULL;
	}
	return &ring->key[use][version - 1];
}

static const struct working_key *
current(const struct keyring *ring, enum key_use use)
{
	const struct working_key *k = find(ring, use, ring->versions[use]);

	assert(k != NULL);
	return k;
}

static struct str
secret_of(const struct working_key *k)
{
	return (struct str){(const char *)k->secret, sizeof(k->secret)};
}

static const uint8_t *
bytes(struct str s)
{
	return (const uint8_t *)s.p;
}

uint32_t
keyring_version(const struct keyring *ring, enum key_use use)
{
	assert(use < KEY_USE_COUNT);
	return ring->versions[use];
}

enum err
keyring_made_at(const struct keyring *ring, enum key_use use,
    uint32_t version, unix_ms *ret_at)
{
	const struct working_key *k = find(ring, use, version);

	if (k == NULL) {
		return ERR_MISSING;
	}
	*ret_at = k->made_at;
	return ERR_NONE;
}

static enum err
mac(const struct keyring *ring, enum key_use use, uint32_t version,
    struct str message, uint8_t ret_mac[static KEYRING_MAC])
{
	const struct working_key *k = find(ring, use, version);

	if (k == NULL) {
		return ERR_MISSING;
	}
	return hmac_sha256(secret_of(k), &message, 1, ret_mac);
}

enum err
keyring_code_mac(const struct keyring *ring, uint32_t version,
    struct str message, uint8_t ret_mac[static KEYRING_MAC])
{
	return mac(ring, KEY_CODE, version, message, ret_mac);
}

enum err
keyring_audit_mac(const struct keyring *ring, uint32_t version,
    struct str message, uint8_t ret_mac[static KEYRING_MAC])
{
	return mac(ring, KEY_AUDIT, version, message, ret_mac);
}

/* The associated data of a cell: what it is, then each name with its length. */
#define AD_LABEL "watchword cell"
#define AD_MAX (sizeof(AD_LABEL) - 1 + 3 * 2 + KEYRING_CELL_MAX)

static enum err
write_ad(const struct cell *cell, struct buf *ad)
{
	const struct str parts[] = {
		str_of(cell->table), str_of(cell->column), cell->row,
	};

	buf_z(ad, AD_LABEL);
	/* A length that 16 bits cannot hold does not fit ad either. */
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		buf_be16(ad, (uint16_t)parts[i].n);
		buf_str(ad, parts[i]);
	}
	return buf_err(ad) == ERR_NONE ? ERR_NONE : ERR_RANGE;
}

enum err
keyring_seal(const struct keyring *ring, const struct rng *rng,
    const struct cell *cell, struct str plain, struct buf *out)
{
	const struct working_key *k = current(ring, KEY_SEAL);
	uint8_t nonce[NONCE], ad_bytes[AD_MAX + 1], *body;
	size_t start = out->n;
	struct buf ad;
	enum err e;

	buf_fixed(&ad, ad_bytes, sizeof(ad_bytes));
	e = write_ad(cell, &ad);
	if (e != ERR_NONE) {
		return e;
	}
	e = rng_fill(rng, nonce, sizeof(nonce));
	if (e != ERR_NONE) {
		return e;
	}
	buf_be32(out, ring->versions[KEY_SEAL]);
	buf_put(out, nonce, sizeof(nonce));
	body = buf_space(out, plain.n + TAG);
	if (body == NULL) {
		buf_cut(out, start);
		return buf_err(out);
	}
	/* Cannot fail: it has no case for it. */
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(body, NULL,
	    bytes(plain), plain.n, ad_bytes, ad.n, NULL, nonce, k->secret);
	return ERR_NONE;
}

static uint32_t
be32(const uint8_t p[static 4])
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

enum err
keyring_unseal(const struct keyring *ring, const struct cell *cell,
    struct str sealed, struct buf *out)
{
	const struct working_key *k;
	uint8_t ad_bytes[AD_MAX + 1], *body;
	const uint8_t *p = bytes(sealed);
	size_t start = out->n;
	struct buf ad;
	enum err e;

	buf_fixed(&ad, ad_bytes, sizeof(ad_bytes));
	e = write_ad(cell, &ad);
	if (e != ERR_NONE) {
		return e;
	}
	if (sealed.n < KEYRING_SEAL_EXTRA) {
		return ERR_CRYPTO;
	}
	k = find(ring, KEY_SEAL, be32(p));
	if (k == NULL) {
		return ERR_MISSING;
	}
	body = buf_space(out, sealed.n - KEYRING_SEAL_EXTRA);
	if (body == NULL) {
		return buf_err(out);
	}
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(body, NULL, NULL,
	    p + HEAD, sealed.n - HEAD, ad_bytes, ad.n, p + VERSION,
	    k->secret) != 0) {
		buf_cut(out, start);
		return ERR_CRYPTO;
	}
	return ERR_NONE;
}

enum err
keyring_digest(const struct keyring *ring, const char *what,
    struct str tenant, struct str text,
    uint8_t ret_digest[static KEYRING_MAC])
{
	const struct str given[3] = {str_of(what), tenant, text};
	uint8_t lengths[3][8];
	struct str parts[6];

	for (size_t i = 0; i < 3; i++) {
		for (size_t b = 0; b < sizeof(lengths[i]); b++) {
			lengths[i][b] = (uint8_t)((uint64_t)given[i].n >>
			    (56 - 8 * b));
		}
		parts[2 * i] = (struct str){(const char *)lengths[i],
		    sizeof(lengths[i])};
		parts[2 * i + 1] = given[i];
	}
	return hmac_sha256(secret_of(current(ring, KEY_INDEX)), parts, 6,
	    ret_digest);
}

enum err
keyring_index(const struct keyring *ring, const char *what,
    struct str tenant, struct str text,
    uint8_t ret_index[static KEYRING_INDEX])
{
	uint8_t whole[KEYRING_MAC];
	enum err e = keyring_digest(ring, what, tenant, text, whole);

	if (e != ERR_NONE) {
		return e;
	}
	memcpy(ret_index, whole, KEYRING_INDEX);
	return ERR_NONE;
}

static bool
signs(enum key_use use)
{
	return use == KEY_RECEIPT || use == KEY_AUDIT;
}

enum err
keyring_sign(const struct keyring *ring, enum key_use use,
    struct str message, uint32_t *ret_version,
    uint8_t ret_signature[static KEYRING_SIGNATURE])
{
	assert(signs(use));
	if (crypto_sign_detached(ret_signature, NULL, bytes(message),
	    message.n, current(ring, use)->signer) != 0) {
		return ERR_CRYPTO;
	}
	*ret_version = ring->versions[use];
	return ERR_NONE;
}

static const uint8_t *
public_of(const struct working_key *k)
{
	return k->signer + KEYRING_SIGNER - KEYRING_PUBLIC;
}

enum err
keyring_verify(const struct keyring *ring, enum key_use use,
    uint32_t version, struct str message,
    const uint8_t signature[static KEYRING_SIGNATURE])
{
	const struct working_key *k = find(ring, use, version);

	assert(signs(use));
	if (k == NULL) {
		return ERR_MISSING;
	}
	if (crypto_sign_verify_detached(signature, bytes(message), message.n,
	    public_of(k)) != 0) {
		return ERR_CRYPTO;
	}
	return ERR_NONE;
}

enum err
keyring_public(const struct keyring *ring, enum key_use use,
    uint32_t version, uint8_t ret_public[static KEYRING_PUBLIC])
{
	const struct working_key *k = find(ring, use, version);

	assert(signs(use));
	if (k == NULL) {
		return ERR_MISSING;
	}
	memcpy(ret_public, public_of(k), KEYRING_PUBLIC);
	return ERR_NONE;
}
