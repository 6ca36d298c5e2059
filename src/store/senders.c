#include "store/senders.h"

#include "store/sql.h"
#include "store/tenants.h"

#define DKIM_COLUMNS "id, tenant, domain, selector, algorithm, " \
    "public_key, private_key, created_at, retired_at"

static const struct sql put_sender = {
	.name = "sender_put",
	.text = "INSERT INTO senders "
	    "(tenant, channel, address, name, changed_at) "
	    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant, channel) "
	    "DO UPDATE SET address = excluded.address, "
	    "name = excluded.name, changed_at = excluded.changed_at",
};

static const struct sql delete_sender = {
	.name = "sender_delete",
	.text = "DELETE FROM senders WHERE tenant = $1 AND channel = $2",
};

static const struct sql list_senders = {
	.name = "sender_list",
	.text = "SELECT tenant, channel, address, name, changed_at "
	    "FROM senders ORDER BY tenant, channel LIMIT $1",
};

static const struct sql insert_key = {
	.name = "dkim_insert",
	.text = "INSERT INTO dkim_keys (" DKIM_COLUMNS ") "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
	    "ON CONFLICT DO NOTHING",
};

static const struct sql retire_key = {
	.name = "dkim_retire",
	.text = "UPDATE dkim_keys SET retired_at = $4, private_key = $5 "
	    "WHERE tenant = $1 AND domain = $2 AND selector = $3 "
	    "AND retired_at = 0",
};

static const struct sql count_keys = {
	.name = "dkim_count",
	.text = "SELECT retired_at FROM dkim_keys WHERE tenant = $1",
	.lock = true,
};

static const struct sql list_active = {
	.name = "dkim_active",
	.text = "SELECT " DKIM_COLUMNS " FROM dkim_keys "
	    "WHERE retired_at = 0 ORDER BY id LIMIT $1",
};

static const struct sql list_keys = {
	.name = "dkim_list",
	.text = "SELECT " DKIM_COLUMNS " FROM dkim_keys "
	    "WHERE tenant = $2 ORDER BY id LIMIT $1",
};

enum err
sender_row_put(struct tx *tx, const struct sender_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->tenant), sql_i64(row->channel),
		sql_text(row->address), sql_text(row->name),
		sql_time(row->changed_at),
	};
	enum err err = sql_exec_any(tx, &put_sender, v, SQL_COUNT(v));

	return err == ERR_NONE ? installation_revise(tx) : err;
}

enum err
sender_row_delete(struct tx *tx, const struct id *tenant,
    enum channel channel)
{
	const struct sql_value v[] = {sql_id(tenant), sql_i64(channel)};
	enum err err = sql_exec_one(tx, &delete_sender, v, SQL_COUNT(v),
	    ERR_MISSING);

	return err == ERR_NONE ? installation_revise(tx) : err;
}

/* With room for max; one more row is asked for. */
struct list {
	struct arena *arena;
	unsigned max;
	unsigned n;
	struct sender_row *senders;
	struct dkim_row *keys;
};

static enum err
read_sender(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct sender_row *row;

	if (list->n == list->max) {
		return ERR_LIMIT;
	}
	row = &list->senders[list->n++];
	row_id(r, &row->tenant);
	row->channel = (enum channel)row_range(r, 0, CHANNEL_COUNT - 1);
	row->address = row_copy(r, list->arena);
	row->name = row_copy(r, list->arena);
	row->changed_at = row_time(r);
	return row_end(r);
}

enum err
sender_row_list(struct tx *tx, struct arena *arena, unsigned max,
    struct sender_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_i64((int64_t)max + 1)};
	struct list list = {.arena = arena, .max = max, .senders = rows};
	enum err err = sql_query(tx, &list_senders, v, SQL_COUNT(v),
	    read_sender, &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
dkim_row_insert(struct tx *tx, const struct dkim_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant),
		sql_text(row->domain), sql_text(row->selector),
		sql_i64(row->algorithm), sql_text(row->public_key),
		sql_blob(row->private_key), sql_time(row->created_at),
		sql_time(row->retired_at),
	};
	enum err err = sql_exec_one(tx, &insert_key, v, SQL_COUNT(v),
	    ERR_EXISTS);

	return err == ERR_NONE ? installation_revise(tx) : err;
}

enum err
dkim_row_retire(struct tx *tx, const struct id *tenant, struct str domain,
    struct str selector, unix_ms now)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_text(domain), sql_text(selector),
		sql_time(now), sql_blob(STR("")),
	};
	enum err err = sql_exec_one(tx, &retire_key, v, SQL_COUNT(v),
	    ERR_MISSING);

	return err == ERR_NONE ? installation_revise(tx) : err;
}

static enum err
read_key(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct dkim_row *row;

	if (list->n == list->max) {
		return ERR_LIMIT;
	}
	row = &list->keys[list->n++];
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row->domain = row_copy(r, list->arena);
	row->selector = row_copy(r, list->arena);
	row->algorithm = (enum dkim_key_algorithm)
	    row_range(r, 0, DKIM_KEY_ALGORITHMS - 1);
	row->public_key = row_copy(r, list->arena);
	row->private_key = row_copy(r, list->arena);
	row->created_at = row_time(r);
	row->retired_at = row_time(r);
	return row_end(r);
}

static enum err
read_keys(struct tx *tx, const struct sql *q, const struct sql_value *v,
    unsigned n, struct list *list, unsigned *ret_n)
{
	enum err err = sql_query(tx, q, v, n, read_key, list);

	if (err == ERR_NONE) {
		*ret_n = list->n;
	}
	return err;
}

struct count {
	unsigned active, all;
};

static enum err
count_key(struct sql_row *r, void *ctx)
{
	struct count *count = ctx;

	count->active += row_time(r).v == 0 ? 1 : 0;
	count->all++;
	return row_end(r);
}

enum err
dkim_row_count(struct tx *tx, const struct id *tenant, unsigned *ret_active,
    unsigned *ret_all)
{
	const struct sql_value v[] = {sql_id(tenant)};
	struct count count = {0};
	enum err err = sql_query(tx, &count_keys, v, SQL_COUNT(v), count_key,
	    &count);

	if (err == ERR_NONE) {
		*ret_active = count.active;
		*ret_all = count.all;
	}
	return err;
}

enum err
dkim_row_active(struct tx *tx, struct arena *arena, unsigned max,
    struct dkim_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_i64((int64_t)max + 1)};
	struct list list = {.arena = arena, .max = max, .keys = rows};

	return read_keys(tx, &list_active, v, SQL_COUNT(v), &list, ret_n);
}

enum err
dkim_row_list(struct tx *tx, const struct id *tenant, struct arena *arena,
    unsigned max, struct dkim_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {
		sql_i64((int64_t)max + 1), sql_id(tenant),
	};
	struct list list = {.arena = arena, .max = max, .keys = rows};

	return read_keys(tx, &list_keys, v, SQL_COUNT(v), &list, ret_n);
}
