#include "crypto/dkim_pair.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/encode.h"
#include "crypto/crypto.h"

enum { RSA_BITS = 2048, ED25519_BYTES = 32 };

/* The memory of this BIO comes from OpenSSL's heap for keys. */
static enum err
put_private(EVP_PKEY *key, struct buf *pem)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	char *p = NULL;
	long n = 0;
	enum err e = ERR_NOMEM;

	if (bio != NULL) {
		e = PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0,
		    NULL, NULL) == 1 ? ERR_NONE : ERR_CRYPTO;
	}
	if (e == ERR_NONE) {
		n = BIO_get_mem_data(bio, &p);
		buf_put(pem, p, n > 0 ? (size_t)n : 0);
		e = buf_err(pem);
	}
	BIO_free(bio);
	return e;
}

static enum err
put_spki(EVP_PKEY *key, struct buf *public_key)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	if (n <= 0) {
		return ERR_CRYPTO;
	}
	base64_encode(public_key, der, (size_t)n);
	OPENSSL_free(der);
	return buf_err(public_key);
}

static enum err
put_raw(EVP_PKEY *key, struct buf *public_key)
{
	unsigned char raw[ED25519_BYTES];
	size_t n = sizeof(raw);

	if (EVP_PKEY_get_raw_public_key(key, raw, &n) != 1 ||
	    n != sizeof(raw)) {
		return ERR_CRYPTO;
	}
	base64_encode(public_key, raw, n);
	return buf_err(public_key);
}

static enum err
put_pair(EVP_PKEY *key, struct buf *pem, struct buf *public_key,
    enum err (*put_public)(EVP_PKEY *key, struct buf *public_key))
{
	enum err e = key != NULL ? put_private(key, pem) : ERR_CRYPTO;

	if (e == ERR_NONE) {
		e = put_public(key, public_key);
	}
	EVP_PKEY_free(key);
	return e;
}

enum err
dkim_pair_rsa(struct buf *pem, struct buf *public_key)
{
	enum err e = crypto_init();

	return e != ERR_NONE ? e : put_pair(EVP_RSA_gen(RSA_BITS), pem,
	    public_key, put_spki);
}

enum err
dkim_pair_ed25519(struct buf *pem, struct buf *public_key)
{
	enum err e = crypto_init();

	return e != ERR_NONE ? e : put_pair(EVP_PKEY_Q_keygen(NULL, NULL,
	    "ED25519"), pem, public_key, put_raw);
}
