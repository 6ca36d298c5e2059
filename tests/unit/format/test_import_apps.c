/*
 * Files of other code apps (R24), plain and sealed: the seeds of their
 * fuzzers, which the page's tests read too.  The password is "qwerty".
 */
#include "import_fixture.h"

#include <stdio.h>

#include "base/buf.h"

#define PASSWORD STR("qwerty")
#define WRONG "the password is not right, or the file was changed"

static const struct sample {
	const char *file;
	enum import_format format;
	bool sealed;
	size_t n;
} samples[] = {
	{"import_aegis/plain", IMPORT_AEGIS, false, 2},
	{"import_aegis/sealed", IMPORT_AEGIS, true, 2},
	{"import_twofas/plain", IMPORT_TWOFAS, false, 1},
	{"import_twofas/sealed", IMPORT_TWOFAS, true, 1},
	{"import_andotp/plain", IMPORT_ANDOTP, false, 1},
	{"import_andotp/sealed", IMPORT_ANDOTP, true, 1},
	{"import_freeotp/plus", IMPORT_FREEOTP, false, 1},
	{"import_freeotp/tokens-xml", IMPORT_FREEOTP, false, 1},
	{"import_freeotp/sealed", IMPORT_FREEOTP, true, 1},
};
enum { SAMPLES = sizeof(samples) / sizeof(samples[0]), FILE_ROOM = 4096 };

static const char *folder;
static char text[FILE_ROOM];

static size_t
load(const struct sample *s)
{
	char path[FILE_ROOM];
	size_t n;
	FILE *f;

	assert_true(snprintf(path, sizeof(path), "%s/%s", folder, s->file) <
	    (int)sizeof(path));
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text), f);
	assert_int_equal(fclose(f), 0);
	assert_in_range(n, 1, sizeof(text) - 1);
	return n;
}

static void
read_app(enum import_format f, struct str file, struct str password)
{
	read_as(f, file, STR(""), password);
}

/* The key of RFC 6238. */
static bool
has_key(void)
{
	const struct otpauth *o = &t.v[0].otp;

	return t.n > 0 && o->secret.n == 20 &&
	    memcmp(o->secret.b, "12345678901234567890", 20) == 0;
}

/* The first account of all: TOTP of SHA-1. */
static bool
is_ada(void)
{
	const struct otpauth *o = &t.v[0].otp;

	return has_key() && o->type == OTPAUTH_TOTP && o->hash == HMAC_SHA1 &&
	    o->digits == 6 && o->period_s == 30 &&
	    strcmp(o->issuer, "Deno") == 0 && strcmp(o->account, "ada") == 0;
}

static void
test_read(void **state UNUSED)
{
	for (size_t i = 0; i < SAMPLES; i++) {
		struct str file = {text, load(&samples[i])};
		enum import_format f = IMPORT_FORMAT_COUNT;

		assert_true(import_guess(file, &f));
		assert_int_equal(f, samples[i].format);
		read_app(f, file, PASSWORD);
		if (t.flaws > 0) {
			fail_msg("%s: %s", samples[i].file, t.flaw[0].why);
		}
		assert_int_equal(t.n, samples[i].n);
		assert_true(is_ada());
		assert_false(t.locked);
		read_app(f, file, STR("other"));
		if (samples[i].sealed) {
			is_refused(0, WRONG);
		}
		read_app(f, file, STR(""));
		assert_int_equal(t.locked, samples[i].sealed);
		if (samples[i].sealed) {
			is_refused(0, "its password is needed");
		}
	}
}

/* An HOTP account with all that differs. */
static void
test_second(void **state UNUSED)
{
	struct str file = {text, load(&samples[1])};
	const struct otpauth *o;

	read_app(IMPORT_AEGIS, file, PASSWORD);
	assert_int_equal(t.n, 2);
	o = &t.v[1].otp;
	assert_int_equal(o->type, OTPAUTH_HOTP);
	assert_int_equal(o->hash, HMAC_SHA256);
	assert_int_equal(o->digits, 7);
	assert_int_equal(o->counter, 50);
	assert_string_equal(o->issuer, "Issuu");
}

static void
cut_off(const struct sample *s)
{
	size_t n = load(s);

	/* A line's end, or the byte that ends a Java block. */
	for (size_t k = 0; k < n - 2; k += s->sealed ? 61 : 1) {
		read_app(s->format, (struct str){text, k}, PASSWORD);
		if (t.flaws == 0) {
			fail_msg("%s, %zu of %zu bytes: no flaw", s->file, k, n);
		}
	}
}

/*
 * Cut off anywhere: nothing is taken, of token servers' files either.  A file
 * of lines may be shorter and still good.
 */
