/*
 * PSKC (RFC 6030) by expat, one pass: what stands at the container (how keys
 * are encrypted and MACed) comes before the packages.  A document type is
 * refused, so there are no entities of anybody's making (S107 in spirit:
 * nothing of the file names another file or grows by itself).
 *
 * Encrypted keys: AES-CBC, under a pre-shared key or one from a passphrase by
 * PBKDF2.  Their MAC is HMAC-SHA-1, checked before they are opened; an
 * encrypted key without one is refused.
 *
 * Names count in any case: privacyIDEA exports them in small letters, and the
 * hash as an attribute of Suite.
 */
#include <assert.h>
#include <expat.h>
#include <string.h>
#include <strings.h>

#include "base/ct.h"
#include "base/encode.h"
#include "base/parse.h"
#include "base/wipealloc.h"
#include "crypto/cbc.h"
#include "format/import.h"

enum { DEPTH_MAX = 16, TEXT_MAX = 4096, BOX_MAX = 1024, STEP = 65536 };

/* base64 of the file, decoded. */
struct box {
	size_t n;
	uint8_t b[BOX_MAX];
};

struct reader {
	struct tokens *t;
	const struct import_key *key;
	XML_Parser parser;
	unsigned depth;
	char name[DEPTH_MAX][32];	/* of the elements that are open */
	struct buf text;		/* of the innermost */
	/* Of the container. */
	struct box salt, mac_key;
	unsigned iterations, key_length;
	bool derived;
	/* Of the package. */
	struct token *token;
	const char *why;		/* it cannot be taken */
	struct box secret, mac;
	bool sealed, has_type;
};

/* The innermost element is NAME, and OUTER is open around it. */
static bool
at(const struct reader *r, const char *name, const char *outer)
{
	if (strcasecmp(r->name[r->depth - 1], name) != 0) {
		return false;
	}
	for (unsigned i = 0; i + 1 < r->depth; i++) {
		if (strcasecmp(r->name[i], outer) == 0) {
			return true;
		}
	}
	return false;
}

static size_t
line_of(const struct reader *r)
{
	return (size_t)XML_GetCurrentLineNumber(r->parser);
}

