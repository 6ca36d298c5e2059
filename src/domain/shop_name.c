#include "domain/shop_name.h"

#include <stdint.h>
#include <string.h>

#include "domain/utf8.h"

/* Bits, so that those of a name can be put together. */
enum alphabet {
	ALPHABET_NONE = 0,		/* digits, blanks, punctuation */
	ALPHABET_LATIN = 1 << 0,
	ALPHABET_GREEK = 1 << 1,
	ALPHABET_CYRILLIC = 1 << 2,
	ALPHABET_ARMENIAN = 1 << 3,
	ALPHABET_EAST_ASIA = 1 << 4,	/* Han, kana, Hangul, Bopomofo */
	ALPHABET_DEVANAGARI = 1 << 5,
	ALPHABET_ARABIC = 1 << 6,
	ALPHABET_HEBREW = 1 << 7,
	ALPHABET_BENGALI = 1 << 8,
	ALPHABET_GURMUKHI = 1 << 9,
	ALPHABET_GUJARATI = 1 << 10,
	ALPHABET_TAMIL = 1 << 11,
	ALPHABET_TELUGU = 1 << 12,
	ALPHABET_KANNADA = 1 << 13,
	ALPHABET_MALAYALAM = 1 << 14,
	ALPHABET_THAI = 1 << 15,
	ALPHABET_GEORGIAN = 1 << 16,
	ALPHABET_REFUSED = 1 << 17
};

/* Letters of these pass for Latin ones: not in one name with them. */
#define PASS_FOR_LATIN \
	(ALPHABET_GREEK | ALPHABET_CYRILLIC | ALPHABET_ARMENIAN)

