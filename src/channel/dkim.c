#include "channel/dkim.h"

#include <assert.h>

#include "base/encode.h"
#include "crypto/dkim_sign.h"
#include "crypto/hmac.h"

enum { FIELDS_MAX = 32, TEXT_MAX = 65536, LINE_COLUMNS = 72 };

/*
 * h=: each name as often as it is to be signed.  One more than it occurs means
 * that nobody may add another; a second Content-Type would let a reader see
 * the parts of the message as something else.
 */
static const struct {
	struct str name;	/* in lower case */
	unsigned times;
} signed_fields[] = {
	{STR_INIT("from"), 2}, {STR_INIT("to"), 2}, {STR_INIT("subject"), 2},
	{STR_INIT("date"), 2}, {STR_INIT("message-id"), 2},
	{STR_INIT("mime-version"), 2}, {STR_INIT("content-type"), 2},
	{STR_INIT("content-transfer-encoding"), 2},
	{STR_INIT("auto-submitted"), 1}, {STR_INIT("reply-to"), 1},
	{STR_INIT("cc"), 1}, {STR_INIT("sender"), 1},
};

#define SIGNED_FIELDS (sizeof(signed_fields) / sizeof(signed_fields[0]))

/* A header field; the value keeps its folds. */
struct field {
	struct str name;
	struct str value;
};

