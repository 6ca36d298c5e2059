#include "store/authenticators.h"

#include <string.h>

#include "store/sql.h"

#define COLUMNS "id, tenant, account, kind, hash, digits, period_s, label, " \
    "secret, moved, drift, found, failures, created_at, confirmed_at, " \
    "used_at, version"

static const struct sql insert_row = {
	.name = "authenticator_insert",
	.text = "INSERT INTO authenticators (" COLUMNS ") VALUES ($1, $2, $3, "
	    "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1)",
};

static const struct sql get_row = {
	.name = "authenticator_get",
	.text = "SELECT " COLUMNS " FROM authenticators "
	    "WHERE account = $1 AND id = $2",
	.lock = true,
};

static const struct sql list_rows = {
	.name = "authenticator_list",
	.text = "SELECT " COLUMNS " FROM authenticators "
	    "WHERE account = $1 ORDER BY id LIMIT $2",
	.lock = true,
};

/* What the caller thinks, once more: moved only grows (I1). */
static const struct sql update_row = {
	.name = "authenticator_update",
	.text = "UPDATE authenticators SET moved = $4, drift = $5, "
	    "found = $6, failures = $7, confirmed_at = $8, used_at = $9, "
	    "version = version + 1 "
	    "WHERE account = $1 AND id = $2 AND version = $3 "
	    "AND moved <= $4 "
	    "AND (confirmed_at = 0 OR confirmed_at = $8)",
};

static const struct sql delete_row = {
	.name = "authenticator_delete",
	.text = "DELETE FROM authenticators WHERE account = $1 AND id = $2",
};

static const struct sql delete_rows = {
	.name = "authenticator_delete_all",
	.text = "DELETE FROM authenticators WHERE account = $1",
};

static const struct sql purge_rows = {
	.name = "authenticator_purge",
	.text = "DELETE FROM authenticators WHERE id IN ("
	    "SELECT id FROM authenticators WHERE confirmed_at = 0 "
	    "AND created_at < $1 ORDER BY created_at LIMIT $2)",
};

_Static_assert(AUTHENTICATOR_TOTP == 0 && AUTHENTICATOR_HOTP == 1,
    "the SQL below says so");

/* The division is of whole numbers on both engines. */
static const struct sql move_rows = {
	.name = "authenticator_move",
	.text = "UPDATE authenticators SET "
	    "moved = $1 / (period_s * 1000) + $2, version = version + 1 "
	    "WHERE kind = 0 AND period_s > 0 "
	    "AND moved < $1 / (period_s * 1000) + $2",
};

static const struct sql end_counters = {
	.name = "authenticator_end_counters",
	.text = "DELETE FROM authenticators WHERE kind = 1",
};

static const struct sql put_recovery = {
	.name = "recovery_put",
	.text = "INSERT INTO recovery_sets "
	    "(account, tenant, salt, macs, used, created_at, version) "
	    "VALUES ($1, $2, $3, $4, $5, $6, 1) ON CONFLICT (account) "
	    "DO UPDATE SET salt = excluded.salt, macs = excluded.macs, "
	    "used = excluded.used, created_at = excluded.created_at, "
	    "version = recovery_sets.version + 1",
};

static const struct sql get_recovery = {
	.name = "recovery_get",
	.text = "SELECT tenant, salt, macs, used, created_at, version "
	    "FROM recovery_sets WHERE account = $1",
	.lock = true,
};

static const struct sql use_recovery = {
	.name = "recovery_use",
	.text = "UPDATE recovery_sets SET used = $3, version = version + 1 "
	    "WHERE account = $1 AND version = $2 AND used < $3",
};

static const struct sql delete_recovery = {
	.name = "recovery_delete",
	.text = "DELETE FROM recovery_sets WHERE account = $1",
};

enum err
authenticator_row_insert(struct tx *tx, struct authenticator_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant), sql_id(&row->account),
		sql_i64(row->kind), sql_i64(row->hash), sql_i64(row->digits),
		sql_i64(row->period_s), sql_blob(row->label),
		sql_blob(row->secret), sql_i64(row->moved),
		sql_i64(row->drift), sql_i64(row->found),
		sql_i64(row->failures), sql_time(row->created_at),
		sql_time(row->confirmed_at), sql_time(row->used_at),
	};
	enum err e = sql_exec_one(tx, &insert_row, v, SQL_COUNT(v),
	    ERR_EXISTS);

	if (e == ERR_NONE) {
		row->version = 1;
	}
	return e;
}

static enum err
take_row(struct sql_row *r, struct arena *arena,
    struct authenticator_row *row)
{
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row_id(r, &row->account);
	row->kind = (enum authenticator_kind)row_range(r, 0,
	    AUTHENTICATOR_KIND_COUNT - 1);
	row->hash = row_range(r, 0, 2);
	row->digits = row_range(r, 6, 8);
	row->period_s = row_range(r, 0, 120);
	row->label = row_copy(r, arena);
	row->secret = row_copy(r, arena);
	row->moved = row_i64(r);
	row->drift = row_i64(r);
	row->found = row_i64(r);
	row->failures = row_i64(r);
	row->created_at = row_time(r);
	row->confirmed_at = row_time(r);
	row->used_at = row_time(r);
	row->version = row_i64(r);
	return row_end(r);
}

