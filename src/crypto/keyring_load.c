/*
 * The life of a key ring: made, loaded, rotated.
 *
 * A stored key is 32 random bytes and is used for one thing: to derive the
 * working keys of its use, each by a label of its own.  So no key serves two
 * algorithms, and a label can be added without a new file.
 */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/hkdf.h"
#include "crypto/keyring.h"
#include "crypto/keyring_disk.h"
#include "crypto/keyring_file.h"
#include "crypto/keyring_keys.h"
#include "crypto/locked.h"

/* Never change a label: what was made with its key would be lost. */
static const struct {
	struct str secret, signer;	/* empty: the use has none */
} labels[KEY_USE_COUNT] = {
	[KEY_CODE] = {.secret = STR_INIT("watchword code hmac")},
	[KEY_SEAL] = {.secret = STR_INIT("watchword seal xchacha20poly1305")},
	[KEY_INDEX] = {.secret = STR_INIT("watchword index hmac")},
	[KEY_RECEIPT] = {.signer = STR_INIT("watchword receipt ed25519")},
	[KEY_AUDIT] = {.secret = STR_INIT("watchword audit hmac"),
	    .signer = STR_INIT("watchword audit ed25519")},
};

static_assert(KEYRING_SIGNER == crypto_sign_SECRETKEYBYTES, "libsodium");
static_assert(KEYRING_KEY == crypto_sign_SEEDBYTES, "libsodium");

static enum err
derive_signer(struct str stored, struct str label,
    uint8_t dst[static KEYRING_SIGNER])
{
	struct secret CLEANUP(secret_wipe) seed = {0};
	uint8_t public_half[crypto_sign_PUBLICKEYBYTES];
	enum err e = hkdf_expand(stored, label, seed.b, crypto_sign_SEEDBYTES);

	if (e != ERR_NONE) {
		return e;
	}
	if (crypto_sign_seed_keypair(public_half, dst, seed.b) != 0) {
		return ERR_CRYPTO;
	}
	return ERR_NONE;
}

static enum err
derive(enum key_use use, const struct stored_key *stored,
    struct working_key *k)
{
	struct str bytes = {(const char *)stored->bytes, sizeof(stored->bytes)};
	enum err e = ERR_NONE;

	k->made_at = stored->made_at;
	if (labels[use].secret.n > 0) {
		e = hkdf_expand(bytes, labels[use].secret, k->secret,
		    sizeof(k->secret));
	}
	if (e == ERR_NONE && labels[use].signer.n > 0) {
		e = derive_signer(bytes, labels[use].signer, k->signer);
	}
	return e;
}

static enum err
add_key(struct keyring_file *f, enum key_use use, const struct rng *rng,
    unix_ms now)
{
	struct stored_key *k = &f->key[use][f->versions[use]];
	enum err e = rng_fill(rng, k->bytes, sizeof(k->bytes));

	if (e != ERR_NONE) {
		return e;
	}
	k->made_at = now;
	f->versions[use]++;
	return ERR_NONE;
}

/* The file behind d, which is open, into f, which is all zero. */
static enum err
read_file(const struct keyring_disk *d, struct keyring_file *f)
{
	char CLEANUP(locked_free_at) *text = NULL;
	size_t n;
	enum err e;

	if (d->size > KEYRING_FILE_MAX) {
		return ERR_SYNTAX;
	}
	/* No more than it needs: what may be locked is little. */
	text = locked_new(d->size + 1);
	if (text == NULL) {
		return ERR_NOMEM;
	}
	e = keyring_disk_read(d, text, d->size, &n);
	if (e != ERR_NONE) {
		return e;
	}
	return keyring_file_parse((struct str){text, n}, f);
}

/* f as text by write, which is keyring_disk_create or _replace. */
static enum err
write_file(const struct keyring_disk *d, const struct keyring_file *f,
    enum err (*write)(const struct keyring_disk *d, struct str text))
{
	char CLEANUP(locked_free_at) *text = locked_new(KEYRING_FILE_MAX + 1);
	struct buf b;

	if (text == NULL) {
		return ERR_NOMEM;
	}
	buf_fixed(&b, text, KEYRING_FILE_MAX + 1);
	keyring_file_format(f, &b);
	if (buf_err(&b) != ERR_NONE) {
		return buf_err(&b);
	}
	return write(d, buf_view(&b));
}

enum err
keyring_create(const char *path, const struct rng *rng, unix_ms now)
{
	struct keyring_file CLEANUP(locked_free_at) *f =
	    locked_new(sizeof(*f));
	struct keyring_disk CLEANUP(keyring_disk_done) d = {0};
	enum err e = keyring_disk_init(&d, path);

	if (e != ERR_NONE) {
		return e;
	}
	if (f == NULL) {
		return ERR_NOMEM;
	}
	for (enum key_use use = 0; use < KEY_USE_COUNT; use++) {
		e = add_key(f, use, rng, now);
		if (e != ERR_NONE) {
			return e;
		}
	}
	return write_file(&d, f, keyring_disk_create);
}

static enum err
ring_of_file(const struct keyring_file *f, struct keyring **ret_ring)
{
	struct keyring *ring = locked_new(sizeof(*ring));
	enum err e = ERR_NONE;

	if (ring == NULL) {
		return ERR_NOMEM;
	}
	for (enum key_use use = 0; use < KEY_USE_COUNT; use++) {
		ring->versions[use] = f->versions[use];
		for (uint32_t i = 0; i < f->versions[use]; i++) {
			e = derive(use, &f->key[use][i], &ring->key[use][i]);
			if (e != ERR_NONE) {
				keyring_free(ring);
				return e;
			}
		}
	}
	locked_seal(ring);
	*ret_ring = ring;
	return ERR_NONE;
}

enum err
keyring_load(const char *path, struct keyring **ret_ring)
{
	struct keyring_file CLEANUP(locked_free_at) *f =
	    locked_new(sizeof(*f));
	struct keyring_disk CLEANUP(keyring_disk_done) d = {0};
	enum err e = keyring_disk_init(&d, path);

	if (e == ERR_NONE) {
		e = keyring_disk_open(&d, false);
	}
	if (e != ERR_NONE) {
		return e;
	}
	if (f == NULL) {
		return ERR_NOMEM;
	}
	e = read_file(&d, f);
	if (e != ERR_NONE) {
		return e;
	}
	return ring_of_file(f, ret_ring);
}

void
keyring_free(struct keyring *ring)
{
	locked_free(ring);
}

enum err
keyring_rotate(const char *path, enum key_use use, const struct rng *rng,
    unix_ms now)
{
	struct keyring_file CLEANUP(locked_free_at) *f =
	    locked_new(sizeof(*f));
	struct keyring_disk CLEANUP(keyring_disk_done) d = {0};
	enum err e = keyring_disk_init(&d, path);

	assert(use < KEY_USE_COUNT);
	if (e != ERR_NONE) {
		return e;
	}
	if (use == KEY_INDEX) {
		return ERR_RANGE;
	}
	if (f == NULL) {
		return ERR_NOMEM;
	}
	e = keyring_disk_open(&d, true);
	if (e == ERR_NONE) {
		e = read_file(&d, f);
	}
	if (e == ERR_NONE && f->versions[use] == KEYRING_VERSIONS_MAX) {
		e = ERR_LIMIT;
	}
	if (e == ERR_NONE) {
		e = add_key(f, use, rng, now);
	}
	if (e != ERR_NONE) {
		return e;
	}
	return write_file(&d, f, keyring_disk_replace);
}
