/*
 * Why a text or an address is refused: one closed list for all validated
 * types, so that the API can name the field and the reason.
 */
#ifndef DOMAIN_FLAW_H
#define DOMAIN_FLAW_H

enum flaw {
	FLAW_NONE,		/* it is accepted */
	FLAW_EMPTY,
	FLAW_LENGTH,
	FLAW_UTF8,
	FLAW_CONTROL,		/* CR, LF, NUL and other controls (S82) */
	FLAW_INVISIBLE,		/* direction overrides, zero width (S89) */
	FLAW_BLANK,		/* a blank at either end */
	FLAW_LINK,		/* what a mail program would make a link */
	FLAW_AT_SIGN,
	FLAW_LOCAL_PART,
	FLAW_DOMAIN,
	FLAW_NOT_ASCII,		/* SMTPUTF8 is not offered */
	FLAW_E164,
	FLAW_ALPHABETS,		/* see domain/shop_name.h */
	FLAW_SENDER_ID,
	FLAW_COUNT
};

/*
 * flaw_reason(f): a sentence fragment for the person who sent the value,
 * such as "contains a link or a host name".  Never NULL, never echoes input.
 */
const char *flaw_reason(enum flaw f);

#endif
