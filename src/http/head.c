#include "http/head.h"

#include <string.h>
#include <strings.h>

#include "base/parse.h"

/* A set of ASCII bytes: bit c of word c / 32. */
struct charset {
	uint32_t low, mid, high;	/* 0x20.., 0x40.., 0x60.. */
};

/* RFC 9110 section 5.6.2: "!#$%&'*+-.^_`|~", digits, letters. */
static const struct charset token = {0x03ff6cfa, 0xc7fffffe, 0x57ffffff};
/* RFC 3986 appendix A, pchar, "/", "?" and "%". */
static const struct charset target = {0xaffffff2, 0x87ffffff, 0x47fffffe};
/* Letters, digits, "-._:[]": a name, an address and a port. */
static const struct charset host = {0x07ff6000, 0xaffffffe, 0x07fffffe};

static bool
charset_has(const struct charset *set, char c)
{
	const unsigned char u = (unsigned char)c;
	const uint32_t bit = (uint32_t)1 << u % 32;

	switch (u / 32) {
	case 1:
		return (set->low & bit) != 0;
	case 2:
		return (set->mid & bit) != 0;
	case 3:
		return (set->high & bit) != 0;
	default:
		return false;
	}
}

static bool
all_in(const struct charset *set, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!charset_has(set, s.p[i])) {
			return false;
		}
	}
	return s.n > 0;
}

bool
head_is_token(struct str s)
{
	return all_in(&token, s);
}

bool
head_is_value(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f) {
			return false;
		}
	}
	return true;
}

bool
head_name_is(struct str s, const char *name)
{
	return strlen(name) == s.n && strncasecmp(s.p, name, s.n) == 0;
}

/* One line has been found, of n bytes without its CR LF. */
static enum head_verdict
line_found(const struct head_limits *limits, struct head_scan *scan, size_t n,
    bool *ret_last)
{
	*ret_last = false;
	if (scan->lines == 0) {
		if (n == 0) {
			return HEAD_MALFORMED;
		}
		if (n > limits->line) {
			return HEAD_LINE_LONG;
		}
	} else if (n == 0) {
		*ret_last = true;
	} else if (scan->lines > limits->fields) {
		return HEAD_LARGE;
	}
	scan->lines++;
	return scan->at > limits->bytes ? HEAD_LARGE : HEAD_GOOD;
}

enum head_verdict
head_end(struct str bytes, const struct head_limits *limits,
    struct head_scan *scan)
{
	/* A TLS client at a plain port should not have to wait (S104). */
	if (bytes.n > 0 && !charset_has(&token, bytes.p[0])) {
		return HEAD_MALFORMED;
	}
	while (scan->at < bytes.n) {
		const char *from = bytes.p + scan->at;
		const char *lf = memchr(from, '\n', bytes.n - scan->at);
		enum head_verdict v;
		size_t n;
		bool last;

		if (lf == NULL) {
			scan->at = bytes.n;
			break;
		}
		/* RFC 9112 section 2.2 lets a bare LF pass; we do not. */
		n = (size_t)(lf - bytes.p) - scan->line;
		if (n == 0 || lf[-1] != '\r') {
			return HEAD_MALFORMED;
		}
		scan->at = (size_t)(lf - bytes.p) + 1;
		v = line_found(limits, scan, n - 1, &last);
		if (v != HEAD_GOOD || last) {
			return v;
		}
		scan->line = scan->at;
	}
	if (scan->lines == 0 && bytes.n > limits->line + 1) {
		return HEAD_LINE_LONG;
	}
	return bytes.n > limits->bytes ? HEAD_LARGE : HEAD_PARTIAL;
}

static bool
method_parse(struct str s, enum http_method *ret_method)
{
	for (int m = 0; m < HTTP_METHOD_COUNT; m++) {
		const char *name = http_method_name((enum http_method)m);

		if (str_equal(s, str_of(name))) {
			*ret_method = (enum http_method)m;
			return true;
		}
	}
	return false;
}

/* Only the origin form, which begins with one slash (RFC 9112 section 3.2.1). */
static bool
target_parse(struct str s, struct head *h)
{
	size_t q = str_find(s, '?');

	if (!all_in(&target, s) || s.p[0] != '/' || (s.n > 1 && s.p[1] == '/')) {
		return false;
	}
	h->path = str_slice(s, 0, q);
	h->query = str_slice(s, q + 1, s.n);
	return true;
}

static enum head_verdict
request_line(struct str line, struct head *h, const char **ret_why)
{
	struct str method, uri;

	*ret_why = "The request line is not \"METHOD /path HTTP/1.1\".";
	if (!str_split(&line, ' ', &method) || !str_split(&line, ' ', &uri) ||
	    !head_is_token(method) || !str_starts(line, STR("HTTP/")) ||
	    line.n != 8) {
		return HEAD_MALFORMED;
	}
	if (str_equal(line, STR("HTTP/1.0"))) {
		h->http10 = true;
	} else if (!str_equal(line, STR("HTTP/1.1"))) {
		*ret_why = "Use HTTP/1.1.";
		return HEAD_VERSION;
	}
	if (!method_parse(method, &h->method)) {
		*ret_why = "The server does not have this method.";
		(void)!target_parse(uri, h);
		return HEAD_METHOD;
	}
	if (!target_parse(uri, h)) {
		*ret_why = "The target is not a path and a query of allowed bytes.";
		return HEAD_MALFORMED;
	}
	return HEAD_GOOD;
}

