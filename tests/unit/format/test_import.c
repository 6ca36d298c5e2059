/*
 * R24: what other systems write.  A good file of each kind, and each damaged,
 * cut off or hostile in turn: the place and the reason, and nothing taken.
 */
#include "import_fixture.h"

#include "base/buf.h"

static void
test_otpauth(void **state UNUSED)
{
	read_text(IMPORT_OTPAUTH, "# mine\r\n\n"
	    "otpauth://totp/Shop:ada?secret=" KEY "&issuer=Shop\r\n"
	    "otpauth://hotp/x?secret=" KEY "&counter=7&digits=8\n"
	    "otpauth://totp/y?secret=" KEY "&period=86400&algorithm=SHA512");
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 3);
	same(0, OTPAUTH_TOTP, HMAC_SHA1, 6, 30, 0);
	same(1, OTPAUTH_HOTP, HMAC_SHA1, 8, 30, 7);
	same(2, OTPAUTH_TOTP, HMAC_SHA512, 6, 86400, 0);
	assert_string_equal(t.v[0].otp.issuer, "Shop");
	assert_int_equal(t.v[2].place, 5);
	refused(IMPORT_OTPAUTH, "\nhttp://x/?secret=" KEY, 2, "no setup link");
	refused(IMPORT_OTPAUTH, "otpauth://totp/x?secret=" KEY "&digits=9", 1,
	    "cannot be done");
	refused(IMPORT_OTPAUTH, "otpauth://totp/x?secret=", 1, "no setup link");
}

static void
test_migration(void **state UNUSED)
{
	static const char uri[] = "otpauth-migration://offline?data=";
	char text[512];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	buf_printf(&b, "%sCicKFDEyMzQ1Njc4OTAxMjM0NTY3ODkwEgNhZGEaBERlbm8gASgB"
	    "MAIQARgBIAAo5yQ%%3D", uri);
	read_text(IMPORT_OTPAUTH, text);
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 1);
	same(0, OTPAUTH_TOTP, HMAC_SHA1, 6, 30, 0);
	assert_string_equal(t.v[0].otp.issuer, "Deno");
	assert_string_equal(t.v[0].otp.account, "ada");
	/* The first of two: the other is missing. */
	buf_fixed(&b, text, sizeof(text));
	buf_printf(&b, "%sCicKFDEyMzQ1Njc4OTAxMjM0NTY3ODkwEgNhZGEaBERlbm8gASgB"
	    "MAIQARgCIAAo5yQ%%3D", uri);
	read_text(IMPORT_OTPAUTH, text);
	assert_int_equal(t.flaws, 1);
	assert_non_null(strstr(t.flaw[0].why, "series"));
	refused(IMPORT_OTPAUTH, "otpauth-migration://offline?data=CicKFDEy", 1,
	    "damaged");
	refused(IMPORT_OTPAUTH, "otpauth-migration://offline?data=%zz", 1,
	    "damaged");
	refused(IMPORT_OTPAUTH, "otpauth-migration://offline?data=//////////8",
	    1, "damaged");
	refused(IMPORT_OTPAUTH, "otpauth-migration://offline", 1, "damaged");
}

static void
test_csv(void **state UNUSED)
{
	read_text(IMPORT_CSV, "S1, " HEX ", totp, 8, 60\nS2, " HEX "\n"
	    "# a remark\nS3,\"" KEY "\",hotp,7\r\n");
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 3);
	same(0, OTPAUTH_TOTP, HMAC_SHA1, 8, 60, 0);
	same(1, OTPAUTH_HOTP, HMAC_SHA1, 6, 30, 0);
	same(2, OTPAUTH_HOTP, HMAC_SHA1, 7, 30, 0);
	assert_string_equal(t.v[0].serial, "S1");
	assert_string_equal(t.v[0].owner, "");
	read_text(IMPORT_CSV, "# version: 2\nada, ldap, example, S1, " HEX
	    ", totp, 6, 30\n");
	assert_int_equal(t.flaws, 0);
	assert_string_equal(t.v[0].owner, "ada");
	assert_string_equal(t.v[0].serial, "S1");
	refused(IMPORT_CSV, "S1", 1, "no key");
	refused(IMPORT_CSV, "\nS1, 31323, totp", 2, "key is missing");
	refused(IMPORT_CSV, "S1, " HEX ", motp", 1, "neither");
	refused(IMPORT_CSV, "S1, " HEX ", totp, 5", 1, "6 to 8");
	refused(IMPORT_CSV, "S1, " HEX ", totp, 6, 0", 1, "period");
	refused(IMPORT_CSV, "S1, " HEX ", totp, x", 1, "not a number");
	refused(IMPORT_CSV, ", " HEX ", totp", 1, "serial");
}

