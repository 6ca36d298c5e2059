#include "store/accounts.h"

#include "domain/ways.h"
#include "store/sql.h"

#define COLUMNS \
	"id, tenant, kind, status, external, name, address, password, " \
	"locale, time_zone, country, two_step, delivery_codes, channel, " \
	"generation, created_at, secured_at, ended_at, version"

static const struct sql insert_row = {
	.name = "account_insert",
	.text = "INSERT INTO accounts (" COLUMNS ") VALUES ($1, $2, $3, $4, "
	    "$5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
	    "$18, 1) ON CONFLICT DO NOTHING",
};

static const struct sql get_row = {
	.name = "account_get",
	.text = "SELECT " COLUMNS " FROM accounts "
	    "WHERE id = $1 AND tenant = $2",
	.lock = true,
};

static const struct sql look_row = {
	.name = "account_look",
	.text = "SELECT " COLUMNS " FROM accounts "
	    "WHERE id = $1 AND tenant = $2",
};

static const struct sql update_row = {
	.name = "account_update",
	.text = "UPDATE accounts SET status = $3, external = $4, name = $5, "
	    "address = $6, password = $7, locale = $8, time_zone = $9, "
	    "country = $10, two_step = $11, delivery_codes = $12, "
	    "channel = $13, generation = $14, secured_at = $15, "
	    "ended_at = $16, version = version + 1 "
	    "WHERE id = $1 AND version = $2",
};

static const struct sql list_rows = {
	.name = "account_list",
	.text = "SELECT " COLUMNS " FROM accounts "
	    "WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3",
};

static const struct sql put_name = {
	.name = "account_name_put",
	.text = "INSERT INTO account_names (tenant, kind, lookup, account) "
	    "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
};

static const struct sql get_name = {
	.name = "account_name_get",
	.text = "SELECT account FROM account_names "
	    "WHERE tenant = $1 AND kind = $2 AND lookup = $3",
};

static const struct sql drop_name = {
	.name = "account_name_drop",
	.text = "DELETE FROM account_names WHERE tenant = $1 AND kind = $2 "
	    "AND lookup = $3 AND account = $4",
};

static const struct sql drop_kind = {
	.name = "account_name_drop_kind",
	.text = "DELETE FROM account_names WHERE account = $1 AND kind = $2",
};

static const struct sql drop_names = {
	.name = "account_name_drop_all",
	.text = "DELETE FROM account_names WHERE account = $1",
};

enum err
account_row_insert(struct tx *tx, struct account_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant), sql_i64(row->kind),
		sql_i64(row->status), sql_blob(row->external),
		sql_blob(row->name), sql_blob(row->address),
		sql_blob(row->password), sql_text(row->locale),
		sql_text(row->time_zone), sql_text(row->country),
		sql_i64(row->two_step), sql_i64(row->delivery_codes),
		sql_i64(row->channel), sql_i64(row->generation),
		sql_time(row->created_at), sql_time(row->secured_at),
		sql_time(row->ended_at),
	};
	enum err err = sql_exec_one(tx, &insert_row, v, SQL_COUNT(v),
	    ERR_EXISTS);

	if (err == ERR_NONE) {
		row->version = 1;
	}
	return err;
}

static enum err
read_row(struct sql_row *r, struct arena *arena, struct account_row *row)
{
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row->kind = (enum account_kind)row_range(r, 0,
	    ACCOUNT_KIND_COUNT - 1);
	row->status = (enum account_status)row_range(r, 0,
	    ACCOUNT_STATUS_COUNT - 1);
	row->external = row_copy(r, arena);
	row->name = row_copy(r, arena);
	row->address = row_copy(r, arena);
	row->password = row_copy(r, arena);
	row->locale = row_copy(r, arena);
	row->time_zone = row_copy(r, arena);
	row->country = row_copy(r, arena);
	row->two_step = row_bool(r);
	row->delivery_codes = row_bool(r);
	row->channel = row_range(r, 0, WAYS_HIGHEST);
	row->generation = row_i64(r);
	row->created_at = row_time(r);
	row->secured_at = row_time(r);
	row->ended_at = row_time(r);
	row->version = row_i64(r);
	return row_end(r);
}

