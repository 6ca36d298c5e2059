#include "store/alerts.h"

#include <string.h>

#include "store/sql.h"

static const struct sql insert_row = {
	.name = "alert_insert",
	.text = "INSERT INTO alerts (id, tenant, body) VALUES ($1, $2, $3)",
};

static const struct sql list_rows = {
	.name = "alert_list",
	.text = "SELECT id, tenant, body FROM alerts "
	    "WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
};

/* Identifiers begin with their time. */
static const struct sql purge_rows = {
	.name = "alert_purge",
	.text = "DELETE FROM alerts WHERE id IN ("
	    "SELECT id FROM alerts WHERE id < $1 ORDER BY id LIMIT $2)",
};

enum err
alert_row_insert(struct tx *tx, const struct alert_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant), sql_text(row->body),
	};

	return sql_exec_one(tx, &insert_row, v, SQL_COUNT(v), ERR_EXISTS);
}

struct list {
	struct arena *arena;
	struct alert_row *rows;
	unsigned n;
};

static enum err
read_row(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct alert_row *row = &list->rows[list->n++];

	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row->body = row_copy(r, list->arena);
	return row_end(r);
}

enum err
alert_row_list(struct tx *tx, const struct id *tenant,
    const struct id *before, unsigned max, struct arena *arena,
    struct alert_row *rows, unsigned *ret_n)
{
	static const struct id none;
	struct list list = {arena, rows, 0};
	struct id last = *before;
	enum err e;

	if (id_equal(before, &none)) {
		memset(last.b, 0xff, sizeof(last.b));
	}
	{
		const struct sql_value v[] = {
			sql_id(tenant), sql_id(&last), sql_i64(max),
		};

		e = sql_query(tx, &list_rows, v, SQL_COUNT(v), read_row,
		    &list);
	}
	if (e == ERR_NONE) {
		*ret_n = list.n;
	}
	return e;
}

enum err
alert_row_purge(struct tx *tx, unix_ms before, unsigned max, unsigned *ret_n)
{
	struct id floor = id_floor(before);
	const struct sql_value v[] = {sql_id(&floor), sql_i64(max)};

	return sql_exec(tx, &purge_rows, v, SQL_COUNT(v), ret_n);
}
