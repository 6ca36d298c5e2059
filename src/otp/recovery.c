#include "otp/recovery.h"

#include <string.h>

#include "base/encode.h"

enum { SYMBOLS = 16, GROUP = 4 };

enum err
recovery_new(const struct rng *rng, struct recovery_set *ret_set)
{
	struct recovery_set set;
	enum err e = rng_fill(rng, &set, sizeof(set));

	if (e == ERR_NONE) {
		*ret_set = set;
	}
	recovery_wipe(&set);
	return e;
}

void
recovery_wipe(struct recovery_set *set)
{
	explicit_bzero(set, sizeof(*set));
}

/* 80 bits are 16 whole symbols: nothing is left over at the end. */
void
recovery_text(const struct recovery_code *code,
    char dst[static RECOVERY_TEXT_SIZE])
{
	static const char symbols[] = "0123456789abcdefghjkmnpqrstvwxyz";
	char *p = dst;
	uint32_t acc = 0;
	unsigned have = 0, count = 0;

	for (unsigned i = 0; i < RECOVERY_BYTES; i++) {
		acc = acc << 8 | code->b[i];
		have += 8;
		while (have >= 5) {
			if (count > 0 && count % GROUP == 0) {
				*p++ = '-';
			}
			have -= 5;
			*p++ = symbols[acc >> have & 31];
			count++;
		}
	}
	*p = '\0';
}

bool
recovery_read(struct str typed, struct recovery_code *ret_code)
{
	struct recovery_code code;
	char symbols[SYMBOLS];
	size_t n = 0, bytes;
	bool ok = typed.n <= RECOVERY_INPUT_MAX;

	for (size_t i = 0; ok && i < typed.n; i++) {
		if (typed.p[i] == ' ' || typed.p[i] == '-') {
			continue;
		}
		if (n == SYMBOLS) {
			ok = false;
		} else {
			symbols[n++] = typed.p[i];
		}
	}
	ok = ok && n == SYMBOLS && crockford_decode((struct str){symbols, n},
	    code.b, sizeof(code.b), &bytes) == ERR_NONE &&
	    bytes == sizeof(code.b);
	if (ok) {
		*ret_code = code;
	}
	explicit_bzero(symbols, sizeof(symbols));
	explicit_bzero(&code, sizeof(code));
	return ok;
}
