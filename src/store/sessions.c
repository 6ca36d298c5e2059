#include "store/sessions.h"

#include "store/sql.h"

#define COLUMNS \
	"id, tenant, account, kind, hash, host, created_at, proved_at, " \
	"seen_at, expires_at, label"

static const struct sql insert_row = {
	.name = "session_insert",
	.text = "INSERT INTO sessions (" COLUMNS ") VALUES ($1, $2, $3, $4, "
	    "$5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
};

static const struct sql get_row = {
	.name = "session_get",
	.text = "SELECT " COLUMNS " FROM sessions "
	    "WHERE hash = $1 AND tenant = $2",
};

static const struct sql list_rows = {
	.name = "session_list",
	.text = "SELECT " COLUMNS " FROM sessions WHERE account = $1 "
	    "ORDER BY id DESC LIMIT $2",
};

static const struct sql end_one = {
	.name = "session_end_one",
	.text = "DELETE FROM sessions WHERE id = $1 AND account = $2",
};

static const struct sql mark_seen = {
	.name = "session_seen",
	.text = "UPDATE sessions SET seen_at = $2 WHERE id = $1",
};

static const struct sql mark_proved = {
	.name = "session_proved",
	.text = "UPDATE sessions SET proved_at = $2 WHERE id = $1",
};

static const struct sql end_row = {
	.name = "session_end",
	.text = "DELETE FROM sessions WHERE id = $1",
};

static const struct sql end_others = {
	.name = "session_end_others",
	.text = "DELETE FROM sessions WHERE account = $1 AND id <> $2",
};

static const struct sql end_all = {
	.name = "session_end_all",
	.text = "DELETE FROM sessions",
};

static const struct sql end_oldest = {
	.name = "session_crowd",
	.text = "DELETE FROM sessions WHERE account = $1 AND id NOT IN ("
	    "SELECT id FROM sessions WHERE account = $1 "
	    "ORDER BY id DESC LIMIT $2)",
};

static const struct sql purge_rows = {
	.name = "session_purge",
	.text = "DELETE FROM sessions WHERE id IN ("
	    "SELECT id FROM sessions WHERE expires_at <= $1 "
	    "ORDER BY expires_at LIMIT $2)",
};

enum err
session_row_insert(struct tx *tx, const struct session_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant),
		sql_id(&row->account), sql_i64(row->kind),
		sql_bytes(row->hash, TOKEN_HASH), sql_blob(row->host),
		sql_time(row->created_at), sql_time(row->proved_at),
		sql_time(row->seen_at), sql_time(row->expires_at),
		sql_blob(row->label.n > 0 ? row->label : STR("")),
	};

	return sql_exec_one(tx, &insert_row, v, SQL_COUNT(v), ERR_EXISTS);
}

struct one {
	struct arena *arena;
	struct session_row row;
};

static enum err
read_row(struct sql_row *r, struct arena *arena, struct session_row *row)
{
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row_id(r, &row->account);
	row->kind = (enum account_kind)row_range(r, 0,
	    ACCOUNT_KIND_COUNT - 1);
	row_bytes(r, row->hash, TOKEN_HASH);
	row->host = row_copy(r, arena);
	row->created_at = row_time(r);
	row->proved_at = row_time(r);
	row->seen_at = row_time(r);
	row->expires_at = row_time(r);
	row->label = row_copy(r, arena);
	return row_end(r);
}

static enum err
read_one(struct sql_row *r, void *ctx)
{
	struct one *one = ctx;

	return read_row(r, one->arena, &one->row);
}

struct list {
	struct arena *arena;
	struct session_row *rows;
	unsigned n;
};

static enum err
read_next(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;

	return read_row(r, list->arena, &list->rows[list->n++]);
}

enum err
session_row_get(struct tx *tx, const struct id *tenant,
    const uint8_t hash[static TOKEN_HASH], struct arena *arena,
    struct session_row *ret_row)
{
	const struct sql_value v[] = {
		sql_bytes(hash, TOKEN_HASH), sql_id(tenant),
	};
	struct one one = {.arena = arena};
	enum err err = sql_query_one(tx, &get_row, v, SQL_COUNT(v), read_one,
	    &one);

	if (err == ERR_NONE) {
		*ret_row = one.row;
	}
	return err;
}

static enum err
mark(struct tx *tx, const struct sql *q, const struct id *id, unix_ms at)
{
	const struct sql_value v[] = {sql_id(id), sql_time(at)};

	return sql_exec_one(tx, q, v, SQL_COUNT(v), ERR_MISSING);
}

enum err
session_row_seen(struct tx *tx, const struct id *id, unix_ms at)
{
	return mark(tx, &mark_seen, id, at);
}

enum err
session_row_proved(struct tx *tx, const struct id *id, unix_ms at)
{
	return mark(tx, &mark_proved, id, at);
}

enum err
session_row_list(struct tx *tx, const struct id *account, unsigned max,
    struct arena *arena, struct session_row *rows, unsigned *ret_n)
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
session_row_end_one(struct tx *tx, const struct id *account,
    const struct id *id)
{
	const struct sql_value v[] = {sql_id(id), sql_id(account)};

	return sql_exec_one(tx, &end_one, v, SQL_COUNT(v), ERR_MISSING);
}

enum err
session_row_end(struct tx *tx, const struct id *id)
{
	const struct sql_value v[] = {sql_id(id)};

	return sql_exec_any(tx, &end_row, v, SQL_COUNT(v));
}

enum err
session_row_end_others(struct tx *tx, const struct id *account,
    const struct id *keep)
{
	/* No session has this identifier: its time is zero. */
	static const struct id none;
	const struct sql_value v[] = {
		sql_id(account), sql_id(keep != NULL ? keep : &none),
	};

	return sql_exec_any(tx, &end_others, v, SQL_COUNT(v));
}

enum err
session_row_end_all(struct tx *tx)
{
	return sql_exec_any(tx, &end_all, NULL, 0);
}

enum err
session_row_crowd(struct tx *tx, const struct id *account, unsigned max)
{
	const struct sql_value v[] = {sql_id(account), sql_i64(max)};

	return sql_exec_any(tx, &end_oldest, v, SQL_COUNT(v));
}

enum err
session_row_purge(struct tx *tx, unix_ms now, unsigned max, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_time(now), sql_i64(max)};

	return sql_exec(tx, &purge_rows, v, SQL_COUNT(v), ret_n);
}
