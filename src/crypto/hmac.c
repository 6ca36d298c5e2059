/*
 * Contexts are made once for a thread: making one for each call costs three
 * times the MAC itself, most of it in looking the algorithm up by name.
 *
 * A context that has been used holds the key (OpenSSL 3.0 does not put it in
 * its locked heap) and the two states of the hash after the key's block, from
 * which MACs can be made as well.  So every call ends by keying the context
 * with zeros, which clears all three; it is a third of the whole cost.
 */
#include "crypto/hmac.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"

static const struct {
	const char *name;
	size_t size;
} hashes[HMAC_HASH_COUNT] = {
	[HMAC_SHA1] = {"SHA1", SHA1_SIZE},
	[HMAC_SHA256] = {"SHA256", SHA256_SIZE},
	[HMAC_SHA512] = {"SHA512", SHA512_SIZE},
};

struct contexts {
	EVP_MAC_CTX *mac[HMAC_HASH_COUNT];
	EVP_MD_CTX *digest;
};

static const unsigned char zeros[SHA512_SIZE];

/* The process's, written once under the once; never freed. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static enum err once_result;
static EVP_MAC *the_mac;
static EVP_MD *the_sha256;
static pthread_key_t thread_end;

/* The thread's; freed through thread_end. */
static _Thread_local struct contexts *mine;

static void
contexts_free(void *p)
{
	struct contexts *c = p;

	for (size_t i = 0; i < HMAC_HASH_COUNT; i++) {
		EVP_MAC_CTX_free(c->mac[i]);
	}
	EVP_MD_CTX_free(c->digest);
	free(c);
	mine = NULL;
}

static void
fetch(void)
{
	once_result = crypto_init();
	if (once_result != ERR_NONE) {
		return;
	}
	the_mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	the_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (the_mac == NULL || the_sha256 == NULL ||
	    pthread_key_create(&thread_end, contexts_free) != 0) {
		once_result = ERR_CRYPTO;
	}
}

/* The calling thread's contexts, empty at first. */
static enum err
contexts_get(struct contexts **ret_c)
{
	struct contexts *c = mine;

	if (c == NULL) {
		(void)pthread_once(&once, fetch);
		if (once_result != ERR_NONE) {
			return once_result;
		}
		c = calloc(1, sizeof(*c));
		if (c == NULL) {
			return ERR_NOMEM;
		}
		if (pthread_setspecific(thread_end, c) != 0) {
			free(c);
			return ERR_NOMEM;
		}
		mine = c;
	}
	*ret_c = c;
	return ERR_NONE;
}

static enum err
mac_context(enum hmac_hash h, EVP_MAC_CTX **ret_ctx)
{
	OSSL_PARAM params[2];
	struct contexts *c;
	EVP_MAC_CTX *ctx;
	char name[8];
	enum err e;

	e = contexts_get(&c);
	if (e != ERR_NONE) {
		return e;
	}
	if (c->mac[h] == NULL) {
		/* The parameter's type has no const. */
		memcpy(name, hashes[h].name, strlen(hashes[h].name) + 1);
		params[0] = OSSL_PARAM_construct_utf8_string(
		    OSSL_MAC_PARAM_DIGEST, name, 0);
		params[1] = OSSL_PARAM_construct_end();
		ctx = EVP_MAC_CTX_new(the_mac);
		if (ctx == NULL || EVP_MAC_CTX_set_params(ctx, params) != 1) {
			EVP_MAC_CTX_free(ctx);
			return ERR_NOMEM;
		}
		c->mac[h] = ctx;
	}
	*ret_ctx = c->mac[h];
	return ERR_NONE;
}

static bool
mac_run(EVP_MAC_CTX *ctx, struct str key, const struct str parts[], size_t n,
    uint8_t *dst, size_t size)
{
	size_t got = 0;

	if (EVP_MAC_init(ctx, (const unsigned char *)key.p, key.n, NULL) != 1) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n > 0 && EVP_MAC_update(ctx,
		    (const unsigned char *)parts[i].p, parts[i].n) != 1) {
			return false;
		}
	}
	return EVP_MAC_final(ctx, dst, &got, size) == 1 && got == size;
}

/* A context that cannot be wiped is given up, which wipes it too. */
static void
mac_wipe(enum hmac_hash h, EVP_MAC_CTX *ctx)
{
	if (EVP_MAC_init(ctx, zeros, sizeof(zeros), NULL) != 1) {
		EVP_MAC_CTX_free(ctx);
		mine->mac[h] = NULL;
	}
}