static void
stop(struct reader *r, const char *why)
{
	tokens_flaw(r->t, line_of(r), why);
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static void
refuse(struct reader *r, const char *why)
{
	if (r->why == NULL) {
		r->why = why;
	}
}

static const char *
attribute(const XML_Char **attributes, const char *name)
{
	for (; *attributes != NULL; attributes += 2) {
		if (strcasecmp(attributes[0], name) == 0) {
			return attributes[1];
		}
	}
	return NULL;
}

/* urn:ietf:params:xml:ns:keyprov:pskc:totp, or its short form. */
static void
begin_key(struct reader *r, const XML_Char **attributes)
{
	const char *algorithm = attribute(attributes, "Algorithm");
	struct str name = str_of(algorithm);

	if (r->token == NULL) {
		return;
	}
	if (str_ends(name, STR("totp"))) {
		r->token->otp.type = OTPAUTH_TOTP;
	} else if (str_ends(name, STR("hotp"))) {
		r->token->otp.type = OTPAUTH_HOTP;
	} else {
		refuse(r, "it is neither of HOTP nor of TOTP");
	}
	r->has_type = true;
}

static void
begin_format(struct reader *r, const XML_Char **attributes)
{
	const char *length = attribute(attributes, "Length");
	const char *encoding = attribute(attributes, "Encoding");
	uint64_t n = 0;

	if (r->token == NULL) {
		return;
	}
	if (encoding != NULL && strcmp(encoding, "DECIMAL") != 0) {
		refuse(r, "its codes are not decimal");
	}
	if (length != NULL && parse_u64(str_of(length), &n)) {
		r->token->otp.digits = n > 100 ? 100 : (unsigned)n;
	}
}

static void
begin_suite(struct reader *r, const XML_Char **attributes)
{
	const char *hash = attribute(attributes, "hashalgo");

	if (r->token != NULL && hash != NULL &&
	    !token_hash(str_of(hash), &r->token->otp.hash)) {
		refuse(r, "its hash function is not known");
	}
}

static void
begin_method(struct reader *r, const XML_Char **attributes)
{
	struct str algorithm = str_of(attribute(attributes, "Algorithm"));

	if (at(r, "EncryptionMethod", "EncryptedValue") &&
	    !str_ends(algorithm, STR("-cbc"))) {
		refuse(r, "its key is encrypted in a way that is not read here");
	}
	if ((at(r, "EncryptionMethod", "MACKey") &&
	    !str_ends(algorithm, STR("-cbc"))) ||
	    (at(r, "MACMethod", "KeyContainer") &&
	    !str_ends(algorithm, STR("hmac-sha1")))) {
		stop(r, "keys are MACed in a way that is not read here");
	}
}

static void
begin_package(struct reader *r)
{
	r->token = tokens_next(r->t, line_of(r));
	r->why = NULL;
	r->secret.n = r->mac.n = 0;
	r->sealed = r->has_type = false;
	if (r->token == NULL) {
		(void)XML_StopParser(r->parser, XML_FALSE);
	}
}

static void XMLCALL
on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
	struct reader *r = ctx;
	const char *local = strrchr(name, ' ');

	local = local == NULL ? name : local + 1;
	if (r->depth == DEPTH_MAX) {
		stop(r, "elements are nested too deep");
		return;
	}
	if (!str_copy(str_of(local), r->name[r->depth], sizeof(r->name[0]))) {
		/* A longer name is none that we know. */
		r->name[r->depth][0] = '\0';
	}
	r->depth++;
	buf_clear(&r->text);
	if (r->depth == 1 && strcasecmp(local, "KeyContainer") != 0) {
		stop(r, "this is no key container of RFC 6030");
	} else if (at(r, "KeyPackage", "KeyContainer")) {
		begin_package(r);
	} else if (at(r, "Key", "KeyPackage")) {
		begin_key(r, attributes);
	} else if (at(r, "ResponseFormat", "KeyPackage")) {
		begin_format(r, attributes);
	} else if (at(r, "Suite", "AlgorithmParameters")) {
		begin_suite(r, attributes);
	} else if (at(r, "EncryptedValue", "Secret")) {
		r->sealed = true;
	} else if (at(r, "DerivedKey", "EncryptionKey")) {
		r->derived = true;
	} else {
		begin_method(r, attributes);
	}
}

static void XMLCALL
on_text(void *ctx, const XML_Char *s, int n)
{
	struct reader *r = ctx;

	assert(n >= 0);
	buf_put(&r->text, s, (size_t)n);
	if (buf_err(&r->text) != ERR_NONE) {
		stop(r, "a text is too long");
	}
}

static void XMLCALL
on_doctype(void *ctx, const XML_Char *name UNUSED, const XML_Char *id UNUSED,
    const XML_Char *public UNUSED, int has_subset UNUSED)
{
	stop(ctx, "a document type is not allowed");
}

/* base64 with line ends in it, as XML has it. */
static bool
read_box(struct str text, struct box *box)
{
	char plain[TEXT_MAX];
	size_t n = 0;
	enum err e;

	for (size_t i = 0; i < text.n && n < sizeof(plain); i++) {
		if (strchr(" \t\r\n", text.p[i]) == NULL) {
			plain[n++] = text.p[i];
		}
	}
	e = base64_decode((struct str){plain, n}, box->b, sizeof(box->b),
	    &box->n);
	explicit_bzero(plain, sizeof(plain));
	return e == ERR_NONE;
}

static struct str
view(const struct box *box)
{
	return (struct str){(const char *)box->b, box->n};
}

/* ---- opening a key ---- */

