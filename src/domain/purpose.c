#include "domain/purpose.h"

#include <assert.h>
#include <stddef.h>

static const char *const purposes[PURPOSE_COUNT] = {
	[PURPOSE_SIGN_IN] = "sign_in",
	[PURPOSE_ACCOUNT_CHANGE] = "account_change",
	[PURPOSE_PASSWORD_RESET] = "password_reset",
	[PURPOSE_TRANSACTION] = "transaction",
	[PURPOSE_CONTACT_VERIFICATION] = "contact_verification",
	[PURPOSE_DELIVERY] = "delivery",
	[PURPOSE_RETURN_PICKUP] = "return_pickup",
};

static const char *const channels[CHANNEL_COUNT] = {
	[CHANNEL_EMAIL] = "email",
	[CHANNEL_SMS] = "sms",
	[CHANNEL_VOICE] = "voice",
	[CHANNEL_TOTP] = "totp",
};

/* The index of s among n names, or n. */
static size_t
find(const char *const *names, size_t n, struct str s)
{
	size_t i = 0;

	while (i < n && !str_equal(s, str_of(names[i]))) {
		i++;
	}
	return i;
}

const char *
purpose_name(enum purpose p)
{
	assert(p < PURPOSE_COUNT);
	return purposes[p];
}

bool
purpose_parse(struct str s, enum purpose *ret_purpose)
{
	size_t i = find(purposes, PURPOSE_COUNT, s);

	if (i == PURPOSE_COUNT) {
		return false;
	}
	*ret_purpose = (enum purpose)i;
	return true;
}

const char *
channel_name(enum channel c)
{
	assert(c < CHANNEL_COUNT);
	return channels[c];
}

bool
channel_parse(struct str s, enum channel *ret_channel)
{
	size_t i = find(channels, CHANNEL_COUNT, s);

	if (i == CHANNEL_COUNT) {
		return false;
	}
	*ret_channel = (enum channel)i;
	return true;
}

bool
channel_restricted(enum channel c)
{
	return c == CHANNEL_SMS || c == CHANNEL_VOICE;
}
