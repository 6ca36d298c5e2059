/*
 * andOTP: a list in JSON, or that sealed with a password: the iterations of
 * PBKDF2 (4 bytes, big-endian), salt (12), nonce (12), box.
 */
#include "crypto/cbc.h"
#include "crypto/gcm.h"
#include "format/import_part.h"

enum { SALT_AT = 4, SALT = 12, HEAD = SALT_AT + SALT + GCM_NONCE };

/* Fewer were never written: other bytes are not taken for it. */
enum { ITERATIONS_MIN = 1000 };

static unsigned
iterations_of(struct str text)
{
	const unsigned char *b = (const unsigned char *)text.p;

	return (unsigned)b[0] << 24 | (unsigned)b[1] << 16 |
	    (unsigned)b[2] << 8 | (unsigned)b[3];
}

bool
import_andotp_is(struct str text)
{
	return text.n >= HEAD + GCM_TAG &&
	    iterations_of(text) >= ITERATIONS_MIN &&
	    iterations_of(text) <= PBKDF2_ITERATIONS_MAX;
}

static const char *
fill(struct jsonr_object *entry, struct otpauth *o)
{
	const char *why = part_key(entry, o);

	if (why != NULL) {
		return why;
	}
	if (!part_text(entry, "issuer", o->issuer) ||
	    !part_text(entry, "label", o->account) ||
	    (o->issuer[0] == '\0' && o->account[0] == '\0')) {
		return "its name is missing or too long";
	}
	why = part_type(entry, "type", o);
	return why != NULL ? why : part_numbers(entry, "algorithm", o);
}

static void
read_list(struct str json, struct tokens *t)
{
	static const char no_list[] = "this is no list of andOTP, or it is cut off";
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;

	if (!jsonr_open(&r, t->arena, json, &root)) {
		tokens_flaw(t, 0, no_list);
		return;
	}
	part_list(&root, "list", fill, no_list, t);
}

static const char *
unseal(struct str text, struct str password, struct buf *json)
{
	struct part_kdf kdf = {HMAC_SHA1, iterations_of(text),
		str_slice(text, SALT_AT, SALT_AT + SALT)};

	return part_open(&kdf, password, str_slice(text, SALT_AT + SALT, HEAD),
	    STR(""), str_slice(text, HEAD, text.n), json);
}

void
import_andotp(struct str text, const struct import_key *key, struct tokens *t)
{
	struct buf CLEANUP(buf_done) json = {0};
	const char *why = NULL;

	/* The reader of JSON wants an object. */
	buf_init(&json, TOKENS_FILE_MAX + sizeof("{\"list\":}"));
	buf_z(&json, "{\"list\":");
	if (str_starts(str_trim(text), STR("["))) {
		buf_str(&json, str_trim(text));
	} else if (!import_andotp_is(text)) {
		why = "this is no file of andOTP";
	} else if (part_locked(key, t)) {
		return;
	} else {
		why = unseal(text, key->passphrase, &json);
	}
	buf_char(&json, '}');
	if (why == NULL && buf_err(&json) != ERR_NONE) {
		why = "there is not enough memory";
	}
	if (why != NULL) {
		tokens_flaw(t, 0, why);
	} else {
		read_list(buf_view(&json), t);
	}
}
