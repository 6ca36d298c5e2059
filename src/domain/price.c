#include "domain/price.h"

#include "base/parse.h"

enum { DECIMALS = 6 };

bool
price_parse(struct str s, int64_t *ret_price)
{
	size_t point = str_find(s, '.');
	struct str decimals = str_slice(s, point + 1, s.n);
	uint64_t whole, part = 0;

	if (!parse_u64(str_slice(s, 0, point), &whole) ||
	    decimals.n > DECIMALS ||
	    (point < s.n && !parse_u64(decimals, &part)) ||
	    whole > (uint64_t)(PRICE_MAX / PRICE_UNIT)) {
		return false;
	}
	for (size_t i = decimals.n; i < DECIMALS; i++) {
		part *= 10;
	}
	*ret_price = (int64_t)(whole * (uint64_t)PRICE_UNIT + part);
	return *ret_price <= PRICE_MAX;
}

void
price_print(int64_t price, struct buf *out)
{
	int64_t part = price % PRICE_UNIT;
	int digits = DECIMALS;

	while (digits > 2 && part % 10 == 0) {
		part /= 10;
		digits--;
	}
	buf_printf(out, "%lld.%0*lld", (long long)(price / PRICE_UNIT),
	    digits, (long long)part);
}

/* "DE 0.0745" */
static bool
read_entry(struct str entry, struct str *ret_where, int64_t *ret_price)
{
	struct str s = str_trim(entry);
	size_t blank = str_find(s, ' ');

	*ret_where = str_slice(s, 0, blank);
	return price_parse(str_trim(str_slice(s, blank, s.n)), ret_price);
}

bool
price_list_check(struct str list, struct buf *reason)
{
	struct str entry, where;
	int64_t price;

	while (str_trim(list).n > 0 && str_split(&list, ',', &entry)) {
		if (!read_entry(entry, &where, &price) || where.n == 0 ||
		    !number_list_check(where, reason)) {
			buf_clear(reason);
			buf_z(reason, "has entries like DE 0.0745 or "
			    "+1876 0.31 or * 0.12, between commas");
			return false;
		}
	}
	return true;
}

bool
price_of(struct str list, const struct e164 *n, int64_t *ret_price)
{
	const struct number facts = number_of(n);
	struct str entry, where;
	unsigned best = 0;
	int64_t price;

	while (str_split(&list, ',', &entry)) {
		unsigned match = read_entry(entry, &where, &price)
		    ? number_match(where, n, &facts) : 0;

		if (match > best) {
			best = match;
			*ret_price = price;
		}
	}
	return best > 0;
}
