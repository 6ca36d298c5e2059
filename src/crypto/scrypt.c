#include "crypto/scrypt.h"

#include <sodium.h>

enum err
scrypt(struct str passphrase, struct str salt, uint64_t n, uint32_t p,
    uint8_t ret_key[static SCRYPT_KEY])
{
	if (n < SCRYPT_N_MIN || n > SCRYPT_N_MAX || (n & (n - 1)) != 0 ||
	    p < 1 || p > SCRYPT_P_MAX) {
		return ERR_RANGE;
	}
	return crypto_pwhash_scryptsalsa208sha256_ll(
	    (const uint8_t *)passphrase.p, passphrase.n,
	    (const uint8_t *)salt.p, salt.n, n, SCRYPT_R, p, ret_key,
	    SCRYPT_KEY) == 0 ? ERR_NONE : ERR_NOMEM;
}
