#include "domain/lint.h"

#include <assert.h>
#include <string.h>

#include "domain/gsm7.h"
#include "domain/lint_words.h"
#include "domain/utf8.h"

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
 * R72, R73: whatever an HTML mail needs to fetch, run or lead away.  Values
 * from outside are escaped and have no "<", so the elements cannot be found
 * in one; the attributes could, and are looked for in templates only.
 */
static const char *const element_list[] = {
	"<a ", "<a>", "<img", "<script", "<style", "<link", "<form",
	"<input", "<button", "<iframe", "<object", "<embed", "<svg", "<base",
	"<video", "<audio",
};
static const char *const attribute_list[] = {
	"href", "src=", "srcset", "background=", "url(", "@import",
	"http-equiv", "onclick", "onload",
};
static const struct lint_words elements = {
	element_list, sizeof(element_list) / sizeof(element_list[0]),
};
static const struct lint_words attributes = {
	attribute_list, sizeof(attribute_list) / sizeof(attribute_list[0]),
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
contains_any(struct str s, struct lint_words words)
{
	for (size_t i = 0; i < words.n; i++) {
		if (contains(s, words.list[i])) {
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

/* How many characters stand before at, in well-formed UTF-8. */
static size_t
characters(struct str s, size_t at)
{
	size_t n = 0;

	for (size_t i = 0; i < at; n++) {
		(void)utf8_next(s, &i);
	}
	return n;
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

		if (characters(text, first) < LINT_PREVIEW ||
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
lint_phrases(const struct lint_message *m, struct lint_phrases phrases)
{
	bool door = wording_door(m->purpose);

	for (size_t i = 0; i < phrases.n; i++) {
		const struct lint_phrase *p = &phrases.list[i];

		if (p->locale != m->locale ||
		    (p->family == LINT_DOOR && !door) ||
		    (p->family == LINT_ACCOUNT && door) ||
		    (p->where == LINT_EMAIL && m->channel != CHANNEL_EMAIL)) {
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
	if (message_is_news(m->kind)) {
		return lint_phrases(m, lint_must_news);
	}
	return lint_phrases(m, message_is_notice(m->kind) ? lint_must_notice
	    : lint_must);
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
	if (wording_door(m->purpose) && contains_any(m->text,
	    lint_account_advice)) {
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
	if (contains_any(m->html, elements)) {
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

	if (found == LINT_CLEAN && contains_any(m->html, attributes)) {
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
		} else if (contains_any(all[i], lint_personal)) {
			found = LINT_PERSONAL_DATA;
		} else if (contains_any(all[i], lint_install)) {
			found = LINT_INSTALL;
		}
	}
	if (found == LINT_CLEAN && (characters(m->subject, m->subject.n) > 78 ||
	    (m->channel == CHANNEL_SMS && !gsm7_one_segment(m->text)))) {
		found = LINT_LENGTH;
	}
	return found;
}
