#include "flow/places.h"

#include "store/places.h"

enum { ARENA_MAX = 4096 };

static struct cell
cell_of(const struct id *account)
{
	return (struct cell){"account_places", "body",
	    flow_id_bytes(account)};
}

/* The row and what it says; no row is an account that was seen nowhere. */
static enum err
load(struct tx *tx, const struct flow *f, const struct id *account,
    struct places_row *row, struct places *ret_places)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct cell cell = cell_of(account);
	struct buf plain;
	enum err e;

	if (arena == NULL) {
		return ERR_NOMEM;
	}
	buf_init(&plain, PLACES_BYTES);
	*ret_places = (struct places){0};
	e = places_row_get(tx, account, arena, row);
	if (e == ERR_NONE && row->version > 0) {
		e = keyring_unseal(f->ring, &cell, row->body, &plain);
		if (e == ERR_NONE &&
		    !places_decode(buf_view(&plain), ret_places)) {
			e = ERR_CRYPTO;
		}
	}
	row->body = (struct str){NULL, 0};	/* it was in the arena */
	buf_done(&plain);
	arena_free(arena);
	return e;
}

enum err
places_ask(struct tx *tx, const struct flow *f, const struct id *account,
    const struct place *here, unix_ms now, struct signals *signals)
{
	struct places_row row;
	struct places places;
	enum err e;

	if (here == NULL) {
		return ERR_NONE;
	}
	e = load(tx, f, account, &row, &places);
	if (e == ERR_NONE) {
		places_signals(&places, here, now, signals);
	}
	return e;
}

enum err
places_remember(struct tx *tx, const struct flow *f, const struct id *tenant,
    const struct id *account, const struct place *here, unix_ms now)
{
	struct cell cell = cell_of(account);
	struct buf plain, sealed;
	struct places_row row;
	struct places places;
	enum err e;

	if (here == NULL) {
		return ERR_NONE;
	}
	e = load(tx, f, account, &row, &places);
	if (e != ERR_NONE) {
		return e;
	}
	places_note(&places, here, now);
	buf_init(&plain, PLACES_BYTES);
	buf_init(&sealed, PLACES_BYTES + KEYRING_SEAL_EXTRA);
	places_encode(&places, &plain);
	e = keyring_seal(f->ring, &f->rng, &cell, buf_view(&plain), &sealed);
	if (e == ERR_NONE) {
		row.account = *account;
		row.tenant = *tenant;
		row.body = buf_view(&sealed);
		e = places_row_put(tx, &row);
	}
	buf_done(&plain);
	buf_done(&sealed);
	return e;
}

enum err
places_erase(struct tx *tx, const struct id *account)
{
	return places_row_delete(tx, account);
}
