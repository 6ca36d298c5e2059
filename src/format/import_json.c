/*
 * JSON of others: Keycloak's realm export and Aegis' plain file.  Members
 * that we do not need are passed over.
 */
#include "format/import.h"

#include <string.h>

#include "http/jsonr.h"

enum { USERS_MAX = 1000000, CREDENTIALS_MAX = 100, JSON_TEXT_MAX = 4096 };

/* A number as Keycloak and Aegis have it, where there is one. */
static bool
number(struct jsonr_object *o, const char *name, unsigned *value)
{
	int64_t v = *value;
	bool ok = !jsonr_has(o, name) ||
	    jsonr_i64(o, name, 0, 0, OTPAUTH_PERIOD_MAX, &v);

	*value = (unsigned)v;
	return ok;
}

static bool
text(struct jsonr_object *o, const char *name, char *dst)
{
	struct str s = {"", 0};

	return (!jsonr_has(o, name) ||
	    jsonr_str(o, name, 0, 0, JSON_TEXT_MAX, &s)) && token_text(s, dst);
}

static void
take(struct tokens *t, const char *why)
{
	if (why != NULL) {
		tokens_drop(t, why);
	} else {
		tokens_add(t);
	}
}

/* "type" of TOTP and HOTP, "algorithm" or "algo", numbers. */
static const char *
settings(struct jsonr_object *o, const char *type_name, const char *hash_name,
    struct otpauth *otp)
{
	struct str type, hash = STR("SHA1");
	int64_t counter = 0;

	if (!jsonr_str(o, type_name, JSONR_REQUIRED, 1, 16, &type)) {
		return "it makes codes neither by time nor by counter";
	}
	if (str_equal(type, STR("hotp"))) {
		otp->type = OTPAUTH_HOTP;
	} else if (!str_equal(type, STR("totp"))) {
		return "it makes codes neither by time nor by counter";
	}
	if ((jsonr_has(o, hash_name) &&
	    !jsonr_str(o, hash_name, 0, 1, 16, &hash)) ||
	    !token_hash(hash, &otp->hash)) {
		return "its hash function is not SHA-1, SHA-256 or SHA-512";
	}
	if (jsonr_has(o, "counter") &&
	    !jsonr_i64(o, "counter", 0, 0, INT64_MAX, &counter)) {
		return "its counter is not a number";
	}
	otp->counter = otp->type == OTPAUTH_HOTP ? (uint64_t)counter : 0;
	return number(o, "digits", &otp->digits) &&
	    number(o, "period", &otp->period_s) ? NULL
	    : "digits or period is not a number";
}

/* ---- Keycloak ---- */

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
	why = settings(&about, "subType", "algorithm", otp);
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

static void
read_credential(struct jsonr_object *credential, struct str user,
    size_t place, struct tokens *t)
{
	struct token *token;
	struct str type;

	if (!jsonr_str(credential, "type", JSONR_REQUIRED, 1, 64, &type) ||
	    !str_equal(type, STR("otp"))) {
		return;
	}
	token = tokens_next(t, place);
	if (token == NULL) {
		return;
	}
	take(t, !token_text(user, token->owner) ||
	    !token_text(user, token->otp.account)
	    ? "its user's name is too long"
	    : !text(credential, "userLabel", token->serial)
	    ? "its label is too long"
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
import_keycloak(struct str file, struct tokens *t)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root, user;
	struct jsonr_array users;

	if (!jsonr_open(&r, t->arena, str_trim(file), &root) ||
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

/* ---- Aegis ---- */

static const char *
fill_aegis(struct jsonr_object *entry, struct otpauth *otp)
{
	struct jsonr_object info;
	struct str secret, type;

	if (!text(entry, "issuer", otp->issuer) ||
	    !text(entry, "name", otp->account) ||
	    (otp->issuer[0] == '\0' && otp->account[0] == '\0')) {
		return "its name is missing or too long";
	}
	if (!jsonr_object(entry, "info", JSONR_REQUIRED, &info) ||
	    !jsonr_str(&info, "secret", JSONR_REQUIRED, 1, 4 * SECRET_MAX,
	    &secret) || !token_base32(secret, &otp->secret)) {
		return "its key is missing or not base32";
	}
	if (!jsonr_str(entry, "type", JSONR_REQUIRED, 1, 16, &type)) {
		return "it has no type";
	}
	if (str_equal(type, STR("hotp"))) {
		otp->type = OTPAUTH_HOTP;
	} else if (!str_equal(type, STR("totp"))) {
		return "it makes codes neither by time nor by counter";
	}
	return NULL;
}

static const char *
fill_aegis_numbers(struct jsonr_object *entry, struct otpauth *otp)
{
	struct jsonr_object info;
	struct str hash;
	int64_t counter = 0;

	if (!jsonr_object(entry, "info", JSONR_REQUIRED, &info) ||
	    !jsonr_str(&info, "algo", JSONR_REQUIRED, 1, 16, &hash) ||
	    !token_hash(hash, &otp->hash)) {
		return "its hash function is not SHA-1, SHA-256 or SHA-512";
	}
	if (!number(&info, "digits", &otp->digits) ||
	    !number(&info, "period", &otp->period_s) ||
	    (jsonr_has(&info, "counter") && !jsonr_i64(&info, "counter", 0, 0,
	    INT64_MAX, &counter))) {
		return "digits, period or counter is not a number";
	}
	otp->counter = otp->type == OTPAUTH_HOTP ? (uint64_t)counter : 0;
	return NULL;
}

void
import_aegis(struct str file, struct tokens *t)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root, db, entry;
	struct jsonr_array entries;

	if (!jsonr_open(&r, t->arena, str_trim(file), &root) ||
	    !jsonr_object(&root, "db", JSONR_REQUIRED, &db) ||
	    !jsonr_array(&db, "entries", JSONR_REQUIRED, TOKENS_MAX,
	    &entries)) {
		tokens_flaw(t, 0, "this is no Aegis file, or it is sealed: "
		    "bring it over with the page /authenticator");
		return;
	}
	for (size_t i = 0; i < entries.n; i++) {
		struct token *token = tokens_next(t, i + 1);
		const char *why;

		if (token == NULL) {
			return;
		}
		why = !jsonr_at_object(&entries, i, &entry)
		    ? "it is not an object" : fill_aegis(&entry, &token->otp);
		take(t, why != NULL ? why
		    : fill_aegis_numbers(&entry, &token->otp));
	}
}
