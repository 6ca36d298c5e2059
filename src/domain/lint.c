#include "domain/lint.h"

#include <assert.h>
#include <string.h>

#include "domain/gsm7.h"

static const char *const names[LINT_COUNT] = {
	[LINT_CLEAN] = "clean",
	[LINT_PLACEHOLDER] = "placeholder",
	[LINT_LINK] = "link",
	[LINT_HTML] = "html",
	[LINT_CODE_MISSING] = "code_missing",
	[LINT_CODE_REPEATED] = "code_repeated",
	[LINT_CODE_SHOWN] = "code_shown",
	[LINT_WARNING] = "warning",
	[LINT_ADVICE] = "advice",
	[LINT_PERSONAL_DATA] = "personal_data",
	[LINT_INSTALL] = "install",
	[LINT_LENGTH] = "length",
};

/*
 * What a message must say.  Written here again and not taken from the
 * templates, so that a template that loses its warning is found.
 */
struct phrase {
	enum locale locale;
	enum { ANY, ACCOUNT, DOOR } family;
	enum { ALL, EMAIL } where;
	const char *z;
};

/* In lower case as far as ASCII goes. */
static const struct phrase must[] = {
	{LOCALE_EN, ANY, ALL, "never share"},			/* R67 */
	{LOCALE_EN, ACCOUNT, EMAIL, "with anybody"},		/* R68 */
	{LOCALE_EN, ACCOUNT, EMAIL, "we never ask for it"},	/* R70 */
	{LOCALE_EN, DOOR, ALL, "only at the door"},		/* R69 */
	{LOCALE_EN, DOOR, ALL, "by phone"},			/* R39 */
	{LOCALE_EN, DOOR, EMAIL, "countersign"},
	{LOCALE_EN, DOOR, EMAIL, "never to cancel"},
	{LOCALE_EN, ANY, EMAIL, "in your household"},		/* R61 */
	{LOCALE_EN, ANY, EMAIL, "customer service"},		/* R66 */
	{LOCALE_EN, ANY, EMAIL, "your password"},		/* R62 */
	{LOCALE_DE, ANY, ALL, "niemals"},
	{LOCALE_DE, ANY, ALL, "weiter"},
	{LOCALE_DE, ACCOUNT, EMAIL, "wir fragen sie nie danach"},
	{LOCALE_DE, DOOR, ALL, "nur an der t\xc3\xbcr"},
	{LOCALE_DE, DOOR, ALL, "am telefon"},
	{LOCALE_DE, DOOR, EMAIL, "gegenwort"},
	{LOCALE_DE, DOOR, EMAIL, "zu stornieren"},
	{LOCALE_DE, ANY, EMAIL, "haushalt"},
	{LOCALE_DE, ANY, EMAIL, "kundenservice"},
	{LOCALE_DE, ANY, EMAIL, "passwort"},
};

/* What a notice must say (S22). */
static const struct phrase must_notice[] = {
	{LOCALE_EN, ANY, ALL, "wrong code"},
	{LOCALE_EN, ANY, EMAIL, "in your household"},		/* R61 */
	{LOCALE_EN, ANY, EMAIL, "customer service"},		/* R66 */
	{LOCALE_EN, ANY, EMAIL, "contains no code"},
	{LOCALE_EN, ANY, EMAIL, "never ask for a code"},	/* R70 */
	{LOCALE_EN, ACCOUNT, EMAIL, "your password"},		/* R62 */
	{LOCALE_DE, ANY, ALL, "falsche"},
	{LOCALE_DE, ANY, EMAIL, "haushalt"},
	{LOCALE_DE, ANY, EMAIL, "kundenservice"},
	{LOCALE_DE, ANY, EMAIL, "keinen code"},
	{LOCALE_DE, ANY, EMAIL, "niemals nach einem code"},
	{LOCALE_DE, ACCOUNT, EMAIL, "passwort"},
};

/* No password has to do with a code for the door. */
static const char *const account_advice[] = {"password", "passwort"};

