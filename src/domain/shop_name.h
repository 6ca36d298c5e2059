/*
 * The name of a shop, as it stands before an address, in messages and on
 * pages: the words by which a customer tells his shop from a stranger.  So it
 * must not be made to look like another one (S89): not by letters of another
 * alphabet, and not by being nearly the same.
 *
 * The tables are ours and small: they know the alphabets that such a name is
 * written in and what in them is taken for a Latin letter.  What they do not
 * know is refused.
 */
#ifndef DOMAIN_SHOP_NAME_H
#define DOMAIN_SHOP_NAME_H

#include <stdbool.h>

#include "domain/text.h"

/*
 * shop_name_parse(s, ret_name): a display_text in one alphabet, or in Latin
 * and one that no Latin letter is mistaken in (FLAW_ALPHABETS).  Refused as
 * well: names all of whose letters only look Latin, combining accents (they
 * are written composed, NFC), full-width and mathematical letters, symbols,
 * blanks that are none.
 */
enum flaw shop_name_parse(struct str s, struct display_text *ret_name)
    MUST_CHECK NONNULL;

/*
 * shop_name_alike(a, b): a hurried reader takes one for the other: case,
 * accents, blanks and punctuation aside, with 0 for O, 1 and I for l, rn for m
 * and vv for w.  What has no letter and no digit is like nothing.
 */
bool shop_name_alike(struct str a, struct str b) MUST_CHECK;

#endif
