#include "domain/ways.h"

enum { DIGIT_BITS = 3, DIGIT = 7 };

_Static_assert((int)CHANNEL_COUNT < (int)DIGIT, "a channel is a digit");

bool
ways_at(int64_t ways, unsigned i, enum channel *ret_channel)
{
	int64_t digit = i < CHANNEL_COUNT
	    ? ways >> (DIGIT_BITS * i) & DIGIT : 0;

	if (digit < 1 || digit > CHANNEL_COUNT) {
		return false;
	}
	*ret_channel = (enum channel)(digit - 1);
	return true;
}

bool
ways_have(int64_t ways, enum channel c)
{
	enum channel at;

	for (unsigned i = 0; ways_at(ways, i, &at); i++) {
		if (at == c) {
			return true;
		}
	}
	return false;
}

int64_t
ways_with(int64_t ways, enum channel c)
{
	unsigned n = 0;
	enum channel at;

	if (ways_have(ways, c)) {
		return ways;
	}
	while (ways_at(ways, n, &at)) {
		n++;
	}
	return ways | (int64_t)(c + 1) << (DIGIT_BITS * n);
}

int64_t
ways_without(int64_t ways, enum channel c)
{
	int64_t left = 0;
	enum channel at;

	for (unsigned i = 0; ways_at(ways, i, &at); i++) {
		left = at == c ? left : ways_with(left, at);
	}
	return left;
}

bool
ways_parse(struct str s, int64_t *ret_ways)
{
	int64_t ways = 0;
	struct str word;
	enum channel c;

	if (str_equal(s, STR("auto"))) {
		*ret_ways = 0;
		return true;
	}
	while (str_split(&s, ' ', &word)) {
		if (!channel_parse(word, &c) || ways_have(ways, c)) {
			return false;
		}
		ways = ways_with(ways, c);
	}
	*ret_ways = ways;
	return ways != 0;
}

void
ways_print(int64_t ways, struct buf *out)
{
	enum channel c;

	if (ways == 0) {
		buf_z(out, "auto");
	}
	for (unsigned i = 0; ways_at(ways, i, &c); i++) {
		buf_z(out, i > 0 ? " " : "");
		buf_z(out, channel_name(c));
	}
}