static const char *
container_key(const struct reader *r, struct secret *key)
{
	if (!r->derived) {
		if (r->key->key.n == 0 || r->key->key.n > SECRET_MAX) {
			return "its key is encrypted: --key-file is needed";
		}
		secret_set(key, r->key->key.p, r->key->key.n);
		return NULL;
	}
	if (r->key->passphrase.n == 0) {
		r->t->locked = true;
		return "its key is encrypted: the passphrase is needed";
	}
	if (r->key_length < 16 || r->key_length > PBKDF2_KEY_MAX ||
	    pbkdf2(HMAC_SHA1, r->key->passphrase, view(&r->salt),
	    r->iterations, key->b, r->key_length) != ERR_NONE) {
		return "its key is derived in a way that is not read here";
	}
	key->n = r->key_length;
	return NULL;
}

/* The MAC is of the box as it stands, with the container's MAC key. */
static bool
mac_is_right(const struct reader *r, struct str key)
{
	struct buf CLEANUP(buf_done) mac_key = {0};
	uint8_t mac[SHA1_SIZE];
	struct str part = view(&r->secret);

	buf_init(&mac_key, BOX_MAX);
	if (r->mac_key.n > 0) {
		if (cbc_open(key, view(&r->mac_key), &mac_key) != ERR_NONE ||
		    mac_key.n == 0) {
			return false;
		}
		key = buf_view(&mac_key);
	}
	return hmac_sha1(key, &part, 1, mac) == ERR_NONE &&
	    r->mac.n == sizeof(mac) &&
	    ct_equal(mac, r->mac.b, sizeof(mac));
}

static const char *
open_secret(struct reader *r, struct secret *secret)
{
	struct secret CLEANUP(secret_wipe) key = {0};
	struct buf CLEANUP(buf_done) plain = {0};
	const char *why = container_key(r, &key);

	if (why != NULL) {
		return why;
	}
	if (r->mac.n == 0) {
		return "its key is encrypted and has no MAC";
	}
	if (!mac_is_right(r, (struct str){(char *)key.b, key.n})) {
		return "its MAC is not right: another key, or changed";
	}
	buf_init(&plain, BOX_MAX);
	if (cbc_open((struct str){(char *)key.b, key.n}, view(&r->secret),
	    &plain) != ERR_NONE || plain.n == 0 || plain.n > SECRET_MAX) {
		return "its key cannot be opened";
	}
	secret_set(secret, plain.p, plain.n);
	return NULL;
}

static void
end_package(struct reader *r)
{
	struct otpauth *o = &r->token->otp;

	/* What stands there for a TOTP is the last step, or nothing. */
	if (o->type == OTPAUTH_TOTP) {
		o->counter = 0;
	}
	if (!r->has_type) {
		refuse(r, "it has no key");
	}
	if (r->why == NULL && r->sealed) {
		r->why = open_secret(r, &o->secret);
	} else if (r->why == NULL && r->secret.n > SECRET_MAX) {
		r->why = "its key is too long";
	} else if (r->why == NULL) {
		secret_set(&o->secret, r->secret.b, r->secret.n);
	}
	if (o->account[0] == '\0') {
		memcpy(o->account, r->token->owner[0] != '\0' ? r->token->owner
		    : r->token->serial, sizeof(o->account));
	}
	if (r->why != NULL) {
		tokens_drop(r->t, r->why);
	} else {
		tokens_add(r->t);
	}
	r->token = NULL;
}

/* ---- the end of an element: what its text was ---- */

static void
end_container_text(struct reader *r, struct str text)
{
	uint64_t n;

	if (at(r, "Specified", "Salt") && !read_box(text, &r->salt)) {
		stop(r, "the salt is not base64");
	} else if (at(r, "IterationCount", "DerivedKey") &&
	    parse_u64(text, &n) && n <= PBKDF2_ITERATIONS_MAX) {
		r->iterations = (unsigned)n;
	} else if (at(r, "KeyLength", "DerivedKey") && parse_u64(text, &n) &&
	    n <= PBKDF2_KEY_MAX) {
		r->key_length = (unsigned)n;
	} else if (at(r, "CipherValue", "MACKey") &&
	    !read_box(text, &r->mac_key)) {
		stop(r, "the MAC key is not base64");
	}
}

