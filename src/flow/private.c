#include "flow/private.h"

#include <assert.h>

enum { PLAIN_MAX = PRIVATE_PARTS_MAX * (PRIVATE_PART_MAX + 2) };

enum err
private_seal(const struct flow *f, struct arena *arena,
    const struct cell *cell, const struct str *parts, unsigned n,
    struct str *ret_sealed)
{
	struct buf plain, sealed;
	enum err e;

	assert(n <= PRIVATE_PARTS_MAX);
	buf_init(&plain, PLAIN_MAX);
	buf_init(&sealed, PLAIN_MAX + KEYRING_SEAL_EXTRA);
	for (unsigned i = 0; i < n; i++) {
		assert(parts[i].n <= PRIVATE_PART_MAX);
		buf_be16(&plain, (uint16_t)parts[i].n);
		buf_put(&plain, parts[i].p, parts[i].n);
	}
	e = buf_err(&plain);
	if (e == ERR_NONE) {
		e = keyring_seal(f->ring, &f->rng, cell, buf_view(&plain),
		    &sealed);
	}
	if (e == ERR_NONE && !arena_str(arena, buf_view(&sealed),
	    ret_sealed)) {
		e = ERR_NOMEM;
	}
	buf_done(&sealed);
	buf_done(&plain);
	return e;
}

static enum err
split(struct arena *arena, struct str plain, struct str *parts, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		size_t size;

		if (plain.n < 2) {
			return ERR_CRYPTO;
		}
		size = (size_t)(unsigned char)plain.p[0] << 8 |
		    (unsigned char)plain.p[1];
		if (plain.n - 2 < size) {
			return ERR_CRYPTO;
		}
		if (!arena_str(arena, str_slice(plain, 2, 2 + size),
		    &parts[i])) {
			return ERR_NOMEM;
		}
		plain = str_slice(plain, 2 + size, plain.n);
	}
	return plain.n == 0 ? ERR_NONE : ERR_CRYPTO;
}

enum err
private_unseal(const struct flow *f, struct arena *arena,
    const struct cell *cell, struct str sealed, struct str *parts, unsigned n)
{
	struct buf plain;
	enum err e;

	assert(n <= PRIVATE_PARTS_MAX);
	for (unsigned i = 0; i < n; i++) {
		parts[i] = STR("");
	}
	if (sealed.n == 0) {
		return ERR_MISSING;
	}
	buf_init(&plain, PLAIN_MAX);
	e = keyring_unseal(f->ring, cell, sealed, &plain);
	if (e == ERR_NONE) {
		e = split(arena, buf_view(&plain), parts, n);
	}
	buf_done(&plain);
	return e;
}
