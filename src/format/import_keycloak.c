/*
 * Keycloak's realm export.  Members that we do not need are passed over.
 */
#include <string.h>
#include <strings.h>

#include "format/import_part.h"

enum { USERS_MAX = 1000000, CREDENTIALS_MAX = 100, JSON_TEXT_MAX = 4096 };

/* A string that is a JSON object itself. */
static bool
inner(struct jsonr_object *o, const char *name, struct jsonr *r,
    struct arena *arena, struct jsonr_object *ret_object)
{
	struct str json;

	return jsonr_str(o, name, JSONR_REQUIRED, 2, JSON_TEXT_MAX, &json) &&
	    jsonr_open(r, arena, json, ret_object);
}

/*
 * credentialData: {"subType":"totp","digits":6,"period":30,
 * "algorithm":"HmacSHA1"}; secretData: {"value":"…"}.  The value is the key
 * as it stands, byte for byte, unless secretEncoding says BASE32.
 */
static const char *
fill_keycloak(struct jsonr_object *credential, struct tokens *t,
    struct otpauth *otp)
{
	struct jsonr CLEANUP(jsonr_done) data = {0};
	struct jsonr CLEANUP(jsonr_done) hidden = {0};
	struct jsonr_object about, secret;
	struct str value, encoding = {"", 0};
	const char *why;

	if (!inner(credential, "credentialData", &data, t->arena, &about) ||
	    !inner(credential, "secretData", &hidden, t->arena, &secret)) {
		return "credentialData or secretData cannot be read";
	}
	why = part_type(&about, "subType", otp);
	if (why == NULL) {
		why = part_numbers(&about, "algorithm", otp);
	}
	if (why != NULL) {
		return why;
	}
	if (!jsonr_str(&secret, "value", JSONR_REQUIRED, 1, 4 * SECRET_MAX,
	    &value) || (jsonr_has(&about, "secretEncoding") &&
	    !jsonr_str(&about, "secretEncoding", 0, 0, 16, &encoding))) {
		return "its key is missing";
	}
	if (str_equal(encoding, STR("BASE32"))) {
		return token_base32(value, &otp->secret) ? NULL
		    : "its key is not base32";
	}
	if (value.n > SECRET_MAX) {
		return "its key is too long";
	}
	secret_set(&otp->secret, value.p, value.n);
	return NULL;
}

/* As before Keycloak 8: type, numbers and key stand beside each other. */
static const char *
fill_old(struct jsonr_object *credential, struct otpauth *otp)
{
	const char *why = part_type(credential, "type", otp);
	struct str value;

	if (why == NULL) {
		why = part_numbers(credential, "algorithm", otp);
	}
	if (why != NULL) {
		return why;
	}
	if (!jsonr_str(credential, "hashedSaltedValue", JSONR_REQUIRED, 1,
	    SECRET_MAX, &value)) {
		return "its key is missing";
	}
	secret_set(&otp->secret, value.p, value.n);
	return NULL;
}

static bool
is_word(struct str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

static void
read_credential(struct jsonr_object *credential, struct str user,
    size_t place, struct tokens *t)
{
	struct token *token;
	struct str type;
	bool old;

	if (!jsonr_str(credential, "type", JSONR_REQUIRED, 1, 64, &type)) {
		return;
	}
	old = is_word(type, "totp") || is_word(type, "hotp");
	if (!old && !is_word(type, "otp")) {
		return;
	}
	token = tokens_next(t, place);
	if (token == NULL) {
		return;
	}
	part_take(t, !token_text(user, token->owner) ||
	    !token_text(user, token->otp.account)
	    ? "its user's name is too long"
	    : !part_text(credential, "userLabel", token->serial)
	    ? "its label is too long"
	    : old ? fill_old(credential, &token->otp)
	    : fill_keycloak(credential, t, &token->otp));
}

static void
read_user(struct jsonr_object *user, size_t place, struct tokens *t)
{
	struct jsonr_array credentials;
	struct jsonr_object credential;
	struct str name;

	if (!jsonr_str(user, "username", JSONR_REQUIRED, 1, 255, &name)) {
		tokens_flaw(t, place, "this user has no name");
		return;
	}
	if (!jsonr_has(user, "credentials")) {
		return;
	}
	if (!jsonr_array(user, "credentials", 0, CREDENTIALS_MAX,
	    &credentials)) {
		tokens_flaw(t, place, "its credentials are not a list");
		return;
	}
	for (size_t i = 0; i < credentials.n; i++) {
		if (jsonr_at_object(&credentials, i, &credential)) {
			read_credential(&credential, name, place, t);
		}
	}
}

void
import_keycloak(struct str text, struct tokens *t)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root, user;
	struct jsonr_array users;

	if (!jsonr_open(&r, t->arena, str_trim(text), &root) ||
	    !jsonr_array(&root, "users", JSONR_REQUIRED, USERS_MAX, &users)) {
		tokens_flaw(t, 0, "this is no realm's export with users");
		return;
	}
	for (size_t i = 0; i < users.n; i++) {
		if (jsonr_at_object(&users, i, &user)) {
			read_user(&user, i + 1, t);
		} else {
			tokens_flaw(t, i + 1, "this user is not an object");
		}
	}
}
