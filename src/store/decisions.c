#include "store/decisions.h"

#include "store/sql.h"
#include "store/tenants.h"

#define COLUMNS "id, tenant, event, code, rule, reasons, has_account, " \
    "account, signals, monitored, monitored_code, monitored_rule"

static const struct sql insert_row = {
	.name = "decision_insert",
	.text = "INSERT INTO decisions (" COLUMNS ") VALUES "
	    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
};

static const struct sql get_row = {
	.name = "decision_get",
	.text = "SELECT " COLUMNS " FROM decisions "
	    "WHERE tenant = $1 AND id = $2",
};

static const struct sql list_rows = {
	.name = "decision_list",
	.text = "SELECT " COLUMNS " FROM decisions "
	    "WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
};

/* Identifiers begin with their time. */
static const struct sql purge_rows = {
	.name = "decision_purge",
	.text = "DELETE FROM decisions WHERE id IN ("
	    "SELECT id FROM decisions WHERE id < $1 ORDER BY id LIMIT $2)",
};

static const struct sql erase_rows = {
	.name = "decision_erase",
	.text = "DELETE FROM decisions WHERE has_account = 1 AND account = $1",
};

static const struct sql put_rules = {
	.name = "rules_put",
	.text = "INSERT INTO rule_sets (tenant, mode, body, changed_at) "
	    "VALUES ($1, $2, $3, $4) ON CONFLICT (tenant, mode) "
	    "DO UPDATE SET body = excluded.body, "
	    "changed_at = excluded.changed_at",
};

static const struct sql delete_rules = {
	.name = "rules_delete",
	.text = "DELETE FROM rule_sets WHERE tenant = $1 AND mode = $2",
};

static const struct sql list_rules = {
	.name = "rules_list",
	.text = "SELECT tenant, mode, body, changed_at FROM rule_sets "
	    "ORDER BY tenant, mode LIMIT $1",
};

enum err
decision_row_insert(struct tx *tx, const struct decision_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant), sql_i64(row->event),
		sql_i64(row->code), sql_text(row->rule),
		sql_text(row->reasons), sql_i64(row->has_account),
		sql_id(&row->account), sql_blob(row->signals),
		sql_i64(row->monitored), sql_i64(row->monitored_code),
		sql_text(row->monitored_rule),
	};

	return sql_exec_one(tx, &insert_row, v, SQL_COUNT(v), ERR_EXISTS);
}

static struct str
kept(struct sql_row *r, struct arena *arena)
{
	return arena != NULL ? row_copy(r, arena) : row_str(r);
}

/* Strings go into the arena where there is one. */
static enum err
take_row(struct sql_row *r, struct arena *arena, struct decision_row *row)
{
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row->event = (enum decision_event)row_range(r, 0,
	    DECISION_EVENT_COUNT - 1);
	row->code = (enum decision_code)row_range(r, 0, DECISION_DENY);
	row->rule = kept(r, arena);
	row->reasons = kept(r, arena);
	row->has_account = row_bool(r);
	row_id(r, &row->account);
	row->signals = kept(r, arena);
	row->monitored = row_bool(r);
	row->monitored_code = (enum decision_code)row_range(r, 0,
	    DECISION_DENY);
	row->monitored_rule = kept(r, arena);
	return row_end(r);
}

struct one {
	struct arena *arena;
	struct decision_row *row;
};

static enum err
read_one(struct sql_row *r, void *ctx)
{
	struct one *one = ctx;

	return take_row(r, one->arena, one->row);
}

enum err
decision_row_get(struct tx *tx, const struct id *tenant, const struct id *id,
    struct arena *arena, struct decision_row *ret_row)
{
	const struct sql_value v[] = {sql_id(tenant), sql_id(id)};
	struct one one = {arena, ret_row};

	return sql_query_one(tx, &get_row, v, SQL_COUNT(v), read_one, &one);
}

struct each {
	decision_row_fn *fn;
	void *ctx;
};

static enum err
read_each(struct sql_row *r, void *ctx)
{
	struct each *each = ctx;
	struct decision_row row;
	enum err e = take_row(r, NULL, &row);

	return e == ERR_NONE ? each->fn(&row, each->ctx) : e;
}

enum err
decision_row_list(struct tx *tx, const struct id *tenant,
    const struct id *before, unsigned max, decision_row_fn *fn, void *ctx)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_id(before), sql_i64(max),
	};
	struct each each = {fn, ctx};

	return sql_query(tx, &list_rows, v, SQL_COUNT(v), read_each, &each);
}

enum err
decision_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n)
{
	struct id floor = id_floor(before);
	const struct sql_value v[] = {sql_id(&floor), sql_i64(max)};

	return sql_exec(tx, &purge_rows, v, SQL_COUNT(v), ret_n);
}

enum err
decision_row_erase(struct tx *tx, const struct id *account)
{
	const struct sql_value v[] = {sql_id(account)};

	return sql_exec_any(tx, &erase_rows, v, SQL_COUNT(v));
}

enum err
rules_row_put(struct tx *tx, const struct rules_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->tenant), sql_i64(row->mode),
		sql_text(row->body), sql_time(row->changed_at),
	};
	enum err e = sql_exec_any(tx, &put_rules, v, SQL_COUNT(v));

	return e == ERR_NONE ? installation_revise(tx) : e;
}

enum err
rules_row_delete(struct tx *tx, const struct id *tenant, enum rules_mode mode)
{
	const struct sql_value v[] = {sql_id(tenant), sql_i64(mode)};
	enum err e = sql_exec_any(tx, &delete_rules, v, SQL_COUNT(v));

	return e == ERR_NONE ? installation_revise(tx) : e;
}

struct list {
	struct arena *arena;
	struct rules_row *rows;
	unsigned max, n;
};

static enum err
read_rules(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct rules_row *row;

	if (list->n == list->max) {
		return ERR_LIMIT;
	}
	row = &list->rows[list->n++];
	row_id(r, &row->tenant);
	row->mode = (enum rules_mode)row_range(r, 0, RULES_MONITOR);
	row->body = row_copy(r, list->arena);
	row->changed_at = row_time(r);
	return row_end(r);
}

enum err
rules_row_list(struct tx *tx, struct arena *arena, unsigned max,
    struct rules_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_i64((int64_t)max + 1)};
	struct list list = {arena, rows, max, 0};
	enum err e = sql_query(tx, &list_rules, v, SQL_COUNT(v), read_rules,
	    &list);

	if (e == ERR_NONE) {
		*ret_n = list.n;
	}
	return e;
}
