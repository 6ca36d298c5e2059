#include "store/devices.h"

#include "store/sql.h"

#define COLUMNS \
	"id, tenant, account, hash, label, generation, created_at, " \
	"seen_at, expires_at"

static const struct sql insert_row = {
	.name = "device_insert",
	.text = "INSERT INTO devices (" COLUMNS ") VALUES ($1, $2, $3, $4, "
	    "$5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
};

static const struct sql find_row = {
	.name = "device_find",
	.text = "SELECT " COLUMNS " FROM devices "
	    "WHERE hash = $1 AND account = $2",
};

static const struct sql mark_seen = {
	.name = "device_seen",
	.text = "UPDATE devices SET seen_at = $2 WHERE id = $1",
};

static const struct sql delete_row = {
	.name = "device_delete",
	.text = "DELETE FROM devices WHERE id = $1 AND account = $2",
};

static const struct sql delete_all = {
	.name = "device_delete_all",
	.text = "DELETE FROM devices WHERE account = $1",
};

static const struct sql forget_all = {
	.name = "device_forget_all",
	.text = "DELETE FROM devices",
};

static const struct sql delete_oldest = {
	.name = "device_crowd",
	.text = "DELETE FROM devices WHERE account = $1 AND id NOT IN ("
	    "SELECT id FROM devices WHERE account = $1 "
	    "ORDER BY id DESC LIMIT $2)",
};

static const struct sql list_rows = {
	.name = "device_list",
	.text = "SELECT " COLUMNS " FROM devices WHERE account = $1 "
	    "ORDER BY id DESC LIMIT $2",
};

static const struct sql purge_rows = {
	.name = "device_purge",
	.text = "DELETE FROM devices WHERE id IN ("
	    "SELECT id FROM devices WHERE expires_at <= $1 "
	    "ORDER BY expires_at LIMIT $2)",
};

enum err
device_row_insert(struct tx *tx, const struct device_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant),
		sql_id(&row->account), sql_bytes(row->hash, TOKEN_HASH),
		sql_blob(row->label), sql_i64(row->generation),
		sql_time(row->created_at), sql_time(row->seen_at),
		sql_time(row->expires_at),
	};

	return sql_exec_one(tx, &insert_row, v, SQL_COUNT(v), ERR_EXISTS);
}

struct list {
	struct arena *arena;
	struct device_row *rows;
	unsigned n;
};

static enum err
read_next(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct device_row *row = &list->rows[list->n++];

	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row_id(r, &row->account);
	row_bytes(r, row->hash, TOKEN_HASH);
	row->label = row_copy(r, list->arena);
	row->generation = row_i64(r);
	row->created_at = row_time(r);
	row->seen_at = row_time(r);
	row->expires_at = row_time(r);
	return row_end(r);
}

enum err
device_row_find(struct tx *tx, const struct id *account,
    const uint8_t hash[static TOKEN_HASH], struct arena *arena,
    struct device_row *ret_row)
{
	const struct sql_value v[] = {
		sql_bytes(hash, TOKEN_HASH), sql_id(account),
	};
	struct device_row row;
	struct list one = {.arena = arena, .rows = &row};
	enum err err = sql_query_one(tx, &find_row, v, SQL_COUNT(v),
	    read_next, &one);

	if (err == ERR_NONE) {
		*ret_row = row;
	}
	return err;
}

enum err
device_row_seen(struct tx *tx, const struct id *id, unix_ms at)
{
	const struct sql_value v[] = {sql_id(id), sql_time(at)};

	return sql_exec_any(tx, &mark_seen, v, SQL_COUNT(v));
}

enum err
device_row_delete(struct tx *tx, const struct id *account,
    const struct id *id)
{
	const struct sql_value v[] = {sql_id(id), sql_id(account)};

	return sql_exec_one(tx, &delete_row, v, SQL_COUNT(v), ERR_MISSING);
}

enum err
device_row_delete_all(struct tx *tx, const struct id *account)
{
	const struct sql_value v[] = {sql_id(account)};

	return sql_exec_any(tx, &delete_all, v, SQL_COUNT(v));
}

enum err
device_row_forget_all(struct tx *tx)
{
	return sql_exec_any(tx, &forget_all, NULL, 0);
}

enum err
device_row_crowd(struct tx *tx, const struct id *account, unsigned max)
{
	const struct sql_value v[] = {sql_id(account), sql_i64(max)};

	return sql_exec_any(tx, &delete_oldest, v, SQL_COUNT(v));
}

enum err
device_row_list(struct tx *tx, const struct id *account, unsigned max,
    struct arena *arena, struct device_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_id(account), sql_i64(max)};
	struct list list = {.arena = arena, .rows = rows};
	enum err err = sql_query(tx, &list_rows, v, SQL_COUNT(v), read_next,
	    &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
device_row_purge(struct tx *tx, unix_ms now, unsigned max, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_time(now), sql_i64(max)};

	return sql_exec(tx, &purge_rows, v, SQL_COUNT(v), ret_n);
}
