#include "store/approvals.h"

#include "store/sql.h"

#define COLUMNS \
	"challenge, tenant, account, kind, target, body, generation, " \
	"created_at, done_at"

static const struct sql insert_row = {
	.name = "approval_insert",
	.text = "INSERT INTO approvals (" COLUMNS ") VALUES ($1, $2, $3, "
	    "$4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
};

static const struct sql get_row = {
	.name = "approval_get",
	.text = "SELECT " COLUMNS " FROM approvals "
	    "WHERE challenge = $1 AND tenant = $2",
	.lock = true,
};

static const struct sql done_row = {
	.name = "approval_done",
	.text = "UPDATE approvals SET done_at = $2, body = $3 "
	    "WHERE challenge = $1 AND done_at = 0",
};

static const struct sql list_waiting = {
	.name = "approval_waiting",
	.text = "SELECT challenge FROM approvals WHERE account = $1 "
	    "AND kind = $2 AND done_at = 0 ORDER BY challenge DESC LIMIT $3",
};

static const struct sql forget_rows = {
	.name = "approval_forget",
	.text = "UPDATE approvals SET body = $2 WHERE account = $1",
};

/* A challenge's identifier begins with its time. */
static const struct sql purge_rows = {
	.name = "approval_purge",
	.text = "DELETE FROM approvals WHERE challenge IN ("
	    "SELECT challenge FROM approvals WHERE challenge < $1 "
	    "ORDER BY challenge LIMIT $2)",
};

/* No bytes stand for none. */
static struct sql_value
id_or_none(bool has, const struct id *id)
{
	return has ? sql_id(id) : sql_blob(STR(""));
}

enum err
approval_row_insert(struct tx *tx, const struct approval_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->challenge), sql_id(&row->tenant),
		id_or_none(row->has_account, &row->account),
		sql_i64(row->kind),
		id_or_none(row->has_target, &row->target),
		sql_blob(row->body), sql_i64(row->generation),
		sql_time(row->created_at), sql_time(row->done_at),
	};

	return sql_exec_one(tx, &insert_row, v, SQL_COUNT(v), ERR_EXISTS);
}

struct one {
	struct arena *arena;
	struct approval_row row;
};

static enum err
read_one(struct sql_row *r, void *ctx)
{
	struct one *one = ctx;
	struct approval_row *row = &one->row;

	row_id(r, &row->challenge);
	row_id(r, &row->tenant);
	row->has_account = row_id_or_none(r, &row->account);
	row->kind = (enum approval_kind)row_range(r, 0,
	    APPROVAL_KIND_COUNT - 1);
	row->has_target = row_id_or_none(r, &row->target);
	row->body = row_copy(r, one->arena);
	row->generation = row_i64(r);
	row->created_at = row_time(r);
	row->done_at = row_time(r);
	return row_end(r);
}

enum err
approval_row_get(struct tx *tx, const struct id *tenant,
    const struct id *challenge, struct arena *arena,
    struct approval_row *ret_row)
{
	const struct sql_value v[] = {sql_id(challenge), sql_id(tenant)};
	struct one one = {.arena = arena};
	enum err err = sql_query_one(tx, &get_row, v, SQL_COUNT(v), read_one,
	    &one);

	if (err == ERR_NONE) {
		*ret_row = one.row;
	}
	return err;
}

enum err
approval_row_done(struct tx *tx, const struct id *challenge, unix_ms at)
{
	const struct sql_value v[] = {
		sql_id(challenge), sql_time(at), sql_blob(STR("")),
	};

	return sql_exec_one(tx, &done_row, v, SQL_COUNT(v), ERR_CONFLICT);
}

struct ids {
	struct id *ids;
	unsigned n;
};

static enum err
read_id(struct sql_row *r, void *ctx)
{
	struct ids *ids = ctx;

	row_id(r, &ids->ids[ids->n++]);
	return row_end(r);
}

enum err
approval_row_waiting(struct tx *tx, const struct id *account,
    enum approval_kind kind, unsigned max, struct id *ids, unsigned *ret_n)
{
	const struct sql_value v[] = {
		sql_id(account), sql_i64(kind), sql_i64(max),
	};
	struct ids list = {.ids = ids};
	enum err err = sql_query(tx, &list_waiting, v, SQL_COUNT(v), read_id,
	    &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
approval_row_forget(struct tx *tx, const struct id *account)
{
	const struct sql_value v[] = {sql_id(account), sql_blob(STR(""))};

	return sql_exec_any(tx, &forget_rows, v, SQL_COUNT(v));
}

enum err
approval_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n)
{
	const struct id floor = id_floor(before);
	const struct sql_value v[] = {sql_id(&floor), sql_i64(max)};

	return sql_exec(tx, &purge_rows, v, SQL_COUNT(v), ret_n);
}
