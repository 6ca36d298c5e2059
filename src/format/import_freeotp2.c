/*
 * FreeOTP 2's backup, "externalBackup.xml": in spite of its name a Java
 * object stream (Java Object Serialization Specification, chapter 6) with one
 * HashMap of strings.  The key of each token is sealed with AES-GCM under a
 * master key, which is sealed under one that PBKDF2 makes from the password.
 * Of Java's format only what such a map needs is read.
 */
#include <string.h>
#include <strings.h>

#include "crypto/gcm.h"
#include "format/import_part.h"

enum { STRINGS_MAX = 2 * TOKENS_MAX * 2, FIRST_HANDLE = 0x7e0002,
	TC_STRING = 0x74, TC_REFERENCE = 0x71, TC_BLOCK_OF_8 = 0x7708,
	BYTES_MAX = 1024, JSON_MAX = 65536 };

/* Magic, version, an object of the class java.util.HashMap: its two fields. */
static const char head[] = "\xac\xed\x00\x05\x73\x72\x00\x11"
    "java.util.HashMap\x05\x07\xda\xc1\xc3\x16\x60\xd1\x03\x00\x02"
    "F\x00\x0aloadFactorI\x00\x09thresholdxp";

/* Read by its position: fail says that more was wanted than there is. */
struct stream {
	struct str rest;
	bool fail;
	size_t n;		/* strings so far, for references */
	struct str *strings;	/* room for STRINGS_MAX */
};

/* A pair of the map. */
struct pair {
	struct str name, value;
};

bool
import_freeotp2_is(struct str text)
{
	return text.n > 4 && memcmp(text.p, head, 4) == 0;
}

static struct str
take(struct stream *s, size_t n)
{
	struct str part = {"", 0};

	if (n > s->rest.n) {
		s->fail = true;
		return part;
	}
	part = str_slice(s->rest, 0, n);
	s->rest = str_slice(s->rest, n, s->rest.n);
	return part;
}

static uint32_t
number(struct stream *s, size_t n)
{
	struct str part = take(s, n);
	uint32_t v = 0;

	for (size_t i = 0; i < part.n; i++) {
		v = v << 8 | (unsigned char)part.p[i];
	}
	return v;
}

/*
 * A string, or one that was there before.  Java's modified UTF-8 is UTF-8 but
 * for NUL and what is beyond the first plane, which is refused by its user.
 */
static struct str
string(struct stream *s)
{
	uint32_t tag = number(s, 1), i;
	struct str text = {"", 0};

	if (tag == TC_REFERENCE) {
		i = number(s, 4) - FIRST_HANDLE;
		if (!s->fail && i < s->n) {
			return s->strings[i];
		}
		s->fail = true;
	} else if (tag == TC_STRING && s->n < STRINGS_MAX) {
		text = take(s, number(s, 2));
		s->strings[s->n++] = text;
	} else {
		s->fail = true;
	}
	return text;
}

/* The pairs of the map, in the arena. */
static const char *
read_map(struct str text, struct arena *arena, struct pair **ret_pairs,
    size_t *ret_n)
{
	static const char why[] = "this is no backup of FreeOTP 2, or it is "
	    "cut off";
	struct stream s = {.rest = text};
	struct pair *pairs;
	uint32_t n;

	if (!str_starts(text, (struct str){head, sizeof(head) - 1})) {
		return why;
	}
	/* loadFactor, threshold; a block of 8: buckets, size. */
	(void)take(&s, sizeof(head) - 1 + 8);
	if (number(&s, 2) != TC_BLOCK_OF_8) {
		return why;
	}
	(void)take(&s, 4);
	n = number(&s, 4);
	/* A pair takes six bytes at least. */
	if (s.fail || n > STRINGS_MAX / 2 || n > s.rest.n / 6) {
		return why;
	}
	pairs = arena_get(arena, (n + 1) * sizeof(*pairs));
	s.strings = arena_get(arena, STRINGS_MAX * sizeof(*s.strings));
	if (pairs == NULL || s.strings == NULL) {
		return "there is not enough memory";
	}
	for (uint32_t i = 0; i < n; i++) {
		pairs[i].name = string(&s);
		pairs[i].value = string(&s);
	}
	if (s.fail) {
		return why;
	}
	*ret_pairs = pairs;
	*ret_n = n;
	return NULL;
}

static bool
find(const struct pair *pairs, size_t n, struct str name, const char *tail,
    struct str *ret_value)
{
	for (size_t i = 0; i < n; i++) {
		struct str s = pairs[i].name;

		if (s.n == name.n + strlen(tail) && str_starts(s, name) &&
		    str_ends(s, str_of(tail))) {
			*ret_value = pairs[i].value;
			return true;
		}
	}
	return false;
}

/* mParameters: SEQUENCE { OCTET STRING nonce, INTEGER 16 }, in DER. */
static bool
nonce_of(struct str der, struct str *ret_nonce)
{
	if (der.n != 4 + GCM_NONCE + 3 || der.p[0] != 0x30 ||
	    der.p[1] != GCM_NONCE + 5 || der.p[2] != 4 ||
	    der.p[3] != GCM_NONCE ||
	    memcmp(der.p + 4 + GCM_NONCE, "\x02\x01\x10", 3) != 0) {
		return false;
	}
	*ret_nonce = str_slice(der, 4, 4 + GCM_NONCE);
	return true;
}

