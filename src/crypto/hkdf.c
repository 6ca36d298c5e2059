#include "crypto/hkdf.h"

#include <string.h>

#include "crypto/hmac.h"

enum err
hkdf_expand(struct str key, struct str label, uint8_t *ret_key, size_t n)
{
	uint8_t block[SHA256_SIZE];
	struct str parts[3] = {{NULL, 0}, label, {NULL, 0}};
	size_t done = 0;
	enum err e = ERR_NONE;

	if (n == 0 || n > HKDF_MAX) {
		return ERR_RANGE;
	}
	for (uint8_t counter = 1; done < n; counter++) {
		size_t part = n - done < sizeof(block) ? n - done :
		    sizeof(block);

		parts[2] = (struct str){(const char *)&counter, 1};
		e = hmac_sha256(key, parts, 3, block);
		if (e != ERR_NONE) {
			explicit_bzero(ret_key, n);
			break;
		}
		memcpy(ret_key + done, block, part);
		done += part;
		parts[0] = (struct str){(const char *)block, sizeof(block)};
	}
	explicit_bzero(block, sizeof(block));
	return e;
}