/* In order; what is in none is refused. */
static const struct range {
	uint32_t first, last;
	enum alphabet alphabet;
} ranges[] = {
	{0x20, 0x40, ALPHABET_NONE},
	{0x41, 0x5a, ALPHABET_LATIN},
	{0x5b, 0x60, ALPHABET_NONE},
	{0x61, 0x7a, ALPHABET_LATIN},
	{0x7b, 0x7e, ALPHABET_NONE},
	{0xa1, 0xa1, ALPHABET_NONE},	/* inverted exclamation mark */
	{0xa3, 0xa3, ALPHABET_NONE},	/* pound */
	{0xa7, 0xa7, ALPHABET_NONE},	/* section */
	{0xa9, 0xa9, ALPHABET_NONE},	/* copyright */
	{0xab, 0xab, ALPHABET_NONE},	/* guillemets */
	{0xae, 0xae, ALPHABET_NONE},	/* registered */
	{0xb0, 0xb0, ALPHABET_NONE},	/* degree */
	{0xb7, 0xb7, ALPHABET_NONE},	/* middle dot */
	{0xbb, 0xbb, ALPHABET_NONE},
	{0xbf, 0xbf, ALPHABET_NONE},
	{0xc0, 0xd6, ALPHABET_LATIN},
	{0xd8, 0xf6, ALPHABET_LATIN},
	{0xf8, 0x131, ALPHABET_LATIN},
	{0x134, 0x137, ALPHABET_LATIN},
	{0x139, 0x148, ALPHABET_LATIN},
	{0x14a, 0x17e, ALPHABET_LATIN},
	{0x1a0, 0x1a1, ALPHABET_LATIN},	/* Vietnamese */
	{0x1af, 0x1b0, ALPHABET_LATIN},
	{0x218, 0x21b, ALPHABET_LATIN},	/* Romanian */
	{0x386, 0x386, ALPHABET_GREEK},
	{0x388, 0x3ce, ALPHABET_GREEK},
	{0x400, 0x45f, ALPHABET_CYRILLIC},
	{0x48a, 0x52f, ALPHABET_CYRILLIC},
	{0x531, 0x556, ALPHABET_ARMENIAN},
	{0x561, 0x587, ALPHABET_ARMENIAN},
	{0x5d0, 0x5ea, ALPHABET_HEBREW},
	{0x621, 0x64a, ALPHABET_ARABIC},
	{0x671, 0x6d3, ALPHABET_ARABIC},
	{0x900, 0x963, ALPHABET_DEVANAGARI},
	{0x966, 0x97f, ALPHABET_DEVANAGARI},
	{0x980, 0x9ff, ALPHABET_BENGALI},
	{0xa00, 0xa7f, ALPHABET_GURMUKHI},
	{0xa80, 0xaff, ALPHABET_GUJARATI},
	{0xb80, 0xbff, ALPHABET_TAMIL},
	{0xc00, 0xc7f, ALPHABET_TELUGU},
	{0xc80, 0xcff, ALPHABET_KANNADA},
	{0xd00, 0xd7f, ALPHABET_MALAYALAM},
	{0xe01, 0xe4e, ALPHABET_THAI},
	{0x10d0, 0x10ff, ALPHABET_GEORGIAN},
	{0x1ea0, 0x1ef9, ALPHABET_LATIN},	/* Vietnamese */
	/* They join letters of India's alphabets and of Persian. */
	{0x200c, 0x200d, ALPHABET_NONE},
	{0x2013, 0x2014, ALPHABET_NONE},	/* dashes */
	{0x2018, 0x2019, ALPHABET_NONE},	/* quotation marks */
	{0x201c, 0x201e, ALPHABET_NONE},
	{0x2022, 0x2022, ALPHABET_NONE},	/* bullet */
	{0x20a0, 0x20bf, ALPHABET_NONE},	/* currencies */
	{0x2116, 0x2116, ALPHABET_NONE},	/* numero */
	{0x2122, 0x2122, ALPHABET_NONE},	/* trade mark */
	{0x3005, 0x3007, ALPHABET_EAST_ASIA},
	{0x3041, 0x3096, ALPHABET_EAST_ASIA},
	{0x309d, 0x309f, ALPHABET_EAST_ASIA},
	{0x30a1, 0x30ff, ALPHABET_EAST_ASIA},
	{0x3105, 0x312f, ALPHABET_EAST_ASIA},
	{0x3400, 0x4dbf, ALPHABET_EAST_ASIA},
	{0x4e00, 0x9fff, ALPHABET_EAST_ASIA},
	{0xac00, 0xd7a3, ALPHABET_EAST_ASIA},
	{0x20000, 0x2a6df, ALPHABET_EAST_ASIA},
};

static enum alphabet
alphabet_of(uint32_t c)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (c >= ranges[i].first && c <= ranges[i].last) {
			return ranges[i].alphabet;
		}
	}
	return ALPHABET_REFUSED;
}

/* Letters that are read as Latin ones when they stand among their like. */
static bool
passes_for_latin(uint32_t c)
{
	static const uint16_t alike[] = {
		/* Greek: capitals, then small ones */
		0x391, 0x392, 0x395, 0x396, 0x397, 0x399, 0x39a, 0x39c,
		0x39d, 0x39f, 0x3a1, 0x3a4, 0x3a5, 0x3a7, 0x3b1, 0x3b3,
		0x3b9, 0x3ba, 0x3bd, 0x3bf, 0x3c1, 0x3c5, 0x3f2, 0x3f3,
		/* Cyrillic */
		0x405, 0x406, 0x408, 0x410, 0x412, 0x415, 0x41a, 0x41c,
		0x41d, 0x41e, 0x420, 0x421, 0x422, 0x423, 0x425, 0x42c,
		0x430, 0x433, 0x435, 0x43a, 0x43c, 0x43e, 0x43f, 0x440,
		0x441, 0x442, 0x443, 0x445, 0x455, 0x456, 0x458, 0x4ae,
		0x4af, 0x4ba, 0x4bb, 0x4c0, 0x4cf, 0x501, 0x51a, 0x51b,
		0x51c, 0x51d,
		/* Armenian */
		0x53c, 0x54d, 0x54f, 0x555, 0x566, 0x570, 0x578, 0x57c,
		0x57d, 0x581, 0x584, 0x585,
	};

	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		if (alike[i] == c) {
			return true;
		}
	}
	return false;
}

