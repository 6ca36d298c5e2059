#include "base/parse.h"

#include <stddef.h>

bool
parse_u64(struct str s, uint64_t *ret_v)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > 20) {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' ||
		    __builtin_mul_overflow(v, 10U, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v)) {
			return false;
		}
	}
	*ret_v = v;
	return true;
}

bool
parse_i64(struct str s, int64_t *ret_v)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	uint64_t v;

	if (!parse_u64(negative ? str_slice(s, 1, s.n) : s, &v) ||
	    v > (uint64_t)INT64_MAX + negative) {
		return false;
	}
	/* The negative of INT64_MIN does not exist, that of v - 1 does. */
	*ret_v = negative && v > 0 ? -(int64_t)(v - 1) - 1 : (int64_t)v;
	return true;
}

bool
parse_bool(struct str s, bool *ret_v)
{
	static const struct { struct str word; bool v; } words[] = {
		{STR_INIT("yes"), true}, {STR_INIT("true"), true},
		{STR_INIT("on"), true}, {STR_INIT("1"), true},
		{STR_INIT("no"), false}, {STR_INIT("false"), false},
		{STR_INIT("off"), false}, {STR_INIT("0"), false},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_equal(s, words[i].word)) {
			*ret_v = words[i].v;
			return true;
		}
	}
	return false;
}