static void
test_cut_off(void **state UNUSED)
{
	static const struct sample more[] = {
		{"import_keycloak/realm", IMPORT_KEYCLOAK, false, 1},
		{"import_keycloak/before-8", IMPORT_KEYCLOAK, false, 1},
		{"import_pskc/plain", IMPORT_PSKC, false, 2},
		{"import_pskc/passphrase", IMPORT_PSKC, true, 1},
	};

	for (size_t i = 0; i < SAMPLES; i++) {
		cut_off(&samples[i]);
	}
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		cut_off(&more[i]);
	}
}

/*
 * A changed byte: refused, or it was nothing that matters.  FreeOTP 2 seals
 * its keys and not their names.
 */
static void
test_tampered(void **state UNUSED)
{
	size_t refusals = 0;

	for (size_t i = 0; i < SAMPLES; i++) {
		size_t n = load(&samples[i]);

		for (size_t k = 0; samples[i].sealed && k < n; k += 41) {
			text[k] ^= 1;
			read_app(samples[i].format, (struct str){text, n},
			    PASSWORD);
			if (t.n > 0) {
				assert_true(samples[i].format == IMPORT_FREEOTP
				    ? has_key() : is_ada());
			} else {
				refusals++;
			}
			text[k] ^= 1;
		}
	}
	assert_true(refusals > 50);
}

static void
test_oversized(void **state UNUSED)
{
	struct buf CLEANUP(buf_done) big = {0};

	buf_init(&big, TOKENS_FILE_MAX + 1);
	assert_non_null(buf_space(&big, TOKENS_FILE_MAX + 1));
	for (unsigned i = 0; i < IMPORT_FORMAT_COUNT; i++) {
		read_app((enum import_format)i, buf_view(&big), PASSWORD);
		is_refused(0, "larger than 16 MiB");
	}
}

#define XML(json) "<map>\n<string name=\"a\">" json "</string>\n</map>"