struct list {
	struct arena *arena;
	struct authenticator_row *rows;
	unsigned max, n;
};

static enum err
read_row(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;

	if (list->n == list->max) {
		return ERR_LIMIT;
	}
	return take_row(r, list->arena, &list->rows[list->n++]);
}

enum err
authenticator_row_get(struct tx *tx, const struct id *account,
    const struct id *id, struct arena *arena,
    struct authenticator_row *ret_row)
{
	const struct sql_value v[] = {sql_id(account), sql_id(id)};
	struct list list = {arena, ret_row, 1, 0};

	return sql_query_one(tx, &get_row, v, SQL_COUNT(v), read_row, &list);
}

enum err
authenticator_row_list(struct tx *tx, const struct id *account, unsigned max,
    struct arena *arena, struct authenticator_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {
		sql_id(account), sql_i64((int64_t)max + 1),
	};
	struct list list = {arena, rows, max, 0};
	enum err e = sql_query(tx, &list_rows, v, SQL_COUNT(v), read_row,
	    &list);

	if (e == ERR_NONE) {
		*ret_n = list.n;
	}
	return e;
}

enum err
authenticator_row_update(struct tx *tx, struct authenticator_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->account), sql_id(&row->id),
		sql_i64(row->version), sql_i64(row->moved),
		sql_i64(row->drift), sql_i64(row->found),
		sql_i64(row->failures), sql_time(row->confirmed_at),
		sql_time(row->used_at),
	};
	enum err e = sql_exec_one(tx, &update_row, v, SQL_COUNT(v),
	    ERR_CONFLICT);

	if (e == ERR_NONE) {
		row->version++;
	}
	return e;
}

enum err
authenticator_row_delete(struct tx *tx, const struct id *account,
    const struct id *id)
{
	const struct sql_value v[] = {sql_id(account), sql_id(id)};

	return sql_exec_one(tx, &delete_row, v, SQL_COUNT(v), ERR_MISSING);
}

enum err
authenticator_row_delete_all(struct tx *tx, const struct id *account)
{
	const struct sql_value v[] = {sql_id(account)};

	return sql_exec_any(tx, &delete_rows, v, SQL_COUNT(v));
}

enum err
authenticator_row_restored(struct tx *tx, unix_ms now, unsigned ahead)
{
	const struct sql_value v[] = {sql_time(now), sql_i64(ahead)};
	enum err e = sql_exec_any(tx, &move_rows, v, SQL_COUNT(v));

	return e == ERR_NONE ? sql_exec_any(tx, &end_counters, NULL, 0) : e;
}

enum err
authenticator_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n)
{
	const struct sql_value v[] = {sql_time(before), sql_i64(max)};

	return sql_exec(tx, &purge_rows, v, SQL_COUNT(v), ret_n);
}

enum err
recovery_row_put(struct tx *tx, const struct recovery_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->account), sql_id(&row->tenant),
		sql_bytes(row->salt, RECOVERY_SALT),
		sql_bytes(&row->mac[0][0], sizeof(row->mac)),
		sql_i64(row->used), sql_time(row->created_at),
	};

	return sql_exec_any(tx, &put_recovery, v, SQL_COUNT(v));
}

static enum err
read_recovery(struct sql_row *r, void *ctx)
{
	struct recovery_row *row = ctx;

	row_id(r, &row->tenant);
	row_bytes(r, row->salt, RECOVERY_SALT);
	row_bytes(r, &row->mac[0][0], sizeof(row->mac));
	row->used = row_u32(r);
	row->created_at = row_time(r);
	row->version = row_i64(r);
	return row_end(r);
}

enum err
recovery_row_get(struct tx *tx, const struct id *account,
    struct recovery_row *ret_row)
{
	const struct sql_value v[] = {sql_id(account)};
	struct recovery_row row = {.account = *account};
	enum err e = sql_query(tx, &get_recovery, v, SQL_COUNT(v),
	    read_recovery, &row);

	if (e == ERR_NONE) {
		*ret_row = row;
	}
	return e;
}

enum err
recovery_row_use(struct tx *tx, struct recovery_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->account), sql_i64(row->version),
		sql_i64(row->used),
	};
	enum err e = sql_exec_one(tx, &use_recovery, v, SQL_COUNT(v),
	    ERR_CONFLICT);

	if (e == ERR_NONE) {
		row->version++;
	}
	return e;
}

enum err
recovery_row_delete(struct tx *tx, const struct id *account)
{
	const struct sql_value v[] = {sql_id(account)};

	return sql_exec_any(tx, &delete_recovery, v, SQL_COUNT(v));
}