struct list {
	struct arena *arena;
	struct account_row *rows;
	unsigned n;
};

static enum err
read_next(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;

	return read_row(r, list->arena, &list->rows[list->n++]);
}

static enum err
get(struct tx *tx, const struct sql *q, const struct id *tenant,
    const struct id *id, struct arena *arena, struct account_row *ret_row)
{
	const struct sql_value v[] = {sql_id(id), sql_id(tenant)};
	struct account_row row;
	struct list one = {.arena = arena, .rows = &row};
	enum err err = sql_query_one(tx, q, v, SQL_COUNT(v), read_next, &one);

	if (err == ERR_NONE) {
		*ret_row = row;
	}
	return err;
}

enum err
account_row_get(struct tx *tx, const struct id *tenant, const struct id *id,
    struct arena *arena, struct account_row *ret_row)
{
	return get(tx, &get_row, tenant, id, arena, ret_row);
}

enum err
account_row_look(struct tx *tx, const struct id *tenant, const struct id *id,
    struct arena *arena, struct account_row *ret_row)
{
	return get(tx, &look_row, tenant, id, arena, ret_row);
}

enum err
account_row_update(struct tx *tx, struct account_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_i64(row->version),
		sql_i64(row->status), sql_blob(row->external),
		sql_blob(row->name), sql_blob(row->address),
		sql_blob(row->password), sql_text(row->locale),
		sql_text(row->time_zone), sql_text(row->country),
		sql_i64(row->two_step), sql_i64(row->delivery_codes),
		sql_i64(row->channel), sql_i64(row->generation),
		sql_time(row->secured_at), sql_time(row->ended_at),
	};
	enum err err = sql_exec_one(tx, &update_row, v, SQL_COUNT(v),
	    ERR_CONFLICT);

	if (err == ERR_NONE) {
		row->version++;
	}
	return err;
}

enum err
account_row_list(struct tx *tx, const struct id *tenant,
    const struct id *after, unsigned max, struct arena *arena,
    struct account_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_id(after), sql_i64(max),
	};
	struct list list = {.arena = arena, .rows = rows};
	enum err err = sql_query(tx, &list_rows, v, SQL_COUNT(v), read_next,
	    &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
account_name_put(struct tx *tx, const struct id *tenant,
    enum account_name kind, const uint8_t lookup[static LOOKUP_BYTES],
    const struct id *account)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_i64(kind),
		sql_bytes(lookup, LOOKUP_BYTES), sql_id(account),
	};

	return sql_exec_one(tx, &put_name, v, SQL_COUNT(v), ERR_EXISTS);
}

static enum err
read_id(struct sql_row *r, void *ctx)
{
	row_id(r, ctx);
	return row_end(r);
}

enum err
account_name_get(struct tx *tx, const struct id *tenant,
    enum account_name kind, const uint8_t lookup[static LOOKUP_BYTES],
    struct id *ret_account)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_i64(kind),
		sql_bytes(lookup, LOOKUP_BYTES),
	};

	return sql_query_one(tx, &get_name, v, SQL_COUNT(v), read_id,
	    ret_account);
}

enum err
account_name_drop(struct tx *tx, const struct id *tenant,
    enum account_name kind, const uint8_t lookup[static LOOKUP_BYTES],
    const struct id *account)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_i64(kind),
		sql_bytes(lookup, LOOKUP_BYTES), sql_id(account),
	};

	return sql_exec_any(tx, &drop_name, v, SQL_COUNT(v));
}

enum err
account_name_drop_kind(struct tx *tx, const struct id *account,
    enum account_name kind)
{
	const struct sql_value v[] = {sql_id(account), sql_i64(kind)};

	return sql_exec_any(tx, &drop_kind, v, SQL_COUNT(v));
}

enum err
account_name_drop_all(struct tx *tx, const struct id *account)
{
	const struct sql_value v[] = {sql_id(account)};

	return sql_exec_any(tx, &drop_names, v, SQL_COUNT(v));
}
