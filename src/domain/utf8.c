#include "domain/utf8.h"

uint32_t
utf8_next(struct str s, size_t *at)
{
	static const uint8_t lead_bits[5] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint8_t lead;
	size_t n;
	uint32_t c;

	if (*at >= s.n) {
		return 0;
	}
	lead = (uint8_t)s.p[*at];
	n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (n > s.n - *at) {
		n = 1;
	}
	c = lead & lead_bits[n];
	for (size_t k = 1; k < n; k++) {
		c = c << 6 | ((uint8_t)s.p[*at + k] & 0x3fU);
	}
	*at += n;
	return c;
}
