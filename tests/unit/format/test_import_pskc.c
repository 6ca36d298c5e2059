/*
 * R24: RFC 6030, plain and sealed, as it is written and as privacyIDEA does
 * it; damaged, hostile, and what is not done.
 */
#include "import_fixture.h"

#include "base/buf.h"

static void
read_pskc(const char *text, struct str key, struct str passphrase)
{
	read_as(IMPORT_PSKC, str_of(text), key, passphrase);
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

/* What a device is called, whose it is, and numbers that are sealed. */
static void
test_pskc_names(void **state UNUSED)
{
	read_text(IMPORT_PSKC, PSKC(PACKAGE("totp", SIX, PLAIN)));
	named(0, "Issuer-A", "987654321");
	read_text(IMPORT_PSKC, PSKC("<KeyPackage><Key Algorithm=\"urn:ietf:"
	    "params:xml:ns:keyprov:pskc:totp\"><UserId>UID=ada</UserId>"
	    "<AlgorithmParameters><Suite>HMAC-SHA256</Suite><ResponseFormat "
	    SIX "/></AlgorithmParameters><Data>" PLAIN "</Data></Key>"
	    "</KeyPackage>"));
	assert_int_equal(t.flaws, 0);
	same(0, OTPAUTH_TOTP, HMAC_SHA256, 6, 30, 0);
	named(0, "", "UID=ada");
	assert_string_equal(t.v[0].owner, "UID=ada");
	refused(IMPORT_PSKC, PSKC(PACKAGE("hotp", SIX, PLAIN "<Counter>"
	    "<EncryptedValue></EncryptedValue></Counter>")), 3, "values");
	refused(IMPORT_PSKC, PSKC(PACKAGE("totp", SIX, PLAIN "<TimeInterval>"
	    "<EncryptedValue></EncryptedValue></TimeInterval>")), 3, "values");
}

#define A43 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* A plain key of 132 bytes. */
static void
test_pskc_long_key(void **state UNUSED)
{
	refused(IMPORT_PSKC, PSKC(PACKAGE("totp", SIX, "<Secret><PlainValue>"
	    A43 A43 A43 A43 "</PlainValue></Secret>")), 3, "too long");
}

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

	read_pskc(SHARED, shared, STR(""));
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 1);
	same(0, OTPAUTH_HOTP, HMAC_SHA1, 8, 30, 0);
	refused(IMPORT_PSKC, SHARED, 3, "--key-file");
	read_pskc(SHARED, STR("0123456789012345"), STR(""));
	assert_int_equal(t.n, 0);
	assert_non_null(strstr(t.flaw[0].why, "MAC is not right"));
}

/* Ciphers and MACs that are not read are said to be that, not "wrong key". */
static void
test_pskc_other_ways(void **state UNUSED)
{
	static const char key[] = "0123456789012345";
	static const struct { const char *from, *to, *why; } cases[] = {
		{"</ds:KeyName></EncryptionKey><MACMethod Algorithm="
		    "\"http://www.w3.org/2000/09/xmldsig#hmac-sha1\"",
		    "</ds:KeyName></EncryptionKey><MACMethod Algorithm="
		    "\"http://www.w3.org/2001/04/xmldsig#hmac-sha9\"",
		    "keys are MACed"},
		{"<MACKey><xenc:EncryptionMethod Algorithm="
		    "\"http://www.w3.org/2001/04/xmlenc#aes128-cbc",
		    "<MACKey><xenc:EncryptionMethod Algorithm="
		    "\"http://www.w3.org/2001/04/xmlenc#aes128-gcm",
		    "keys are MACed"},
		{"<EncryptedValue><xenc:EncryptionMethod Algorithm="
		    "\"http://www.w3.org/2001/04/xmlenc#aes128-cbc",
		    "<EncryptedValue><xenc:EncryptionMethod Algorithm="
		    "\"http://www.w3.org/2001/04/xmlenc#kw-aes128",
		    "encrypted in a way"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf CLEANUP(buf_done) text = {0};
		const char *at = strstr(SHARED, cases[i].from);

		assert_non_null(at);
		buf_init(&text, 8192);
		buf_put(&text, SHARED, (size_t)(at - SHARED));
		buf_z(&text, cases[i].to);
		buf_z(&text, at + strlen(cases[i].from));
		read_pskc(buf_c(&text), (struct str){key, 16}, STR(""));
		assert_int_equal(t.n, 0);
		assert_non_null(strstr(t.flaw[0].why, cases[i].why));
	}
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
	read_pskc(DERIVED, STR(""), STR("qwerty"));
	assert_int_equal(t.flaws, 0);
	same(0, OTPAUTH_TOTP, HMAC_SHA1, 6, 30, 0);
	refused(IMPORT_PSKC, DERIVED, 3, "the passphrase is needed");
	read_pskc(DERIVED, STR(""), STR("qwertz"));
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

	read_pskc(EXPORTED(SMALL("hotp", "sha256", "0", "11")
	    SMALL("totp", "sha512", "60", "55555")), shared, STR(""));
	assert_int_equal(t.flaws, 0);
	assert_int_equal(t.n, 2);
	same(0, OTPAUTH_HOTP, HMAC_SHA256, 8, 30, 11);
	same(1, OTPAUTH_TOTP, HMAC_SHA512, 8, 60, 0);
	assert_string_equal(t.v[0].serial, "S1");
	assert_true(import_guess(STR(EXPORTED("")), &f));
	assert_int_equal(f, IMPORT_PSKC);
	read_pskc(EXPORTED(SMALL("pw", "sha1", "0", "0")), shared,
	    STR(""));
	assert_non_null(strstr(t.flaw[0].why, "neither"));
	read_pskc(EXPORTED(SMALL("totp", "md5", "30", "0")),
	    shared, STR(""));
	assert_non_null(strstr(t.flaw[0].why, "hash"));
	refused(IMPORT_PSKC, EXPORTED(SMALL("totp", "sha1", "None", "0")), 3,
	    "values");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IMPORT_TEST(test_pskc),
		IMPORT_TEST(test_pskc_hostile),
		IMPORT_TEST(test_pskc_shared_key),
		IMPORT_TEST(test_pskc_passphrase),
		IMPORT_TEST(test_pskc_exported),
		IMPORT_TEST(test_pskc_names),
		IMPORT_TEST(test_pskc_long_key),
		IMPORT_TEST(test_pskc_other_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
