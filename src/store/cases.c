#include "store/cases.h"

#include "store/sql.h"

#define CASE_COLUMNS \
	"id, tenant, kind, status, account, shipment, words, created_at, " \
	"changed_at, version"

static const struct sql insert_case = {
	.name = "case_insert",
	.text = "INSERT INTO cases (" CASE_COLUMNS ") "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
	    "ON CONFLICT DO NOTHING",
};

static const struct sql get_case = {
	.name = "case_get",
	.text = "SELECT " CASE_COLUMNS " FROM cases "
	    "WHERE id = $1 AND tenant = $2",
	.lock = true,
};

static const struct sql update_case = {
	.name = "case_update",
	.text = "UPDATE cases SET status = $3, words = $4, changed_at = $5, "
	    "version = version + 1 WHERE id = $1 AND version = $2",
};

static const struct sql list_cases = {
	.name = "case_list",
	.text = "SELECT " CASE_COLUMNS " FROM cases "
	    "WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
};

_Static_assert(CASE_OPEN == 0, "the SQL below says so");
static const struct sql open_cases = {
	.name = "case_open",
	.text = "SELECT COUNT(*) FROM cases "
	    "WHERE shipment = $1 AND kind = $2 AND status = 0",
};

_Static_assert(CASE_CLOSED == 1, "the SQL below says so");
static const struct sql forget_cases = {
	.name = "case_forget",
	.text = "UPDATE cases SET words = $3, version = version + 1 "
	    "WHERE id IN (SELECT id FROM cases "
	    "WHERE status = 1 AND LENGTH(words) > 0 AND changed_at < $1 "
	    "ORDER BY changed_at LIMIT $2)",
};

#define OVERRIDE_COLUMNS \
	"id, tenant, shipment, reason, asked_by, asked_at, approved_by, " \
	"approved_at"

static const struct sql insert_override = {
	.name = "override_insert",
	.text = "INSERT INTO overrides (" OVERRIDE_COLUMNS ") "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
};

static const struct sql get_override = {
	.name = "override_get",
	.text = "SELECT " OVERRIDE_COLUMNS " FROM overrides "
	    "WHERE id = $1 AND tenant = $2",
	.lock = true,
};

static const struct sql list_overrides = {
	.name = "override_list",
	.text = "SELECT " OVERRIDE_COLUMNS " FROM overrides "
	    "WHERE shipment = $1 ORDER BY id DESC LIMIT $2",
};

static const struct sql approve_override = {
	.name = "override_approve",
	.text = "UPDATE overrides SET approved_by = $2, approved_at = $3 "
	    "WHERE id = $1 AND approved_at = 0",
};

enum err
case_row_insert(struct tx *tx, struct case_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant), sql_text(row->kind),
		sql_i64(row->status), sql_id_or_none(&row->account),
		sql_id_or_none(&row->shipment), sql_blob(row->words),
		sql_time(row->created_at), sql_time(row->changed_at),
		sql_i64(1),
	};
	enum err err = sql_exec_one(tx, &insert_case, v, SQL_COUNT(v),
	    ERR_EXISTS);

	if (err == ERR_NONE) {
		row->version = 1;
	}
	return err;
}

struct cases {
	struct arena *arena;
	struct case_row *rows;
	unsigned n;
};

static enum err
read_case(struct sql_row *r, void *ctx)
{
	struct cases *list = ctx;
	struct case_row *row = &list->rows[list->n++];

	*row = (struct case_row){0};
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row->kind = row_copy(r, list->arena);
	row->status = (enum case_status)
	    row_range(r, 0, CASE_STATUS_COUNT - 1);
	(void)row_id_or_none(r, &row->account);
	(void)row_id_or_none(r, &row->shipment);
	row->words = row_copy(r, list->arena);
	row->created_at = row_time(r);
	row->changed_at = row_time(r);
	row->version = row_i64(r);
	return row_end(r);
}

enum err
case_row_get(struct tx *tx, const struct id *tenant, const struct id *id,
    struct arena *arena, struct case_row *ret_row)
{
	const struct sql_value v[] = {sql_id(id), sql_id(tenant)};
	struct cases one = {arena, ret_row, 0};

