#include "store/tenants.h"

#include <stddef.h>

#include "store/sql.h"

static const struct sql insert_tenant = {
	.name = "tenant_insert",
	.text = "INSERT INTO tenants (id, name, brand, created_at) "
	    "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
};

static const struct sql put_brand = {
	.name = "tenant_brand",
	.text = "UPDATE tenants SET brand = $2 WHERE id = $1",
};

static const struct sql insert_key = {
	.name = "api_key_insert",
	.text = "INSERT INTO api_keys "
	    "(id, tenant, hash, label, scopes, created_at, revoked_at) "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
};

static const struct sql revoke_key = {
	.name = "api_key_revoke",
	.text = "UPDATE api_keys SET revoked_at = $2 "
	    "WHERE id = $1 AND revoked_at = 0",
};

static const struct sql put_setting = {
	.name = "setting_put",
	.text = "INSERT INTO settings (tenant, section, name, value) "
	    "VALUES ($1, $2, $3, $4) ON CONFLICT (tenant, section, name) "
	    "DO UPDATE SET value = excluded.value",
};

static const struct sql clear_settings = {
	.name = "setting_clear",
	.text = "DELETE FROM settings WHERE tenant = $1",
};

static const struct sql list_tenants = {
	.name = "tenant_list",
	.text = "SELECT id, name, brand, created_at FROM tenants "
	    "ORDER BY id LIMIT $1",
};

static const struct sql list_keys = {
	.name = "api_key_list",
	.text = "SELECT id, tenant, hash, label, scopes, created_at, "
	    "revoked_at FROM api_keys ORDER BY id LIMIT $1",
};

static const struct sql list_settings = {
	.name = "setting_list",
	.text = "SELECT tenant, section, name, value FROM settings "
	    "ORDER BY tenant, section, name LIMIT $1",
};

static const struct sql next_revision = {
	.name = "installation_revise",
	.text = "UPDATE installation SET revision = revision + 1 "
	    "WHERE one = 1",
};

static const struct sql get_installation = {
	.name = "installation_get",
	.text = "SELECT schema_version, epoch, revision, created_at "
	    "FROM installation WHERE one = 1",
};

static const struct sql next_epoch = {
	.name = "installation_new_epoch",
	.text = "UPDATE installation SET epoch = epoch + 1 WHERE one = 1",
};

enum err
installation_revise(struct tx *tx)
{
	return sql_exec_one(tx, &next_revision, NULL, 0, ERR_STORE);
}

static enum err
revise(struct tx *tx, enum err err)
{
	return err == ERR_NONE ? installation_revise(tx) : err;
}

enum err
tenant_row_insert(struct tx *tx, const struct tenant_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_text(row->name), sql_text(row->brand),
		sql_time(row->created_at),
	};

	return revise(tx, sql_exec_one(tx, &insert_tenant, v, SQL_COUNT(v),
	    ERR_EXISTS));
}

enum err
tenant_row_brand(struct tx *tx, const struct id *tenant, struct str brand)
{
	const struct sql_value v[] = {sql_id(tenant), sql_text(brand)};

	return revise(tx, sql_exec_one(tx, &put_brand, v, SQL_COUNT(v),
	    ERR_MISSING));
}

enum err
api_key_row_insert(struct tx *tx, const struct api_key_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant),
		sql_bytes(row->hash, API_KEY_HASH), sql_text(row->label),
		sql_i64(row->scopes), sql_time(row->created_at),
		sql_time(row->revoked_at),
	};

	return revise(tx, sql_exec_one(tx, &insert_key, v, SQL_COUNT(v),
	    ERR_EXISTS));
}

enum err
api_key_row_revoke(struct tx *tx, const struct id *id, unix_ms now)
{
	const struct sql_value v[] = {sql_id(id), sql_time(now)};

	return revise(tx, sql_exec_one(tx, &revoke_key, v, SQL_COUNT(v),
	    ERR_MISSING));
}

enum err
setting_row_put(struct tx *tx, const struct setting_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->tenant), sql_text(row->section),
		sql_text(row->key), sql_text(row->value),
	};

	return revise(tx, sql_exec_any(tx, &put_setting, v, SQL_COUNT(v)));
}

enum err
setting_row_clear(struct tx *tx, const struct id *tenant)
{
	const struct sql_value v[] = {sql_id(tenant)};

	return revise(tx, sql_exec_any(tx, &clear_settings, v, SQL_COUNT(v)));
}

