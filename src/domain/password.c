#include "domain/password.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

enum { FOLDED_MAX = 64, SLACK = 3 };

/*
 * Words that stand in every list of guessed passwords, and what keyboards
 * offer; a few signs before or behind change little.
 */
static const char *const common[] = {
	"password", "passwort", "motdepasse", "contrasena", "senha",
	"wachtwoord", "haslo", "parola", "welcome", "willkommen", "bonjour",
	"letmein", "iloveyou", "ichliebedich", "jetaime", "tequiero",
	"princess", "sunshine", "football", "fussball", "baseball",
	"basketball", "superman", "batman", "pokemon", "starwars", "dragon",
	"monkey", "master", "shadow", "michael", "jordan", "ashley",
	"jennifer", "jessica", "charlie", "hunter", "killer", "trustno",
	"whatever", "computer", "internet", "service", "secret", "geheim",
	"hallo", "hello", "login", "admin", "administrator", "root", "user",
	"guest", "test", "testtest", "default", "changeme", "access",
	"freedom", "liverpool", "chelsea", "arsenal", "barcelona", "juventus",
	"summer", "winter", "sommer", "spring", "autumn", "google",
	"facebook", "samsung", "android", "qazwsx", "qweasd", "azerty",
	"qwerty", "qwertz", "zaqxsw", "asdf", "zxcvbn", "qwer", "yxcvbn",
	"mynoob", "correcthorsebatterystaple", "abc", "asd", "qwe", "aa",
};

static const char *const rows[] = {
	"01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop",
	"qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p",
	"q1w2e3r4t5y6u7i8o9p0", "qazwsxedcrfvtgbyhnujm", "147258369",
	"159753", "789456123", "741852963",
};

/* Lower case, and the signs that stand for letters. */
static char
fold(char c)
{
	static const char from[] = "@4301!$5+7", to[] = "aaeoiisstt";
	const char *at = c != '\0' ? strchr(from, c) : NULL;

	if (c >= 'A' && c <= 'Z') {
		return (char)(c - 'A' + 'a');
	}
	return at != NULL ? to[at - from] : c;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The text in lower case, or folded; what does not fit is no common word. */
static size_t
map(struct str s, char (*f)(char), char dst[static FOLDED_MAX])
{
	size_t n = s.n < FOLDED_MAX ? s.n : 0;

	for (size_t i = 0; i < n; i++) {
		dst[i] = f(s.p[i]);
	}
	return n;
}

static bool
has(const char *text, size_t n, struct str word)
{
	return word.n >= 2 && n >= word.n &&
	    memmem(text, n, word.p, word.n) != NULL;
}

/* One word, and at most a few more signs, of which digits are cheap. */
static bool
is_mostly(struct str password, struct str word)
{
	char text[FOLDED_MAX] = {0};
	size_t extra = 0, digits = 0;

	for (size_t i = 0; i < password.n; i++) {
		digits += password.p[i] >= '0' && password.p[i] <= '9';
	}
	for (int pass = 0; pass < 2; pass++) {
		size_t n = map(password, pass == 0 ? lower : fold, text);

		if (!has(text, n, word)) {
			continue;
		}
		extra = n - word.n;
		if (extra <= SLACK || (extra - SLACK <= digits &&
		    extra <= digits + 1)) {
			return true;
		}
	}
	return false;
}

/* "aaaaaaaa", "abcabcabc", "12121212". */
static bool
is_repeated(struct str s)
{
	for (size_t period = 1; period <= 4 && period * 2 <= s.n; period++) {
		if (memcmp(s.p, s.p + period, s.n - period) == 0) {
			return true;
		}
	}
	return false;
}

static bool
follows(const char *row, char a, char b)
{
	const char *at = a != '\0' ? strchr(row, a) : NULL;

	return at != NULL && b != '\0' &&
	    (at[1] == b || (at > row && at[-1] == b));
}

/* Every sign but a few is the neighbour of the one before. */
static bool
is_walk(struct str s)
{
	char text[FOLDED_MAX] = {0};
	size_t n = map(s, lower, text);

	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		size_t breaks = 0;

		for (size_t i = 1; i < n; i++) {
			breaks += !follows(rows[r], text[i - 1], text[i]);
		}
		if (n > 0 && breaks * 4 < n) {
			return true;
		}
	}
	return false;
}

static bool
is_common(struct str s)
{
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		if (is_mostly(s, str_of(common[i]))) {
			return true;
		}
	}
	return is_repeated(s) || is_walk(s);
}

static bool
is_about(struct str s, struct str word)
{
	char text[FOLDED_MAX] = {0};
	size_t n = map(word, lower, text);

	return n >= 4 && is_mostly(s, (struct str){text, n});
}

/* Code points of well-formed UTF-8. */
static size_t
chars(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	}
	return n;
}

const char *
password_flaw(struct str password, unsigned least, const struct str *about,
    size_t n)
{
	assert(least == PASSWORD_CHARS_MIN ||
	    least == PASSWORD_CHARS_OPERATOR);
	if (!str_is_utf8(password) ||
	    memchr(password.p, '\0', password.n) != NULL) {
		return "is not a text";
	}
	if (chars(password) < least) {
		return least == PASSWORD_CHARS_MIN
		    ? "must have at least 8 characters"
		    : "must have at least 15 characters";
	}
	if (password.n > PASSWORD_BYTES_MAX) {
		return "must have at most 512 bytes";
	}
	if (is_common(password)) {
		return "is one of those that are guessed first";
	}
	for (size_t i = 0; i < n; i++) {
		if (is_about(password, about[i])) {
			return "is made of your name, address or this shop's name";
		}
	}
	return NULL;
}
