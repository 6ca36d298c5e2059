#include "store/shipments.h"

#include "store/sql.h"

#define ALL_COLUMNS \
	"id, tenant, account, reference, status, visits, visits_max, " \
	"failures, failures_max, method, country, region, time_zone, " \
	"amount, currency, code, rule, reason, promised_on, next_on, why, " \
	"channel, locale, subject, recipient, address, track, visit, " \
	"due_at, created_at, ended_at, version, signals, geo"

static const struct sql insert_row = {
	.name = "shipment_insert",
	.text = "INSERT INTO shipments (" ALL_COLUMNS ", forgotten) "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
	    "$14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, "
	    "$26, $27, $28, $29, $30, $31, $32, $33, $34, 0) "
	    "ON CONFLICT DO NOTHING",
};

static const struct sql get_row = {
	.name = "shipment_get",
	.text = "SELECT " ALL_COLUMNS " FROM shipments "
	    "WHERE id = $1 AND tenant = $2",
	.lock = true,
};

static const struct sql track_row = {
	.name = "shipment_track",
	.text = "SELECT " ALL_COLUMNS " FROM shipments WHERE track = $1",
	.lock = true,
};

static const struct sql update_row = {
	.name = "shipment_update",
	.text = "UPDATE shipments SET status = $3, visits = $4, "
	    "failures = $5, code = $6, rule = $7, reason = $8, "
	    "next_on = $9, why = $10, visit = $11, due_at = $12, "
	    "ended_at = $13, version = version + 1 "
	    "WHERE id = $1 AND version = $2",
};

static const struct sql list_tenant = {
	.name = "shipment_list",
	.text = "SELECT " ALL_COLUMNS " FROM shipments "
	    "WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
};

static const struct sql list_account = {
	.name = "shipment_list_account",
	.text = "SELECT " ALL_COLUMNS " FROM shipments "
	    "WHERE tenant = $1 AND id < $2 AND account = $4 "
	    "ORDER BY id DESC LIMIT $3",
};

static const struct sql list_due = {
	.name = "shipment_due",
	.text = "SELECT " ALL_COLUMNS " FROM shipments "
	    "WHERE due_at > 0 AND due_at <= $1 ORDER BY due_at, id LIMIT $2",
	.lock = true,
};

#define FORGOTTEN \
	"(SELECT id FROM shipments WHERE forgotten = 0 AND id < $1 " \
	"AND ended_at > 0 AND ended_at < $2 ORDER BY id LIMIT $3)"

static const struct sql forget_parcels = {
	.name = "shipment_forget_parcels",
	.text = "UPDATE parcels SET what = $4 WHERE shipment IN " FORGOTTEN,
};

static const struct sql forget_delegates = {
	.name = "shipment_forget_delegates",
	.text = "UPDATE delegates SET name = $4, recipient = $4 "
	    "WHERE shipment IN " FORGOTTEN,
};

/* Where the device was, and what its agent noted. */
static const struct sql forget_visits = {
	.name = "shipment_forget_visits",
	.text = "UPDATE visits SET signals = $4 WHERE shipment IN " FORGOTTEN,
};

static const struct sql forget_overrides = {
	.name = "shipment_forget_overrides",
	.text = "UPDATE overrides SET reason = $4 WHERE shipment IN "
	    FORGOTTEN,
};

static const struct sql forget_rows = {
	.name = "shipment_forget",
	.text = "UPDATE shipments SET recipient = $4, address = $4, signals = $4, "
	    "geo = $4, forgotten = 1, version = version + 1 WHERE id IN " FORGOTTEN,
};

static const struct sql insert_parcel = {
	.name = "parcel_insert",
	.text = "INSERT INTO parcels "
	    "(shipment, n, tenant, tracking, what, state, visit) "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
};

static const struct sql list_parcels = {
	.name = "parcel_list",
	.text = "SELECT shipment, n, tenant, tracking, what, state, visit "
	    "FROM parcels WHERE shipment = $1 ORDER BY n LIMIT $2",
};

_Static_assert(PARCEL_EXPECTED == 0, "the SQL below says so");
static const struct sql settle_parcel = {
	.name = "parcel_settle",
	.text = "UPDATE parcels SET state = $3, visit = $4 "
	    "WHERE shipment = $1 AND n = $2 AND state = 0",
};

static const struct sql find_parcel = {
	.name = "parcel_find",
	.text = "SELECT shipment FROM parcels "
	    "WHERE tenant = $1 AND tracking = $2 "
	    "ORDER BY shipment DESC LIMIT 1",
};

