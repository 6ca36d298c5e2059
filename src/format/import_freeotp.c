/*
 * FreeOTP+'s JSON and FreeOTP 1's tokens.xml, a map of strings that hold the
 * same JSON, in the one form in which Android writes it: no XML is understood
 * beyond that, so there are no entities but the five and numbers.
 */
#include <string.h>

#include "format/import_part.h"

enum { TOKEN_JSON_MAX = 16384, REFERENCE_MAX = 10 };

const char *
import_freeotp_token(struct jsonr_object *o, struct otpauth *otp)
{
	const char *why;

	if (!part_text(o, "issuerExt", otp->issuer) ||
	    (otp->issuer[0] == '\0' &&
	    !part_text(o, "issuerInt", otp->issuer)) ||
	    (otp->issuer[0] == '\0' && !part_text(o, "issuer", otp->issuer)) ||
	    !part_text(o, "label", otp->account) ||
	    (otp->issuer[0] == '\0' && otp->account[0] == '\0')) {
		return "its name is missing or too long";
	}
	why = part_type(o, "type", otp);
	return why != NULL ? why : part_numbers(o, "algo", otp);
}

static const char *
fill(struct jsonr_object *o, struct otpauth *otp)
{
	struct buf CLEANUP(buf_done) key = {0};

	buf_init(&key, SECRET_MAX);
	if (!part_java_bytes(o, "secret", &key) || key.n == 0) {
		return "its key is missing or not a list of bytes";
	}
	secret_set(&otp->secret, key.p, key.n);
	return import_freeotp_token(o, otp);
}

static void
read_json(struct str text, struct tokens *t)
{
	static const char no_list[] = "this is no list of FreeOTP, or it is cut off";
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;

	if (!jsonr_open(&r, t->arena, text, &root)) {
		tokens_flaw(t, 0, no_list);
		return;
	}
	part_list(&root, "tokens", fill, no_list, t);
}

/* ---- tokens.xml ---- */

/* text up to mark into *ret_part; text goes on behind it. */
static bool
up_to(struct str *text, struct str mark, struct str *ret_part)
{
	const char *found = text->n == 0 ? NULL
	    : memmem(text->p, text->n, mark.p, mark.n);
	size_t n;

	if (found == NULL) {
		return false;
	}
	n = (size_t)(found - text->p);
	*ret_part = str_slice(*text, 0, n);
	*text = str_slice(*text, n + mark.n, text->n);
	return true;
}

/* "quot", "#34" or "#x22": one character of ASCII; others are kept out. */
static bool
reference(struct str s, char *ret_char)
{
	static const struct { struct str name; char c; } known[] = {
		{STR_INIT("quot"), '"'}, {STR_INIT("apos"), '\''},
		{STR_INIT("lt"), '<'}, {STR_INIT("gt"), '>'},
		{STR_INIT("amp"), '&'}, {STR_INIT("#34"), '"'},
		{STR_INIT("#39"), '\''}, {STR_INIT("#10"), '\n'},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (str_equal(s, known[i].name)) {
			*ret_char = known[i].c;
			return true;
		}
	}
	return false;
}

static bool
unescape(struct str s, struct buf *out)
{
	struct str part;
	char c;

	while (up_to(&s, STR("&"), &part)) {
		buf_str(out, part);
		if (!up_to(&s, STR(";"), &part) || part.n > REFERENCE_MAX ||
		    !reference(part, &c)) {
			return false;
		}
		buf_char(out, c);
	}
	buf_str(out, s);
	return buf_err(out) == ERR_NONE;
}

/* One <string>: a token, or the order, which is passed over. */
static void
read_string(struct str name, struct str text, size_t place, struct tokens *t)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct buf CLEANUP(buf_done) json = {0};
	struct jsonr_object o;
	struct token *token;

	if (str_equal(name, STR("tokenOrder"))) {
		return;
	}
	token = tokens_next(t, place);
	if (token == NULL) {
		return;
	}
	buf_init(&json, TOKEN_JSON_MAX);
	part_take(t, !unescape(text, &json) || !jsonr_open(&r, t->arena,
	    buf_view(&json), &o) ? "it is damaged" : fill(&o, &token->otp));
}

static void
read_xml(struct str text, struct tokens *t)
{
	static const char why[] = "this is no tokens.xml of FreeOTP, or it is "
	    "cut off";
	struct str name, value;
	size_t place = 0;

	if (str_starts(text, STR("<?xml")) && !up_to(&text, STR("?>"), &name)) {
		tokens_flaw(t, 0, why);
		return;
	}
	text = str_trim(text);
	if (!str_starts(text, STR("<map>"))) {
		tokens_flaw(t, 0, why);
		return;
	}
	text = str_trim(str_slice(text, 5, text.n));
	while (str_starts(text, STR("<string name=\""))) {
		text = str_slice(text, 14, text.n);
		if (!up_to(&text, STR("\">"), &name) ||
		    !up_to(&text, STR("</string>"), &value) ||
		    str_find(name, '<') < name.n ||
		    str_find(value, '<') < value.n) {
			tokens_flaw(t, place + 1, why);
			return;
		}
		read_string(name, value, ++place, t);
		if (t->n == TOKENS_MAX) {
			return;
		}
		text = str_trim(text);
	}
	if (!str_equal(text, STR("</map>"))) {
		tokens_flaw(t, place + 1, why);
	}
}

void
import_freeotp(struct str text, const struct import_key *key, struct tokens *t)
{
	struct str trimmed = str_trim(text);

	if (import_freeotp2_is(text)) {
		import_freeotp2(text, key, t);
	} else if (str_starts(trimmed, STR("<"))) {
		read_xml(trimmed, t);
	} else {
		read_json(trimmed, t);
	}
}