/* What decides something, and so must not be said twice. */
enum once {
	ONCE_HOST = 1 << 0,
	ONCE_LENGTH = 1 << 1,
	ONCE_CODING = 1 << 2,
	ONCE_TYPE = 1 << 3,
	ONCE_AUTHORIZATION = 1 << 4,
	ONCE_IDEMPOTENCY = 1 << 5,
	ONCE_EXPECT = 1 << 6,
	ONCE_COOKIE = 1 << 7,
	ONCE_WATCHWORD = 1 << 8,
	ONCE_ORIGIN = 1 << 9,
};

static const struct {
	const char *name;
	enum once bit;
} once_names[] = {
	{"Host", ONCE_HOST},
	{"Content-Length", ONCE_LENGTH},
	{"Transfer-Encoding", ONCE_CODING},
	{"Content-Type", ONCE_TYPE},
	{"Authorization", ONCE_AUTHORIZATION},
	{"Idempotency-Key", ONCE_IDEMPOTENCY},
	{"Expect", ONCE_EXPECT},
	{"Cookie", ONCE_COOKIE},
	{"X-Watchword", ONCE_WATCHWORD},
	{"Origin", ONCE_ORIGIN},
};

static unsigned
once_bit(struct str name)
{
	for (size_t i = 0; i < sizeof(once_names) / sizeof(once_names[0]); i++) {
		if (head_name_is(name, once_names[i].name)) {
			return once_names[i].bit;
		}
	}
	return 0;
}

/* RFC 9112 section 6.3: digits only, no list, no sign. */
static bool
length_parse(struct str s, struct head *h)
{
	h->has_length = true;
	return parse_u64(s, &h->length);
}

/* One of the comma-separated options of Connection. */
static void
connection_parse(struct str s, struct head *h)
{
	struct str part;

	while (str_split(&s, ',', &part)) {
		if (head_name_is(str_trim(part), "close")) {
			h->close = true;
		}
	}
}

static enum head_verdict
field_value(struct str name, unsigned bit, struct str value, struct head *h,
    const char **ret_why)
{
	switch (bit) {
	case ONCE_HOST:
		*ret_why = "Host is not a name or an address.";
		return all_in(&host, value) ? HEAD_GOOD : HEAD_MALFORMED;
	case ONCE_LENGTH:
		*ret_why = "Content-Length is not a number.";
		return length_parse(value, h) ? HEAD_GOOD : HEAD_MALFORMED;
	case ONCE_CODING:
		*ret_why = "The only Transfer-Encoding is chunked.";
		h->chunked = true;
		return head_name_is(value, "chunked") ? HEAD_GOOD :
		    HEAD_MALFORMED;
	case ONCE_EXPECT:
		*ret_why = "The only expectation is 100-continue.";
		h->expect_continue = true;
		return head_name_is(value, "100-continue") ? HEAD_GOOD :
		    HEAD_EXPECT;
	default:
		if (head_name_is(name, "Connection")) {
			connection_parse(value, h);
		}
		return HEAD_GOOD;
	}
}

static enum head_verdict
field(struct str line, struct head *h, unsigned *seen, const char **ret_why)
{
	size_t colon = str_find(line, ':');
	struct str name = str_slice(line, 0, colon);
	struct str value = str_slice(line, colon + 1, line.n);
	unsigned bit;

	/* A folded line begins with a blank, which no token has. */
	if (colon == line.n || !head_is_token(name)) {
		*ret_why = "A header field is not \"name: value\".";
		return HEAD_MALFORMED;
	}
	/* A bare CR is a control character too. */
	if (!head_is_value(value)) {
		*ret_why = "A header field has a control character.";
		return HEAD_MALFORMED;
	}
	bit = once_bit(name);
	if ((*seen & bit) != 0) {
		*ret_why = "A header field that decides something is repeated.";
		return HEAD_MALFORMED;
	}
	*seen |= bit;
	return field_value(name, bit, str_trim(value), h, ret_why);
}

/* What holds between the fields: RFC 9112 sections 3.2 and 6.1. */
static enum head_verdict
whole_check(const struct head *h, unsigned seen, const char **ret_why)
{
	bool body = h->chunked || h->length > 0;

	if ((seen & ONCE_HOST) == 0 && !h->http10) {
		*ret_why = "Host is missing.";
	} else if (h->chunked && h->has_length) {
		*ret_why = "Content-Length and Transfer-Encoding exclude each other.";
	} else if (h->chunked && h->http10) {
		*ret_why = "HTTP/1.0 has no Transfer-Encoding.";
	} else if (body && (h->method == HTTP_GET || h->method == HTTP_HEAD ||
	    h->method == HTTP_OPTIONS)) {
		*ret_why = "This method takes no body.";
	} else {
		return HEAD_GOOD;
	}
	return HEAD_MALFORMED;
}

enum head_verdict
head_parse(struct str bytes, struct head *ret_head, const char **ret_why)
{
	struct head h = {0};
	struct str line, rest = bytes;
	unsigned seen = 0;
	enum head_verdict v;

	/* head_end saw that each LF has a CR before it. */
	if (!str_split(&rest, '\n', &line)) {
		*ret_why = "There is no request line.";
		return HEAD_MALFORMED;
	}
	v = request_line(str_slice(line, 0, line.n - 1), &h, ret_why);
	while (v == HEAD_GOOD && str_split(&rest, '\n', &line) && line.n > 1) {
		v = field(str_slice(line, 0, line.n - 1), &h, &seen, ret_why);
	}
	if (v == HEAD_GOOD) {
		v = whole_check(&h, seen, ret_why);
	}
	if (v == HEAD_GOOD) {
		if (h.http10) {
			h.expect_continue = false;
		}
		*ret_head = h;
	} else if (v == HEAD_METHOD) {
		*ret_head = (struct head){
			.method = HTTP_OPTIONS, .path = h.path,
			.query = h.query,
		};
	}
	return v;
}
