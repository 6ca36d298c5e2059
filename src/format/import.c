#include "format/import.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static const char *const names[IMPORT_FORMAT_COUNT] = {
	[IMPORT_OTPAUTH] = "otpauth", [IMPORT_CSV] = "csv",
	[IMPORT_PSKC] = "pskc", [IMPORT_KEYCLOAK] = "keycloak",
	[IMPORT_GOOGLE] = "google", [IMPORT_AEGIS] = "aegis",
	[IMPORT_TWOFAS] = "2fas", [IMPORT_ANDOTP] = "andotp",
	[IMPORT_FREEOTP] = "freeotp",
};

const char *
import_format_name(enum import_format f)
{
	return f < IMPORT_FORMAT_COUNT ? names[f] : NULL;
}

bool
import_format_read(struct str s, enum import_format *ret_f)
{
	/* Other names for what is the same. */
	static const struct { struct str name; enum import_format f; } more[] = {
		{STR_INIT("migration"), IMPORT_OTPAUTH},
		{STR_INIT("privacyidea"), IMPORT_CSV},
		{STR_INIT("linotp"), IMPORT_CSV},
		{STR_INIT("freeradius"), IMPORT_GOOGLE},
	};

	for (unsigned i = 0; i < IMPORT_FORMAT_COUNT; i++) {
		if (str_equal(s, str_of(names[i]))) {
			*ret_f = (enum import_format)i;
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		if (str_equal(s, more[i].name)) {
			*ret_f = more[i].f;
			return true;
		}
	}
	return false;
}

static bool
has(struct str text, const char *word)
{
	return text.n > 0 &&
	    memmem(text.p, text.n, word, strlen(word)) != NULL;
}

static bool
guess_object(struct str text, enum import_format *ret_f)
{
	static const struct { const char *a, *b; enum import_format f; } v[] = {
		{"\"header\"", "\"db\"", IMPORT_AEGIS},
		{"\"schemaVersion\"", "\"services", IMPORT_TWOFAS},
		{"\"users\"", "", IMPORT_KEYCLOAK},
		{"\"tokens\"", "", IMPORT_FREEOTP},
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		if (has(text, v[i].a) && has(text, v[i].b)) {
			*ret_f = v[i].f;
			return true;
		}
	}
	return false;
}

bool
import_guess(struct str text, enum import_format *ret_f)
{
	struct str first;

	if (!str_is_utf8(text)) {
		*ret_f = import_freeotp2_is(text) ? IMPORT_FREEOTP
		    : IMPORT_ANDOTP;
		return import_freeotp2_is(text) || import_andotp_is(text);
	}
	text = str_trim(text);
	if (str_starts(text, STR("<"))) {
		*ret_f = has(text, "KeyContainer") || has(text, "keycontainer")
		    ? IMPORT_PSKC : IMPORT_FREEOTP;
		return *ret_f == IMPORT_PSKC || has(text, "<map");
	}
	if (str_starts(text, STR("["))) {
		*ret_f = IMPORT_ANDOTP;
		return has(text, "\"secret\"");
	}
	if (str_starts(text, STR("{"))) {
		return guess_object(text, ret_f);
	}
	if (text.n > 7 && strncasecmp(text.p, "otpauth", 7) == 0) {
		*ret_f = IMPORT_OTPAUTH;
		return true;
	}
	if (!str_split(&text, '\n', &first)) {
		return false;
	}
	if (str_starts(text, STR("\" "))) {
		*ret_f = IMPORT_GOOGLE;
		return true;
	}
	*ret_f = IMPORT_CSV;
	return has(first, ",") || str_starts(first, STR("#"));
}

void
import_read(enum import_format f, struct str text,
    const struct import_key *key, struct tokens *t)
{
	if (text.n > TOKENS_FILE_MAX) {
		tokens_flaw(t, 0, "the file is larger than 16 MiB");
		return;
	}
	switch (f) {
	case IMPORT_OTPAUTH:
		import_otpauth(text, t);
		break;
	case IMPORT_CSV:
		import_csv(text, t);
		break;
	case IMPORT_PSKC:
		import_pskc(text, key, t);
		break;
	case IMPORT_KEYCLOAK:
		import_keycloak(text, t);
		break;
	case IMPORT_GOOGLE:
		import_google(text, t);
		break;
	case IMPORT_AEGIS:
		import_aegis(text, key, t);
		break;
	case IMPORT_TWOFAS:
		import_twofas(text, key, t);
		break;
	case IMPORT_ANDOTP:
		import_andotp(text, key, t);
		break;
	case IMPORT_FREEOTP:
		import_freeotp(text, key, t);
		break;
	case IMPORT_FORMAT_COUNT:
		assert(false);
	}
}
