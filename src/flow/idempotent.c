#include "flow/idempotent.h"

#include <string.h>

#include "base/ct.h"
#include "crypto/hmac.h"

enum { ANSWER_MAX = 16384 };

_Static_assert(IDEMPOTENCY_HASH == KEYRING_INDEX, "they are blind indexes");

/*
 * Under the index key, not a plain hash: a body holds a code or an address,
 * and whoever has the database could try them all in a moment (S4).
 */
enum err
idempotent_hash(struct idempotent *i, struct str route, struct str key,
    struct str body)
{
	/* A route has no NUL, so the two parts cannot run into each other. */
	const struct str parts[] = {route, {"\0", 1}, key};
	const struct str tenant = flow_id_bytes(&i->tenant);
	uint8_t asked[SHA256_SIZE];
	enum err e = sha256(parts, sizeof(parts) / sizeof(parts[0]), asked);

	if (e == ERR_NONE) {
		e = keyring_index(i->flow->ring, "idempotency key", tenant,
		    (struct str){(const char *)asked, sizeof(asked)}, i->key);
	}
	if (e == ERR_NONE) {
		e = keyring_index(i->flow->ring, "idempotency request",
		    tenant, body, i->request);
	}
	return e;
}

/*
 * The row's whole key: two tenants may have sent the same one, and the answer
 * of one must not open in the row of the other (S62).
 */
struct answer_row {
	uint8_t b[ID_BYTES + IDEMPOTENCY_HASH];
};

static struct cell
answer_cell(const struct idempotent *i, struct answer_row *row)
{
	memcpy(row->b, i->tenant.b, ID_BYTES);
	memcpy(row->b + ID_BYTES, i->key, IDEMPOTENCY_HASH);
	return (struct cell){"idempotency", "answer",
	    {(const char *)row->b, sizeof(row->b)}};
}

static enum err
replay(struct idempotent *i, const struct idempotency_row *row)
{
	struct answer_row where;
	struct cell cell = answer_cell(i, &where);
	struct buf plain;
	enum err e;

	if (!ct_equal(row->request, i->request, IDEMPOTENCY_HASH)) {
		i->mismatch = true;
		return ERR_NONE;
	}
	buf_init(&plain, ANSWER_MAX);
	e = keyring_unseal(i->flow->ring, &cell, row->answer, &plain);
	if (e == ERR_NONE &&
	    !arena_str(i->arena, buf_view(&plain), &i->answer)) {
		e = ERR_NOMEM;
	}
	buf_done(&plain);
	i->status = row->status;
	i->replayed = true;
	return e;
}

static enum err
keep(struct tx *tx, struct idempotent *i, struct str answer)
{
	struct idempotency_row row = {
		.tenant = i->tenant,
		.status = i->status,
		.created_at = flow_now(i->flow),
	};
	struct answer_row where;
	struct cell cell = answer_cell(i, &where);
	struct buf sealed;
	enum err e;

	memcpy(row.key, i->key, IDEMPOTENCY_HASH);
	memcpy(row.request, i->request, IDEMPOTENCY_HASH);
	buf_init(&sealed, ANSWER_MAX + KEYRING_SEAL_EXTRA);
	e = keyring_seal(i->flow->ring, &i->flow->rng, &cell, answer,
	    &sealed);
	if (e == ERR_NONE) {
		row.answer = buf_view(&sealed);
		e = idempotency_row_insert(tx, &row);
	}
	buf_done(&sealed);
	return e;
}

static enum err
do_once(struct tx *tx, struct idempotent *i)
{
	struct buf answer;
	bool worth_keeping;
	enum err e = i->run(tx, i->arg);

	if (e != ERR_NONE) {
		return e;
	}
	buf_init(&answer, ANSWER_MAX);
	worth_keeping = i->render(i->arg, &i->status, &answer);
	e = buf_err(&answer);
	if (e == ERR_NONE &&
	    !arena_str(i->arena, buf_view(&answer), &i->answer)) {
		e = ERR_NOMEM;
	}
	if (e == ERR_NONE && worth_keeping) {
		e = keep(tx, i, buf_view(&answer));
	}
	buf_done(&answer);
	return e;
}

static bool
is_old(const struct idempotent *i, const struct idempotency_row *row)
{
	unix_ms dies = unix_ms_add(row->created_at, IDEMPOTENCY_LIFE);

	return !unix_ms_before(flow_now(i->flow), dies);
}

enum err
idempotent_run(struct tx *tx, void *idempotent)
{
	struct idempotent *i = idempotent;
	struct idempotency_row row;
	enum err e;

	i->mismatch = false;
	i->replayed = false;
	e = idempotency_row_get(tx, &i->tenant, i->key, i->arena, &row);
	if (e == ERR_NONE && !is_old(i, &row)) {
		return replay(i, &row);
	}
	if (e == ERR_NONE) {
		e = idempotency_row_delete(tx, &i->tenant, i->key);
	} else if (e == ERR_MISSING) {
		e = ERR_NONE;
	}
	return e == ERR_NONE ? do_once(tx, i) : e;
}
