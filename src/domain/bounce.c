#include "domain/bounce.h"

#include "base/encode.h"

enum { BOUNDARY_MAX = 70 };	/* RFC 2046 section 5.1.1 */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* In any case of its letters. */
static bool
starts(struct str s, struct str word)
{
	size_t i = 0;

	if (s.n < word.n) {
		return false;
	}
	while (i < word.n && lower(s.p[i]) == lower(word.p[i])) {
		i++;
	}
	return i == word.n;
}

/* Where word is in s, in any case of its letters; s.n: nowhere. */
static size_t
find(struct str s, struct str word)
{
	for (size_t i = 0; i + word.n <= s.n; i++) {
		if (starts((struct str){s.p + i, word.n}, word)) {
			return i;
		}
	}
	return s.n;
}

/* The next line without its end; false when nothing is left. */
static bool
next_line(struct str *rest, struct str *ret_line)
{
	if (rest->n == 0 || !str_split(rest, '\n', ret_line)) {
		return false;
	}
	if (ret_line->n > 0 && ret_line->p[ret_line->n - 1] == '\r') {
		ret_line->n--;
	}
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * The next field of a header, its value with the folds in it; *rest is moved
 * behind it.  False at the blank line that ends the header, which is taken.
 */
static bool
next_field(struct str *rest, struct str *ret_name, struct str *ret_value)
{
	struct str line;
	size_t colon;

	if (!next_line(rest, &line) || line.n == 0) {
		return false;
	}
	colon = str_find(line, ':');
	*ret_name = str_trim(str_slice(line, 0, colon));
	ret_value->p = colon < line.n ? line.p + colon + 1 : line.p + line.n;
	while (rest->n > 0 && is_blank(rest->p[0])) {
		(void)next_line(rest, &line);
	}
	ret_value->n = (size_t)(line.p + line.n - ret_value->p);
	return true;
}

static bool
is_name(struct str name, struct str wanted)
{
	return name.n == wanted.n && starts(name, wanted);
}

/* A value without blanks and folds in front. */
static struct str
value_of(struct str s)
{
	while (s.n > 0 && (is_blank(s.p[0]) || s.p[0] == '\r' ||
	    s.p[0] == '\n')) {
		s = str_slice(s, 1, s.n);
	}
	return s;
}

/* "<msg_…36….…32…@": as channel/mime.c writes it. */
static bool
read_message_id(struct str s, struct bounce *b)
{
	const size_t id_bytes = 40, tag_bytes = 2 * BOUNCE_TAG;
	size_t at = find(s, STR("<msg_")), n;
	struct str id, tag;

	s = str_slice(s, at + 1, s.n);
	if (s.n < id_bytes + 1 + tag_bytes + 1 || s.p[id_bytes] != '.' ||
	    s.p[id_bytes + 1 + tag_bytes] != '@') {
		return false;
	}
	id = str_slice(s, 0, id_bytes);
	tag = str_slice(s, id_bytes + 1, id_bytes + 1 + tag_bytes);
	return id_parse(ID_MESSAGE, id, &b->message) == ERR_NONE &&
	    hex_decode(tag, b->tag, sizeof(b->tag), &n) == ERR_NONE &&
	    n == sizeof(b->tag);
}

/* How much of s is a number of 1 to 3 digits; 0: it is none. */
static size_t
number_bytes(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_digit(s.p[n])) {
		n++;
	}
	return n <= 3 ? n : 0;
}

/* How much of s is an enhanced status code of class 5, RFC 3463. */
static size_t
enhanced_bytes(struct str s)
{
	size_t subject, detail;

	if (!str_starts(s, STR("5."))) {
		return 0;
	}
	subject = number_bytes(str_slice(s, 2, s.n));
	if (subject == 0 || 2 + subject >= s.n || s.p[2 + subject] != '.') {
		return 0;
	}
	detail = number_bytes(str_slice(s, 3 + subject, s.n));
	return detail == 0 ? 0 : 3 + subject + detail;
}

/* The same of an SMTP reply. */
static size_t
reply_bytes(struct str s)
{
	return s.n > 0 && s.p[0] == '5' && number_bytes(s) == 3 ? 3 : 0;
}

bool
bounce_status_ok(struct str s)
{
	return s.n > 0 && (enhanced_bytes(s) == s.n || reply_bytes(s) == s.n);
}

static bool
is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The n bytes of s from at are a word of their own. */
static bool
is_apart(struct str s, size_t at, size_t n)
{
	char before = at > 0 ? s.p[at - 1] : ' ';
	char behind = at + n < s.n ? s.p[at + n] : ' ';

	return !is_alnum(before) && before != '.' &&
	    before != '_' && before != '@' && !is_alnum(behind);
}

