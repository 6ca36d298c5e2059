/*
 * otp/otpauth: what was parsed can be built, and parses to the same again.
 */
#include <string.h>

#include "otp/otpauth.h"

#include "fuzz.h"

static int
same(const struct otpauth *a, const struct otpauth *b)
{
	return a->type == b->type && a->hash == b->hash &&
	    a->digits == b->digits &&
	    (a->type == OTPAUTH_HOTP || a->period_s == b->period_s) &&
	    (a->type == OTPAUTH_TOTP || a->counter == b->counter) &&
	    strcmp(a->issuer, b->issuer) == 0 &&
	    strcmp(a->account, b->account) == 0 &&
	    a->secret.n == b->secret.n &&
	    memcmp(a->secret.b, b->secret.b, a->secret.n) == 0;
}

/* What we never give out ourselves, but read. */
static void
make_buildable(struct otpauth *o)
{
	if (o->issuer[0] == '\0') {
		o->issuer[0] = 'x';
	}
	if (o->secret.n < OTPAUTH_SECRET_MIN) {
		o->secret.n = OTPAUTH_SECRET_MIN;
	}
	if (o->period_s > 120) {
		o->period_s = 120;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct otpauth o, again;
	struct buf uri;

	if (otpauth_parse((struct str){(const char *)data, size}, &o) !=
	    ERR_NONE) {
		return 0;
	}
	require(o.account[0] != '\0', "there is an account");
	require(o.secret.n > 0, "there is a secret");
	buf_init(&uri, OTPAUTH_URI_MAX + OTPAUTH_TEXT_MAX * 3 + 64);
	require(otpauth_write(&o, &uri) == ERR_NONE, "it can be written");
	require(otpauth_parse(buf_view(&uri), &again) == ERR_NONE ||
	    uri.n > OTPAUTH_URI_MAX, "what is written is accepted");
	require(uri.n > OTPAUTH_URI_MAX || same(&o, &again),
	    "and is the same");
	buf_done(&uri);
	make_buildable(&o);
	buf_init(&uri, OTPAUTH_URI_MAX);
	require(otpauth_build(&o, &uri) == ERR_NONE, "it can be built");
	require(buf_err(&uri) == ERR_NONE, "the URI fits");
	require(otpauth_parse(buf_view(&uri), &again) == ERR_NONE,
	    "what is built is accepted");
	require(same(&o, &again), "nothing changes on the way");
	buf_done(&uri);
	return 0;
}
