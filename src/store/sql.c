#include "store/sql.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "store/store.h"

static void
row_fail(struct sql_row *r, enum err err)
{
	if (r->err == ERR_NONE) {
		r->err = err;
	}
}

int64_t
row_range(struct sql_row *r, int64_t low, int64_t high)
{
	const struct sql_value *v = &r->v[r->at];

	if (r->at >= r->n || v->type != SQL_I64 || v->i < low || v->i > high) {
		row_fail(r, ERR_STORE);
		return low;
	}
	r->at++;
	return v->i;
}

int64_t
row_i64(struct sql_row *r)
{
	return row_range(r, INT64_MIN, INT64_MAX);
}

int
row_int(struct sql_row *r)
{
	return (int)row_range(r, 0, INT_MAX);
}

uint32_t
row_u32(struct sql_row *r)
{
	return (uint32_t)row_range(r, 0, UINT32_MAX);
}

bool
row_bool(struct sql_row *r)
{
	return row_range(r, 0, 1) == 1;
}

unix_ms
row_time(struct sql_row *r)
{
	return (unix_ms){row_range(r, 0, UNIX_MS_MAX)};
}

struct str
row_str(struct sql_row *r)
{
	const struct sql_value *v = &r->v[r->at];

	if (r->at >= r->n || (v->type != SQL_TEXT && v->type != SQL_BLOB)) {
		row_fail(r, ERR_STORE);
		return (struct str){"", 0};
	}
	r->at++;
	return v->s;
}

struct str
row_copy(struct sql_row *r, struct arena *arena)
{
	struct str copy = {"", 0};

	if (!arena_str(arena, row_str(r), &copy)) {
		row_fail(r, ERR_LIMIT);
	}
	return copy;
}

void
row_bytes(struct sql_row *r, uint8_t *dst, size_t n)
{
	struct str s = row_str(r);

	if (s.n != n) {
		row_fail(r, ERR_STORE);
		return;
	}
	memcpy(dst, s.p, n);
}

void
row_id(struct sql_row *r, struct id *ret_id)
{
	row_bytes(r, ret_id->b, ID_BYTES);
}

bool
row_id_or_none(struct sql_row *r, struct id *ret_id)
{
	struct str s = row_str(r);

	*ret_id = (struct id){0};
	if (s.n == 0) {
		return false;
	}
	if (s.n != ID_BYTES) {
		row_fail(r, ERR_STORE);
		return false;
	}
	memcpy(ret_id->b, s.p, ID_BYTES);
	return true;
}

enum err
row_end(struct sql_row *r)
{
	if (r->at != r->n) {
		row_fail(r, ERR_STORE);
	}
	return r->err;
}

/* What the engine cannot do stays with the transaction. */
static enum err
latch(struct tx *tx, enum err err)
{
	if (err != ERR_NONE && tx->err == ERR_NONE) {
		tx->err = err;
	}
	return err;
}

struct sql_value
sql_id_or_none(const struct id *id)
{
	static const struct id none;

	return id_equal(id, &none) ? sql_blob(STR("")) : sql_id(id);
}

enum err
sql_exec(struct tx *tx, const struct sql *q, const struct sql_value *v,
    unsigned n, unsigned *ret_changed)
{
	assert(n <= SQL_VALUES_MAX);
	if (tx->read_only) {
		return latch(tx, ERR_STORE);
	}
	if (tx->err != ERR_NONE) {
		return tx->err;
	}
	return latch(tx, tx->ops->exec(tx, q, v, n, ret_changed));
}

enum err
sql_exec_one(struct tx *tx, const struct sql *q, const struct sql_value *v,
    unsigned n, enum err otherwise)
{
	unsigned changed = 0;
	enum err err = sql_exec(tx, q, v, n, &changed);

	if (err != ERR_NONE) {
		return err;
	}
	return changed == 1 ? ERR_NONE : otherwise;
}

enum err
sql_exec_any(struct tx *tx, const struct sql *q, const struct sql_value *v,
    unsigned n)
{
	unsigned changed = 0;

	return sql_exec(tx, q, v, n, &changed);
}

/* Tells a row function's failure from the engine's. */
struct visit {
	sql_row_fn *fn;
	void *ctx;
	enum err err;
};

static enum err
visit_row(struct sql_row *r, void *ctx)
{
	struct visit *visit = ctx;

	visit->err = visit->fn(r, visit->ctx);
	return visit->err;
}

static enum err
query(struct tx *tx, const struct sql *q, const struct sql_value *v,
    unsigned n, sql_row_fn *fn, void *ctx, unsigned *ret_rows)
{
	struct visit visit = {fn, ctx, ERR_NONE};
	enum err err;

	assert(n <= SQL_VALUES_MAX);
	if (tx->err != ERR_NONE) {
		return tx->err;
	}
	err = tx->ops->query(tx, q, v, n, visit_row, &visit, ret_rows);
	return visit.err != ERR_NONE ? visit.err : latch(tx, err);
}

enum err
sql_query(struct tx *tx, const struct sql *q, const struct sql_value *v,
    unsigned n, sql_row_fn *fn, void *ctx)
{
	unsigned rows = 0;

	return query(tx, q, v, n, fn, ctx, &rows);
}

enum err
sql_query_one(struct tx *tx, const struct sql *q, const struct sql_value *v,
    unsigned n, sql_row_fn *fn, void *ctx)
{
	unsigned rows = 0;
	enum err err = query(tx, q, v, n, fn, ctx, &rows);

	if (err != ERR_NONE) {
		return err;
	}
	return rows > 0 ? ERR_NONE : ERR_MISSING;
}

void
tx_messages(struct tx *tx)
{
	tx->messages = true;
}

void
tx_beside(struct tx *tx, void (*fn)(void *arg), void *arg)
{
	assert(tx->beside == NULL);
	tx->beside = fn;
	tx->beside_arg = arg;
}