enum err
shipment_row_insert(struct tx *tx, struct shipment_row *row)
{
	const struct shipment *s = &row->state;
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant),
		sql_id_or_none(&row->account), sql_text(row->reference),
		sql_i64(s->status), sql_i64(s->visits),
		sql_i64(s->visits_max), sql_i64(s->failures),
		sql_i64(s->failures_max), sql_text(row->method),
		sql_text(row->country), sql_text(row->region),
		sql_text(row->time_zone), sql_i64(row->amount),
		sql_text(row->currency), sql_i64(row->code),
		sql_text(row->rule), sql_text(row->reason),
		sql_i64(row->promised_on.v), sql_i64(row->next_on.v),
		sql_text(row->why), sql_i64(row->channel),
		sql_text(row->locale),
		sql_bytes(row->subject, SUBJECT_BYTES),
		sql_blob(row->recipient), sql_blob(row->address),
		sql_bytes(row->track, TRACK_BYTES),
		sql_id_or_none(&row->visit), sql_time(row->due_at),
		sql_time(row->created_at), sql_time(row->ended_at),
		sql_i64(1), sql_blob(row->signals), sql_blob(row->geo),
	};
	enum err err = sql_exec_one(tx, &insert_row, v, SQL_COUNT(v),
	    ERR_EXISTS);

	if (err == ERR_NONE) {
		row->version = 1;
	}
	return err;
}

static civil_day
row_day(struct sql_row *r)
{
	return (civil_day){row_range(r, 0, CIVIL_DAY_MAX)};
}

static void
read_state(struct sql_row *r, struct shipment *s)
{
	s->status = (enum shipment_status)
	    row_range(r, 0, SHIPMENT_STATUS_COUNT - 1);
	s->visits = row_int(r);
	s->visits_max = row_int(r);
	s->failures = row_int(r);
	s->failures_max = row_int(r);
}

static enum err
read_row(struct sql_row *r, struct arena *arena, struct shipment_row *row)
{
	*row = (struct shipment_row){0};
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	(void)row_id_or_none(r, &row->account);
	row->reference = row_copy(r, arena);
	read_state(r, &row->state);
	row->method = row_copy(r, arena);
	row->country = row_copy(r, arena);
	row->region = row_copy(r, arena);
	row->time_zone = row_copy(r, arena);
	row->amount = row_i64(r);
	row->currency = row_copy(r, arena);
	row->code = (enum decision_code)row_range(r, 0, DECISION_DENY);
	row->rule = row_copy(r, arena);
	row->reason = row_copy(r, arena);
	row->promised_on = row_day(r);
	row->next_on = row_day(r);
	row->why = row_copy(r, arena);
	row->channel = (enum channel)row_range(r, 0, CHANNEL_COUNT - 1);
	row->locale = row_copy(r, arena);
	row_bytes(r, row->subject, SUBJECT_BYTES);
	row->recipient = row_copy(r, arena);
	row->address = row_copy(r, arena);
	row_bytes(r, row->track, TRACK_BYTES);
	(void)row_id_or_none(r, &row->visit);
	row->due_at = row_time(r);
	row->created_at = row_time(r);
	row->ended_at = row_time(r);
	row->version = row_i64(r);
	row->signals = row_copy(r, arena);
	row->geo = row_copy(r, arena);
	return row_end(r);
}

struct list {
	struct arena *arena;
	struct shipment_row *rows;
	unsigned n;
};

static enum err
read_next(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;

	return read_row(r, list->arena, &list->rows[list->n++]);
}

enum err
shipment_row_get(struct tx *tx, const struct id *tenant, const struct id *id,
    struct arena *arena, struct shipment_row *ret_row)
{
	const struct sql_value v[] = {sql_id(id), sql_id(tenant)};
	struct list one = {arena, ret_row, 0};

	return sql_query_one(tx, &get_row, v, SQL_COUNT(v), read_next, &one);
}

enum err
shipment_row_track(struct tx *tx, const uint8_t track[static TRACK_BYTES],
    struct arena *arena, struct shipment_row *ret_row)
{
	const struct sql_value v[] = {sql_bytes(track, TRACK_BYTES)};
	struct list one = {arena, ret_row, 0};

	return sql_query_one(tx, &track_row, v, SQL_COUNT(v), read_next,
	    &one);
}

enum err
shipment_row_update(struct tx *tx, struct shipment_row *row)
{
	const struct shipment *s = &row->state;
	const struct sql_value v[] = {
		sql_id(&row->id), sql_i64(row->version), sql_i64(s->status),
		sql_i64(s->visits), sql_i64(s->failures), sql_i64(row->code),
		sql_text(row->rule), sql_text(row->reason),
		sql_i64(row->next_on.v), sql_text(row->why),
		sql_id_or_none(&row->visit), sql_time(row->due_at),
		sql_time(row->ended_at),
	};
	enum err err = sql_exec_one(tx, &update_row, v, SQL_COUNT(v),
	    ERR_CONFLICT);

	if (err == ERR_NONE) {
		row->version++;
	}
	return err;
}

