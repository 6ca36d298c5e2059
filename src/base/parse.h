/*
 * Numbers and switches from text: whole input or nothing, no locale, no sign
 * tricks, no white space.
 */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/str.h"

/* parse_u64(s, ret_v): 1 to 20 decimal digits that fit. */
bool parse_u64(struct str s, uint64_t *ret_v) MUST_CHECK NONNULL;

/* parse_i64(s, ret_v): the same with an optional leading '-'. */
bool parse_i64(struct str s, int64_t *ret_v) MUST_CHECK NONNULL;

/* parse_bool(s, ret_v): "yes", "true", "on", "1" and their opposites. */
bool parse_bool(struct str s, bool *ret_v) MUST_CHECK NONNULL;

#endif
