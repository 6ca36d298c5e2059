/*
 * .google_authenticator, the file of the PAM module that FreeRADIUS and sshd
 * are set up with: the key in base32 on the first line, then options on lines
 * that begin with a quotation mark and a blank, then emergency codes, which
 * are not taken.
 */
#include "base/parse.h"
#include "format/import.h"

/* "NAME value" of an option's line; empty when it is another's. */
static struct str
option(struct str line, struct str name)
{
	line = str_slice(line, 2, line.n);
	return str_starts(line, name) ? str_trim(str_slice(line, name.n,
	    line.n)) : STR("");
}

static bool
read_option(struct str line, struct otpauth *o, bool *has_type)
{
	struct str step = option(line, STR("STEP_SIZE ")), counter;
	uint64_t v;

	if (step.n > 0) {
		if (!parse_u64(step, &v) || v < 1 || v > OTPAUTH_PERIOD_MAX) {
			return false;
		}
		o->period_s = (unsigned)v;
	}
	counter = option(line, STR("HOTP_COUNTER "));
	if (counter.n > 0) {
		if (!parse_u64(counter, &o->counter)) {
			return false;
		}
		o->type = OTPAUTH_HOTP;
		*has_type = true;
	}
	if (str_equal(str_slice(line, 2, line.n), STR("TOTP_AUTH"))) {
		o->type = OTPAUTH_TOTP;
		*has_type = true;
	}
	return true;
}

void
import_google(struct str text, struct tokens *t)
{
	struct token *token = tokens_next(t, 1);
	bool has_type = false;
	struct str line;

	if (token == NULL) {
		return;
	}
	if (!str_split(&text, '\n', &line) ||
	    !token_base32(str_trim(line), &token->otp.secret)) {
		tokens_drop(t, "the first line is not a key in base32");
		return;
	}
	for (size_t n = 2; str_split(&text, '\n', &line); n++) {
		line = str_trim(line);
		if (!str_starts(line, STR("\" "))) {
			break;
		}
		token->place = n;
		if (!read_option(line, &token->otp, &has_type)) {
			tokens_drop(t, "this option has no such value");
			return;
		}
	}
	token->place = 1;
	if (!has_type) {
		tokens_drop(t, "neither TOTP_AUTH nor HOTP_COUNTER is said");
		return;
	}
	tokens_add(t);
}
