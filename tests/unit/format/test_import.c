/*
 * R24: what other systems write.  A good file of each kind, and each damaged,
 * cut off or hostile in turn: the place and the reason, and nothing taken.
 */
#include "format/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"

#define KEY "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define HEX "3132333435363738393031323334353637383930"

static struct arena *arena;
static struct tokens t;

static int
setup(void **state UNUSED)
{
	arena = arena_new(TOKENS_ARENA_MAX);
	return arena == NULL ? -1 : 0;
}

static int
teardown(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

static void
read_with(enum import_format f, const char *text, struct str key,
    struct str passphrase)
{
	const struct import_key k = {key, passphrase};

	tokens_init(&t, arena);
	import_read(f, str_of(text), &k, &t);
}

static void
read_text(enum import_format f, const char *text)
{
	read_with(f, text, STR(""), STR(""));
}

/* Nothing was taken, and the first flaw is this one. */
static void
refused(enum import_format f, const char *text, size_t place, const char *why)
{
	read_text(f, text);
	if (t.n != 0 || t.flaws == 0 || t.flaw[0].place != place ||
	    strstr(t.flaw[0].why, why) == NULL) {
		fail_msg("%s: %zu taken, %zu flaws, first %zu: %s", text, t.n,
		    t.flaws, t.flaws > 0 ? t.flaw[0].place : 0,
		    t.flaws > 0 ? t.flaw[0].why : "");
	}
}

static void
same(size_t i, enum otpauth_type type, enum hmac_hash hash, unsigned digits,
    unsigned period, uint64_t counter)
{
	const struct otpauth *o = &t.v[i].otp;

	assert_true(i < t.n);
	assert_int_equal(o->type, type);
	assert_int_equal(o->hash, hash);
	assert_int_equal(o->digits, digits);
	assert_int_equal(o->period_s, period);
	assert_int_equal(o->counter, counter);
	assert_int_equal(o->secret.n, 20);
	assert_memory_equal(o->secret.b, "12345678901234567890", 20);
}

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
test_aegis(void **state UNUSED)
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

#define PSKC(inside) "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" \
	"<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\" " \
	"xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" " \
	"xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\">\n" inside \
	"</KeyContainer>"
#define PACKAGE(algorithm, format, data) "<KeyPackage>" \
	"<DeviceInfo><SerialNo>987654321</SerialNo></DeviceInfo>" \
	"<Key Id=\"1\" Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:" \
	algorithm "\"><Issuer>Issuer-A</Issuer><AlgorithmParameters>" \
	"<ResponseFormat " format "/></AlgorithmParameters><Data>" data \
	"</Data></Key></KeyPackage>"
#define SIX "Length=\"6\" Encoding=\"DECIMAL\""
#define PLAIN "<Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret>"

/* RFC 6030 section 4.1 and 4.3, and what is not done. */
static void
test_pskc(void **state UNUSED)
{
	read_text(IMPORT_PSKC, PSKC(PACKAGE("hotp", "Length=\"8\" "
	    "Encoding=\"DECIMAL\"", PLAIN "<Counter><PlainValue>3</PlainValue>"
	    "</Counter>") PACKAGE("totp", SIX, PLAIN "<TimeInterval>"
	    "<PlainValue>60</PlainValue></TimeInterval>")));
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 2);
	same(0, OTPAUTH_HOTP, HMAC_SHA1, 8, 30, 3);
	same(1, OTPAUTH_TOTP, HMAC_SHA1, 6, 60, 0);
	assert_string_equal(t.v[0].serial, "987654321");
	assert_string_equal(t.v[0].otp.issuer, "Issuer-A");
	refused(IMPORT_PSKC, PSKC(PACKAGE("ocra", SIX, PLAIN)), 3, "neither");
	refused(IMPORT_PSKC, PSKC(PACKAGE("totp", "Length=\"6\" "
	    "Encoding=\"HEXADECIMAL\"", PLAIN)), 3, "not decimal");
	refused(IMPORT_PSKC, PSKC(PACKAGE("totp", SIX, "")), 3, "no key");
	refused(IMPORT_PSKC, PSKC("<KeyPackage/>"), 3, "no key");
	refused(IMPORT_PSKC, "<html/>", 1, "no key container");
	refused(IMPORT_PSKC, "<KeyContainer>\n<KeyPackage>", 2, "well-formed");
	refused(IMPORT_PSKC, "", 1, "well-formed");
}

