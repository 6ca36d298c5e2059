#include "domain/gsm7.h"

#include <stdint.h>

#include "domain/utf8.h"

/* 3GPP TS 23.038 section 6.2.1, without ASCII. */
static const uint16_t basic[] = {
	0xa1, 0xa3, 0xa4, 0xa5, 0xa7, 0xbf, 0xc4, 0xc5, 0xc6, 0xc7, 0xc9,
	0xd1, 0xd6, 0xd8, 0xdc, 0xdf, 0xe0, 0xe4, 0xe5, 0xe6, 0xe8, 0xe9,
	0xec, 0xf1, 0xf2, 0xf6, 0xf8, 0xf9, 0xfc, 0x393, 0x394, 0x398, 0x39b,
	0x39e, 0x3a0, 0x3a3, 0x3a6, 0x3a8, 0x3a9,
};

/* Septets that c takes, or 0 when it is outside the alphabet. */
static size_t
septets(uint32_t c)
{
	switch (c) {
	case '^': case '{': case '}': case '\\': case '[': case '~':
	case ']': case '|': case 0x20ac:
		return 2;	/* section 6.2.1.1, the extension table */
	case '`':
		return 0;
	case '\n': case '\r':
		return 1;
	default:
		break;
	}
	if (c >= 0x20 && c < 0x7f) {
		return 1;
	}
	for (size_t i = 0; i < sizeof(basic) / sizeof(basic[0]); i++) {
		if (basic[i] == c) {
			return 1;
		}
	}
	return 0;
}

bool
gsm7_one_segment(struct str s)
{
	size_t packed = 0, units = 0;
	bool gsm = true;

	if (!str_is_utf8(s)) {
		return false;
	}
	for (size_t at = 0; at < s.n; ) {
		uint32_t c = utf8_next(s, &at);
		size_t n = septets(c);

		gsm = gsm && n > 0;
		packed += n;
		units += c >= 0x10000 ? 2 : 1;
	}
	return gsm ? packed <= GSM7_SEGMENT : units <= UCS2_SEGMENT;
}
