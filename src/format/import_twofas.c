/*
 * 2FAS' backup: "services", or "servicesEncrypted" with a password: box, salt
 * and nonce, each base64, with colons between them.
 */
#include "format/import_part.h"

enum { ITERATIONS = 10000, SALT_MAX = 1024, NONCE_MAX = 64 };

/* The names inside "otp" first, those around it where there are none. */
static bool
fill_names(struct jsonr_object *service, struct jsonr_object *otp,
    struct otpauth *o)
{
	return part_text(otp, "issuer", o->issuer) &&
	    (o->issuer[0] != '\0' || part_text(service, "name", o->issuer)) &&
	    part_text(otp, "account", o->account) &&
	    (o->account[0] != '\0' || part_text(otp, "label", o->account)) &&
	    (o->issuer[0] != '\0' || o->account[0] != '\0');
}

static const char *
fill(struct jsonr_object *service, struct otpauth *o)
{
	struct jsonr_object otp;
	const char *why = part_key(service, o);

	if (why != NULL) {
		return why;
	}
	if (!jsonr_object(service, "otp", JSONR_REQUIRED, &otp)) {
		return "its settings are missing";
	}
	if (!fill_names(service, &otp, o)) {
		return "its name is missing or too long";
	}
	/* Older ones do not say, and mean TOTP. */
	if (jsonr_has(&otp, "tokenType")) {
		why = part_type(&otp, "tokenType", o);
	}
	return why != NULL ? why : part_numbers(&otp, "algorithm", o);
}

static void
read_services(struct jsonr_object *root, struct tokens *t)
{
	part_list(root, "services", fill, "this is no 2FAS backup, or one of more than "
	    "10000 accounts", t);
}

/* The list alone is sealed: json becomes an object of it. */
static const char *
unseal(struct str sealed, struct str password, struct buf *json)
{
	struct buf CLEANUP(buf_done) box = {0}, salt = {0}, nonce = {0};
	struct part_kdf kdf = {HMAC_SHA256, ITERATIONS, {"", 0}};
	struct str part[3], rest = sealed;
	const char *why;

	buf_init(&box, TOKENS_FILE_MAX);
	buf_init(&salt, SALT_MAX);
	buf_init(&nonce, NONCE_MAX);
	for (size_t i = 0; i < 3; i++) {
		if (!str_split(&rest, ':', &part[i])) {
			return "what is sealed in it is cut off";
		}
	}
	if (!part_base64(part[0], &box) || !part_base64(part[1], &salt) ||
	    !part_base64(part[2], &nonce)) {
		return "what is sealed in it is not base64";
	}
	kdf.salt = buf_view(&salt);
	buf_z(json, "{\"services\":");
	why = part_open(&kdf, password, buf_view(&nonce), STR(""),
	    buf_view(&box), json);
	buf_char(json, '}');
	return why;
}

void
import_twofas(struct str text, const struct import_key *key, struct tokens *t)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr CLEANUP(jsonr_done) inner = {0};
	struct buf CLEANUP(buf_done) json = {0};
	struct jsonr_object root;
	struct str sealed;
	const char *why;

	buf_init(&json, TOKENS_FILE_MAX);
	if (!jsonr_open(&r, t->arena, str_trim(text), &root)) {
		tokens_flaw(t, 0, "this is no 2FAS backup, or it is cut off");
	} else if (!jsonr_str(&root, "servicesEncrypted", JSONR_NULL, 1,
	    TOKENS_FILE_MAX, &sealed)) {
		read_services(&root, t);
	} else if (!part_locked(key, t)) {
		why = unseal(sealed, key->passphrase, &json);
		if (why == NULL && !jsonr_open(&inner, t->arena,
		    buf_view(&json), &root)) {
			why = "what is sealed in it is damaged";
		}
		if (why != NULL) {
			tokens_flaw(t, 0, why);
		} else {
			read_services(&root, t);
		}
	}
}
