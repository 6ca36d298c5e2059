#include "domain/flaw.h"

#include <assert.h>

static const char *const reasons[FLAW_COUNT] = {
	[FLAW_NONE] = "is accepted",
	[FLAW_EMPTY] = "is empty",
	[FLAW_LENGTH] = "is too long",
	[FLAW_UTF8] = "is not well-formed UTF-8",
	[FLAW_CONTROL] = "contains a control character",
	[FLAW_INVISIBLE] =
	    "contains an invisible or direction-changing character",
	[FLAW_BLANK] = "begins or ends with a blank",
	[FLAW_LINK] = "contains a link, a host name or an e-mail address",
	[FLAW_AT_SIGN] = "does not have the form name@domain",
	[FLAW_LOCAL_PART] =
	    "has characters before the @ that this service does not accept",
	[FLAW_DOMAIN] = "does not have a valid domain after the @",
	[FLAW_NOT_ASCII] =
	    "has letters outside ASCII; write the domain in its xn-- form",
	[FLAW_E164] =
	    "is not an international number such as +491701234567",
	[FLAW_ALPHABETS] = "mixes alphabets, or has signs that only look like "
	    "letters",
	[FLAW_SENDER_ID] = "is no sender: up to 11 of a-z, A-Z, 0-9, blanks "
	    "and & + - . _ with a letter among them, 3 to 8 digits, or a "
	    "number such as +491701234567",
};

const char *
flaw_reason(enum flaw f)
{
	assert(f < FLAW_COUNT);
	return reasons[f];
}
