/*
 * domain/address: what is accepted cannot end a line or a path, has one
 * canonical form, and its mask gives nothing away.
 */
#include <string.h>

#include "base/buf.h"
#include "domain/address.h"

#include "fuzz.h"

static void
check_email(struct str s)
{
	struct email e, again, key, key_of_key;
	struct buf mask;
	size_t ats = 0;

	if (email_parse(s, &e) != FLAW_NONE) {
		return;
	}
	require(e.n == s.n && e.n <= EMAIL_MAX && e.z[e.n] == '\0',
	    "nothing is added or lost");
	for (size_t i = 0; i < e.n; i++) {
		require(e.z[i] > ' ' && e.z[i] <= '~' &&
		    strchr("<>()[]\\,;:\"", e.z[i]) == NULL,
		    "nothing that SMTP or a header reads as its own");
		ats += e.z[i] == '@';
	}
	require(ats == 1 && e.z[e.at] == '@', "one at sign, and there");
	require(email_parse(email_str(&e), &again) == FLAW_NONE &&
	    str_equal(email_str(&e), email_str(&again)),
	    "what came out goes in, unchanged");
	email_canonical(&e, &key);
	email_canonical(&key, &key_of_key);
	require(str_equal(email_str(&key), email_str(&key_of_key)),
	    "the canonical form is one");
	buf_init(&mask, 600);
	email_mask(&e, &mask);
	require(mask.n == 1 + 9 + 1 + email_domain(&e).n,
	    "one letter and the domain");
	buf_done(&mask);
}

static void
check_e164(struct str s)
{
	struct e164 number;
	struct buf mask;

	if (e164_parse(s, &number) != FLAW_NONE) {
		return;
	}
	require(str_equal(e164_str(&number), s), "nothing is mapped");
	require(s.n >= 8 && s.n <= 16 && s.p[0] == '+' && s.p[1] != '0',
	    "S94");
	buf_init(&mask, 600);
	e164_mask(&number, &mask);
	require(mask.n == 1 + 9 + 2, "two digits and no length");
	buf_done(&mask);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};

	check_email(s);
	check_e164(s);
	return 0;
}