/* R70, in lower case: what a request for personal data is made of. */
static const char *const personal[] = {
	"card number", "credit card", "account number", "iban", "cvv", "cvc",
	"pin number", "date of birth", "social security", "passport",
	"reply to this", "reply with", "send us", "tell us your",
	"enter your password", "confirm your password", "full name",
	"kartennummer", "kreditkarte", "kontonummer", "geburtsdatum",
	"ausweis", "antworten sie", "senden sie uns", "schicken sie uns",
	"teilen sie uns", "geben sie ihr passwort", "ihren vollst",
};

/* R74 */
static const char *const install[] = {
	"install", "download", "app store", "google play", "herunterlad",
	"laden sie",
};

/*
 * R72, R73: whatever an HTML mail needs to fetch, run or lead away.  Values
 * from outside are escaped and have no "<", so the elements cannot be found
 * in one; the attributes could, and are looked for in templates only.
 */
static const char *const elements[] = {
	"<a ", "<a>", "<img", "<script", "<style", "<link", "<form",
	"<input", "<button", "<iframe", "<object", "<embed", "<svg", "<base",
	"<video", "<audio",
};
static const char *const attributes[] = {
	"href", "src=", "srcset", "background=", "url(", "@import",
	"http-equiv", "onclick", "onload",
};

const char *
lint_name(enum lint l)
{
	assert(l < LINT_COUNT);
	return names[l];
}

static bool
same_letter(char a, char lower_case)
{
	return a == lower_case ||
	    (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == lower_case);
}

/* Whether z, in lower case, stands in s in any case of ASCII letters. */
static bool
contains(struct str s, const char *z)
{
	size_t n = strlen(z);

	for (size_t at = 0; at + n <= s.n; at++) {
		size_t k = 0;

		while (k < n && same_letter(s.p[at + k], z[k])) {
			k++;
		}
		if (k == n) {
			return true;
		}
	}
	return false;
}

static bool
contains_any(struct str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (contains(s, list[i])) {
			return true;
		}
	}
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How often word stands in s, not as a part of a longer number. */
static unsigned
occurrences(struct str s, struct str word, size_t *ret_first)
{
	unsigned n = 0;

	*ret_first = s.n;
	for (size_t at = 0; at + word.n <= s.n; at++) {
		if (memcmp(s.p + at, word.p, word.n) != 0 ||
		    (at > 0 && is_digit(s.p[at - 1])) ||
		    (at + word.n < s.n && is_digit(s.p[at + word.n]))) {
			continue;
		}
		if (n++ == 0) {
			*ret_first = at;
		}
	}
	return n;
}

/* S91: "@host #code" at the end of a text message, and where it begins. */
static size_t
last_line(const struct lint_message *m)
{
	size_t at = m->text.n;
	struct str line, host;
	size_t blank;

	if (m->channel != CHANNEL_SMS) {
		return m->text.n;
	}
	while (at > 0 && m->text.p[at - 1] != '\n') {
		at--;
	}
	line = str_slice(m->text, at, m->text.n);
	blank = str_find(line, ' ');
	host = str_slice(line, 1, blank);
	if (at == 0 || line.p[0] != '@' || host.n == 0 ||
	    text_link((struct str){host.p, host.n}) == host.n ||
	    str_find(host, '/') != host.n || str_find(host, ':') != host.n ||
	    str_find(host, '@') != host.n ||
	    !str_starts(str_slice(line, blank, line.n), STR(" #")) ||
	    !str_equal(str_slice(line, blank + 2, line.n), m->code)) {
		return m->text.n;
	}
	return at - 1;
}

static enum lint
lint_code(const struct lint_message *m, struct str text, bool strict)
{
	char shown[WORDING_CODE_SIZE];
	size_t first = 0;
	struct str code;
	unsigned n;

	if (m->code.n > WORDING_CODE_DIGITS) {
		return LINT_CODE_MISSING;
	}
	code = wording_code(m->channel, m->code, shown);
	n = occurrences(text, code, &first);
	if (n == 0) {
		return LINT_CODE_MISSING;
	}
	/* A voice says it twice. */
	if (strict && n != (m->channel == CHANNEL_VOICE ? 2 : 1)) {
		return LINT_CODE_REPEATED;
	}
	if (strict && m->channel == CHANNEL_EMAIL) {
		size_t unused;

		if (first < LINT_PREVIEW ||
		    occurrences(m->subject, m->code, &unused) > 0 ||
		    occurrences(m->subject, code, &unused) > 0) {
			return LINT_CODE_SHOWN;
		}
		n = occurrences(m->html, code, &first);
		return n == 0 ? LINT_CODE_MISSING :
		    n > 1 ? LINT_CODE_REPEATED : LINT_CLEAN;
	}
	return LINT_CLEAN;
}

