#include "domain/sender_id.h"

#include <string.h>

#include "domain/text.h"

enum { SHORT_MIN = 3, SHORT_MAX = 8 };

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* All of them in the basic table of 3GPP TS 23.038. */
static enum flaw
letters_flaw(struct str s)
{
	enum flaw flaw = text_flaw(s, SENDER_ID_LETTERS);
	unsigned digits = 0, letters = 0;

	if (flaw != FLAW_NONE) {
		return flaw;
	}
	for (size_t i = 0; i < s.n; i++) {
		letters += is_letter(s.p[i]) ? 1 : 0;
		digits += is_digit(s.p[i]) ? 1 : 0;
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) &&
		    memchr(" &+-._", s.p[i], 6) == NULL) {
			return FLAW_SENDER_ID;
		}
	}
	if (digits == s.n && digits >= SHORT_MIN && digits <= SHORT_MAX) {
		return FLAW_NONE;
	}
	if (letters == 0) {
		return FLAW_SENDER_ID;
	}
	return text_link(s) < s.n ? FLAW_LINK : FLAW_NONE;
}

enum flaw
sender_id_parse(struct str s, enum channel channel, struct sender_id *ret_id)
{
	struct e164 number;
	enum flaw flaw = e164_parse(s, &number);

	if (flaw == FLAW_E164 && channel == CHANNEL_SMS &&
	    (s.p[0] != '+' || s.n < 2 || is_letter(s.p[1]))) {
		flaw = letters_flaw(s);
	}
	if (flaw != FLAW_NONE) {
		return flaw;
	}
	*ret_id = (struct sender_id){.n = (unsigned char)s.n};
	memcpy(ret_id->z, s.p, s.n);
	return FLAW_NONE;
}

struct str
sender_id_str(const struct sender_id *id)
{
	return (struct str){id->z, id->n};
}

bool
sender_id_is_name(const struct sender_id *id)
{
	for (size_t i = 0; i < id->n; i++) {
		if (is_letter(id->z[i])) {
			return true;
		}
	}
	return false;
}

bool
sender_id_listed(struct str list, struct str sender)
{
	struct str part;

	if (sender.n == 0 || str_equal(list, STR("*"))) {
		return sender.n > 0;
	}
	while (str_split(&list, ',', &part)) {
		if (str_equal(str_trim(part), sender)) {
			return true;
		}
	}
	return false;
}

bool
sender_id_list_ok(struct str list, enum channel channel)
{
	struct sender_id id;
	struct str part;

	if (list.n == 0 || str_equal(list, STR("*"))) {
		return true;
	}
	while (str_split(&list, ',', &part)) {
		if (sender_id_parse(str_trim(part), channel, &id) !=
		    FLAW_NONE) {
			return false;
		}
	}
	return true;
}
