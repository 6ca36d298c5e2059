#include "crypto/gcm.h"

#include <limits.h>
#include <openssl/evp.h>

static void
context_done(EVP_CIPHER_CTX **context)
{
	EVP_CIPHER_CTX_free(*context);
}

static bool
start(EVP_CIPHER_CTX *c, const uint8_t *key, const uint8_t *nonce,
    struct str about, int seals)
{
	int n;

	return c != NULL && about.n <= INT_MAX &&
	    EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL, key, nonce,
	    seals) == 1 &&
	    EVP_CipherUpdate(c, NULL, &n, (const unsigned char *)about.p,
	    (int)about.n) == 1;
}

enum err
gcm_seal(const uint8_t key[static GCM_KEY],
    const uint8_t nonce[static GCM_NONCE], struct str about, struct str plain,
    struct buf *out)
{
	EVP_CIPHER_CTX *CLEANUP(context_done) c = EVP_CIPHER_CTX_new();
	size_t before = out->n;
	uint8_t *box;
	int n = 0, rest = 0;

	if (plain.n > INT_MAX - GCM_TAG) {
		return ERR_LIMIT;
	}
	box = buf_space(out, plain.n + GCM_TAG);
	if (box == NULL) {
		return buf_err(out);
	}
	if (!start(c, key, nonce, about, 1) ||
	    EVP_CipherUpdate(c, box, &n, (const unsigned char *)plain.p,
	    (int)plain.n) != 1 ||
	    EVP_CipherFinal_ex(c, box + n, &rest) != 1 ||
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, GCM_TAG,
	    box + plain.n) != 1) {
		buf_cut(out, before);
		return ERR_CRYPTO;
	}
	return ERR_NONE;
}

enum err
gcm_open(const uint8_t key[static GCM_KEY],
    const uint8_t nonce[static GCM_NONCE], struct str about, struct str box,
    struct buf *out)
{
	EVP_CIPHER_CTX *CLEANUP(context_done) c = EVP_CIPHER_CTX_new();
	size_t before = out->n;
	uint8_t tag[GCM_TAG];
	uint8_t *plain;
	int n = 0, rest = 0;

	if (box.n < GCM_TAG || box.n > INT_MAX) {
		return ERR_CRYPTO;
	}
	for (size_t i = 0; i < GCM_TAG; i++) {
		tag[i] = (uint8_t)box.p[box.n - GCM_TAG + i];
	}
	box = str_slice(box, 0, box.n - GCM_TAG);
	/* One byte more, so that nothing is still something. */
	plain = buf_space(out, box.n + 1);
	if (plain == NULL) {
		return buf_err(out);
	}
	if (!start(c, key, nonce, about, 0) ||
	    EVP_CipherUpdate(c, plain, &n, (const unsigned char *)box.p,
	    (int)box.n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, GCM_TAG, tag) != 1 ||
	    EVP_CipherFinal_ex(c, plain + n, &rest) != 1) {
		buf_cut(out, before);
		return ERR_CRYPTO;
	}
	buf_cut(out, before + box.n);
	return ERR_NONE;
}
