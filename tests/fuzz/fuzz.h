/*
 * What a fuzzer gives, and how it says that a property does not hold.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* One input; returns 0 always.  libFuzzer calls it, and so does replay.c. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Unlike an assert it cannot be compiled away. */
static inline void
require(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "property does not hold: %s\n", what);
		abort();
	}
}

#endif