static enum err
compute(enum hmac_hash h, struct str key, const struct str parts[], size_t n,
    uint8_t *ret_mac)
{
	uint8_t mac[HMAC_SIZE_MAX];
	EVP_MAC_CTX *ctx;
	enum err e;

	if (key.n == 0 || key.n > HMAC_KEY_MAX) {
		return ERR_RANGE;
	}
	e = mac_context(h, &ctx);
	if (e != ERR_NONE) {
		return e;
	}
	if (mac_run(ctx, key, parts, n, mac, hashes[h].size)) {
		memcpy(ret_mac, mac, hashes[h].size);
	} else {
		e = ERR_CRYPTO;
	}
	mac_wipe(h, ctx);
	OPENSSL_cleanse(mac, sizeof(mac));
	return e;
}

/* Without a key a context starts again with the one that it has. */
static bool
mac_again(EVP_MAC_CTX *ctx, struct str message, uint8_t *dst, size_t size)
{
	size_t got = 0;

	return EVP_MAC_init(ctx, NULL, 0, NULL) == 1 &&
	    EVP_MAC_update(ctx, (const unsigned char *)message.p,
	    message.n) == 1 &&
	    EVP_MAC_final(ctx, dst, &got, size) == 1 && got == size;
}

enum err
hmac_each(enum hmac_hash h, struct str key, const struct str messages[],
    size_t n, uint8_t ret_macs[][HMAC_SIZE_MAX])
{
	EVP_MAC_CTX *ctx;
	bool good = true;
	enum err e;

	assert(h < HMAC_HASH_COUNT);
	if (key.n == 0 || key.n > HMAC_KEY_MAX) {
		return ERR_RANGE;
	}
	e = mac_context(h, &ctx);
	if (e != ERR_NONE) {
		return e;
	}
	for (size_t i = 0; good && i < n; i++) {
		good = i == 0 ? mac_run(ctx, key, &messages[0], 1,
		    ret_macs[0], hashes[h].size)
		    : mac_again(ctx, messages[i], ret_macs[i],
		    hashes[h].size);
	}
	mac_wipe(h, ctx);
	return good ? ERR_NONE : ERR_CRYPTO;
}

size_t
hmac_size(enum hmac_hash h)
{
	assert(h < HMAC_HASH_COUNT);
	return hashes[h].size;
}

enum err
hmac(enum hmac_hash h, struct str key, const struct str parts[], size_t n,
    uint8_t ret_mac[static HMAC_SIZE_MAX])
{
	assert(h < HMAC_HASH_COUNT);
	return compute(h, key, parts, n, ret_mac);
}

enum err
hmac_sha1(struct str key, const struct str parts[], size_t n,
    uint8_t ret_mac[static SHA1_SIZE])
{
	return compute(HMAC_SHA1, key, parts, n, ret_mac);
}

enum err
hmac_sha256(struct str key, const struct str parts[], size_t n,
    uint8_t ret_mac[static SHA256_SIZE])
{
	return compute(HMAC_SHA256, key, parts, n, ret_mac);
}

enum err
hmac_sha512(struct str key, const struct str parts[], size_t n,
    uint8_t ret_mac[static SHA512_SIZE])
{
	return compute(HMAC_SHA512, key, parts, n, ret_mac);
}

enum err
sha256(const struct str parts[], size_t n,
    uint8_t ret_digest[static SHA256_SIZE])
{
	uint8_t digest[SHA256_SIZE];
	struct contexts *c;
	enum err e = contexts_get(&c);

	if (e != ERR_NONE) {
		return e;
	}
	if (c->digest == NULL) {
		c->digest = EVP_MD_CTX_new();
		if (c->digest == NULL) {
			return ERR_NOMEM;
		}
	}
	if (EVP_DigestInit_ex2(c->digest, the_sha256, NULL) != 1) {
		return ERR_CRYPTO;
	}
	for (size_t i = 0; i < n; i++) {
		if (EVP_DigestUpdate(c->digest, parts[i].p, parts[i].n) != 1) {
			return ERR_CRYPTO;
		}
	}
	if (EVP_DigestFinal_ex(c->digest, digest, NULL) != 1) {
		return ERR_CRYPTO;
	}
	memcpy(ret_digest, digest, sizeof(digest));
	OPENSSL_cleanse(digest, sizeof(digest));
	return ERR_NONE;
}
