#include "store/contacts.h"

#include "store/sql.h"

#define COLUMNS \
	"id, tenant, account, kind, lookup, address, uses, created_at, " \
	"registered_at, verified_at, version"

static const struct sql insert_row = {
	.name = "contact_insert",
	.text = "INSERT INTO contacts (" COLUMNS ") VALUES ($1, $2, $3, $4, "
	    "$5, $6, $7, $8, $9, $10, 1) ON CONFLICT DO NOTHING",
};

static const struct sql get_row = {
	.name = "contact_get",
	.text = "SELECT " COLUMNS " FROM contacts "
	    "WHERE id = $1 AND account = $2",
	.lock = true,
};

static const struct sql update_row = {
	.name = "contact_update",
	.text = "UPDATE contacts SET uses = $3, registered_at = $4, "
	    "verified_at = $5, version = version + 1 "
	    "WHERE id = $1 AND version = $2",
};

static const struct sql delete_row = {
	.name = "contact_delete",
	.text = "DELETE FROM contacts WHERE id = $1 AND account = $2",
};

static const struct sql delete_all = {
	.name = "contact_delete_all",
	.text = "DELETE FROM contacts WHERE account = $1",
};

static const struct sql list_rows = {
	.name = "contact_list",
	.text = "SELECT " COLUMNS " FROM contacts WHERE account = $1 "
	    "ORDER BY id LIMIT $2",
};

static const struct sql find_rows = {
	.name = "contact_find",
	.text = "SELECT " COLUMNS " FROM contacts WHERE tenant = $1 "
	    "AND lookup = $2 AND registered_at <> 0 ORDER BY id LIMIT $3",
};

enum err
contact_row_insert(struct tx *tx, struct contact_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant),
		sql_id(&row->account), sql_i64(row->kind),
		sql_bytes(row->lookup, LOOKUP_BYTES),
		sql_blob(row->address), sql_i64(row->uses),
		sql_time(row->created_at), sql_time(row->registered_at),
		sql_time(row->verified_at),
	};
	enum err err = sql_exec_one(tx, &insert_row, v, SQL_COUNT(v),
	    ERR_EXISTS);

	if (err == ERR_NONE) {
		row->version = 1;
	}
	return err;
}

/* With room for max; one more row is asked for. */
struct list {
	struct arena *arena;
	struct contact_row *rows;
	unsigned max;
	unsigned n;
};

static enum err
read_next(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct contact_row *row;

	if (list->n == list->max) {
		return ERR_LIMIT;
	}
	row = &list->rows[list->n++];
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row_id(r, &row->account);
	row->kind = (enum contact_kind)row_range(r, 0,
	    CONTACT_KIND_COUNT - 1);
	row_bytes(r, row->lookup, LOOKUP_BYTES);
	row->address = row_copy(r, list->arena);
	row->uses = row_u32(r);
	row->created_at = row_time(r);
	row->registered_at = row_time(r);
	row->verified_at = row_time(r);
	row->version = row_i64(r);
	return row_end(r);
}

enum err
contact_row_get(struct tx *tx, const struct id *account, const struct id *id,
    struct arena *arena, struct contact_row *ret_row)
{
	const struct sql_value v[] = {sql_id(id), sql_id(account)};
	struct contact_row row;
	struct list one = {.arena = arena, .rows = &row, .max = 1};
	enum err err = sql_query_one(tx, &get_row, v, SQL_COUNT(v),
	    read_next, &one);

	if (err == ERR_NONE) {
		*ret_row = row;
	}
	return err;
}

enum err
contact_row_update(struct tx *tx, struct contact_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_i64(row->version), sql_i64(row->uses),
		sql_time(row->registered_at), sql_time(row->verified_at),
	};
	enum err err = sql_exec_one(tx, &update_row, v, SQL_COUNT(v),
	    ERR_CONFLICT);

	if (err == ERR_NONE) {
		row->version++;
	}
	return err;
}

enum err
contact_row_delete(struct tx *tx, const struct id *account,
    const struct id *id)
{
	const struct sql_value v[] = {sql_id(id), sql_id(account)};

	return sql_exec_one(tx, &delete_row, v, SQL_COUNT(v), ERR_MISSING);
}

enum err
contact_row_delete_all(struct tx *tx, const struct id *account)
{
	const struct sql_value v[] = {sql_id(account)};

	return sql_exec_any(tx, &delete_all, v, SQL_COUNT(v));
}

enum err
contact_row_list(struct tx *tx, const struct id *account, unsigned max,
    struct arena *arena, struct contact_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {
		sql_id(account), sql_i64((int64_t)max + 1),
	};
	struct list list = {.arena = arena, .rows = rows, .max = max};
	enum err err = sql_query(tx, &list_rows, v, SQL_COUNT(v), read_next,
	    &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
contact_row_find(struct tx *tx, const struct id *tenant,
    const uint8_t lookup[static LOOKUP_BYTES], unsigned max,
    struct arena *arena, struct contact_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_bytes(lookup, LOOKUP_BYTES),
		sql_i64(max),
	};
	struct list list = {.arena = arena, .rows = rows, .max = max};
	enum err err = sql_query(tx, &find_rows, v, SQL_COUNT(v), read_next,
	    &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}