static void
end_secret_text(struct reader *r, struct str text)
{
	if (at(r, "PlainValue", "Secret") || at(r, "CipherValue", "Secret")) {
		if (!read_box(text, &r->secret)) {
			refuse(r, "its key is not base64");
		}
	} else if (at(r, "ValueMAC", "Secret") && !read_box(text, &r->mac)) {
		refuse(r, "its MAC is not base64");
	}
}

static void
end_package_text(struct reader *r, struct str text)
{
	struct otpauth *o = &r->token->otp;
	bool good = true;
	uint64_t n = 0;

	if (at(r, "SerialNo", "DeviceInfo")) {
		good = token_text(text, r->token->serial);
	} else if (at(r, "UserId", "KeyPackage")) {
		good = token_text(text, r->token->owner);
	} else if (at(r, "Issuer", "Key")) {
		good = token_text(text, o->issuer);
	} else if (at(r, "PlainValue", "Counter")) {
		good = parse_u64(text, &o->counter);
	} else if (at(r, "PlainValue", "TimeInterval")) {
		good = parse_u64(text, &n) && n <= OTPAUTH_PERIOD_MAX;
		o->period_s = good ? (unsigned)n : o->period_s;
	} else if (at(r, "Suite", "AlgorithmParameters")) {
		good = text.n == 0 || token_hash(text, &o->hash);
	} else if (at(r, "EncryptedValue", "Counter") ||
	    at(r, "EncryptedValue", "TimeInterval")) {
		good = false;
	} else {
		end_secret_text(r, text);
	}
	if (!good) {
		refuse(r, "one of its values cannot be used");
	}
}

static void XMLCALL
on_end(void *ctx, const XML_Char *name UNUSED)
{
	struct reader *r = ctx;
	struct str text = str_trim(buf_view(&r->text));

	/* Once stopped, what is still said about open elements is nothing. */
	if (r->depth == 0) {
		return;
	}
	if (r->token != NULL && at(r, "KeyPackage", "KeyContainer")) {
		end_package(r);
	} else if (r->token != NULL) {
		end_package_text(r, text);
	} else {
		end_container_text(r, text);
	}
	r->depth--;
	buf_clear(&r->text);
}

static void
read_all(struct reader *r, struct str text)
{
	enum XML_Status status = XML_STATUS_OK;

	for (size_t from = 0; status == XML_STATUS_OK; from += STEP) {
		struct str part = str_slice(text, from, from + STEP);
		bool last = from + STEP >= text.n;

		status = XML_Parse(r->parser, part.p, (int)part.n, last);
		if (last) {
			break;
		}
	}
	if (status != XML_STATUS_OK &&
	    XML_GetErrorCode(r->parser) != XML_ERROR_ABORTED) {
		tokens_flaw(r->t, line_of(r), "this is no well-formed XML");
	}
}

void
import_pskc(struct str text, const struct import_key *key, struct tokens *t)
{
	static const XML_Memory_Handling_Suite memory = {
		wipe_malloc, wipe_realloc, wipe_free,
	};
	struct reader *r = arena_get(t->arena, sizeof(*r));

	if (r == NULL) {
		tokens_flaw(t, 0, "there is not enough memory");
		return;
	}
	*r = (struct reader){.t = t, .key = key, .key_length = 16};
	buf_init(&r->text, TEXT_MAX);
	r->parser = XML_ParserCreate_MM("UTF-8", &memory, " ");
	if (r->parser == NULL) {
		tokens_flaw(t, 0, "there is not enough memory");
		return;
	}
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	read_all(r, text);
	XML_ParserFree(r->parser);
	buf_done(&r->text);
	explicit_bzero(r, sizeof(*r));
}
