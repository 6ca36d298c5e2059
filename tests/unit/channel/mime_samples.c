/*
 * Prints one message for check_mime.py, or, with a second argument, what it was
 * made of, each field with a NUL.  The first argument picks the sample; without
 * one, how many there are.
 */
#include <assert.h>

#include "base/parse.h"
#include "channel/mime.h"

static const struct { const char *name, *subject, *text, *html; } samples[] = {
	{"Lindenhof", "Your sign-in code", "Hello\n", "<p>Hello</p>\n"},
	{"M\xc3\xbcller & S\xc3\xb6hne", "Ihr Code f\xc3\xbcr M\xc3\xbcller",
	    "Gr\xc3\xbc\xc3\x9f" "e = gut\n\n  blanks \t\nend", "<p>\xc3\xbc</p>"},
	{"\"Quote\\ Inc\", Ltd (x) <y>", "=?utf-8?Q?not_encoded?= at all",
	    ".\n..\n.dot\nFrom here\n>From\n\n", "<p>.</p>\n.\n"},
	{"\xe5\xb1\xb1\xe7\x94\xb0\xe5\xb1\xb1\xe7\x94\xb0\xe5\xb1\xb1\xe7\x94"
	    "\xb0\xe5\xb1\xb1\xe7\x94\xb0\xe5\xb1\xb1\xe7\x94\xb0\xe5\xb1\xb1"
	    "\xe7\x94\xb0\xe5\xb1\xb1\xe7\x94\xb0\xe5\xb1\xb1\xe7\x94\xb0",
	    "\xf0\x9f\x93\xa6\xf0\x9f\x93\xa6\xf0\x9f\x93\xa6\xf0\x9f\x93\xa6"
	    "\xf0\x9f\x93\xa6\xf0\x9f\x93\xa6 _?=. \xf0\x9f\x93\xa6"
	    "\xf0\x9f\x93\xa6\xf0\x9f\x93\xa6\xf0\x9f\x93\xa6\xf0\x9f\x93\xa6",
	    "\xf0\x9f\x93\xa6\n", "\xf0\x9f\x93\xa6\n"},
	{"A brand of forty characters, no less, ok", "A subject which goes on "
	    "for so long that it has to be folded, at least once,  two blanks",
	    "0123456789012345678901234567890123456789012345678901234567890123"
	    "45678901234=67890123456789 \n \n\t\nx", "<p>long</p>"},
	{"लिंडनहोफ़", "लिंडनहोफ़ के नए पासवर्ड के लिए आपका कोड",
	    "किसी को न बताएँ। हम इसे कभी नहीं माँगते।\n", "<p>केवल दरवाज़े पर</p>\n"},
	{"山田商店", "【山田商店】誤ったコードが5回入力されました",
	    "金額：129.00 EUR\n誰にも教えないでください。\n", "<p>合言葉</p>\n"},
	{"Plain", "Text only", "No alternative.\n", ""},
};

#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

int
main(int argc, char **argv)
{
	struct email from, to;
	struct display_text name;
	struct header_text subject;
	struct id id = {.b = {1, 2, 3}};
	struct buf out;
	uint64_t i;

	if (argc < 2) {
		printf("%zu\n", SAMPLES);
		return 0;
	}
	if (!parse_u64(str_of(argv[1]), &i) || i >= SAMPLES) {
		return 2;
	}
	if (email_parse(STR("code@mail.shop.example"), &from) != FLAW_NONE ||
	    email_parse(STR("ada@example.com"), &to) != FLAW_NONE ||
	    display_text_parse(str_of(samples[i].name), &name) != FLAW_NONE ||
	    header_text_parse(str_of(samples[i].subject), &subject) !=
	    FLAW_NONE) {
		return 3;
	}
	if (argc == 3) {		/* what went in */
		const char *fields[] = {samples[i].name, samples[i].subject,
		    samples[i].text, samples[i].html};

		for (size_t k = 0; k < 4; k++) {
			fwrite(fields[k], 1, strlen(fields[k]) + 1, stdout);
		}
		return 0;
	}
	buf_init(&out, MIME_MAX);
	mime_build(&(struct mime){.from = &from, .from_name = &name,
	    .to = &to, .subject = &subject, .text = str_of(samples[i].text),
	    .html = str_of(samples[i].html), .date = {1795339380000},
	    .id = &id, .tag = {0xab, 0xcd}}, &out);
	if (buf_err(&out) != ERR_NONE) {
		return 3;
	}
	fwrite(out.p, 1, out.n, stdout);
	buf_done(&out);
	return 0;
}
