#include "format/vault.h"

#include <assert.h>
#include <string.h>

#include "base/encode.h"
#include "base/jsonw.h"
#include "base/secret.h"
#include "crypto/gcm.h"
#include "crypto/scrypt.h"
#include "format/tokens.h"
#include "http/jsonr.h"

#define ABOUT_SLOT STR("watchword-vault 1 passphrase")
#define ABOUT_BOX STR("watchword-vault 1 box")

enum { SALT = 32, SEALED_KEY = 32 + GCM_TAG, SLOTS_MAX = 8, PAD = 1024,
	BASE64_KEY = 64, SLOTS_JSON_MAX = 16384, SETTINGS_MAX = 4096 };

/* The largest number that a page reads exactly. */
#define COUNTER_MAX (((int64_t)1 << 53) - 1)

static const char *const types[] = {
	[OTPAUTH_TOTP] = "totp", [OTPAUTH_HOTP] = "hotp",
};
static const char *const hashes[HMAC_HASH_COUNT] = {
	[HMAC_SHA1] = "SHA1", [HMAC_SHA256] = "SHA256", [HMAC_SHA512] = "SHA512",
};

void
vault_wipe(struct vault *v)
{
	explicit_bzero(v, sizeof(*v));
}

bool
vault_is(struct str text)
{
	text = str_trim(text);
	return str_starts(text, STR("{")) &&
	    memmem(text.p, text.n < 256 ? text.n : 256, "watchword-vault",
	    strlen("watchword-vault")) != NULL;
}

static bool
make(struct vault *v, struct arena *arena)
{
	*v = (struct vault){.arena = arena};
	v->v = arena_get(arena, VAULT_ENTRIES_MAX * sizeof(*v->v));
	return v->v != NULL;
}

static void
member_base64(struct jsonw *w, const char *name, const void *p, size_t n)
{
	char text[BASE64_KEY * 2];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	base64_encode(&b, p, n);
	assert(buf_err(&b) == ERR_NONE);
	jsonw_member_str(w, name, buf_view(&b));
}

/* The one slot of a new vault, as JSON into v->slots. */
static enum err
make_slot(struct vault *v, const struct rng *rng, struct str passphrase)
{
	struct secret CLEANUP(secret_wipe) key = {.n = SCRYPT_KEY};
	struct buf CLEANUP(buf_done) sealed = {0}, json = {0};
	uint8_t salt[SALT], nonce[GCM_NONCE];
	struct jsonw w;
	enum err e = rng_fill(rng, salt, sizeof(salt));

	buf_init(&sealed, SEALED_KEY);
	buf_init(&json, SLOTS_JSON_MAX);
	if (e == ERR_NONE) {
		e = rng_fill(rng, nonce, sizeof(nonce));
	}
	if (e == ERR_NONE) {
		e = scrypt(passphrase, (struct str){(char *)salt, SALT},
		    SCRYPT_N, 1, key.b);
	}
	if (e == ERR_NONE) {
		e = gcm_seal(key.b, nonce, ABOUT_SLOT, (struct str){
		    (const char *)v->key, sizeof(v->key)}, &sealed);
	}
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_init(&w, &json);
	jsonw_array(&w);
	jsonw_object(&w);
	jsonw_member_z(&w, "kind", "passphrase");
	jsonw_member_z(&w, "kdf", "scrypt");
	jsonw_member_i64(&w, "n", SCRYPT_N);
	jsonw_member_i64(&w, "r", SCRYPT_R);
	jsonw_member_i64(&w, "p", 1);
	member_base64(&w, "salt", salt, sizeof(salt));
	member_base64(&w, "nonce", nonce, sizeof(nonce));
	member_base64(&w, "key", sealed.p, sealed.n);
	jsonw_object_end(&w);
	jsonw_array_end(&w);
	return arena_str(v->arena, buf_view(&json), &v->slots) ? ERR_NONE
	    : ERR_NOMEM;
}

enum err
vault_new(struct vault *v, struct arena *arena, const struct rng *rng,
    struct str passphrase)
{
	enum err e;

	if (!make(v, arena)) {
		return ERR_NOMEM;
	}
	v->settings = STR("{}");
	e = rng_fill(rng, v->key, sizeof(v->key));
	return e != ERR_NONE ? e : make_slot(v, rng, passphrase);
}

/* A member that is base64 of exactly n bytes. */
static bool
read_bytes(struct jsonr_object *o, const char *name, uint8_t *dst, size_t n)
{
	struct str text;
	size_t got;

	if (!jsonr_str(o, name, JSONR_REQUIRED, 1, 128, &text)) {
		return false;
	}
	if (base64_decode(text, dst, n, &got) != ERR_NONE || got != n) {
		jsonr_flaw(o, name, "is not base64 of its size");
		return false;
	}
	return true;
}