static void
test_hostile(void **state UNUSED)
{
	static const struct {
		enum import_format f;
		const char *text;
		size_t place;
		const char *why;
	} cases[] = {
		{IMPORT_TWOFAS, "{\"services\":[{\"secret\":\"" KEY "\"}]}", 1,
		    "settings"},
		{IMPORT_TWOFAS, "{\"services\":[{\"secret\":\"A\"}]}", 1,
		    "base32"},
		{IMPORT_TWOFAS, "{\"services\":[{\"name\":\"n\",\"secret\":\""
		    KEY "\",\"otp\":{\"tokenType\":\"STEAM\"}}]}", 1, "neither"},
		{IMPORT_TWOFAS, "{\"services\":[{\"name\":\"n\",\"secret\":\""
		    KEY "\",\"otp\":{\"digits\":5}}]}", 1, "6 to 8"},
		{IMPORT_TWOFAS, "{\"servicesEncrypted\":\"YQ==:YQ==\"}", 0,
		    "cut off"},
		{IMPORT_TWOFAS, "{\"servicesEncrypted\":\"YQ==:YQ==:YQ==\"}", 0,
		    "not read here"},
		{IMPORT_TWOFAS, "{\"servicesEncrypted\":\"!:!:!\"}", 0,
		    "base64"},
		{IMPORT_ANDOTP, "[{\"secret\":\"" KEY "\",\"label\":\"a\","
		    "\"type\":\"TOTP\",\"period\":0}]", 1, "period"},
		{IMPORT_ANDOTP, "[7]", 1, "not an object"},
		{IMPORT_ANDOTP, "hello", 0, "no file of andOTP"},
		{IMPORT_FREEOTP, "{\"tokens\":[{\"secret\":[300]}]}", 1, "key"},
		{IMPORT_FREEOTP, "{\"tokens\":[{\"secret\":[1.5]}]}", 1, "key"},
		{IMPORT_FREEOTP, "{\"tokens\":[{\"secret\":[1]}]}", 1, "name"},
		{IMPORT_FREEOTP, XML("{&quot;secret&quot;:&unknown;}"), 1,
		    "damaged"},
		{IMPORT_FREEOTP, "<!DOCTYPE map [<!ENTITY a \"b\">]><map>&a;"
		    "</map>", 0, "no tokens.xml"},
		{IMPORT_AEGIS, "{\"header\":{\"slots\":[]},\"db\":\"YQ==\"}", 0,
		    "header is damaged"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_app(cases[i].f, str_of(cases[i].text), PASSWORD);
		is_refused(cases[i].place, cases[i].why);
	}
}

/* A cost that would take the machine's memory or its day. */
static void
test_cost(void **state UNUSED)
{
	size_t n = load(&samples[1]);
	char *p;

	text[n] = '\0';
	p = strstr(text, "\"n\":16384");
	assert_non_null(p);
	memcpy(p, "\"n\":65535", 9);
	read_app(IMPORT_AEGIS, (struct str){text, n}, PASSWORD);
	is_refused(0, "slot for a password is damaged");
	n = load(&samples[5]);
	memcpy(text, "\x7f\xff\xff\xff", 4);
	read_app(IMPORT_ANDOTP, (struct str){text, n}, PASSWORD);
	is_refused(0, "no file of andOTP");
	/* The map says that it holds what nothing could hold. */
	n = load(&samples[8]);
	memset(text + 77, 0xff, 4);
	read_app(IMPORT_FREEOTP, (struct str){text, n}, PASSWORD);
	is_refused(0, "no backup of FreeOTP 2");
}

static void
test_aegis_plain(void **state UNUSED)
{
	read_text(IMPORT_AEGIS, "{\"version\":1,\"header\":{},\"db\":{\"version\":2,"
	    "\"entries\":[{\"type\":\"hotp\",\"name\":\"ada\",\"issuer\":\"Deno\","
	    "\"note\":\"\",\"info\":{\"secret\":\"" KEY "\",\"algo\":\"SHA256\","
	    "\"digits\":7,\"counter\":50}}]}}");
	assert_int_equal(t.flaws, 0);
	same(0, OTPAUTH_HOTP, HMAC_SHA256, 7, 30, 50);
	refused(IMPORT_AEGIS, "{\"header\":{},\"db\":\"c2VhbGVk\"}", 0, "password");
	refused(IMPORT_AEGIS, "{\"db\":{\"entries\":[{}]}}", 1, "name");
	refused(IMPORT_AEGIS, "{\"db\":{\"entries\":[{\"type\":\"steam\","
	    "\"name\":\"a\",\"info\":{\"secret\":\"" KEY "\"}}]}}", 1,
	    "neither");
}

#define SERVICE(name, otp) "{\"services\":[{" name "\"secret\":\"" KEY \
	"\",\"otp\":" otp "}]}"

/* Names inside "otp" come first, an account before a label. */
static void
test_twofas_names(void **state UNUSED)
{
	read_text(IMPORT_TWOFAS, SERVICE("\"name\":\"n\",",
	    "{\"label\":\"l\"}"));
	same(0, OTPAUTH_TOTP, HMAC_SHA1, 6, 30, 0);
	named(0, "n", "l");
	read_text(IMPORT_TWOFAS, SERVICE("\"name\":\"n\",", "{\"label\":\"l\","
	    "\"account\":\"a\",\"issuer\":\"i\",\"tokenType\":\"HOTP\","
	    "\"counter\":9,\"digits\":8,\"algorithm\":\"SHA512\"}"));
	same(0, OTPAUTH_HOTP, HMAC_SHA512, 8, 30, 9);
	named(0, "i", "a");
	read_text(IMPORT_TWOFAS, SERVICE("\"name\":\"n\",", "{}"));
	named(0, "n", "");
	read_text(IMPORT_TWOFAS, SERVICE("", "{\"account\":\"a\"}"));
	named(0, "", "a");
	refused(IMPORT_TWOFAS, SERVICE("", "{}"), 1, "name");
}

#define ENTRY(names) "[{\"secret\":\"" KEY "\"," names \
	"\"type\":\"HOTP\",\"counter\":3,\"algorithm\":\"SHA256\"}]"

static void
test_andotp_names(void **state UNUSED)
{
	read_text(IMPORT_ANDOTP, ENTRY("\"label\":\"l\","));
	same(0, OTPAUTH_HOTP, HMAC_SHA256, 6, 30, 3);
	named(0, "", "l");
	read_text(IMPORT_ANDOTP, ENTRY("\"issuer\":\"i\","));
	named(0, "i", "");
	refused(IMPORT_ANDOTP, ENTRY(""), 1, "name");
}

/* The least that its sealed form can be, and the dearest. */
static void
test_andotp_guess(void **state UNUSED)
{
	char least[4 + 12 + 12 + 16];
	struct str s = {least, sizeof(least)};
	enum import_format f = IMPORT_FORMAT_COUNT;

	memset(least, 0xff, sizeof(least));
	memcpy(least, "\0\0\x03\xe8", 4);
	assert_true(import_guess(s, &f));
	assert_int_equal(f, IMPORT_ANDOTP);
	assert_false(import_guess(str_slice(s, 0, s.n - 1), &f));
	memcpy(least, "\0\0\x03\xe7", 4);
	assert_false(import_guess(s, &f));
	memcpy(least, "\0\x1e\x84\x80", 4);
	assert_true(import_guess(s, &f));
	memcpy(least, "\0\x1e\x84\x81", 4);
	assert_false(import_guess(s, &f));
}

static void
test_aegis_slots(void **state UNUSED)
{
	read_app(IMPORT_AEGIS, STR("{\"header\":{\"slots\":[{\"type\":2}],"
	    "\"params\":{\"nonce\":\"00\",\"tag\":\"00\"}},\"db\":\"YQ==\"}"),
	    PASSWORD);
	is_refused(0, "no slot for a password");
}

#define TOKEN(rest) "{\"tokens\":[{\"secret\":[49,50,51,52,53,54,55,56,57," \
	"48,49,50,51,52,53,54,55,56,57,48]," rest "}]}"

/* The issuer that its owner has put, that of the site, that of FreeOTP 2. */
static void
test_freeotp_names(void **state UNUSED)
{
	read_text(IMPORT_FREEOTP, TOKEN("\"issuerExt\":\"e\","
	    "\"issuerInt\":\"n\",\"issuer\":\"i\",\"label\":\"l\","
	    "\"type\":\"HOTP\",\"counter\":5,\"digits\":8,"
	    "\"algo\":\"SHA256\",\"period\":0"));
	same(0, OTPAUTH_HOTP, HMAC_SHA256, 8, 30, 5);
	named(0, "e", "l");
	read_text(IMPORT_FREEOTP, TOKEN("\"issuerInt\":\"n\","
	    "\"issuer\":\"i\",\"type\":\"TOTP\",\"period\":60"));
	same(0, OTPAUTH_TOTP, HMAC_SHA1, 6, 60, 0);
	named(0, "n", "");
	read_text(IMPORT_FREEOTP, TOKEN("\"issuer\":\"i\",\"label\":\"l\","
	    "\"type\":\"TOTP\""));
	named(0, "i", "l");
	read_text(IMPORT_FREEOTP, TOKEN("\"label\":\"l\",\"type\":\"TOTP\""));
	named(0, "", "l");
	refused(IMPORT_FREEOTP, TOKEN("\"type\":\"TOTP\""), 1, "name");
	refused(IMPORT_FREEOTP, TOKEN("\"label\":\"l\",\"type\":\"TOTP\","
	    "\"algo\":\"MD5\""), 1, "hash");
	refused(IMPORT_FREEOTP, "{\"tokens\":[{\"secret\":[],\"label\":\"l\","
	    "\"type\":\"TOTP\"}]}", 1, "list of bytes");
	/* A reference that XML does not know, inside what would be JSON. */
	refused(IMPORT_FREEOTP, XML("{&quot;label&quot;:&quot;&eacute;&quot;,"
	    "&quot;secret&quot;:[1],&quot;type&quot;:&quot;TOTP&quot;}"), 1,
	    "damaged");
}

/* The sealed file of FreeOTP 2 with a pair more, before its last byte. */
static void
with_pair(struct str pair)
{
	size_t n = load(&samples[8]) - 1;

	assert_true(n + pair.n < FILE_ROOM);
	memcpy(text + n, pair.p, pair.n);
	text[n + pair.n] = '\x78';
	text[80]++;
	read_app(IMPORT_FREEOTP, (struct str){text, n + pair.n + 1}, PASSWORD);
}

/* A string that Java has written before is a number: the seventh is new. */
static void
test_freeotp_references(void **state UNUSED)
{
	with_pair(STR("\x74\0\1x\x71\0\x7e\0\x02"));
	assert_int_equal(t.flaws, 0);
	assert_true(is_ada());
	with_pair(STR("\x74\0\1x\x71\0\x7e\0\x08"));
	assert_int_equal(t.flaws, 0);
	with_pair(STR("\x74\0\1x\x71\0\x7e\0\x09"));
	is_refused(0, "no backup of FreeOTP 2");
	with_pair(STR("\x74\0\1x\x75\0\1y"));
	is_refused(0, "no backup of FreeOTP 2");
}

/* Another cipher's parameters. */
static void
test_freeotp_parameters(void **state UNUSED)
{
	size_t n = load(&samples[8]);
	char *at = memmem(text, n, "[48,17,4,12,", 12);

	assert_non_null(at);
	at[1] = '5';
	read_app(IMPORT_FREEOTP, (struct str){text, n}, PASSWORD);
	is_refused(0, "in a way that is not read here");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		IMPORT_TEST(test_read),
		IMPORT_TEST(test_second),
		IMPORT_TEST(test_cut_off),
		IMPORT_TEST(test_tampered),
		IMPORT_TEST(test_oversized),
		IMPORT_TEST(test_hostile),
		IMPORT_TEST(test_cost),
		IMPORT_TEST(test_aegis_plain),
		IMPORT_TEST(test_twofas_names),
		IMPORT_TEST(test_andotp_names),
		IMPORT_TEST(test_andotp_guess),
		IMPORT_TEST(test_aegis_slots),
		IMPORT_TEST(test_freeotp_names),
		IMPORT_TEST(test_freeotp_references),
		IMPORT_TEST(test_freeotp_parameters),
	};

	if (argc != 2) {
		return 1;
	}
	folder = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
