#include "domain/dkim_key.h"

#include <assert.h>

enum { STRING_MAX = 255 };

const char *
dkim_key_algorithm_name(enum dkim_key_algorithm a)
{
	static const char *const names[DKIM_KEY_ALGORITHMS] = {
		[DKIM_KEY_RSA] = "rsa",
		[DKIM_KEY_ED25519] = "ed25519",
	};

	assert((unsigned)a < DKIM_KEY_ALGORITHMS);
	return names[a];
}

bool
dkim_key_selector_ok(struct str s)
{
	if (s.n == 0 || s.n > DKIM_KEY_SELECTOR_MAX || s.p[0] == '-' ||
	    s.p[s.n - 1] == '-') {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '-')) {
			return false;
		}
	}
	return true;
}

void
dkim_key_put_name(struct buf *out, struct str selector, struct str domain)
{
	buf_str(out, selector);
	buf_z(out, "._domainkey.");
	buf_str(out, domain);
}

void
dkim_key_put_value(struct buf *out, enum dkim_key_algorithm a,
    struct str public_key)
{
	buf_printf(out, "v=DKIM1; k=%s; p=", dkim_key_algorithm_name(a));
	buf_str(out, public_key);
}

void
dkim_key_put_strings(struct buf *out, struct str value)
{
	for (size_t at = 0; at < value.n; at += STRING_MAX) {
		buf_z(out, at == 0 ? "\"" : " \"");
		buf_str(out, str_slice(value, at, at + STRING_MAX));
		buf_char(out, '"');
	}
}