static enum lint
lint_phrases(const struct lint_message *m, const struct phrase *phrases,
    size_t n)
{
	bool door = wording_door(m->purpose);

	for (size_t i = 0; i < n; i++) {
		const struct phrase *p = &phrases[i];

		if (p->locale != m->locale ||
		    (p->family == DOOR && !door) ||
		    (p->family == ACCOUNT && door) ||
		    (p->where == EMAIL && m->channel != CHANNEL_EMAIL)) {
			continue;
		}
		if (!contains(m->text, p->z) ||
		    (m->channel == CHANNEL_EMAIL &&
		    !contains(m->html, p->z))) {
			return LINT_WARNING;
		}
	}
	return LINT_CLEAN;
}

static enum lint
lint_warnings(const struct lint_message *m)
{
	return message_is_notice(m->kind)
	    ? lint_phrases(m, must_notice,
	    sizeof(must_notice) / sizeof(must_notice[0]))
	    : lint_phrases(m, must, sizeof(must) / sizeof(must[0]));
}

/* Four digits or more, also in groups, as wording_code writes them. */
static bool
like_a_code(struct str s)
{
	unsigned digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (is_digit(s.p[i])) {
			digits++;
		} else if (s.p[i] != ' ' && s.p[i] != ',' && s.p[i] != '-') {
			digits = 0;
		}
		if (digits >= 4) {
			return true;
		}
	}
	return false;
}

static enum lint
lint_notice(const struct lint_message *m)
{
	if (like_a_code(m->subject) || like_a_code(m->text)) {
		return LINT_CODE_SHOWN;
	}
	if (wording_door(m->purpose) && contains_any(m->text, account_advice,
	    sizeof(account_advice) / sizeof(account_advice[0]))) {
		return LINT_ADVICE;
	}
	return LINT_CLEAN;
}

enum lint
lint_outgoing(const struct lint_message *m)
{
	struct str text = str_slice(m->text, 0, last_line(m));

	if (text_link(m->subject) != m->subject.n ||
	    text_link(text) != text.n || text_link(m->html) != m->html.n) {
		return LINT_LINK;
	}
	if (contains_any(m->html, elements,
	    sizeof(elements) / sizeof(elements[0]))) {
		return LINT_HTML;
	}
	return message_is_notice(m->kind) ? LINT_CLEAN
	    : lint_code(m, text, false);
}

enum lint
lint_message(const struct lint_message *m)
{
	struct str text = str_slice(m->text, 0, last_line(m));
	struct str all[] = {m->subject, text, m->html};
	enum lint found = lint_outgoing(m);

	if (found == LINT_CLEAN && contains_any(m->html, attributes,
	    sizeof(attributes) / sizeof(attributes[0]))) {
		found = LINT_HTML;
	}
	if (found == LINT_CLEAN) {
		found = message_is_notice(m->kind) ? lint_notice(m)
		    : lint_code(m, text, true);
	}
	if (found == LINT_CLEAN) {
		found = lint_warnings(m);
	}
	for (size_t i = 0; found == LINT_CLEAN &&
	    i < sizeof(all) / sizeof(all[0]); i++) {
		if (str_find(all[i], '{') != all[i].n ||
		    str_find(all[i], '}') != all[i].n) {
			found = LINT_PLACEHOLDER;
		} else if (contains_any(all[i], personal,
		    sizeof(personal) / sizeof(personal[0]))) {
			found = LINT_PERSONAL_DATA;
		} else if (contains_any(all[i], install,
		    sizeof(install) / sizeof(install[0]))) {
			found = LINT_INSTALL;
		}
	}
	if (found == LINT_CLEAN && (m->subject.n > 78 ||
	    (m->channel == CHANNEL_SMS && !gsm7_one_segment(m->text)))) {
		found = LINT_LENGTH;
	}
	return found;
}