/* privacyIDEA's documentation: the counter in the fifth place of HOTP. */
static void
test_csv_counter(void **state UNUSED)
{
	read_text(IMPORT_CSV, "S1, " HEX ", hotp, 6, 44\nS2, " HEX
	    ", hotp, 8, 0\n# version: 2\nS3, " HEX "\n");
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 3);
	same(0, OTPAUTH_HOTP, HMAC_SHA1, 6, 30, 44);
	same(1, OTPAUTH_HOTP, HMAC_SHA1, 8, 30, 0);
	/* Only the first line says a version. */
	assert_string_equal(t.v[2].owner, "");
	refused(IMPORT_CSV, "S1, " HEX ", hotp, 6, -1", 1, "counter");
	refused(IMPORT_CSV, "# version: 12\na, r, r, S1, " HEX ", totp", 2,
	    "neither");
}

/* LinOTP: the hash comes sixth, and otherwise from the key's length. */
static void
test_csv_hash(void **state UNUSED)
{
	read_text(IMPORT_CSV, "S1, " HEX ", totp, 6, 60, sha256\nS2, " HEX
	    ", hotp, 6, 30, sha512\nS3, " HEX ", hmac, 8, , sha1,\nS4, "
	    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	    ", totp\nS5, "
	    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	    ", totp, 6, 30, sha1");
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 5);
	same(0, OTPAUTH_TOTP, HMAC_SHA256, 6, 60, 0);
	same(1, OTPAUTH_HOTP, HMAC_SHA512, 6, 30, 0);
	same(2, OTPAUTH_HOTP, HMAC_SHA1, 8, 30, 0);
	assert_int_equal(t.v[3].otp.hash, HMAC_SHA256);
	assert_int_equal(t.v[4].otp.hash, HMAC_SHA1);
	refused(IMPORT_CSV, "S1, " HEX ", totp, 6, 30, md5", 1, "hash");
	refused(IMPORT_CSV, "S1, " HEX ", ocra2, OCRA-1:HOTP-SHA1-6:QN08", 1,
	    "neither");
}

/* What privacyIDEA's token janitor writes: the owner first. */
static void
test_csv_exported(void **state UNUSED)
{
	read_text(IMPORT_CSV, "ada@example, TOTP0001A2B3, " HEX
	    ", totp, 8, 60\nbob@example.com@users, OATH00024C5D, " KEY
	    ", HOTP, 6\nn/a, TOTP00035E6F, " HEX ", totp, 6, 30");
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 3);
	same(0, OTPAUTH_TOTP, HMAC_SHA1, 8, 60, 0);
	same(1, OTPAUTH_HOTP, HMAC_SHA1, 6, 30, 0);
	same(2, OTPAUTH_TOTP, HMAC_SHA1, 6, 30, 0);
	assert_string_equal(t.v[0].owner, "ada");
	assert_string_equal(t.v[0].serial, "TOTP0001A2B3");
	assert_string_equal(t.v[1].owner, "bob@example.com");
	assert_string_equal(t.v[2].owner, "");
	refused(IMPORT_CSV, "ada@r, S1, xyz, totp, 6, 30", 1, "its key");
	refused(IMPORT_CSV, "ada@r, S1, " HEX ", totp, 6, None", 1,
	    "not a number");
}