struct message {
	struct field fields[FIELDS_MAX];
	size_t n;
	struct str body;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The line at the start of *rest, without its CRLF, which must be there. */
static bool
take_line(struct str *rest, struct str *ret_line)
{
	size_t n = str_find(*rest, '\n');

	if (n == rest->n || n == 0 || rest->p[n - 1] != '\r') {
		return false;
	}
	*ret_line = str_slice(*rest, 0, n - 1);
	*rest = str_slice(*rest, n + 1, rest->n);
	return true;
}

static bool
take_field(struct str *rest, struct field *ret_field)
{
	struct str line, more;
	size_t colon;

	if (!take_line(rest, &line)) {
		return false;
	}
	colon = str_find(line, ':');
	if (colon == 0 || colon == line.n) {
		return false;
	}
	ret_field->name = str_trim(str_slice(line, 0, colon));
	ret_field->value = str_slice(line, colon + 1, line.n);
	while (rest->n > 0 && is_blank(rest->p[0])) {
		if (!take_line(rest, &more)) {
			return false;
		}
		ret_field->value.n =
		    (size_t)(more.p + more.n - ret_field->value.p);
	}
	return true;
}

static enum err
read_message(struct str text, struct message *ret_message)
{
	struct message *m = ret_message;
	struct str empty;

	m->n = 0;
	while (text.n > 0 && text.p[0] != '\r') {
		if (m->n == FIELDS_MAX) {
			return ERR_LIMIT;
		}
		if (!take_field(&text, &m->fields[m->n])) {
			return ERR_SYNTAX;
		}
		m->n++;
	}
	if (m->n == 0 || !take_line(&text, &empty) || empty.n != 0) {
		return ERR_SYNTAX;
	}
	m->body = text;
	return ERR_NONE;
}

/*
 * RFC 6376 section 3.4.2 and 3.4.4: runs of blanks become one; blanks at the
 * end go, line ends of folds are no more than blanks.
 */
static void
put_relaxed(struct buf *out, struct str s)
{
	bool blank = false, begun = false;

	for (size_t i = 0; i < s.n; i++) {
		if (is_blank(s.p[i]) || s.p[i] == '\r' || s.p[i] == '\n') {
			blank = true;
			continue;
		}
		if (blank && begun) {
			buf_char(out, ' ');
		}
		buf_char(out, s.p[i]);
		blank = false;
		begun = true;
	}
}

static void
put_lower(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		buf_char(out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
}

static bool
is_named(struct str name, struct str lower)
{
	if (name.n != lower.n) {
		return false;
	}
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		if (c != lower.p[i]) {
			return false;
		}
	}
	return true;
}

/* A leading blank of a body's line stays, as one. */
static void
put_body_line(struct buf *out, struct str line)
{
	if (line.n > 0 && is_blank(line.p[0]) && str_trim(line).n > 0) {
		buf_char(out, ' ');
	}
	put_relaxed(out, line);
	buf_z(out, "\r\n");
}

/* Empty lines count only when something follows them. */
static enum err
hash_body(struct str body, uint8_t ret_hash[static SHA256_SIZE])
{
	struct buf text;
	struct str line, whole;
	size_t end = 0;
	enum err e;

	buf_init(&text, TEXT_MAX * 2);
	while (take_line(&body, &line)) {
		put_body_line(&text, line);
		if (str_trim(line).n > 0) {
			end = text.n;
		}
	}
	if (body.n > 0) {
		put_body_line(&text, body);
		end = text.n;
	}
	whole = str_slice(buf_view(&text), 0, end);
	e = buf_err(&text);
	if (e == ERR_NONE) {
		e = sha256(&whole, 1, ret_hash);
	}
	buf_done(&text);
	return e;
}

/* The fields of h= in its order; those that are absent add nothing. */
static void
put_fields(struct buf *out, const struct message *m)
{
	for (size_t i = 0; i < SIGNED_FIELDS; i++) {
		unsigned left = signed_fields[i].times;

		/* From the last one up (RFC 6376 section 5.4.2). */
		for (size_t k = m->n; k > 0 && left > 0; k--) {
			const struct field *f = &m->fields[k - 1];

			if (is_named(f->name, signed_fields[i].name)) {
				put_lower(out, signed_fields[i].name);
				buf_char(out, ':');
				put_relaxed(out, f->value);
				buf_z(out, "\r\n");
				left--;
			}
		}
	}
}

static void
put_names(struct buf *out)
{
	size_t start = out->n;

	buf_z(out, "h=");
	for (size_t i = 0; i < SIGNED_FIELDS; i++) {
		for (unsigned k = 0; k < signed_fields[i].times; k++) {
			bool first = i == 0 && k == 0;

			if (out->n - start + signed_fields[i].name.n >
			    LINE_COLUMNS - 2) {
				buf_z(out, ":\r\n\t");
				start = out->n;
			} else {
				buf_z(out, first ? "" : ":");
			}
			buf_str(out, signed_fields[i].name);
		}
	}
	buf_z(out, ";");
}

/* The value of the field up to and with "b=". */
static enum err
put_tags(struct buf *out, const struct dkim_key *key,
    const uint8_t hash[static SHA256_SIZE], unix_ms now)
{
	buf_printf(out, " v=1; a=%s-sha256; c=relaxed/relaxed;\r\n\td=%s;\r\n"
	    "\ts=%s; t=%lld;\r\n\t", dkim_key_algorithm_name(key->algorithm),
	    key->domain, key->selector, (long long)(now.v / 1000));
	put_names(out);
	buf_z(out, "\r\n\tbh=");
	base64_encode(out, hash, SHA256_SIZE);
	buf_z(out, ";\r\n\tb=");
	return buf_err(out);
}

static enum err
put_signature(struct buf *out, const struct dkim_key *key, struct str data)
{
	uint8_t signature[DKIM_SIGNATURE_MAX];
	struct buf text;
	struct str rest;
	size_t n = 0;
	enum err e = key->algorithm == DKIM_KEY_RSA
	    ? dkim_sign_rsa(key->pem, data, signature, &n)
	    : dkim_sign_ed25519(key->pem, data, signature, &n);

	if (e != ERR_NONE) {
		return e;
	}
	buf_init(&text, 2 * DKIM_SIGNATURE_MAX);
	base64_encode(&text, signature, n);
	rest = buf_view(&text);
	while (rest.n > LINE_COLUMNS) {
		buf_str(out, str_slice(rest, 0, LINE_COLUMNS));
		buf_z(out, "\r\n\t");
		rest = str_slice(rest, LINE_COLUMNS, rest.n);
	}
	buf_str(out, rest);
	buf_z(out, "\r\n");
	e = buf_err(&text);
	buf_done(&text);
	return e == ERR_NONE ? buf_err(out) : e;
}

enum err
dkim_sign(const struct dkim_key *key, struct str message, unix_ms now,
    struct buf *out)
{
	static const struct str name = STR_INIT("DKIM-Signature:");
	uint8_t hash[SHA256_SIZE];
	const size_t start = out->n;
	struct message m;
	struct buf data;
	enum err e = read_message(message, &m);

	if (e == ERR_NONE) {
		e = hash_body(m.body, hash);
	}
	if (e != ERR_NONE) {
		return e;
	}
	buf_str(out, name);
	e = put_tags(out, key, hash, now);
	buf_init(&data, TEXT_MAX);
	put_fields(&data, &m);
	/* The field itself, its b= empty and without a line end. */
	buf_z(&data, "dkim-signature:");
	put_relaxed(&data, str_slice(buf_view(out), start + name.n, out->n));
	if (e == ERR_NONE) {
		e = buf_err(&data);
	}
	if (e == ERR_NONE) {
		e = put_signature(out, key, buf_view(&data));
	}
	buf_done(&data);
	if (e != ERR_NONE) {
		buf_cut(out, start);
	}
	return e;
}
