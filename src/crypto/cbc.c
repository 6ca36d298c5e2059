#include "crypto/cbc.h"

#include <limits.h>
#include <openssl/evp.h>

enum { BLOCK = 16 };

static void
context_done(EVP_CIPHER_CTX **context)
{
	EVP_CIPHER_CTX_free(*context);
}

static const EVP_CIPHER *
cipher_of(size_t key)
{
	return key == 16 ? EVP_aes_128_cbc() : key == 24 ? EVP_aes_192_cbc()
	    : key == 32 ? EVP_aes_256_cbc() : NULL;
}

enum err
cbc_open(struct str key, struct str box, struct buf *out)
{
	EVP_CIPHER_CTX *CLEANUP(context_done) c = EVP_CIPHER_CTX_new();
	const unsigned char *iv = (const unsigned char *)box.p;
	const EVP_CIPHER *cipher = cipher_of(key.n);
	size_t before = out->n, n;
	int got = 0, rest = 0;
	uint8_t *plain;

	if (cipher == NULL || box.n < CBC_IV + BLOCK || box.n > INT_MAX ||
	    box.n % BLOCK != 0) {
		return ERR_CRYPTO;
	}
	n = box.n - CBC_IV;
	plain = buf_space(out, n);
	if (plain == NULL) {
		return buf_err(out);
	}
	if (c == NULL ||
	    EVP_DecryptInit_ex(c, cipher, NULL, (const unsigned char *)key.p,
	    iv) != 1 || EVP_CIPHER_CTX_set_padding(c, 0) != 1 ||
	    EVP_DecryptUpdate(c, plain, &got, iv + CBC_IV, (int)n) != 1 ||
	    EVP_DecryptFinal_ex(c, plain + got, &rest) != 1 ||
	    plain[n - 1] < 1 || plain[n - 1] > BLOCK) {
		buf_cut(out, before);
		return ERR_CRYPTO;
	}
	buf_cut(out, before + n - plain[n - 1]);
	return ERR_NONE;
}

static const EVP_MD *
digest_of(enum hmac_hash hash)
{
	return hash == HMAC_SHA512 ? EVP_sha512()
	    : hash == HMAC_SHA256 ? EVP_sha256() : EVP_sha1();
}

enum err
pbkdf2(enum hmac_hash hash, struct str passphrase, struct str salt,
    unsigned iterations, uint8_t *ret_key, size_t n)
{
	if (iterations < 1 || iterations > PBKDF2_ITERATIONS_MAX || n < 1 ||
	    n > PBKDF2_KEY_MAX || passphrase.n > INT_MAX || salt.n > INT_MAX) {
		return ERR_RANGE;
	}
	return PKCS5_PBKDF2_HMAC(passphrase.p, (int)passphrase.n,
	    (const unsigned char *)salt.p, (int)salt.n, (int)iterations,
	    digest_of(hash), (int)n, ret_key) == 1 ? ERR_NONE : ERR_CRYPTO;
}