	return sql_query_one(tx, &get_case, v, SQL_COUNT(v), read_case, &one);
}

enum err
case_row_update(struct tx *tx, struct case_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_i64(row->version),
		sql_i64(row->status), sql_blob(row->words),
		sql_time(row->changed_at),
	};
	enum err err = sql_exec_one(tx, &update_case, v, SQL_COUNT(v),
	    ERR_CONFLICT);

	if (err == ERR_NONE) {
		row->version++;
	}
	return err;
}

enum err
case_row_list(struct tx *tx, const struct id *tenant,
    const struct id *before, unsigned max, struct arena *arena,
    struct case_row *rows, unsigned *ret_n)
{
	static const struct id none;
	struct id last;
	struct cases list = {arena, rows, 0};
	enum err err;

	for (unsigned i = 0; i < ID_BYTES; i++) {
		last.b[i] = 0xff;
	}
	{
		const struct sql_value v[] = {
			sql_id(tenant),
			sql_id(id_equal(before, &none) ? &last : before),
			sql_i64(max),
		};

		err = sql_query(tx, &list_cases, v, SQL_COUNT(v), read_case,
		    &list);
	}
	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

static enum err
read_count(struct sql_row *r, void *ctx)
{
	unsigned *n = ctx;

	*n = row_u32(r);
	return row_end(r);
}

enum err
case_row_open(struct tx *tx, const struct id *shipment, struct str kind,
    unsigned *ret_n)
{
	const struct sql_value v[] = {sql_id(shipment), sql_text(kind)};

	return sql_query_one(tx, &open_cases, v, SQL_COUNT(v), read_count,
	    ret_n);
}

enum err
case_row_forget(struct tx *tx, unix_ms before, unsigned max, unsigned *ret_n)
{
	const struct sql_value v[] = {
		sql_time(before), sql_i64(max), sql_blob(STR("")),
	};

	return sql_exec(tx, &forget_cases, v, SQL_COUNT(v), ret_n);
}

enum err
override_row_insert(struct tx *tx, const struct override_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant),
		sql_id(&row->shipment), sql_blob(row->reason),
		sql_id(&row->asked_by), sql_time(row->asked_at),
		sql_id_or_none(&row->approved_by),
		sql_time(row->approved_at),
	};

	return sql_exec_one(tx, &insert_override, v, SQL_COUNT(v),
	    ERR_EXISTS);
}

struct overrides {
	struct arena *arena;
	struct override_row *rows;
	unsigned n;
};

static enum err
read_override(struct sql_row *r, void *ctx)
{
	struct overrides *one = ctx;
	struct override_row *row = &one->rows[one->n++];

	*row = (struct override_row){0};
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row_id(r, &row->shipment);
	row->reason = row_copy(r, one->arena);
	row_id(r, &row->asked_by);
	row->asked_at = row_time(r);
	(void)row_id_or_none(r, &row->approved_by);
	row->approved_at = row_time(r);
	return row_end(r);
}

enum err
override_row_get(struct tx *tx, const struct id *tenant, const struct id *id,
    struct arena *arena, struct override_row *ret_row)
{
	const struct sql_value v[] = {sql_id(id), sql_id(tenant)};
	struct overrides one = {arena, ret_row, 0};

	return sql_query_one(tx, &get_override, v, SQL_COUNT(v),
	    read_override, &one);
}

enum err
override_row_list(struct tx *tx, const struct id *shipment,
    struct arena *arena, struct override_row rows[static OVERRIDES_MAX],
    unsigned *ret_n)
{
	const struct sql_value v[] = {
		sql_id(shipment), sql_i64(OVERRIDES_MAX),
	};
	struct overrides list = {arena, rows, 0};
	enum err err = sql_query(tx, &list_overrides, v, SQL_COUNT(v),
	    read_override, &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
override_row_approve(struct tx *tx, const struct override_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->approved_by),
		sql_time(row->approved_at),
	};

	return sql_exec_one(tx, &approve_override, v, SQL_COUNT(v),
	    ERR_CONFLICT);
}