/* What may stand together in one name. */
static bool
go_together(unsigned alphabets)
{
	const unsigned others = alphabets & ~(unsigned)ALPHABET_LATIN;

	if ((alphabets & ALPHABET_REFUSED) != 0) {
		return false;
	}
	if ((others & (others - 1)) != 0) {
		return false;
	}
	return (alphabets & ALPHABET_LATIN) == 0 ||
	    (others & PASS_FOR_LATIN) == 0;
}

static enum flaw
alphabets_flaw(struct str s)
{
	unsigned alphabets = 0, letters = 0, alike = 0;

	for (size_t at = 0; at < s.n; ) {
		uint32_t c = utf8_next(s, &at);
		enum alphabet a = alphabet_of(c);

		alphabets |= (unsigned)a;
		letters += a != ALPHABET_NONE ? 1 : 0;
		alike += passes_for_latin(c) ? 1 : 0;
	}
	return !go_together(alphabets) || (letters > 0 && alike == letters)
	    ? FLAW_ALPHABETS : FLAW_NONE;
}

enum flaw
shop_name_parse(struct str s, struct display_text *ret_name)
{
	struct display_text name;
	enum flaw flaw = display_text_parse(s, &name);

	if (flaw == FLAW_NONE) {
		flaw = alphabets_flaw(s);
	}
	if (flaw == FLAW_NONE) {
		*ret_name = name;
	}
	return flaw;
}

/* U+00C0 to U+017F without accents; a blank: no letter. */
static const char plain[] =
    "aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllll"
    "nnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

_Static_assert(sizeof(plain) - 1 == 0x180 - 0xc0, "one for each letter");

/* As it is compared; 0: it is passed over. */
static uint32_t
fold(uint32_t c, char capital_i)
{
	if (c == 'I') {
		return (uint32_t)capital_i;
	}
	if (c >= 'A' && c <= 'Z') {
		return c | 0x20;
	}
	if (c == '1' || c == '|') {
		return 'l';
	}
	if (c == '0') {
		return 'o';
	}
	if (c >= 0xc0 && c < 0x180 && plain[c - 0xc0] != ' ') {
		return (uint32_t)plain[c - 0xc0];
	}
	if ((c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f)) {
		return c + 0x20;
	}
	return (c >= '0' && c <= '9') || alphabet_of(c) != ALPHABET_NONE
	    ? c : 0;
}

/* At most one sign for each byte of a display_text. */
struct key {
	uint32_t c[DISPLAY_TEXT_MAX];
	size_t n;
};

static void
key_add(struct key *k, uint32_t c)
{
	uint32_t before = k->n > 0 ? k->c[k->n - 1] : 0;

	if (before == 'r' && c == 'n') {
		k->c[k->n - 1] = 'm';
	} else if (before == 'v' && c == 'v') {
		k->c[k->n - 1] = 'w';
	} else if (c != 0 && k->n < DISPLAY_TEXT_MAX) {
		k->c[k->n++] = c;
	}
}

static bool
same_key(struct str a, struct str b, char capital_i)
{
	struct key x = {.n = 0}, y = {.n = 0};

	for (size_t at = 0; at < a.n; ) {
		key_add(&x, fold(utf8_next(a, &at), capital_i));
	}
	for (size_t at = 0; at < b.n; ) {
		key_add(&y, fold(utf8_next(b, &at), capital_i));
	}
	return x.n > 0 && x.n == y.n &&
	    memcmp(x.c, y.c, x.n * sizeof(x.c[0])) == 0;
}

/* A capital I is the small one's, and looks like a small l. */
bool
shop_name_alike(struct str a, struct str b)
{
	return same_key(a, b, 'i') || same_key(a, b, 'l');
}
