#include "channel/mime.h"

#include <string.h>

#include "base/encode.h"

#define CRLF "\r\n"
#define LINE_COLUMNS 76		/* RFC 2045 section 6.7, RFC 2047 section 2 */
#define WORD_MAX 75		/* RFC 2047 section 2 */
#define WORD_OPEN "=?utf-8?Q?"
#define WORD_CLOSE "?="

static const char hex_digits[] = "0123456789ABCDEF";

static void
put_hex(struct buf *out, char c)
{
	uint8_t v = (uint8_t)c;

	buf_char(out, '=');
	buf_char(out, hex_digits[v >> 4]);
	buf_char(out, hex_digits[v & 15]);
}

/* Plain ASCII that no reader takes for an encoded word. */
static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < ' ' || s.p[i] > '~' ||
		    (s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] == '?')) {
			return false;
		}
	}
	return true;
}

/* RFC 2047 section 5 (3): what may stand as itself within a phrase. */
static bool
is_phrase_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '!' || c == '*' || c == '+' ||
	    c == '-' || c == '/';
}

/* Bytes of the UTF-8 character at the start of s. */
static size_t
char_bytes(struct str s)
{
	size_t n = 1;

	while (n < s.n && ((uint8_t)s.p[n] & 0xc0) == 0x80) {
		n++;
	}
	return n;
}

static size_t
encoded_bytes(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		n += s.p[i] == ' ' || is_phrase_char(s.p[i]) ? 1 : 3;
	}
	return n;
}

/*
 * Encoded words, none cut within a character, from column on; returns the
 * column behind the last.
 */
static size_t
put_encoded_words(struct buf *out, size_t column, struct str s)
{
	size_t room = 0;

	for (size_t at = 0; at < s.n; ) {
		struct str c = str_slice(s, at, s.n);
		size_t n;

		c = str_slice(c, 0, char_bytes(c));
		n = encoded_bytes(c);
		if (n > room) {
			if (at > 0) {
				buf_z(out, WORD_CLOSE CRLF " ");
				column = 1;
			}
			buf_z(out, WORD_OPEN);
			room = (column + WORD_MAX <= LINE_COLUMNS ? WORD_MAX :
			    LINE_COLUMNS - column) - strlen(WORD_OPEN WORD_CLOSE);
			column += strlen(WORD_OPEN);
		}
		for (size_t i = 0; i < c.n; i++) {
			if (c.p[i] == ' ') {
				buf_char(out, '_');
			} else if (is_phrase_char(c.p[i])) {
				buf_char(out, c.p[i]);
			} else {
				put_hex(out, c.p[i]);
			}
		}
		room -= n;
		column += n;
		at += c.n;
	}
	buf_z(out, WORD_CLOSE);
	return column + strlen(WORD_CLOSE);
}

/* Folded before a blank that a word follows (RFC 5322 section 2.2.3). */
static void
put_folded(struct buf *out, size_t column, struct str s)
{
	while (s.n > 0) {
		size_t word = 1 + str_find(str_slice(s, 1, s.n), ' ');

		if (column + word > LINE_COLUMNS && s.p[0] == ' ' && word > 1) {
			buf_z(out, CRLF);
			column = 0;
		}
		buf_str(out, str_slice(s, 0, word));
		column += word;
		s = str_slice(s, word, s.n);
	}
}

void
mime_header(struct buf *out, const char *name, struct str value)
{
	size_t column = strlen(name) + 2;

	buf_printf(out, "%s: ", name);
	if (is_plain(value)) {
		put_folded(out, column, value);
	} else {
		(void)put_encoded_words(out, column, value);
	}
	buf_z(out, CRLF);
}

/* RFC 5322 section 3.4: a phrase and an address in angle brackets. */
static void
put_from(const struct mime *m, struct buf *out)
{
	struct str name = display_text_str(m->from_name);
	size_t column = strlen("From: ");

	buf_z(out, "From: ");
	if (is_plain(name)) {
		buf_char(out, '"');
		for (size_t i = 0; i < name.n; i++) {
			if (name.p[i] == '"' || name.p[i] == '\\') {
				buf_char(out, '\\');
				column++;
			}
			buf_char(out, name.p[i]);
		}
		buf_char(out, '"');
		column += name.n + 2;
	} else {
		column = put_encoded_words(out, column, name);
	}
	buf_z(out, column + 3 + m->from->n > LINE_COLUMNS ? CRLF " <" : " <");
	buf_str(out, email_str(m->from));
	buf_z(out, ">" CRLF);
}

/*
 * A dot or "From " at the start of a line is encoded too, so that no relay
 * with a bug in its dots or its mailbox can change the message (S83).
 */
static bool
needs_hex(struct str s, size_t at, size_t column)
{
	char c = s.p[at];
	bool last = at + 1 == s.n || s.p[at + 1] == '\n';

	if (c == ' ' || c == '\t') {
		return last;
	}
	return c < '!' || c > '~' || c == '=' || (column == 0 && (c == '.' ||
	    str_starts(str_slice(s, at, s.n), STR("From "))));
}

void
mime_quoted_printable(struct buf *out, struct str s)
{
	size_t column = 0;

	for (size_t at = 0; at < s.n; at++) {
		bool hex;

		if (s.p[at] == '\n') {
			buf_z(out, CRLF);
			column = 0;
			continue;
		}
		hex = needs_hex(s, at, column);
		/* One column stays for the soft break's "=". */
		if (column + (hex ? 3 : 1) > LINE_COLUMNS - 1) {
			buf_z(out, "=" CRLF);
			column = 0;
			hex = needs_hex(s, at, column);
		}
		if (hex) {
			put_hex(out, s.p[at]);
		} else {
			buf_char(out, s.p[at]);
		}
		column += hex ? 3 : 1;
	}
	if (column > 0) {
		buf_z(out, CRLF);
	}
}

static void
put_part(struct buf *out, const char *type, struct str body)
{
	buf_printf(out, "Content-Type: %s; charset=utf-8" CRLF
	    "Content-Transfer-Encoding: quoted-printable" CRLF CRLF, type);
	mime_quoted_printable(out, body);
}

void
mime_build(const struct mime *m, struct buf *out)
{
	char id[ID_TEXT_MAX];

	id_text(ID_MESSAGE, m->id, id);
	buf_z(out, "Date: ");			/* S85 */
	unix_ms_rfc5322(m->date, out);
	buf_z(out, CRLF);
	put_from(m, out);
	buf_z(out, "To: ");
	buf_str(out, email_str(m->to));
	buf_z(out, CRLF);
	mime_header(out, "Subject", header_text_str(m->subject));
	buf_printf(out, "Message-ID:" CRLF " <%s.", id);
	hex_encode(out, m->tag, sizeof(m->tag));
	buf_char(out, '@');
	buf_str(out, email_domain(m->from));
	buf_z(out, ">" CRLF "MIME-Version: 1.0" CRLF
	    "Auto-Submitted: auto-generated" CRLF);	/* RFC 3834 */
	if (m->html.n == 0) {
		put_part(out, "text/plain", m->text);
		return;
	}
	/* "=_" cannot occur in quoted-printable (RFC 2045 section 6.7). */
	buf_printf(out, "Content-Type: multipart/alternative;" CRLF
	    " boundary=\"=_%s\"" CRLF CRLF "--=_%s" CRLF, id, id);
	put_part(out, "text/plain", m->text);
	/* The line end before a boundary belongs to the boundary. */
	buf_printf(out, CRLF "--=_%s" CRLF, id);
	put_part(out, "text/html", m->html);
	buf_printf(out, CRLF "--=_%s--" CRLF, id);
}
