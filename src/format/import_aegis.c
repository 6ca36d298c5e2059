/*
 * Aegis (docs/vault.md of its project): plain, or sealed under a master key
 * that lies in slots; one of type 1 opens with a password by scrypt.
 */
#include "crypto/gcm.h"
#include "crypto/scrypt.h"
#include "format/import_part.h"

enum { SLOTS_MAX = 32, SLOT_PASSWORD = 1, FIELD_MAX = 128 };

/* Bytes of a member in hexadecimal, at the end of out. */
static bool
hex(struct jsonr_object *o, const char *name, struct buf *out)
{
	struct str text;

	return jsonr_str(o, name, JSONR_REQUIRED, 2, FIELD_MAX, &text) &&
	    part_hex(text, out);
}

static const char *
fill(struct jsonr_object *entry, struct otpauth *otp)
{
	struct jsonr_object info;
	const char *why;

	if (!part_text(entry, "issuer", otp->issuer) ||
	    !part_text(entry, "name", otp->account) ||
	    (otp->issuer[0] == '\0' && otp->account[0] == '\0')) {
		return "its name is missing or too long";
	}
	if (!jsonr_object(entry, "info", JSONR_REQUIRED, &info)) {
		return "its key is missing or not base32";
	}
	why = part_key(&info, otp);
	if (why == NULL) {
		why = part_type(entry, "type", otp);
	}
	return why != NULL ? why : part_numbers(&info, "algo", otp);
}

static void
read_db(struct jsonr_object *db, struct tokens *t)
{
	part_list(db, "entries", fill, "this is no Aegis file, or one of more than "
	    "10000 accounts", t);
}

/* What is sealed: its bytes and its tag in box, its nonce. */
struct sealed {
	struct buf nonce, box;
};

static void
sealed_done(struct sealed *s)
{
	buf_done(&s->nonce);
	buf_done(&s->box);
}

static bool
read_params(struct jsonr_object *o, const char *name, struct sealed *s)
{
	struct jsonr_object params;

	return jsonr_object(o, name, JSONR_REQUIRED, &params) &&
	    hex(&params, "nonce", &s->nonce) && hex(&params, "tag", &s->box);
}

/* The master key from a slot of a password, appended to out, or why not. */
static const char *
open_slot(struct jsonr_object *slot, struct str password, struct buf *out)
{
	struct secret CLEANUP(secret_wipe) key = {.n = SCRYPT_KEY};
	struct sealed CLEANUP(sealed_done) s = {0};
	struct buf CLEANUP(buf_done) salt = {0};
	int64_t n, r, p;
	enum err e;

	buf_init(&s.nonce, FIELD_MAX);
	buf_init(&s.box, 2 * FIELD_MAX);
	buf_init(&salt, FIELD_MAX);
	if (!hex(slot, "key", &s.box) || !read_params(slot, "key_params", &s) ||
	    !hex(slot, "salt", &salt) ||
	    !jsonr_i64(slot, "n", JSONR_REQUIRED, 1, SCRYPT_N_MAX, &n) ||
	    !jsonr_i64(slot, "r", JSONR_REQUIRED, SCRYPT_R, SCRYPT_R, &r) ||
	    !jsonr_i64(slot, "p", JSONR_REQUIRED, 1, SCRYPT_P_MAX, &p)) {
		return "its slot for a password is damaged";
	}
	e = scrypt(password, buf_view(&salt), (uint64_t)n, (uint32_t)p, key.b);
	if (e != ERR_NONE) {
		return e == ERR_RANGE ? "its slot for a password is damaged"
		    : "there is not enough memory";
	}
	return part_unseal((struct str){(const char *)key.b, key.n},
	    buf_view(&s.nonce), STR(""), buf_view(&s.box), out);
}

static const char *
open_master(struct jsonr_object *header, struct str password,
    struct buf *master)
{
	const char *why = "it has no slot for a password";
	struct jsonr_array slots;
	struct jsonr_object slot;
	int64_t type;

	if (!jsonr_array(header, "slots", JSONR_REQUIRED, SLOTS_MAX, &slots)) {
		return "its header is damaged";
	}
	for (size_t i = 0; i < slots.n; i++) {
		if (!jsonr_at_object(&slots, i, &slot) || !jsonr_i64(&slot,
		    "type", JSONR_REQUIRED, 0, 1000, &type)) {
			return "its header is damaged";
		}
		if (type != SLOT_PASSWORD) {
			continue;
		}
		why = open_slot(&slot, password, master);
		if (why == NULL) {
			return NULL;
		}
	}
	return why;
}

/* db: base64 of JSON under the master key, the tag in the header. */
static const char *
open_db(struct jsonr_object *root, struct str db, struct str password,
    struct buf *json)
{
	struct sealed CLEANUP(sealed_done) s = {0};
	struct buf CLEANUP(buf_done) master = {0}, tag = {0};
	struct jsonr_object header, params;
	const char *why;

	buf_init(&s.nonce, FIELD_MAX);
	buf_init(&s.box, TOKENS_FILE_MAX);
	buf_init(&master, GCM_KEY + GCM_TAG);
	buf_init(&tag, FIELD_MAX);
	if (!jsonr_object(root, "header", JSONR_REQUIRED, &header) ||
	    !jsonr_object(&header, "params", JSONR_REQUIRED, &params) ||
	    !hex(&params, "nonce", &s.nonce) || !hex(&params, "tag", &tag)) {
		return "its header is damaged";
	}
	if (!part_base64(db, &s.box)) {
		return "what is sealed in it is not base64";
	}
	buf_str(&s.box, buf_view(&tag));
	why = open_master(&header, password, &master);
	return why != NULL ? why : part_unseal(buf_view(&master),
	    buf_view(&s.nonce), STR(""), buf_view(&s.box), json);
}

static void
read_sealed(struct jsonr_object *root, struct str db,
    const struct import_key *key, struct tokens *t)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct buf CLEANUP(buf_done) json = {0};
	struct jsonr_object inner;
	const char *why;

	if (part_locked(key, t)) {
		return;
	}
	buf_init(&json, TOKENS_FILE_MAX);
	why = open_db(root, db, key->passphrase, &json);
	if (why != NULL) {
		tokens_flaw(t, 0, why);
	} else if (!jsonr_open(&r, t->arena, buf_view(&json), &inner)) {
		tokens_flaw(t, 0, "what is sealed in it is damaged");
	} else {
		read_db(&inner, t);
	}
}

void
import_aegis(struct str text, const struct import_key *key, struct tokens *t)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root, db;
	struct str sealed;

	if (!jsonr_open(&r, t->arena, str_trim(text), &root)) {
		tokens_flaw(t, 0, "this is no Aegis file, or it is cut off");
	} else if (jsonr_str(&root, "db", JSONR_REQUIRED, 1, TOKENS_FILE_MAX,
	    &sealed)) {
		read_sealed(&root, sealed, key, t);
	} else if (jsonr_object(&root, "db", JSONR_REQUIRED, &db)) {
		read_db(&db, t);
	} else {
		tokens_flaw(t, 0, "this is no Aegis file");
	}
}
