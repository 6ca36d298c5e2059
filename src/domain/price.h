/*
 * What a provider takes for a message, by where it goes.
 *
 * Amounts are in millionths of a currency's unit: 0.0745 is 74,500.
 */
#ifndef DOMAIN_PRICE_H
#define DOMAIN_PRICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/number.h"

#define PRICE_UNIT INT64_C(1000000)
#define PRICE_MAX (INT64_C(1000) * PRICE_UNIT)

/* price_parse(s, ret): "0.0745", at most six decimals and PRICE_MAX. */
bool price_parse(struct str s, int64_t *ret_price) MUST_CHECK NONNULL;

/* price_print(price, out): "0.0745", at least two decimals. */
void price_print(int64_t price, struct buf *out) NONNULL;

/*
 * A list is "DE 0.0745, +1876 0.31, * 0.12": where as in domain/number.h, and
 * what it costs there.  The longest prefix decides, then the country, then *.
 */
bool price_list_check(struct str list, struct buf *reason)
    MUST_CHECK NONNULL;

/* price_of(list, n, ret): false: the list does not say. */
bool price_of(struct str list, const struct e164 *n, int64_t *ret_price)
    MUST_CHECK NONNULL;

#endif
