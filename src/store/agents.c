#include "store/agents.h"

#include <assert.h>
#include <string.h>

#include "store/sql.h"

static const struct sql insert_agent = {
	.name = "agent_insert",
	.text = "INSERT INTO agents (id, tenant, name, created_at, "
	    "revoked_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
};

static const struct sql get_agent = {
	.name = "agent_get",
	.text = "SELECT id, tenant, name, created_at, revoked_at FROM agents "
	    "WHERE id = $1 AND tenant = $2",
};

static const struct sql list_agents = {
	.name = "agent_list",
	.text = "SELECT id, tenant, name, created_at, revoked_at FROM agents "
	    "WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3",
};

static const struct sql revoke_agent = {
	.name = "agent_revoke",
	.text = "UPDATE agents SET revoked_at = $3 "
	    "WHERE id = $1 AND tenant = $2 AND revoked_at = 0",
};

static const struct sql revoke_devices = {
	.name = "agent_revoke_devices",
	.text = "UPDATE agent_devices SET revoked_at = $3 "
	    "WHERE agent = $1 AND tenant = $2 AND revoked_at = 0",
};

#define DEVICE_COLUMNS \
	"id, tenant, agent, key_type, key_bytes, paired_at, signed_in_at, " \
	"revoked_at"

static const struct sql insert_device = {
	.name = "agent_device_insert",
	.text = "INSERT INTO agent_devices (" DEVICE_COLUMNS ") "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
};

static const struct sql get_device = {
	.name = "agent_device_get",
	.text = "SELECT " DEVICE_COLUMNS " FROM agent_devices "
	    "WHERE id = $1",
};

static const struct sql list_devices = {
	.name = "agent_device_list",
	.text = "SELECT " DEVICE_COLUMNS " FROM agent_devices "
	    "WHERE agent = $1 ORDER BY id DESC LIMIT $2",
};

static const struct sql sign_in_device = {
	.name = "agent_device_sign_in",
	.text = "UPDATE agent_devices SET signed_in_at = $2 "
	    "WHERE id = $1 AND signed_in_at <> $2 AND revoked_at = 0",
};

static const struct sql revoke_device = {
	.name = "agent_device_revoke",
	.text = "UPDATE agent_devices SET revoked_at = $4 "
	    "WHERE id = $1 AND tenant = $2 AND agent = $3 "
	    "AND revoked_at = 0",
};

static const struct sql insert_pairing = {
	.name = "pairing_insert",
	.text = "INSERT INTO agent_pairings (code, tenant, agent, "
	    "expires_at, used_at) VALUES ($1, $2, $3, $4, $5) "
	    "ON CONFLICT DO NOTHING",
};

static const struct sql get_pairing = {
	.name = "pairing_get",
	.text = "SELECT code, tenant, agent, expires_at, used_at "
	    "FROM agent_pairings WHERE code = $1",
	.lock = true,
};

static const struct sql use_pairing = {
	.name = "pairing_use",
	.text = "UPDATE agent_pairings SET used_at = $2 "
	    "WHERE code = $1 AND used_at = 0",
};

static const struct sql purge_pairings = {
	.name = "pairing_purge",
	.text = "DELETE FROM agent_pairings WHERE expires_at < $1",
};

enum err
agent_row_insert(struct tx *tx, const struct agent_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant), sql_blob(row->name),
		sql_time(row->created_at), sql_time(row->revoked_at),
	};

	return sql_exec_one(tx, &insert_agent, v, SQL_COUNT(v), ERR_EXISTS);
}

struct agents {
	struct arena *arena;
	struct agent_row *rows;
	unsigned n;
};

static enum err
read_agent(struct sql_row *r, void *ctx)
{
	struct agents *list = ctx;
	struct agent_row *row = &list->rows[list->n++];

	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row->name = row_copy(r, list->arena);
	row->created_at = row_time(r);
	row->revoked_at = row_time(r);
	return row_end(r);
}

enum err
agent_row_get(struct tx *tx, const struct id *tenant, const struct id *id,
    struct arena *arena, struct agent_row *ret_row)
{
	const struct sql_value v[] = {sql_id(id), sql_id(tenant)};
	struct agents one = {arena, ret_row, 0};

	return sql_query_one(tx, &get_agent, v, SQL_COUNT(v), read_agent,
	    &one);
}