/* One of the three lists, with room for max; one more row is asked for. */
struct list {
	struct arena *arena;
	unsigned max;
	unsigned n;
	struct tenant_row *tenants;
	struct api_key_row *keys;
	struct setting_row *settings;
};

static enum err
read_tenant(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct tenant_row *row;

	if (list->n == list->max) {
		return ERR_LIMIT;
	}
	row = &list->tenants[list->n++];
	row_id(r, &row->id);
	row->name = row_copy(r, list->arena);
	row->brand = row_copy(r, list->arena);
	row->created_at = row_time(r);
	return row_end(r);
}

static enum err
read_key(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct api_key_row *row;

	if (list->n == list->max) {
		return ERR_LIMIT;
	}
	row = &list->keys[list->n++];
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row_bytes(r, row->hash, API_KEY_HASH);
	row->label = row_copy(r, list->arena);
	row->scopes = row_u32(r);
	row->created_at = row_time(r);
	row->revoked_at = row_time(r);
	return row_end(r);
}

static enum err
read_setting(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct setting_row *row;

	if (list->n == list->max) {
		return ERR_LIMIT;
	}
	row = &list->settings[list->n++];
	row_id(r, &row->tenant);
	row->section = row_copy(r, list->arena);
	row->key = row_copy(r, list->arena);
	row->value = row_copy(r, list->arena);
	return row_end(r);
}

static enum err
read_list(struct tx *tx, const struct sql *q, sql_row_fn *fn,
    struct list *list, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_i64((int64_t)list->max + 1)};
	enum err err = sql_query(tx, q, v, SQL_COUNT(v), fn, list);

	if (err == ERR_NONE) {
		*ret_n = list->n;
	}
	return err;
}

enum err
tenant_row_list(struct tx *tx, struct arena *arena, unsigned max,
    struct tenant_row *rows, unsigned *ret_n)
{
	struct list list = {.arena = arena, .max = max, .tenants = rows};

	return read_list(tx, &list_tenants, read_tenant, &list, ret_n);
}

enum err
api_key_row_list(struct tx *tx, struct arena *arena, unsigned max,
    struct api_key_row *rows, unsigned *ret_n)
{
	struct list list = {.arena = arena, .max = max, .keys = rows};

	return read_list(tx, &list_keys, read_key, &list, ret_n);
}

enum err
setting_row_list(struct tx *tx, struct arena *arena, unsigned max,
    struct setting_row *rows, unsigned *ret_n)
{
	struct list list = {.arena = arena, .max = max, .settings = rows};

	return read_list(tx, &list_settings, read_setting, &list, ret_n);
}

static enum err
read_installation(struct sql_row *r, void *ctx)
{
	struct installation_row *row = ctx;

	row->schema = row_i64(r);
	row->epoch = row_u32(r);
	row->revision = row_i64(r);
	row->created_at = row_time(r);
	return row_end(r);
}

enum err
installation_get(struct tx *tx, struct installation_row *ret_row)
{
	struct installation_row row = {0};
	enum err err = sql_query_one(tx, &get_installation, NULL, 0,
	    read_installation, &row);

	if (err == ERR_NONE) {
		*ret_row = row;
	}
	return err;
}

/*
 * What may have been ended or used up since the backup, and is there again:
 * nobody can tell which of it, so none of it holds.
 */
static const struct sql revived[] = {
	{.name = "revived_sessions", .text = "DELETE FROM sessions"},
	{.name = "revived_devices", .text = "DELETE FROM devices"},
	{.name = "revived_recovery", .text = "DELETE FROM recovery_sets"},
	{.name = "revived_agents", .text = "DELETE FROM agent_devices"},
	{.name = "revived_pairings", .text = "DELETE FROM agent_pairings"},
};

enum err
installation_new_epoch(struct tx *tx, uint32_t *ret_epoch)
{
	struct installation_row row;
	enum err err = sql_exec_one(tx, &next_epoch, NULL, 0, ERR_STORE);

	for (size_t i = 0; err == ERR_NONE &&
	    i < sizeof(revived) / sizeof(revived[0]); i++) {
		err = sql_exec_any(tx, &revived[i], NULL, 0);
	}
	if (err == ERR_NONE) {
		err = installation_get(tx, &row);
	}
	if (err == ERR_NONE) {
		*ret_epoch = row.epoch;
	}
	return err;
}