struct slot {
	bool by_passphrase;
	int64_t n, p;
	uint8_t salt[SALT], nonce[GCM_NONCE], key[SEALED_KEY];
};

static bool
read_slot(struct jsonr_object *o, struct slot *s)
{
	struct str kind, word;
	int64_t r;
	bool ok = jsonr_str(o, "kind", JSONR_REQUIRED, 1, 32, &kind);

	s->by_passphrase = ok && str_equal(kind, STR("passphrase"));
	if (s->by_passphrase) {
		ok = jsonr_str(o, "kdf", JSONR_REQUIRED, 6, 6, &word) &&
		    str_equal(word, STR("scrypt")) &&
		    jsonr_i64(o, "n", JSONR_REQUIRED, SCRYPT_N_MIN,
		    SCRYPT_N_MAX, &s->n) &&
		    jsonr_i64(o, "r", JSONR_REQUIRED, SCRYPT_R, SCRYPT_R, &r) &&
		    jsonr_i64(o, "p", JSONR_REQUIRED, 1, SCRYPT_P_MAX, &s->p);
	}
	return ok && read_bytes(o, "salt", s->salt, SALT) &&
	    read_bytes(o, "nonce", s->nonce, GCM_NONCE) &&
	    read_bytes(o, "key", s->key, SEALED_KEY);
}

/* The key of v by one slot, or not. */
static enum err
try_slot(const struct slot *s, struct str passphrase, struct vault *v,
    enum vault_verdict *verdict)
{
	struct secret CLEANUP(secret_wipe) key = {.n = SCRYPT_KEY};
	struct buf CLEANUP(buf_done) raw = {0};
	enum err e = scrypt(passphrase, (struct str){(const char *)s->salt,
	    SALT}, (uint64_t)s->n, (uint32_t)s->p, key.b);

	if (e == ERR_RANGE) {
		*verdict = VAULT_DAMAGED;
		return ERR_NONE;
	}
	if (e != ERR_NONE) {
		return e;
	}
	buf_init(&raw, SEALED_KEY);
	e = gcm_open(key.b, s->nonce, ABOUT_SLOT, (struct str){
	    (const char *)s->key, SEALED_KEY}, &raw);
	if (e == ERR_NONE) {
		assert(raw.n == sizeof(v->key));
		memcpy(v->key, raw.p, sizeof(v->key));
		*verdict = VAULT_OPEN;
	}
	return e == ERR_CRYPTO ? ERR_NONE : e;
}

static enum err
unlock(struct jsonr_array *slots, struct str passphrase, struct vault *v,
    enum vault_verdict *verdict)
{
	enum err e = ERR_NONE;

	*verdict = VAULT_WRONG;
	for (size_t i = 0; i < slots->n && e == ERR_NONE &&
	    *verdict == VAULT_WRONG; i++) {
		struct jsonr_object o;
		struct slot s = {0};

		if (!jsonr_at_object(slots, i, &o) || !read_slot(&o, &s)) {
			*verdict = VAULT_DAMAGED;
		} else if (s.by_passphrase) {
			e = try_slot(&s, passphrase, v, verdict);
		}
		explicit_bzero(&s, sizeof(s));
	}
	return e;
}

static bool
read_names(struct jsonr_object *o, struct vault_entry *entry)
{
	struct str id, issuer, account;

	return jsonr_str(o, "id", JSONR_REQUIRED, 0, VAULT_ID_MAX, &id) &&
	    jsonr_str(o, "issuer", JSONR_REQUIRED, 0, OTPAUTH_TEXT_MAX,
	    &issuer) &&
	    jsonr_str(o, "account", JSONR_REQUIRED, 0, OTPAUTH_TEXT_MAX,
	    &account) &&
	    str_copy(id, entry->id, sizeof(entry->id)) &&
	    token_text(issuer, entry->otp.issuer) &&
	    token_text(account, entry->otp.account);
}

static bool
read_entry(struct jsonr_object *o, struct vault_entry *entry)
{
	struct otpauth *otp = &entry->otp;
	struct str type, secret, hash;
	int64_t digits, period, counter;

	if (!read_names(o, entry) ||
	    !jsonr_str(o, "type", JSONR_REQUIRED, 4, 4, &type) ||
	    !jsonr_str(o, "secret", JSONR_REQUIRED, 1, 2 * SECRET_MAX,
	    &secret) ||
	    !jsonr_str(o, "algorithm", JSONR_REQUIRED, 4, 6, &hash) ||
	    !jsonr_i64(o, "digits", JSONR_REQUIRED, 6, 8, &digits) ||
	    !jsonr_i64(o, "period", JSONR_REQUIRED, 1, OTPAUTH_PERIOD_MAX,
	    &period) ||
	    !jsonr_i64(o, "counter", JSONR_REQUIRED, 0, COUNTER_MAX,
	    &counter) || !token_base32(secret, &otp->secret) ||
	    !token_hash(hash, &otp->hash)) {
		return false;
	}
	otp->type = str_equal(type, STR("hotp")) ? OTPAUTH_HOTP : OTPAUTH_TOTP;
	otp->digits = (unsigned)digits;
	otp->period_s = (unsigned)period;
	otp->counter = (uint64_t)counter;
	jsonr_close(o);
	return true;
}

