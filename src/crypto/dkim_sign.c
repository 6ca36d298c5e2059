#include "crypto/dkim_sign.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "crypto/hmac.h"

/* NULL: not a private key of this type. */
static EVP_PKEY *
read_key(const char *pem, int type)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)strlen(pem));
	EVP_PKEY *key = NULL;

	if (bio != NULL) {
		key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		BIO_free(bio);
	}
	if (key != NULL && EVP_PKEY_get_base_id(key) != type) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	/* What OpenSSL noted of a key that is none concerns nobody else. */
	ERR_clear_error();
	return key;
}

/* md is NULL for an algorithm that hashes by itself. */
static enum err
sign(EVP_PKEY *key, const EVP_MD *md, struct str data,
    uint8_t ret_signature[static DKIM_SIGNATURE_MAX], size_t *ret_n)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = DKIM_SIGNATURE_MAX;
	enum err e = ERR_CRYPTO;

	if (ctx == NULL) {
		return ERR_NOMEM;
	}
	if (EVP_DigestSignInit(ctx, NULL, md, NULL, key) == 1 &&
	    EVP_DigestSign(ctx, ret_signature, &n,
	    (const unsigned char *)data.p, data.n) == 1) {
		*ret_n = n;
		e = ERR_NONE;
	}
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return e;
}

enum err
dkim_sign_rsa(const char *pem, struct str data,
    uint8_t ret_signature[static DKIM_SIGNATURE_MAX], size_t *ret_n)
{
	EVP_PKEY *key = read_key(pem, EVP_PKEY_RSA);
	enum err e = ERR_CRYPTO;

	if (key != NULL && EVP_PKEY_get_size(key) == DKIM_SIGNATURE_MAX) {
		e = sign(key, EVP_sha256(), data, ret_signature, ret_n);
	}
	EVP_PKEY_free(key);
	return e;
}

enum err
dkim_sign_ed25519(const char *pem, struct str data,
    uint8_t ret_signature[static DKIM_SIGNATURE_MAX], size_t *ret_n)
{
	EVP_PKEY *key = read_key(pem, EVP_PKEY_ED25519);
	uint8_t digest[SHA256_SIZE];
	enum err e = key == NULL ? ERR_CRYPTO : sha256(&data, 1, digest);

	if (e == ERR_NONE) {
		e = sign(key, NULL, (struct str){(const char *)digest,
		    sizeof(digest)}, ret_signature, ret_n);
	}
	EVP_PKEY_free(key);
	return e;
}
