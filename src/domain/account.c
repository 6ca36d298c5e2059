#include "domain/account.h"

#include <assert.h>

static const char *const kinds[ACCOUNT_KIND_COUNT] = {
	[ACCOUNT_CUSTOMER] = "customer",
	[ACCOUNT_SELLER] = "seller",
	[ACCOUNT_AGENT] = "agent",
	[ACCOUNT_OPERATOR] = "operator",
};

static const char *const factors[FACTOR_COUNT] = {
	[FACTOR_EMAIL] = "email",
	[FACTOR_SMS] = "sms",
	[FACTOR_VOICE] = "voice",
	[FACTOR_TOTP] = "totp",
	[FACTOR_RECOVERY_CODE] = "recovery_code",
};

_Static_assert((int)FACTOR_EMAIL == (int)CHANNEL_EMAIL &&
    (int)FACTOR_TOTP == (int)CHANNEL_TOTP, "the first are the channels");

const char *
account_kind_name(enum account_kind k)
{
	assert(k < ACCOUNT_KIND_COUNT);
	return kinds[k];
}

bool
account_kind_parse(struct str s, enum account_kind *ret_kind)
{
	for (int i = 0; i < ACCOUNT_KIND_COUNT; i++) {
		if (str_equal(s, str_of(kinds[i]))) {
			*ret_kind = (enum account_kind)i;
			return true;
		}
	}
	return false;
}

bool
account_always_two_step(enum account_kind k)
{
	return k == ACCOUNT_SELLER || k == ACCOUNT_OPERATOR;
}

uint32_t
contact_uses(enum contact_kind k)
{
	return k == CONTACT_EMAIL ? 1U << CHANNEL_EMAIL
	    : 1U << CHANNEL_SMS | 1U << CHANNEL_VOICE;
}

const char *
factor_name(enum factor f)
{
	assert(f < FACTOR_COUNT);
	return factors[f];
}

bool
factor_parse(struct str s, enum factor *ret_factor)
{
	for (int i = 0; i < FACTOR_COUNT; i++) {
		if (str_equal(s, str_of(factors[i]))) {
			*ret_factor = (enum factor)i;
			return true;
		}
	}
	return false;
}

struct session_life
session_life(enum account_kind k, bool psd2)
{
	/* NIST SP 800-63B-4 section 2.2.3; operators as PCI DSS 8.2.8. */
	if (psd2) {
		return (struct session_life){MINUTES(5),
		    k == ACCOUNT_OPERATOR ? HOURS(8) : HOURS(12)};
	}
	if (k == ACCOUNT_OPERATOR) {
		return (struct session_life){MINUTES(15), HOURS(8)};
	}
	return (struct session_life){HOURS(1), HOURS(12)};
}