static bool
read_content(struct vault *v, struct str json)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root, entry;
	struct jsonr_array entries;
	bool ok = jsonr_open(&r, v->arena, str_trim(json), &root) &&
	    jsonr_array(&root, "entries", JSONR_REQUIRED, VAULT_ENTRIES_MAX,
	    &entries) &&
	    jsonr_any(&root, "settings", JSONR_REQUIRED, SETTINGS_MAX,
	    &v->settings);

	for (size_t i = 0; ok && i < entries.n; i++) {
		ok = jsonr_at_object(&entries, i, &entry) &&
		    read_entry(&entry, &v->v[i]);
		v->n = i + 1;
	}
	return ok && jsonr_ok(&r);
}

static enum err
open_box(struct vault *v, struct str nonce_text, struct str box_text,
    enum vault_verdict *verdict)
{
	struct buf CLEANUP(buf_done) box = {0}, json = {0};
	uint8_t nonce[GCM_NONCE];
	size_t n;
	void *space;
	enum err e;

	buf_init(&box, VAULT_TEXT_MAX);
	buf_init(&json, VAULT_TEXT_MAX);
	*verdict = VAULT_DAMAGED;
	if (base64_decode(nonce_text, nonce, sizeof(nonce), &n) != ERR_NONE ||
	    n != sizeof(nonce)) {
		return ERR_NONE;
	}
	space = buf_space(&box, box_text.n);
	if (space == NULL) {
		return buf_err(&box);
	}
	if (base64_decode(box_text, space, box_text.n, &n) != ERR_NONE) {
		return ERR_NONE;
	}
	e = gcm_open(v->key, nonce, ABOUT_BOX, (struct str){space, n}, &json);
	if (e == ERR_NONE && read_content(v, buf_view(&json))) {
		*verdict = VAULT_OPEN;
	}
	return e == ERR_CRYPTO ? ERR_NONE : e;
}

/* The outer object, once: what follows works on copies in the arena. */
static enum err
open_outer(struct vault *v, struct jsonr_object *root, struct str passphrase,
    enum vault_verdict *verdict)
{
	struct jsonr_array slots;
	struct str format, nonce, box;
	int64_t version;
	enum err e;

	*verdict = VAULT_DAMAGED;
	if (!jsonr_str(root, "format", JSONR_REQUIRED, 1, 32, &format) ||
	    !str_equal(format, STR("watchword-vault")) ||
	    !jsonr_i64(root, "version", JSONR_REQUIRED, 1, 1, &version) ||
	    !jsonr_any(root, "slots", JSONR_REQUIRED, SLOTS_JSON_MAX,
	    &v->slots) ||
	    !jsonr_array(root, "slots", JSONR_REQUIRED, SLOTS_MAX, &slots) ||
	    !jsonr_str(root, "nonce", JSONR_REQUIRED, 1, 32, &nonce) ||
	    !jsonr_str(root, "box", JSONR_REQUIRED, 1, VAULT_TEXT_MAX, &box)) {
		return ERR_NONE;
	}
	e = unlock(&slots, passphrase, v, verdict);
	if (e == ERR_NONE && *verdict == VAULT_OPEN) {
		e = open_box(v, nonce, box, verdict);
	}
	return e;
}

enum err
vault_open(struct vault *v, struct arena *arena, struct str text,
    struct str passphrase, enum vault_verdict *ret_verdict)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct vault CLEANUP(vault_wipe) found = {0};
	enum vault_verdict verdict = VAULT_DAMAGED;
	struct jsonr_object root;
	enum err e = ERR_NONE;

	if (!make(&found, arena)) {
		return ERR_NOMEM;
	}
	if (text.n <= VAULT_TEXT_MAX &&
	    jsonr_open(&r, arena, str_trim(text), &root)) {
		e = open_outer(&found, &root, passphrase, &verdict);
	}
	if (e == ERR_NONE && r.no_memory) {
		e = ERR_NOMEM;
	}
	if (e == ERR_NONE) {
		*ret_verdict = verdict;
		if (verdict == VAULT_OPEN) {
			*v = found;
		}
	}
	return e;
}

