/*
 * What a code is for, and by which road it travels.  The order is part of
 * the stored form: add at the end.
 */
#ifndef DOMAIN_PURPOSE_H
#define DOMAIN_PURPOSE_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/str.h"

enum purpose {
	PURPOSE_SIGN_IN,
	PURPOSE_ACCOUNT_CHANGE,
	PURPOSE_PASSWORD_RESET,
	PURPOSE_TRANSACTION,
	PURPOSE_CONTACT_VERIFICATION,
	PURPOSE_DELIVERY,
	PURPOSE_RETURN_PICKUP,
	PURPOSE_COUNT
};

/* purpose_name(p): the word of the API, "sign_in". */
const char *purpose_name(enum purpose p);
bool purpose_parse(struct str s, enum purpose *ret_purpose) MUST_CHECK NONNULL;

enum channel {
	CHANNEL_EMAIL,
	CHANNEL_SMS,
	CHANNEL_VOICE,
	CHANNEL_TOTP,
	CHANNEL_COUNT
};

const char *channel_name(enum channel c);
bool channel_parse(struct str s, enum channel *ret_channel) MUST_CHECK NONNULL;

/* channel_restricted(c): NIST SP 800-63B-4 section 3.1.3.3, the telephone
 * network: the answer says so (rule 12). */
bool channel_restricted(enum channel c);

#endif