enum err
shipment_row_list(struct tx *tx, const struct shipment_list *list,
    struct arena *arena, struct shipment_row *rows, unsigned *ret_n)
{
	static const struct id none;
	struct id last;
	struct list to = {arena, rows, 0};
	bool all = id_equal(&list->account, &none);
	struct sql_value v[4];
	enum err err;

	for (unsigned i = 0; i < ID_BYTES; i++) {
		last.b[i] = 0xff;
	}
	v[0] = sql_id(&list->tenant);
	v[1] = sql_id(id_equal(&list->before, &none) ? &last
	    : &list->before);
	v[2] = sql_i64(list->max);
	v[3] = sql_id(&list->account);
	err = sql_query(tx, all ? &list_tenant : &list_account, v,
	    all ? 3 : 4, read_next, &to);
	if (err == ERR_NONE) {
		*ret_n = to.n;
	}
	return err;
}

enum err
shipment_row_due(struct tx *tx, unix_ms now, unsigned max,
    struct arena *arena, struct shipment_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_time(now), sql_i64(max)};
	struct list list = {arena, rows, 0};
	enum err err = sql_query(tx, &list_due, v, SQL_COUNT(v), read_next,
	    &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
shipment_row_forget(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n)
{
	const struct id floor = id_floor(before);
	const struct sql_value v[] = {
		sql_id(&floor), sql_time(before), sql_i64(max),
		sql_blob(STR("")),
	};
	/* The shipments last: they say which the others are. */
	const struct sql *const parts[] = {&forget_parcels,
	    &forget_delegates, &forget_visits, &forget_overrides};
	enum err err = ERR_NONE;

	for (size_t i = 0; err == ERR_NONE &&
	    i < sizeof(parts) / sizeof(parts[0]); i++) {
		err = sql_exec_any(tx, parts[i], v, SQL_COUNT(v));
	}
	return err != ERR_NONE ? err
	    : sql_exec(tx, &forget_rows, v, SQL_COUNT(v), ret_n);
}

enum err
parcel_row_insert(struct tx *tx, const struct parcel_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->shipment), sql_i64(row->n), sql_id(&row->tenant),
		sql_text(row->tracking), sql_blob(row->what),
		sql_i64(row->state), sql_id_or_none(&row->visit),
	};

	return sql_exec_one(tx, &insert_parcel, v, SQL_COUNT(v), ERR_EXISTS);
}

struct parcels {
	struct arena *arena;
	struct parcel_row *rows;
	unsigned n;
};

static enum err
read_parcel(struct sql_row *r, void *ctx)
{
	struct parcels *list = ctx;
	struct parcel_row *row = &list->rows[list->n++];

	*row = (struct parcel_row){0};
	row_id(r, &row->shipment);
	row->n = (unsigned)row_range(r, 0, PARCELS_MAX - 1);
	row_id(r, &row->tenant);
	row->tracking = row_copy(r, list->arena);
	row->what = row_copy(r, list->arena);
	row->state = (enum parcel_state)
	    row_range(r, 0, PARCEL_STATE_COUNT - 1);
	(void)row_id_or_none(r, &row->visit);
	return row_end(r);
}

enum err
parcel_row_list(struct tx *tx, const struct id *shipment,
    struct arena *arena, struct parcel_row rows[static PARCELS_MAX],
    unsigned *ret_n)
{
	const struct sql_value v[] = {
		sql_id(shipment), sql_i64(PARCELS_MAX),
	};
	struct parcels list = {arena, rows, 0};
	enum err err = sql_query(tx, &list_parcels, v, SQL_COUNT(v),
	    read_parcel, &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
parcel_row_settle(struct tx *tx, const struct parcel_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->shipment), sql_i64(row->n), sql_i64(row->state),
		sql_id_or_none(&row->visit),
	};

	return sql_exec_one(tx, &settle_parcel, v, SQL_COUNT(v),
	    ERR_CONFLICT);
}

static enum err
read_id(struct sql_row *r, void *ctx)
{
	row_id(r, ctx);
	return row_end(r);
}

enum err
parcel_row_find(struct tx *tx, const struct id *tenant, struct str tracking,
    struct id *ret_shipment)
{
	const struct sql_value v[] = {sql_id(tenant), sql_text(tracking)};

	return sql_query_one(tx, &find_parcel, v, SQL_COUNT(v), read_id,
	    ret_shipment);
}