static void
test_google(void **state UNUSED)
{
	read_text(IMPORT_GOOGLE, KEY "\n\" RATE_LIMIT 3 30\n\" TOTP_AUTH\n"
	    "\" STEP_SIZE 60\n12345678\n");
	assert_int_equal(t.flaws, 0);
	same(0, OTPAUTH_TOTP, HMAC_SHA1, 6, 60, 0);
	read_text(IMPORT_GOOGLE, KEY "\n\" HOTP_COUNTER 9\n");
	same(0, OTPAUTH_HOTP, HMAC_SHA1, 6, 30, 9);
	refused(IMPORT_GOOGLE, "", 1, "base32");
	refused(IMPORT_GOOGLE, "not a key!\n\" TOTP_AUTH\n", 1, "base32");
	refused(IMPORT_GOOGLE, KEY "\n12345678\n", 1, "neither");
	refused(IMPORT_GOOGLE, KEY "\n\" TOTP_AUTH\n\" STEP_SIZE 0\n", 3,
	    "no such value");
}

/* What is said of it, to its limits, and where it ends. */
static void
test_google_options(void **state UNUSED)
{
	static const struct { const char *step; unsigned period; } steps[] = {
		{"1", 1}, {"86400", 86400},
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct buf CLEANUP(buf_done) text = {0};

		buf_init(&text, 200);
		buf_printf(&text, KEY "\n\" TOTP_AUTH\n\" STEP_SIZE %s\n",
		    steps[i].step);
		read_text(IMPORT_GOOGLE, buf_c(&text));
		same(0, OTPAUTH_TOTP, HMAC_SHA1, 6, steps[i].period, 0);
	}
	refused(IMPORT_GOOGLE, KEY "\n\" TOTP_AUTH\n\" STEP_SIZE 86401\n", 3,
	    "no such value");
	refused(IMPORT_GOOGLE, KEY "\n\" HOTP_COUNTER x\n", 2,
	    "no such value");
	read_text(IMPORT_GOOGLE, KEY "\n\" TOTP_AUTH\n12345678\n"
	    "\" STEP_SIZE 60\n");
	same(0, OTPAUTH_TOTP, HMAC_SHA1, 6, 30, 0);
}

#define REALM(data, secret) "{\"realm\":\"r\",\"users\":[{\"username\":\"ada\"," \
	"\"credentials\":[{\"type\":\"password\"},{\"type\":\"otp\"," \
	"\"userLabel\":\"phone\",\"credentialData\":\"" data "\"," \
	"\"secretData\":\"" secret "\"}]}]}"
#define DATA "{\\\"subType\\\":\\\"totp\\\",\\\"digits\\\":6,\\\"period\\\":30," \
	"\\\"algorithm\\\":\\\"HmacSHA1\\\"}"

static void
test_keycloak(void **state UNUSED)
{
	read_text(IMPORT_KEYCLOAK, REALM(DATA,
	    "{\\\"value\\\":\\\"12345678901234567890\\\"}"));
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 1);
	same(0, OTPAUTH_TOTP, HMAC_SHA1, 6, 30, 0);
	assert_string_equal(t.v[0].owner, "ada");
	/* From version 22 on the encoding may be said, and HOTP counts. */
	read_text(IMPORT_KEYCLOAK, REALM("{\\\"subType\\\":\\\"hotp\\\","
	    "\\\"digits\\\":8,\\\"counter\\\":7,\\\"period\\\":30,"
	    "\\\"algorithm\\\":\\\"HmacSHA512\\\",\\\"secretEncoding\\\":"
	    "\\\"BASE32\\\"}", "{\\\"value\\\":\\\"" KEY "\\\"}"));
	assert_int_equal(t.flaws, 0);
	same(0, OTPAUTH_HOTP, HMAC_SHA512, 8, 30, 7);
	refused(IMPORT_KEYCLOAK, REALM(DATA, "{}"), 1, "key is missing");
	refused(IMPORT_KEYCLOAK, REALM("[", "{}"), 1, "cannot be read");
	refused(IMPORT_KEYCLOAK, REALM("{\\\"subType\\\":\\\"x\\\"}", "{}"), 1,
	    "neither");
	refused(IMPORT_KEYCLOAK, "{\"realm\":\"r\"}", 0, "no realm's export");
	refused(IMPORT_KEYCLOAK, "{\"users\":[{}]}", 1, "no name");
	refused(IMPORT_KEYCLOAK, "{\"users\":[{", 0, "no realm's export");
}

