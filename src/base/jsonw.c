#include "base/jsonw.h"

#include <assert.h>

enum { DEPTH_MAX = 16 };

void
jsonw_init(struct jsonw *w, struct buf *out)
{
	*w = (struct jsonw){.out = out};
}

/* What stands before a value: a comma, unless it is the first or keyed. */
static void
before_value(struct jsonw *w)
{
	uint32_t bit = 1U << w->depth;

	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if ((w->comma & bit) != 0) {
		buf_char(w->out, ',');
	}
	w->comma |= bit;
}

static void
open_level(struct jsonw *w, char c)
{
	before_value(w);
	buf_char(w->out, c);
	if (w->depth == DEPTH_MAX) {
		if (w->out->err == ERR_NONE) {
			w->out->err = ERR_LIMIT;
		}
		return;
	}
	w->depth++;
	w->comma &= ~(1U << w->depth);
}

static void
close_level(struct jsonw *w, char c)
{
	if (w->depth > 0) {
		w->depth--;
	}
	buf_char(w->out, c);
}

void
jsonw_object(struct jsonw *w)
{
	open_level(w, '{');
}

void
jsonw_object_end(struct jsonw *w)
{
	close_level(w, '}');
}

void
jsonw_array(struct jsonw *w)
{
	open_level(w, '[');
}

void
jsonw_array_end(struct jsonw *w)
{
	close_level(w, ']');
}

/* Bytes of the well-formed UTF-8 sequence at s, 0 when it is not one. */
static size_t
sequence(struct str s)
{
	for (size_t n = 1; n <= 4 && n <= s.n; n++) {
		if (str_is_utf8(str_slice(s, 0, n))) {
			return n;
		}
	}
	return 0;
}

static void
put_escaped(struct buf *out, char c)
{
	switch (c) {
	case '"':
		buf_z(out, "\\\"");
		break;
	case '\\':
		buf_z(out, "\\\\");
		break;
	case '\n':
		buf_z(out, "\\n");
		break;
	case '\r':
		buf_z(out, "\\r");
		break;
	case '\t':
		buf_z(out, "\\t");
		break;
	default:
		buf_printf(out, "\\u%04x", (unsigned)(unsigned char)c);
		break;
	}
}

/* A byte that stands for itself inside a JSON string. */
static bool
is_plain(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 0x20 && u < 0x7f && c != '"' && c != '\\';
}

static void
put_string(struct buf *out, struct str s)
{
	buf_char(out, '"');
	while (s.n > 0) {
		size_t n = 0;

		while (n < s.n && is_plain(s.p[n])) {
			n++;
		}
		buf_put(out, s.p, n);
		s = str_slice(s, n, s.n);
		if (s.n == 0) {
			break;
		}
		if ((unsigned char)s.p[0] < 0x80) {
			put_escaped(out, s.p[0]);
			n = 1;
		} else {
			n = sequence(s);
			if (n == 0) {
				buf_z(out, "\xef\xbf\xbd");
				n = 1;
			} else {
				buf_put(out, s.p, n);
			}
		}
		s = str_slice(s, n, s.n);
	}
	buf_char(out, '"');
}

void
jsonw_key(struct jsonw *w, const char *key)
{
	assert(!w->after_key);
	before_value(w);
	put_string(w->out, str_of(key));
	buf_char(w->out, ':');
	w->after_key = true;
}

void
jsonw_str(struct jsonw *w, struct str s)
{
	before_value(w);
	put_string(w->out, s);
}

void
jsonw_z(struct jsonw *w, const char *z)
{
	jsonw_str(w, str_of(z));
}

void
jsonw_i64(struct jsonw *w, int64_t v)
{
	before_value(w);
	buf_i64(w->out, v);
}

void
jsonw_bool(struct jsonw *w, bool v)
{
	before_value(w);
	buf_z(w->out, v ? "true" : "false");
}

void
jsonw_null(struct jsonw *w)
{
	before_value(w);
	buf_z(w->out, "null");
}

void
jsonw_time(struct jsonw *w, unix_ms t)
{
	char text[RFC3339_SIZE];

	unix_ms_format(t, text);
	jsonw_z(w, text);
}

void
jsonw_id(struct jsonw *w, enum id_type type, const struct id *id)
{
	char text[ID_TEXT_MAX];

	id_text(type, id, text);
	jsonw_z(w, text);
}

void
jsonw_hex(struct jsonw *w, const void *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = p;

	before_value(w);
	buf_char(w->out, '"');
	for (size_t i = 0; i < n; i++) {
		buf_char(w->out, digits[bytes[i] >> 4]);
		buf_char(w->out, digits[bytes[i] & 15]);
	}
	buf_char(w->out, '"');
}

void
jsonw_raw(struct jsonw *w, struct str json)
{
	before_value(w);
	buf_str(w->out, json);
}

void
jsonw_member_str(struct jsonw *w, const char *key, struct str s)
{
	jsonw_key(w, key);
	jsonw_str(w, s);
}

void
jsonw_member_z(struct jsonw *w, const char *key, const char *z)
{
	jsonw_key(w, key);
	jsonw_z(w, z);
}

void
jsonw_member_i64(struct jsonw *w, const char *key, int64_t v)
{
	jsonw_key(w, key);
	jsonw_i64(w, v);
}

void
jsonw_member_bool(struct jsonw *w, const char *key, bool v)
{
	jsonw_key(w, key);
	jsonw_bool(w, v);
}

void
jsonw_member_time(struct jsonw *w, const char *key, unix_ms t)
{
	jsonw_key(w, key);
	jsonw_time(w, t);
}

void
jsonw_member_id(struct jsonw *w, const char *key, enum id_type type,
    const struct id *id)
{
	jsonw_key(w, key);
	jsonw_id(w, type, id);
}
