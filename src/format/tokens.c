#include "format/tokens.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/encode.h"
#include "otp/totp.h"

void
tokens_init(struct tokens *t, struct arena *arena)
{
	*t = (struct tokens){.arena = arena};
}

void
tokens_flaw(struct tokens *t, size_t place, const char *why)
{
	if (t->flaws < TOKEN_FLAWS_MAX) {
		t->flaw[t->flaws] = (struct token_flaw){place, why};
	}
	t->flaws++;
}

/* Twice the room; what was copied from is wiped with the arena. */
static bool
grow(struct tokens *t)
{
	size_t room = t->room == 0 ? 16 : t->room * 2;
	struct token *v = arena_get(t->arena, room * sizeof(*v));

	if (v == NULL) {
		return false;
	}
	if (t->n > 0) {
		memcpy(v, t->v, t->n * sizeof(*v));
	}
	t->v = v;
	t->room = room;
	return true;
}

struct token *
tokens_next(struct tokens *t, size_t place)
{
	if (t->n == TOKENS_MAX) {
		tokens_flaw(t, place, "there are more than 10000 tokens");
		return NULL;
	}
	if (t->n == t->room && !grow(t)) {
		tokens_flaw(t, place, "there is not enough memory");
		return NULL;
	}
	t->v[t->n] = (struct token){
		.place = place,
		.otp = {.digits = 6, .period_s = TOTP_PERIOD_DEFAULT},
	};
	return &t->v[t->n];
}

void
tokens_drop(struct tokens *t, const char *why)
{
	tokens_flaw(t, t->v[t->n].place, why);
	explicit_bzero(&t->v[t->n], sizeof(t->v[t->n]));
}

void
tokens_add(struct tokens *t)
{
	struct otpauth *o = &t->v[t->n].otp;

	/* Of what goes by counter some say a period of 0. */
	if (o->type == OTPAUTH_HOTP) {
		o->period_s = TOTP_PERIOD_DEFAULT;
	}
	if (o->secret.n == 0) {
		tokens_drop(t, "it has no key");
	} else if (o->digits < HOTP_DIGITS_MIN || o->digits > HOTP_DIGITS_MAX) {
		tokens_drop(t, "only codes of 6 to 8 digits can be made");
	} else if (o->type == OTPAUTH_TOTP &&
	    (o->period_s < 1 || o->period_s > OTPAUTH_PERIOD_MAX)) {
		tokens_drop(t, "its period is not between a second and a day");
	} else {
		t->n++;
	}
}

bool
token_text(struct str s, char dst[static OTPAUTH_TEXT_MAX + 1])
{
	char text[OTPAUTH_TEXT_MAX + 1];

	s = str_trim(s);
	if (!str_is_utf8(s) || s.n > OTPAUTH_TEXT_MAX) {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		text[i] = c < 0x20 || c == 0x7f ? ' ' : c == ':' ? '-' :
		    s.p[i];
	}
	return str_copy(str_trim((struct str){text, s.n}), dst,
	    OTPAUTH_TEXT_MAX + 1);
}

bool
token_hash(struct str s, enum hmac_hash *ret_hash)
{
	static const char *const names[HMAC_HASH_COUNT] = {
		[HMAC_SHA1] = "SHA1", [HMAC_SHA256] = "SHA256",
		[HMAC_SHA512] = "SHA512",
	};
	char plain[16];
	size_t n = 0;

	if (s.n > 4 && strncasecmp(s.p, "hmac", 4) == 0) {
		s = str_slice(s, 4, s.n);
	}
	for (size_t i = 0; i < s.n && n < sizeof(plain) - 1; i++) {
		if (s.p[i] != '-' && s.p[i] != '_') {
			plain[n++] = s.p[i];
		}
	}
	plain[n] = '\0';
	for (unsigned i = 0; i < HMAC_HASH_COUNT; i++) {
		if (strcasecmp(plain, names[i]) == 0) {
			*ret_hash = (enum hmac_hash)i;
			return true;
		}
	}
	return false;
}

bool
token_base32(struct str s, struct secret *ret_secret)
{
	struct secret CLEANUP(secret_wipe) found = {0};
	char text[SECRET_MAX * 2];
	size_t n = 0;
	enum err e;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ' ' || s.p[i] == '-' || s.p[i] == '=') {
			continue;
		}
		if (n == sizeof(text)) {
			return false;
		}
		text[n++] = s.p[i];
	}
	e = base32_decode((struct str){text, n}, found.b, SECRET_MAX, &found.n);
	explicit_bzero(text, sizeof(text));
	if (e != ERR_NONE || found.n == 0) {
		return false;
	}
	*ret_secret = found;
	return true;
}

enum err
token_code(const struct otpauth *o, unix_ms now,
    char ret_code[static HOTP_CODE_SIZE])
{
	const struct hotp h = {
		.hash = o->hash,
		.digits = o->digits,
		.secret = {(const char *)o->secret.b, o->secret.n},
	};
	uint64_t counter = o->counter;

	if (o->type == OTPAUTH_TOTP) {
		assert(o->period_s > 0);
		counter = now.v < 0 ? 0 :
		    (uint64_t)now.v / 1000 / o->period_s;
	}
	return hotp_code(&h, counter, ret_code);
}
