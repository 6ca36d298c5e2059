#include "base/ct.h"

#include <stdint.h>

bool
ct_equal(const void *a, const void *b, size_t n)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t difference = 0;

	for (size_t i = 0; i < n; i++) {
		difference = (uint8_t)(difference | (x[i] ^ y[i]));
	}
	return difference == 0;
}