enum err
agent_row_list(struct tx *tx, const struct id *tenant,
    const struct id *after, unsigned max, struct arena *arena,
    struct agent_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_id(after), sql_i64(max),
	};
	struct agents list = {arena, rows, 0};
	enum err err = sql_query(tx, &list_agents, v, SQL_COUNT(v),
	    read_agent, &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
agent_row_revoke(struct tx *tx, const struct id *tenant,
    const struct id *agent, unix_ms now)
{
	const struct sql_value v[] = {
		sql_id(agent), sql_id(tenant), sql_time(now),
	};
	enum err err = sql_exec_one(tx, &revoke_agent, v, SQL_COUNT(v),
	    ERR_MISSING);

	return err != ERR_NONE ? err
	    : sql_exec_any(tx, &revoke_devices, v, SQL_COUNT(v));
}

enum err
agent_device_row_insert(struct tx *tx, const struct agent_device_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant), sql_id(&row->agent),
		sql_i64(row->key_type), sql_bytes(row->key, row->key_n),
		sql_time(row->paired_at), sql_time(row->signed_in_at),
		sql_time(row->revoked_at),
	};

	return sql_exec_one(tx, &insert_device, v, SQL_COUNT(v), ERR_EXISTS);
}

struct devices {
	struct agent_device_row *rows;
	unsigned n;
};

static enum err
read_device(struct sql_row *r, void *ctx)
{
	struct devices *list = ctx;
	struct agent_device_row *row = &list->rows[list->n++];
	struct str key;

	*row = (struct agent_device_row){0};
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row_id(r, &row->agent);
	row->key_type = (enum device_key)
	    row_range(r, 0, DEVICE_KEY_COUNT - 1);
	key = row_str(r);
	if (key.n <= sizeof(row->key)) {
		memcpy(row->key, key.p, key.n);
		row->key_n = key.n;
	}
	row->paired_at = row_time(r);
	row->signed_in_at = row_time(r);
	row->revoked_at = row_time(r);
	return row_end(r);
}

enum err
agent_device_row_get(struct tx *tx, const struct id *id,
    struct agent_device_row *ret_row)
{
	const struct sql_value v[] = {sql_id(id)};
	struct devices one = {ret_row, 0};

	return sql_query_one(tx, &get_device, v, SQL_COUNT(v), read_device,
	    &one);
}

enum err
agent_device_row_sign_in(struct tx *tx, const struct id *device, unix_ms at)
{
	const struct sql_value v[] = {sql_id(device), sql_time(at)};

	return sql_exec_one(tx, &sign_in_device, v, SQL_COUNT(v),
	    ERR_CONFLICT);
}

enum err
agent_device_row_revoke(struct tx *tx, const struct id *tenant,
    const struct id *agent, const struct id *device, unix_ms now)
{
	const struct sql_value v[] = {
		sql_id(device), sql_id(tenant), sql_id(agent), sql_time(now),
	};

	return sql_exec_one(tx, &revoke_device, v, SQL_COUNT(v),
	    ERR_MISSING);
}

enum err
agent_device_row_list(struct tx *tx, const struct id *agent, unsigned max,
    struct agent_device_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_id(agent), sql_i64(max)};
	struct devices list = {rows, 0};
	enum err err = sql_query(tx, &list_devices, v, SQL_COUNT(v),
	    read_device, &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
pairing_row_insert(struct tx *tx, const struct pairing_row *row)
{
	const struct sql_value v[] = {
		sql_bytes(row->code, PAIRING_INDEX), sql_id(&row->tenant),
		sql_id(&row->agent), sql_time(row->expires_at),
		sql_time(row->used_at),
	};

	return sql_exec_one(tx, &insert_pairing, v, SQL_COUNT(v),
	    ERR_EXISTS);
}

static enum err
read_pairing(struct sql_row *r, void *ctx)
{
	struct pairing_row *row = ctx;

	row_bytes(r, row->code, PAIRING_INDEX);
	row_id(r, &row->tenant);
	row_id(r, &row->agent);
	row->expires_at = row_time(r);
	row->used_at = row_time(r);
	return row_end(r);
}

enum err
pairing_row_get(struct tx *tx, const uint8_t code[static PAIRING_INDEX],
    struct pairing_row *ret_row)
{
	const struct sql_value v[] = {sql_bytes(code, PAIRING_INDEX)};

	return sql_query_one(tx, &get_pairing, v, SQL_COUNT(v), read_pairing,
	    ret_row);
}

enum err
pairing_row_use(struct tx *tx, const uint8_t code[static PAIRING_INDEX],
    unix_ms now)
{
	const struct sql_value v[] = {
		sql_bytes(code, PAIRING_INDEX), sql_time(now),
	};

	return sql_exec_one(tx, &use_pairing, v, SQL_COUNT(v), ERR_CONFLICT);
}

enum err
pairing_row_purge(struct tx *tx, unix_ms before)
{
	const struct sql_value v[] = {sql_time(before)};

	return sql_exec_any(tx, &purge_pairings, v, SQL_COUNT(v));
}
