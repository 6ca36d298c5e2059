/*
 * What a telephone number says of itself: its country, its kind, whether it
 * can be one at all.  From the table that tools/numbering makes of
 * libphonenumber's metadata; ranges that the table does not know are taken
 * for what stands around them.
 */
#ifndef DOMAIN_NUMBER_H
#define DOMAIN_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/address.h"

enum number_kind {
	NUMBER_MOBILE,
	NUMBER_FIXED,
	NUMBER_EITHER,		/* of the two; in North America, always */
	NUMBER_OTHER,		/* free of charge, over the internet, unknown */
	NUMBER_DEAR		/* premium, shared cost, personal, satellite */
};

const char *number_kind_name(enum number_kind k);

struct number {
	char region[3];		/* ISO 3166; "ZZ": no country's */
	unsigned code;		/* digits of the calling code; 0: there is none */
	enum number_kind kind;
	bool possible;		/* the calling code has numbers so long */
};

struct number number_of(const struct e164 *n) NONNULL;

/*
 * Lists of where numbers may be, with blanks between: prefixes ("+49",
 * "+1876") and countries ("DE"), and "*" for everywhere.
 */
bool number_listed(struct str list, const struct e164 *n) MUST_CHECK NONNULL;

/* number_list_check(list, reason): false: what is wrong, in a sentence. */
bool number_list_check(struct str list, struct buf *reason)
    MUST_CHECK NONNULL;

/*
 * number_match(word, n, facts): how much of n a word of such a list matches:
 * 0 nothing, 1 "*", 2 its country, more the longer a prefix is.
 */
unsigned number_match(struct str word, const struct e164 *n,
    const struct number *facts) NONNULL;

/*
 * number_block: all but its last three digits (S40).  number_prefix: the
 * calling code and the three digits behind it.
 */
struct str number_block(const struct e164 *n) NONNULL;
struct str number_prefix(const struct e164 *n, const struct number *facts)
    NONNULL;

/*
 * number_beside(n, step, ret_number): the number step (1 or -1) further, as
 * long as n; false where there is none.  ret_number may be n.
 */
bool number_beside(const struct e164 *n, int step, struct e164 *ret_number)
    MUST_CHECK NONNULL;

#endif
