#include "domain/binding.h"

#include <assert.h>
#include <string.h>

#include "domain/wording.h"

static bool
key_ok(struct str key)
{
	if (key.n < 1 || key.n > BINDING_KEY_MAX) {
		return false;
	}
	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '_')) {
			return false;
		}
	}
	return true;
}

bool
binding_shown(struct str key)
{
	enum fact fact;

	return fact_parse(key, &fact);
}

static enum flaw
value_flaw(struct str key, struct str value)
{
	struct display_text shown;
	struct header_text plain;

	return binding_shown(key) ? display_text_parse(value, &shown)
	    : header_text_parse(value, &plain);
}

/* Shorter first, then by bytes: any total order will do, if it is one. */
static int
compare(struct str a, struct str b)
{
	if (a.n != b.n) {
		return a.n < b.n ? -1 : 1;
	}
	return memcmp(a.p, b.p, a.n);
}

static size_t
total(const struct binding *b)
{
	size_t n = 0;

	for (unsigned i = 0; i < b->n; i++) {
		n += b->pairs[i].key.n + b->pairs[i].value.n;
	}
	return n;
}

const char *
binding_add(struct binding *b, struct str key, struct str value)
{
	enum flaw flaw;
	unsigned at = 0;

	if (!key_ok(key)) {
		return "has a key that is not 1 to 32 of a-z, 0-9 and _";
	}
	flaw = value_flaw(key, value);
	if (flaw != FLAW_NONE) {
		return flaw_reason(flaw);
	}
	if (b->n == BINDING_PAIRS) {
		return "has more than 16 pairs";
	}
	if (total(b) + key.n + value.n > BINDING_TOTAL_MAX) {
		return "has more than 2048 bytes in all";
	}
	while (at < b->n && compare(b->pairs[at].key, key) < 0) {
		at++;
	}
	if (at < b->n && compare(b->pairs[at].key, key) == 0) {
		return "is given twice";
	}
	memmove(&b->pairs[at + 1], &b->pairs[at],
	    (b->n - at) * sizeof(b->pairs[0]));
	b->pairs[at] = (struct binding_pair){key, value};
	b->n++;
	return NULL;
}

struct str
binding_get(const struct binding *b, struct str key)
{
	for (unsigned i = 0; i < b->n; i++) {
		if (str_equal(b->pairs[i].key, key)) {
			return b->pairs[i].value;
		}
	}
	return (struct str){NULL, 0};
}

static void
put_str(struct str s, struct buf *out)
{
	assert(s.n <= UINT16_MAX);
	buf_be16(out, (uint16_t)s.n);
	buf_str(out, s);
}

void
binding_encode(const struct binding *b, struct buf *out)
{
	buf_be16(out, (uint16_t)b->n);
	for (unsigned i = 0; i < b->n; i++) {
		put_str(b->pairs[i].key, out);
		put_str(b->pairs[i].value, out);
	}
}

static bool
take_u16(struct str *s, size_t *ret_v)
{
	if (s->n < 2) {
		return false;
	}
	*ret_v = (size_t)((uint8_t)s->p[0] << 8 | (uint8_t)s->p[1]);
	*s = str_slice(*s, 2, s->n);
	return true;
}

static bool
take_str(struct str *s, struct str *ret_s)
{
	size_t n;

	if (!take_u16(s, &n) || s->n < n) {
		return false;
	}
	*ret_s = str_slice(*s, 0, n);
	*s = str_slice(*s, n, s->n);
	return true;
}

/* The pair behind b's last, as binding_encode would have put it there. */
static bool
is_next(const struct binding *b, const struct binding_pair *pair)
{
	return key_ok(pair->key) && pair->value.n <= BINDING_VALUE_MAX &&
	    (b->n == 0 || compare(b->pairs[b->n - 1].key, pair->key) < 0) &&
	    total(b) + pair->key.n + pair->value.n <= BINDING_TOTAL_MAX;
}

bool
binding_decode(struct str bytes, struct binding *ret_binding)
{
	struct binding b = {0};
	size_t n;

	if (!take_u16(&bytes, &n) || n > BINDING_PAIRS) {
		return false;
	}
	while (b.n < n) {
		struct binding_pair pair;

		if (!take_str(&bytes, &pair.key) ||
		    !take_str(&bytes, &pair.value) || !is_next(&b, &pair)) {
			return false;
		}
		b.pairs[b.n++] = pair;
	}
	if (bytes.n != 0) {
		return false;
	}
	*ret_binding = b;
	return true;
}
