#include "store/idempotency.h"

#include <string.h>

#include "store/sql.h"

static const struct sql get_row = {
	.name = "idempotency_get",
	.text = "SELECT request, status, answer, created_at FROM idempotency "
	    "WHERE tenant = $1 AND asked = $2",
};

static const struct sql insert_row = {
	.name = "idempotency_insert",
	.text = "INSERT INTO idempotency "
	    "(tenant, asked, request, status, answer, created_at) "
	    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
};

static const struct sql delete_row = {
	.name = "idempotency_delete",
	.text = "DELETE FROM idempotency WHERE tenant = $1 AND asked = $2",
};

static const struct sql purge_rows = {
	.name = "idempotency_purge",
	.text = "DELETE FROM idempotency WHERE (tenant, asked) IN ("
	    "SELECT tenant, asked FROM idempotency WHERE created_at < $1 "
	    "ORDER BY created_at LIMIT $2)",
};

struct one {
	struct arena *arena;
	struct idempotency_row row;
};

static enum err
read_row(struct sql_row *r, void *ctx)
{
	struct one *one = ctx;

	row_bytes(r, one->row.request, IDEMPOTENCY_HASH);
	one->row.status = row_int(r);
	one->row.answer = row_copy(r, one->arena);
	one->row.created_at = row_time(r);
	return row_end(r);
}

enum err
idempotency_row_get(struct tx *tx, const struct id *tenant,
    const uint8_t key[static IDEMPOTENCY_HASH], struct arena *arena,
    struct idempotency_row *ret_row)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_bytes(key, IDEMPOTENCY_HASH),
	};
	struct one one = {.arena = arena, .row.tenant = *tenant};
	enum err err;

	memcpy(one.row.key, key, IDEMPOTENCY_HASH);
	err = sql_query_one(tx, &get_row, v, SQL_COUNT(v), read_row, &one);
	if (err == ERR_NONE) {
		*ret_row = one.row;
	}
	return err;
}

enum err
idempotency_row_insert(struct tx *tx, const struct idempotency_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->tenant), sql_bytes(row->key, IDEMPOTENCY_HASH),
		sql_bytes(row->request, IDEMPOTENCY_HASH),
		sql_i64(row->status), sql_blob(row->answer),
		sql_time(row->created_at),
	};

	return sql_exec_one(tx, &insert_row, v, SQL_COUNT(v), ERR_CONFLICT);
}

enum err
idempotency_row_delete(struct tx *tx, const struct id *tenant,
    const uint8_t key[static IDEMPOTENCY_HASH])
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_bytes(key, IDEMPOTENCY_HASH),
	};

	return sql_exec_one(tx, &delete_row, v, SQL_COUNT(v), ERR_CONFLICT);
}

enum err
idempotency_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n)
{
	const struct sql_value v[] = {sql_time(before), sql_i64(max)};

	return sql_exec(tx, &purge_rows, v, SQL_COUNT(v), ret_n);
}
