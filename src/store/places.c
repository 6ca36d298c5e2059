#include "store/places.h"

#include "store/sql.h"

static const struct sql get_row = {
	.name = "places_get",
	.text = "SELECT tenant, body, version FROM account_places "
	    "WHERE account = $1",
	.lock = true,
};

static const struct sql insert_row = {
	.name = "places_insert",
	.text = "INSERT INTO account_places (account, tenant, body, version) "
	    "VALUES ($1, $2, $3, $4 + 1) ON CONFLICT DO NOTHING",
};

static const struct sql update_row = {
	.name = "places_update",
	.text = "UPDATE account_places SET tenant = $2, body = $3, "
	    "version = version + 1 WHERE account = $1 AND version = $4",
};

static const struct sql delete_row = {
	.name = "places_delete",
	.text = "DELETE FROM account_places WHERE account = $1",
};

struct get {
	struct arena *arena;
	struct places_row *row;
};

static enum err
read_row(struct sql_row *r, void *ctx)
{
	struct get *get = ctx;

	row_id(r, &get->row->tenant);
	get->row->body = row_copy(r, get->arena);
	get->row->version = row_i64(r);
	return row_end(r);
}

enum err
places_row_get(struct tx *tx, const struct id *account, struct arena *arena,
    struct places_row *ret_row)
{
	const struct sql_value v[] = {sql_id(account)};
	struct places_row row = {.account = *account};
	struct get get = {arena, &row};
	enum err e = sql_query(tx, &get_row, v, SQL_COUNT(v), read_row, &get);

	if (e == ERR_NONE) {
		*ret_row = row;
	}
	return e;
}

enum err
places_row_put(struct tx *tx, const struct places_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->account), sql_id(&row->tenant),
		sql_blob(row->body), sql_i64(row->version),
	};

	return sql_exec_one(tx, row->version == 0 ? &insert_row : &update_row,
	    v, SQL_COUNT(v), ERR_CONFLICT);
}

enum err
places_row_delete(struct tx *tx, const struct id *account)
{
	const struct sql_value v[] = {sql_id(account)};

	return sql_exec_any(tx, &delete_row, v, SQL_COUNT(v));
}