/* The first status in free text: an enhanced one, or else a reply. */
static bool
find_status(struct str s, size_t (*bytes)(struct str s), struct bounce *b)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t n = s.p[i] == '5' ? bytes(str_slice(s, i, s.n)) : 0;

		if (n > 0 && is_apart(s, i, n)) {
			return str_copy(str_slice(s, i, i + n), b->status,
			    sizeof(b->status));
		}
	}
	return false;
}

/* RFC 3464 section 2.3: a group of fields for each recipient. */
static bool
read_status(struct str body, struct bounce *b)
{
	while (body.n > 0) {
		struct str name, value, status = {0};
		bool failed = false;
		size_t n;

		while (next_field(&body, &name, &value)) {
			value = value_of(value);
			if (is_name(name, STR("Action"))) {
				failed = starts(value, STR("failed"));
			} else if (is_name(name, STR("Status"))) {
				status = value;
			}
		}
		n = enhanced_bytes(status);
		if (failed && n > 0) {
			return str_copy(str_slice(status, 0, n), b->status,
			    sizeof(b->status));
		}
	}
	return false;
}

static bool
read_header(struct str header, struct bounce *b)
{
	struct str name, value;

	while (next_field(&header, &name, &value)) {
		if (is_name(name, STR("Message-ID"))) {
			return read_message_id(value, b);
		}
	}
	return false;
}

struct found {
	bool status, message;
};

static void
read_part(struct str part, struct bounce *b, struct found *found)
{
	struct str name, value, type = {0};

	while (next_field(&part, &name, &value)) {
		if (is_name(name, STR("Content-Type"))) {
			type = value_of(value);
		}
	}
	if (starts(type, STR("message/delivery-status")) && !found->status) {
		found->status = read_status(part, b);
	} else if ((starts(type, STR("message/rfc822")) ||
	    starts(type, STR("text/rfc822-headers"))) && !found->message) {
		found->message = read_header(part, b);
	}
}

/* RFC 2046 section 5.1.1: bare, or between quotes without escapes. */
static struct str
boundary_of(struct str type)
{
	struct str s = str_slice(type, find(type, STR("boundary=")) + 9,
	    type.n);
	size_t n = 0;

	if (s.n > 0 && s.p[0] == '"') {
		s = str_slice(s, 1, s.n);
		n = str_find(s, '"');
	} else {
		while (n < s.n && s.p[n] > ' ' && s.p[n] != ';') {
			n++;
		}
	}
	return n <= BOUNDARY_MAX ? str_slice(s, 0, n) : STR("");
}

static bool
is_delimiter(struct str line, struct str boundary)
{
	return str_starts(line, STR("--")) &&
	    str_starts(str_slice(line, 2, line.n), boundary);
}

static bool
read_report(struct str body, struct str boundary, struct bounce *b)
{
	struct found found = {0};
	const char *part = NULL, *const end = body.p + body.n;
	struct str line;

	while (boundary.n > 0 && next_line(&body, &line)) {
		if (!is_delimiter(line, boundary)) {
			continue;
		}
		if (part != NULL) {
			read_part((struct str){part,
			    (size_t)(line.p - part)}, b, &found);
		}
		part = body.n > 0 ? body.p : end;
	}
	/* Cut short: the last part is what there is of it. */
	if (part != NULL) {
		read_part((struct str){part, (size_t)(end - part)}, b,
		    &found);
	}
	return found.status && found.message;
}

/* Only what says itself that a mail server wrote it. */
static bool
read_plain(struct str body, bool from_server, struct bounce *b)
{
	return from_server && read_message_id(body, b) &&
	    (find_status(body, enhanced_bytes, b) ||
	    find_status(body, reply_bytes, b));
}

bool
bounce_parse(struct str mail, struct bounce *ret_bounce)
{
	struct str rest = str_slice(mail, 0, BOUNCE_MAIL_MAX);
	struct str name, value, type = {0};
	struct bounce b = {0};
	bool from_server = false, ok;

	while (next_field(&rest, &name, &value)) {
		value = value_of(value);
		if (is_name(name, STR("Content-Type"))) {
			type = value;
		} else if (is_name(name, STR("Return-Path"))) {
			from_server |= starts(value, STR("<>"));
		} else if (is_name(name, STR("From"))) {
			from_server |= find(value, STR("mailer-daemon")) <
			    value.n;
		}
	}
	ok = starts(type, STR("multipart/report"))
	    ? read_report(rest, boundary_of(type), &b)
	    : read_plain(rest, from_server, &b);
	if (ok) {
		*ret_bounce = b;
	}
	return ok;
}