#define OLD(rest) "{\"users\":[{\"username\":\"ada\",\"credentials\":[" \
	"{\"type\":\"password\",\"hashedSaltedValue\":\"x\"}," rest "]}]}"

/* As Keycloak 4 to 7 export it. */
static void
test_keycloak_old(void **state UNUSED)
{
	read_text(IMPORT_KEYCLOAK, OLD("{\"type\":\"totp\","
	    "\"hashedSaltedValue\":\"12345678901234567890\",\"digits\":8,"
	    "\"counter\":0,\"period\":60,\"algorithm\":\"HmacSHA256\"},"
	    "{\"type\":\"hotp\",\"hashedSaltedValue\":"
	    "\"12345678901234567890\",\"digits\":6,\"counter\":9,"
	    "\"algorithm\":\"HmacSHA1\"}"));
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 2);
	same(0, OTPAUTH_TOTP, HMAC_SHA256, 8, 60, 0);
	same(1, OTPAUTH_HOTP, HMAC_SHA1, 6, 30, 9);
	assert_string_equal(t.v[0].owner, "ada");
	refused(IMPORT_KEYCLOAK, OLD("{\"type\":\"totp\",\"value\":7}"), 1,
	    "key is missing");
	refused(IMPORT_KEYCLOAK, OLD("{\"type\":\"totp\","
	    "\"hashedSaltedValue\":\"x\",\"algorithm\":\"MD5\"}"), 1, "hash");
}

static void
test_guess(void **state UNUSED)
{
	static const struct { const char *text; int format; } cases[] = {
		{"  otpauth://totp/x", IMPORT_OTPAUTH},
		{"otpauth-migration://x", IMPORT_OTPAUTH},
		{"S1,ab,totp", IMPORT_CSV}, {"# version: 2\n", IMPORT_CSV},
		{"<?xml?><KeyContainer>", IMPORT_PSKC},
		{"{\"users\":[]}", IMPORT_KEYCLOAK},
		{"{\"header\":{},\"db\":{}}", IMPORT_AEGIS},
		{KEY "\n\" TOTP_AUTH\n", IMPORT_GOOGLE},
		{"", -1}, {"hello", -1}, {"<a/>", -1}, {"{}", -1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum import_format f = IMPORT_FORMAT_COUNT;
		bool known = import_guess(str_of(cases[i].text), &f);

		assert_int_equal(known ? (int)f : -1, cases[i].format);
	}
	for (unsigned i = 0; i < IMPORT_FORMAT_COUNT; i++) {
		enum import_format f = IMPORT_FORMAT_COUNT;

		assert_true(import_format_read(str_of(import_format_name(
		    (enum import_format)i)), &f));
		assert_int_equal(f, i);
	}
}

/* More than can be, and more than is kept of what is wrong. */
static void
test_limits(void **state UNUSED)
{
	struct buf CLEANUP(buf_done) many = {0};

	buf_init(&many, (size_t)4 << 20);
	for (unsigned i = 0; i <= TOKENS_MAX; i++) {
		buf_z(&many, "S,abcd,totp\n");
	}
	read_text(IMPORT_CSV, buf_c(&many));
	assert_int_equal(t.n, TOKENS_MAX);
	assert_int_equal(t.flaws, 1);
	assert_int_equal(t.flaw[0].place, TOKENS_MAX + 1);
	buf_clear(&many);
	for (unsigned i = 0; i < 300; i++) {
		buf_z(&many, "x\n");
	}
	read_text(IMPORT_OTPAUTH, buf_c(&many));
	assert_int_equal(t.flaws, 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IMPORT_TEST(test_otpauth),
		IMPORT_TEST(test_migration),
		IMPORT_TEST(test_csv),
		IMPORT_TEST(test_csv_counter),
		IMPORT_TEST(test_csv_hash),
		IMPORT_TEST(test_csv_exported),
		IMPORT_TEST(test_google),
		IMPORT_TEST(test_keycloak),
		IMPORT_TEST(test_keycloak_old),
		IMPORT_TEST(test_guess),
		IMPORT_TEST(test_limits),
		IMPORT_TEST(test_google_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