/* Nothing is expanded, fetched or nested without end. */
static void
test_pskc_hostile(void **state UNUSED)
{
	struct buf CLEANUP(buf_done) deep = {0};

	refused(IMPORT_PSKC, "<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c "
	    "\"&a;&a;&a;\">]>\n<KeyContainer>&c;</KeyContainer>", 1,
	    "document type");
	refused(IMPORT_PSKC, "<!DOCTYPE x SYSTEM \"file:///etc/passwd\">"
	    "<KeyContainer/>", 1, "document type");
	buf_init(&deep, 4096);
	buf_z(&deep, "<KeyContainer>");
	for (unsigned i = 0; i < 40; i++) {
		buf_z(&deep, "<a>");
	}
	refused(IMPORT_PSKC, buf_c(&deep), 1, "too deep");
}

#define MAC_METHOD(value) "<MACMethod Algorithm=" \
	"\"http://www.w3.org/2000/09/xmldsig#hmac-sha1\"><MACKey>" \
	"<xenc:EncryptionMethod Algorithm=" \
	"\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/><xenc:CipherData>" \
	"<xenc:CipherValue>" value "</xenc:CipherValue></xenc:CipherData>" \
	"</MACKey></MACMethod>"
#define SEALED(value, mac) "<Secret><EncryptedValue><xenc:EncryptionMethod " \
	"Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/>" \
	"<xenc:CipherData><xenc:CipherValue>" value "</xenc:CipherValue>" \
	"</xenc:CipherData></EncryptedValue><ValueMAC>" mac "</ValueMAC></Secret>"

/* RFC 6030 section 6.1, figure 6: a pre-shared key. */
#define SHARED PSKC("<EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName>" \
	"</EncryptionKey>" MAC_METHOD("ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSv" \
	"IhRejN9vJa2BOlSaMrR7I5wSX") PACKAGE("hotp", "Length=\"8\" Encoding=" \
	"\"DECIMAL\"", SEALED("AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2l" \
	"ef1VmNPCMl8jwZqIUqGv", "Su+NvtQfmvfJzF6bmQiJqoLRExc=")))

static void
test_pskc_shared_key(void **state UNUSED)
{
	static const char key[] = "\x12\x34\x56\x78\x90\x12\x34\x56\x78\x90"
	    "\x12\x34\x56\x78\x90\x12";
	struct str shared = {key, 16};

	read_with(IMPORT_PSKC, SHARED, shared, STR(""));
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 1);
	same(0, OTPAUTH_HOTP, HMAC_SHA1, 8, 30, 0);
	refused(IMPORT_PSKC, SHARED, 3, "--key-file");
	read_with(IMPORT_PSKC, SHARED, STR("0123456789012345"), STR(""));
	assert_int_equal(t.n, 0);
	assert_non_null(strstr(t.flaw[0].why, "MAC is not right"));
}

/* RFC 6030 section 6.2, figure 7: a key from the passphrase "qwerty". */
#define DERIVED PSKC("<EncryptionKey><xenc11:DerivedKey xmlns:xenc11=" \
	"\"http://www.w3.org/2009/xmlenc11#\" xmlns:pkcs5=" \
	"\"http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#\">" \
	"<xenc11:KeyDerivationMethod Algorithm=\"http://www.rsasecurity.com/" \
	"rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2\"><pkcs5:PBKDF2-params><Salt>" \
	"<Specified>Ej7/PEpyEpw=</Specified></Salt><IterationCount>1000" \
	"</IterationCount><KeyLength>16</KeyLength><PRF/></pkcs5:PBKDF2-params>" \
	"</xenc11:KeyDerivationMethod></xenc11:DerivedKey></EncryptionKey>" \
	MAC_METHOD("2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dSty" \
	"OwYZx") PACKAGE("totp", SIX, SEALED("oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0Rki" \
	"afpoDpnoZTjPYZu6V+A4aEn032yCr4f", "LP6xMvjtypbfT9PdkJhBZ+D6O4w=")))

static void
test_pskc_passphrase(void **state UNUSED)
{
	read_with(IMPORT_PSKC, DERIVED, STR(""), STR("qwerty"));
	assert_int_equal(t.flaws, 0);
	same(0, OTPAUTH_TOTP, HMAC_SHA1, 6, 30, 0);
	refused(IMPORT_PSKC, DERIVED, 3, "the passphrase is needed");
	read_with(IMPORT_PSKC, DERIVED, STR(""), STR("qwertz"));
	assert_int_equal(t.n, 0);
	assert_non_null(strstr(t.flaw[0].why, "MAC is not right"));
}

