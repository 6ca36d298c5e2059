#include "crypto/ecdsa.h"

#include <stdbool.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/params.h>

/* NULL: no memory, or not a point of the curve; OpenSSL does not say which. */
static EVP_PKEY *
open_key(const uint8_t public_key[static ECDSA_PUBLIC])
{
	char group[] = "prime256v1";
	uint8_t point[ECDSA_PUBLIC];
	OSSL_PARAM params[3];
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;

	for (int i = 0; i < ECDSA_PUBLIC; i++) {
		point[i] = public_key[i];
	}
	params[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
	    point, sizeof(point));
	params[2] = OSSL_PARAM_construct_end();
	if (public_key[0] != 4 || ctx == NULL ||
	    EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
		key = NULL;
	}
	EVP_PKEY_CTX_free(ctx);
	return key;
}

enum err
ecdsa_check(const uint8_t public_key[static ECDSA_PUBLIC])
{
	EVP_PKEY *key = open_key(public_key);
	EVP_PKEY_CTX *ctx = key != NULL ? EVP_PKEY_CTX_new(key, NULL) : NULL;
	bool good = ctx != NULL && EVP_PKEY_public_check(ctx) == 1;

	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good ? ERR_NONE : ERR_CRYPTO;
}

/* r and s as the DER that OpenSSL reads; its length, or 0. */
static int
to_der(const uint8_t signature[static ECDSA_SIGNATURE], uint8_t **ret_der)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, ECDSA_SIGNATURE / 2, NULL);
	BIGNUM *s = BN_bin2bn(signature + ECDSA_SIGNATURE / 2,
	    ECDSA_SIGNATURE / 2, NULL);
	int n = 0;

	if (sig == NULL || r == NULL || s == NULL ||
	    ECDSA_SIG_set0(sig, r, s) != 1) {
		BN_free(r);
		BN_free(s);
	} else {
		n = i2d_ECDSA_SIG(sig, ret_der);
	}
	ECDSA_SIG_free(sig);
	return n > 0 ? n : 0;
}

enum err
ecdsa_verify(const uint8_t public_key[static ECDSA_PUBLIC],
    struct str message, const uint8_t signature[static ECDSA_SIGNATURE])
{
	uint8_t *der = NULL;
	int n = to_der(signature, &der);
	EVP_PKEY *key = open_key(public_key);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool good = n > 0 && key != NULL && md != NULL &&
	    EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestVerify(md, der, (size_t)n,
	    (const unsigned char *)message.p, message.n) == 1;

	EVP_MD_CTX_free(md);
	EVP_PKEY_free(key);
	OPENSSL_free(der);
	return good ? ERR_NONE : ERR_CRYPTO;
}
