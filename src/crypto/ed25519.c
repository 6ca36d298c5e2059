#include "crypto/ed25519.h"

#include <sodium.h>

enum err
ed25519_verify(const uint8_t public_key[static 32], struct str message,
    const uint8_t signature[static 64])
{
	return crypto_sign_verify_detached(signature,
	    (const unsigned char *)message.p, message.n, public_key) == 0
	    ? ERR_NONE : ERR_CRYPTO;
}
