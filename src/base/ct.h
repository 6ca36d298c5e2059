/*
 * Comparison that takes the same time wherever the difference is (S7).
 */
#ifndef BASE_CT_H
#define BASE_CT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

/* ct_equal(a, b, n): the n bytes at a and b are the same. */
bool ct_equal(const void *a, const void *b, size_t n) MUST_CHECK NONNULL;

#endif
