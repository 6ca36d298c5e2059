/*
 * A change of an account that waits for its owner's code, and its encoding:
 * for each field its number, the length and the bytes, in the order of the
 * fields, so that one change has one encoding.
 */
#ifndef DOMAIN_ACCOUNT_CHANGE_H
#define DOMAIN_ACCOUNT_CHANGE_H

#include "base/buf.h"
#include "base/compiler.h"
#include "domain/wording.h"

/* Stored as a number: add at the end. */
enum change_field {
	CHANGE_EMAIL,		/* the new address */
	CHANGE_PHONE,
	CHANGE_PASSWORD,	/* its hash */
	CHANGE_ADDRESS,		/* lines between newlines */
	CHANGE_TWO_STEP,	/* "on", "off" */
	CHANGE_DELIVERY_CODES,
	CHANGE_CHANNEL,		/* "email" …, "auto" */
	CHANGE_REMOVE,		/* the identifier of a contact or factor */
	CHANGE_CONFIRM,		/* nothing: a fresh proof of who it is */
	CHANGE_FIELD_COUNT
};

/* p NULL: stays as it is. */
struct account_change {
	struct str v[CHANGE_FIELD_COUNT];
};

#define ACCOUNT_CHANGE_MAX 2048

/* account_change_name(f): the member of the API, "delivery_codes". */
const char *account_change_name(enum change_field f);

/* account_change_count(c): how many fields change. */
unsigned account_change_count(const struct account_change *c) NONNULL;

/* account_change_encode(c, out): appends at most ACCOUNT_CHANGE_MAX. */
void account_change_encode(const struct account_change *c, struct buf *out)
    NONNULL;

/* account_change_decode(bytes, ret): borrowed from bytes; false: not one. */
bool account_change_decode(struct str bytes, struct account_change *ret_change)
    MUST_CHECK NONNULL;

/*
 * account_change_words(c, l): what is to be changed, in a few words of the
 * language, for the message with the code (S47): "E-mail address".
 */
const char *account_change_words(const struct account_change *c,
    enum locale l) NONNULL;

#endif
