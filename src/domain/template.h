/*
 * The templates of a provider: text with {words} in it, each value escaped
 * for the place where it lands, so that no message, name or number can end
 * the string, the field or the header it stands in.
 */
#ifndef DOMAIN_TEMPLATE_H
#define DOMAIN_TEMPLATE_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"

enum template_word {
	TEMPLATE_TO,		/* +491701234567 */
	TEMPLATE_TO_DIGITS,	/* 491701234567 */
	TEMPLATE_TEXT,
	TEMPLATE_SPEECH,	/* voice: the text in the speech template */
	TEMPLATE_SENDER,
	TEMPLATE_ID,		/* msg_…, the same when tried again */
	TEMPLATE_ACCOUNT,
	TEMPLATE_SECRET,
	TEMPLATE_BASIC,		/* base64 of account:secret (RFC 7617) */
	TEMPLATE_CODING,	/* 0: the GSM alphabet is enough; 2: UCS-2 */
	TEMPLATE_ALPHABET,	/* "text" or "unicode", the same */
	TEMPLATE_LOCALE,	/* "en" */
	TEMPLATE_LANGUAGE,	/* "en-US" */
	TEMPLATE_PROMPT,	/* voice: asks for a key, has no code */
	TEMPLATE_CALL,		/* voice: the URL of what a call is to say */
	TEMPLATE_RECEIPTS,	/* the URL for receipts; empty: none */
	TEMPLATE_WORD_COUNT
};

/* How a value is written in its place. */
enum template_place {
	TEMPLATE_PLAIN,		/* as it is; controls become blanks */
	TEMPLATE_URL,		/* percent-encoded but for RFC 3986 unreserved */
	TEMPLATE_JSON,		/* inside a JSON string */
	TEMPLATE_XML,		/* text or attribute */
	TEMPLATE_MARKUP		/* the same; {speech} is markup already */
};

/*
 * A word is {name}, or {name|json}, {name|xml}, {name|url}, which escapes the
 * value once more, before the place does.  A brace that is not followed by a
 * small letter is a brace.
 *
 * template_flaw(t): NULL when every word in t is known; otherwise why not.
 */
const char *template_flaw(struct str t);

/* template_uses(t, word): t has that word in it. */
bool template_uses(struct str t, enum template_word word);

/* template_expand(t, place, values, out): t has no flaw. */
void template_expand(struct str t, enum template_place place,
    const struct str values[static TEMPLATE_WORD_COUNT], struct buf *out)
    NONNULL;

/* template_escape(s, place, out): one value. */
void template_escape(struct str s, enum template_place place,
    struct buf *out) NONNULL;

#endif
