#include "domain/address.h"

#include <string.h>

#define DOT "\xe2\x80\xa2"	/* U+2022, the mask */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}

/* RFC 5322 section 3.2.3. */
static bool
is_atext(char c)
{
	return is_alnum(c) ||
	    (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Controls first: they are what an attacker sends, and say so (S82). */
static enum flaw
bytes_flaw(struct str s)
{
	enum flaw flaw = FLAW_NONE;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == 0x7f) {
			return FLAW_CONTROL;
		}
		if (c >= 0x80) {
			flaw = FLAW_NOT_ASCII;
		}
	}
	return flaw;
}

static bool
is_dot_atom(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.') {
			if (i == 0 || i + 1 == s.n || s.p[i - 1] == '.') {
				return false;
			}
		} else if (!is_atext(s.p[i])) {
			return false;
		}
	}
	return s.n > 0;
}

/* RFC 1123 section 2.1: letters, digits, hyphens within, 1 to 63. */
static bool
is_label(struct str s)
{
	if (s.n == 0 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-') {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '-') {
			return false;
		}
	}
	return true;
}

/* At least two labels; the last not all digits, or it were an address. */
static bool
is_host(struct str s)
{
	struct str rest = s, label = {0};
	size_t labels = 0;

	while (str_split(&rest, '.', &label)) {
		if (!is_label(label)) {
			return false;
		}
		labels++;
	}
	for (size_t i = 0; i < label.n; i++) {
		if (!is_digit(label.p[i])) {
			return labels >= 2;
		}
	}
	return false;
}

enum flaw
email_parse(struct str s, struct email *ret_email)
{
	size_t at = str_find(s, '@');
	struct str local = str_slice(s, 0, at);
	struct str domain = str_slice(s, at + 1, s.n);
	enum flaw flaw;

	if (s.n == 0) {
		return FLAW_EMPTY;
	}
	flaw = bytes_flaw(s);
	if (flaw != FLAW_NONE) {
		return flaw;
	}
	if (at == s.n || str_find(domain, '@') != domain.n) {
		return FLAW_AT_SIGN;
	}
	if (s.n > EMAIL_MAX || local.n > EMAIL_LOCAL_MAX ||
	    domain.n > EMAIL_DOMAIN_MAX) {
		return FLAW_LENGTH;
	}
	if (!is_dot_atom(local)) {
		return FLAW_LOCAL_PART;
	}
	if (!is_host(domain)) {
		return FLAW_DOMAIN;
	}
	/* In place: a copy on the stack would outlive us (I8). */
	memset(ret_email, 0, sizeof(*ret_email));
	for (size_t i = 0; i < s.n; i++) {
		ret_email->z[i] = i > at ? lower(s.p[i]) : s.p[i];
	}
	ret_email->at = (unsigned short)at;
	ret_email->n = (unsigned short)s.n;
	return FLAW_NONE;
}

struct str
email_str(const struct email *e)
{
	return (struct str){e->z, e->n};
}

struct str
email_domain(const struct email *e)
{
	return str_slice(email_str(e), (size_t)e->at + 1, e->n);
}

void
email_canonical(const struct email *e, struct email *ret_key)
{
	*ret_key = *e;
	for (size_t i = 0; i < ret_key->n; i++) {
		ret_key->z[i] = lower(ret_key->z[i]);
	}
}

void
email_mask(const struct email *e, struct buf *out)
{
	buf_char(out, e->z[0]);
	buf_z(out, DOT DOT DOT "@");
	buf_str(out, email_domain(e));
}

enum flaw
domain_name_parse(struct str s, struct domain_name *ret_domain)
{
	struct domain_name d = {0};
	enum flaw flaw = bytes_flaw(s);

	if (s.n == 0) {
		return FLAW_EMPTY;
	}
	if (flaw != FLAW_NONE) {
		return flaw;
	}
	if (s.n > EMAIL_DOMAIN_MAX) {
		return FLAW_LENGTH;
	}
	if (!is_host(s)) {
		return FLAW_DOMAIN;
	}
	for (size_t i = 0; i < s.n; i++) {
		d.z[i] = lower(s.p[i]);
	}
	d.n = (unsigned char)s.n;
	*ret_domain = d;
	return FLAW_NONE;
}

struct str
domain_name_str(const struct domain_name *d)
{
	return (struct str){d->z, d->n};
}

bool
domain_name_covers(struct str official, struct str domain)
{
	if (official.n == 0 || official.n >= domain.n) {
		return official.n > 0 && str_equal(official, domain);
	}
	return str_ends(domain, official) &&
	    domain.p[domain.n - official.n - 1] == '.';
}

enum flaw
e164_parse(struct str s, struct e164 *ret_number)
{
	if (s.n == 0) {
		return FLAW_EMPTY;
	}
	/* S94 */
	if (s.n < 8 || s.n > E164_MAX || s.p[0] != '+' || s.p[1] == '0') {
		return FLAW_E164;
	}
	for (size_t i = 1; i < s.n; i++) {
		if (!is_digit(s.p[i])) {
			return FLAW_E164;
		}
	}
	memset(ret_number, 0, sizeof(*ret_number));
	memcpy(ret_number->z, s.p, s.n);
	ret_number->n = (unsigned char)s.n;
	return FLAW_NONE;
}

struct str
e164_str(const struct e164 *number)
{
	return (struct str){number->z, number->n};
}

void
e164_mask(const struct e164 *number, struct buf *out)
{
	buf_z(out, "+" DOT DOT DOT);
	buf_str(out, str_slice(e164_str(number), number->n - 2U, number->n));
}