static void
write_entry(struct jsonw *w, const struct vault_entry *entry)
{
	const struct otpauth *o = &entry->otp;
	char text[2 * SECRET_MAX];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	base32_encode(&b, o->secret.b, o->secret.n);
	jsonw_object(w);
	jsonw_member_z(w, "id", entry->id);
	jsonw_member_z(w, "type", types[o->type]);
	jsonw_member_z(w, "issuer", o->issuer);
	jsonw_member_z(w, "account", o->account);
	jsonw_member_str(w, "secret", buf_view(&b));
	jsonw_member_z(w, "algorithm", hashes[o->hash]);
	jsonw_member_i64(w, "digits", o->digits);
	jsonw_member_i64(w, "period", o->period_s);
	jsonw_member_i64(w, "counter", (int64_t)o->counter);
	jsonw_object_end(w);
	explicit_bzero(text, sizeof(text));
}

static void
write_content(const struct vault *v, struct buf *json)
{
	struct jsonw w;

	jsonw_init(&w, json);
	jsonw_object(&w);
	jsonw_key(&w, "entries");
	jsonw_array(&w);
	for (size_t i = 0; i < v->n; i++) {
		write_entry(&w, &v->v[i]);
	}
	jsonw_array_end(&w);
	jsonw_key(&w, "settings");
	jsonw_raw(&w, v->settings);
	jsonw_object_end(&w);
	do {
		buf_char(json, ' ');
	} while (buf_err(json) == ERR_NONE && json->n % PAD != 0);
}

enum err
vault_write(const struct vault *v, const struct rng *rng, struct buf *out)
{
	struct buf CLEANUP(buf_done) json = {0}, box = {0}, text = {0};
	uint8_t nonce[GCM_NONCE];
	struct jsonw w;
	enum err e = rng_fill(rng, nonce, sizeof(nonce));

	buf_init(&json, VAULT_TEXT_MAX);
	buf_init(&box, VAULT_TEXT_MAX);
	buf_init(&text, VAULT_TEXT_MAX);
	if (e != ERR_NONE) {
		return e;
	}
	write_content(v, &json);
	if (buf_err(&json) != ERR_NONE) {
		return buf_err(&json);
	}
	e = gcm_seal(v->key, nonce, ABOUT_BOX, buf_view(&json), &box);
	if (e != ERR_NONE) {
		return e;
	}
	base64_encode(&text, box.p, box.n);
	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_z(&w, "format", "watchword-vault");
	jsonw_member_i64(&w, "version", 1);
	jsonw_key(&w, "slots");
	jsonw_raw(&w, v->slots);
	member_base64(&w, "nonce", nonce, sizeof(nonce));
	jsonw_member_str(&w, "box", buf_view(&text));
	jsonw_object_end(&w);
	return buf_err(&text) != ERR_NONE ? buf_err(&text) : buf_err(out);
}

static bool
same(const struct otpauth *a, const struct otpauth *b)
{
	return a->type == b->type && a->hash == b->hash &&
	    a->digits == b->digits &&
	    (a->type == OTPAUTH_HOTP || a->period_s == b->period_s) &&
	    strcmp(a->issuer, b->issuer) == 0 &&
	    strcmp(a->account, b->account) == 0 &&
	    a->secret.n == b->secret.n &&
	    memcmp(a->secret.b, b->secret.b, a->secret.n) == 0;
}

enum err
vault_add(struct vault *v, const struct rng *rng, const struct otpauth *o,
    bool *ret_new)
{
	struct vault_entry *entry = &v->v[v->n];
	uint8_t id[16];
	struct buf text;
	enum err e;

	for (size_t i = 0; i < v->n; i++) {
		if (same(&v->v[i].otp, o)) {
			*ret_new = false;
			return ERR_NONE;
		}
	}
	if (v->n == VAULT_ENTRIES_MAX) {
		return ERR_LIMIT;
	}
	if (o->issuer[0] == '\0' && o->account[0] == '\0') {
		return ERR_SYNTAX;
	}
	if (o->counter > COUNTER_MAX) {
		return ERR_RANGE;
	}
	e = rng_fill(rng, id, sizeof(id));
	if (e != ERR_NONE) {
		return e;
	}
	buf_fixed(&text, entry->id, sizeof(entry->id));
	hex_encode(&text, id, sizeof(id));
	entry->otp = *o;
	v->n++;
	*ret_new = true;
	return ERR_NONE;
}

void
vault_remove(struct vault *v, size_t i)
{
	assert(i < v->n);
	memmove(&v->v[i], &v->v[i + 1], (v->n - i - 1) * sizeof(*v->v));
	v->n--;
	explicit_bzero(&v->v[v->n], sizeof(v->v[v->n]));
}