/* What is sealed in o, under a key of the file or that of the password. */
static const char *
unseal(struct jsonr_object *o, const struct part_kdf *kdf, struct str key,
    struct buf *out)
{
	struct buf CLEANUP(buf_done) box = {0}, parameters = {0};
	struct str nonce, about;

	buf_init(&box, BYTES_MAX);
	buf_init(&parameters, BYTES_MAX);
	if (!part_java_bytes(o, "mCipherText", &box) ||
	    !part_java_bytes(o, "mParameters", &parameters) ||
	    !nonce_of(buf_view(&parameters), &nonce) ||
	    !jsonr_str(o, "mToken", JSONR_REQUIRED, 0, BYTES_MAX, &about)) {
		return "its key is sealed in a way that is not read here";
	}
	return kdf != NULL
	    ? part_open(kdf, key, nonce, about, buf_view(&box), out)
	    : part_unseal(key, nonce, about, buf_view(&box), out);
}

static bool
read_hash(struct str name, enum hmac_hash *ret_hash)
{
	static const char begin[] = "PBKDF2with";
	size_t n = sizeof(begin) - 1;

	return name.n > n && strncasecmp(name.p, begin, n) == 0 &&
	    token_hash(str_slice(name, n, name.n), ret_hash);
}

static const char *
open_master(struct str json, struct str password, struct arena *arena,
    struct buf *master)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct buf CLEANUP(buf_done) salt = {0};
	struct jsonr_object root, sealed;
	struct part_kdf kdf = {0};
	struct str algorithm;
	int64_t iterations;

	buf_init(&salt, BYTES_MAX);
	if (!jsonr_open(&r, arena, json, &root) || !jsonr_str(&root,
	    "mAlgorithm", JSONR_REQUIRED, 1, 64, &algorithm) ||
	    !read_hash(algorithm, &kdf.hash) || !jsonr_i64(&root,
	    "mIterations", JSONR_REQUIRED, 1, INT32_MAX, &iterations) ||
	    !part_java_bytes(&root, "mSalt", &salt) || !jsonr_object(&root,
	    "mEncryptedKey", JSONR_REQUIRED, &sealed)) {
		return "its master key is damaged";
	}
	kdf.iterations = (unsigned)iterations;
	kdf.salt = buf_view(&salt);
	return unseal(&sealed, &kdf, password, master);
}

/* {"key":"{…sealed…}"} beside the token itself. */
static const char *
fill(struct str key_json, struct str token_json, struct str master,
    struct arena *arena, struct otpauth *otp)
{
	struct jsonr CLEANUP(jsonr_done) outer = {0};
	struct jsonr CLEANUP(jsonr_done) inner = {0};
	struct jsonr CLEANUP(jsonr_done) about = {0};
	struct buf CLEANUP(buf_done) key = {0};
	struct jsonr_object root, sealed, token;
	struct str json;
	const char *why;

	buf_init(&key, SECRET_MAX + GCM_TAG);
	if (!jsonr_open(&outer, arena, key_json, &root) ||
	    !jsonr_str(&root, "key", JSONR_REQUIRED, 2, JSON_MAX, &json) ||
	    !jsonr_open(&inner, arena, json, &sealed) ||
	    !jsonr_open(&about, arena, token_json, &token)) {
		return "it is damaged";
	}
	why = unseal(&sealed, NULL, master, &key);
	if (why != NULL) {
		return why;
	}
	if (key.n == 0 || key.n > SECRET_MAX) {
		return "its key is missing or too long";
	}
	secret_set(&otp->secret, key.p, key.n);
	return import_freeotp_token(&token, otp);
}

static void
read_tokens(const struct pair *pairs, size_t n, struct str master,
    struct tokens *t)
{
	size_t place = 0;

	for (size_t i = 0; i < n; i++) {
		struct token *token;
		struct str about;

		if (!find(pairs, n, pairs[i].name, "-token", &about)) {
			continue;
		}
		token = tokens_next(t, ++place);
		if (token == NULL) {
			return;
		}
		part_take(t, fill(pairs[i].value, about, master, t->arena,
		    &token->otp));
	}
}

void
import_freeotp2(struct str text, const struct import_key *key,
    struct tokens *t)
{
	struct buf CLEANUP(buf_done) master = {0};
	struct str json;
	struct pair *pairs;
	size_t n;
	const char *why = read_map(text, t->arena, &pairs, &n);

	buf_init(&master, GCM_KEY + GCM_TAG);
	if (why == NULL && !find(pairs, n, STR("masterKey"), "", &json)) {
		why = "it has no master key";
	}
	if (why == NULL && part_locked(key, t)) {
		return;
	}
	if (why == NULL) {
		why = open_master(json, key->passphrase, t->arena, &master);
	}
	if (why != NULL) {
		tokens_flaw(t, 0, why);
	} else {
		read_tokens(pairs, n, buf_view(&master), t);
	}
}
