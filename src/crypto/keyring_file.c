#include "crypto/keyring_file.h"

#include <stdbool.h>

#include "base/encode.h"
#include "base/parse.h"
#include "crypto/hmac.h"
#include "crypto/locked.h"

static const struct str header = STR_INIT("watchword-keyring 1\n");

static void
format_key(enum key_use use, uint32_t version, const struct stored_key *k,
    struct buf *out)
{
	char made_at[RFC3339_SIZE];

	unix_ms_format(k->made_at, made_at);
	buf_z(out, keyring_use_name(use));
	buf_char(out, ' ');
	buf_u64(out, version);
	buf_char(out, ' ');
	buf_z(out, made_at);
	buf_char(out, ' ');
	base64_encode(out, k->bytes, sizeof(k->bytes));
	buf_char(out, '\n');
}

void
keyring_file_format(const struct keyring_file *f, struct buf *out)
{
	uint8_t digest[SHA256_SIZE];
	struct str body;
	enum err e;

	buf_str(out, header);
	for (enum key_use use = 0; use < KEY_USE_COUNT; use++) {
		for (uint32_t v = 1; v <= f->versions[use]; v++) {
			format_key(use, v, &f->key[use][v - 1], out);
		}
	}
	if (buf_err(out) != ERR_NONE) {
		return;
	}
	body = buf_view(out);
	e = sha256(&body, 1, digest);
	if (e != ERR_NONE) {
		out->err = e;
		return;
	}
	buf_z(out, "sha256 ");
	hex_encode(out, digest, sizeof(digest));
	buf_char(out, '\n');
}

/* Cut *rest behind the first end; false when there is none. */
static bool
take(struct str *rest, char end, struct str *ret_part)
{
	size_t at = str_find(*rest, end);

	if (at == rest->n) {
		return false;
	}
	*ret_part = str_slice(*rest, 0, at);
	*rest = str_slice(*rest, at + 1, rest->n);
	return true;
}

static bool
parse_key(struct str line, struct keyring_file *f)
{
	struct str name, number, made_at;
	struct stored_key *k;
	enum key_use use;
	uint64_t version;
	size_t n;

	if (!take(&line, ' ', &name) || !take(&line, ' ', &number) ||
	    !take(&line, ' ', &made_at) || !keyring_use_parse(name, &use) ||
	    !parse_u64(number, &version)) {
		return false;
	}
	if (version > KEYRING_VERSIONS_MAX ||
	    version != f->versions[use] + UINT64_C(1)) {
		return false;
	}
	k = &f->key[use][version - 1];
	if (unix_ms_parse(made_at, &k->made_at) != ERR_NONE ||
	    base64_decode(line, k->bytes, sizeof(k->bytes), &n) != ERR_NONE ||
	    n != sizeof(k->bytes)) {
		return false;
	}
	f->versions[use]++;
	return true;
}

/* The lines' content; their exact form is compared afterwards. */
static bool
parse_lines(struct str text, struct keyring_file *f)
{
	struct str line;

	if (!str_starts(text, header)) {
		return false;
	}
	text = str_slice(text, header.n, text.n);
	for (;;) {
		if (!take(&text, '\n', &line)) {
			return false;
		}
		if (str_starts(line, STR("sha256 "))) {
			break;
		}
		if (!parse_key(line, f)) {
			return false;
		}
	}
	for (enum key_use use = 0; use < KEY_USE_COUNT; use++) {
		if (f->versions[use] == 0) {
			return false;
		}
	}
	return true;
}

enum err
keyring_file_parse(struct str text, struct keyring_file *f)
{
	char *again;
	struct buf b;
	enum err e;

	if (text.n > KEYRING_FILE_MAX || !parse_lines(text, f)) {
		return ERR_SYNTAX;
	}
	again = locked_new(text.n + 1);
	if (again == NULL) {
		return ERR_NOMEM;
	}
	buf_fixed(&b, again, text.n + 1);
	keyring_file_format(f, &b);
	e = buf_err(&b);
	if (e == ERR_LIMIT || (e == ERR_NONE &&
	    !str_equal(buf_view(&b), text))) {
		e = ERR_SYNTAX;
	}
	locked_free(again);
	return e;
}