/*
 * privacyIDEA's export: small letters, the hash as an attribute, a period of
 * 0 for HOTP, the last step of a TOTP.  Sealed as in figure 6.
 */
#define SMALL(type, suite, interval, counter) "<keypackage><deviceinfo>" \
	"<manufacturer>mine</manufacturer><serialno>S1</serialno></deviceinfo>" \
	"<key algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:" type "\" " \
	"id=\"S1\"><issuer>privacyIDEA</issuer><algorithmparameters>" \
	"<responseformat encoding=\"DECIMAL\" length=\"8\"></responseformat>" \
	"<suite hashalgo=\"" suite "\"></suite></algorithmparameters><data>" \
	"<secret><encryptedvalue><xenc:encryptionmethod algorithm=" \
	"\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\">" \
	"</xenc:encryptionmethod><xenc:cipherdata><xenc:ciphervalue>" \
	"AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv" \
	"</xenc:ciphervalue></xenc:cipherdata></encryptedvalue><valuemac>" \
	"Su+NvtQfmvfJzF6bmQiJqoLRExc=</valuemac></secret><time><plainvalue>0" \
	"</plainvalue></time><timeinterval><plainvalue>" interval \
	"</plainvalue></timeinterval><counter><plainvalue>" counter \
	"</plainvalue></counter><timedrift><plainvalue>0</plainvalue>" \
	"</timedrift></data></key></keypackage>"
#define EXPORTED(packages) "<keycontainer version=\"1.0\" " \
	"xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\" " \
	"xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" " \
	"xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\">\n<encryptionkey>" \
	"<ds:keyname>Pre-shared-key</ds:keyname></encryptionkey><macmethod " \
	"algorithm=\"http://www.w3.org/2000/09/xmldsig#hmac-sha1\"><mackey>" \
	"<xenc:encryptionmethod algorithm=" \
	"\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\">" \
	"</xenc:encryptionmethod><xenc:cipherdata><xenc:ciphervalue>" \
	"ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX" \
	"</xenc:ciphervalue></xenc:cipherdata></mackey></macmethod>\n" \
	packages "</keycontainer>"

static void
test_pskc_exported(void **state UNUSED)
{
	static const char key[] = "\x12\x34\x56\x78\x90\x12\x34\x56\x78\x90"
	    "\x12\x34\x56\x78\x90\x12";
	struct str shared = {key, 16};
	enum import_format f = IMPORT_FORMAT_COUNT;

	read_with(IMPORT_PSKC, EXPORTED(SMALL("hotp", "sha256", "0", "11")
	    SMALL("totp", "sha512", "60", "55555")), shared, STR(""));
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 2);
	same(0, OTPAUTH_HOTP, HMAC_SHA256, 8, 30, 11);
	same(1, OTPAUTH_TOTP, HMAC_SHA512, 8, 60, 0);
	assert_string_equal(t.v[0].serial, "S1");
	assert_true(import_guess(STR(EXPORTED("")), &f));
	assert_int_equal(f, IMPORT_PSKC);
	read_with(IMPORT_PSKC, EXPORTED(SMALL("pw", "sha1", "0", "0")), shared,
	    STR(""));
	assert_non_null(strstr(t.flaw[0].why, "neither"));
	read_with(IMPORT_PSKC, EXPORTED(SMALL("totp", "md5", "30", "0")),
	    shared, STR(""));
	assert_non_null(strstr(t.flaw[0].why, "hash"));
	refused(IMPORT_PSKC, EXPORTED(SMALL("totp", "sha1", "None", "0")), 3,
	    "values");
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
		cmocka_unit_test_setup_teardown(test_otpauth, setup, teardown),
		cmocka_unit_test_setup_teardown(test_migration, setup, teardown),
		cmocka_unit_test_setup_teardown(test_csv, setup, teardown),
		cmocka_unit_test_setup_teardown(test_csv_counter, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_csv_hash, setup, teardown),
		cmocka_unit_test_setup_teardown(test_csv_exported, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_google, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keycloak, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keycloak_old, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_aegis, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pskc, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pskc_hostile, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_pskc_shared_key, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_pskc_passphrase, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_pskc_exported, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_guess, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
