#include "store/visits.h"

#include "store/sql.h"

_Static_assert(VISIT_OPEN == 0, "the SQL below says so");

#define ALL_COLUMNS \
	"id, tenant, shipment, agent, device, stop, day, valid_until, " \
	"challenge, sent, outcome, proof, typed_by, dispatched_at, " \
	"arrived_at, ended_at, told_at, signals, tzdata, calendar, version"

static const struct sql insert_row = {
	.name = "visit_insert",
	.text = "INSERT INTO visits (" ALL_COLUMNS ") "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
	    "$14, $15, $16, $17, $18, $19, $20, $21) ON CONFLICT DO NOTHING",
};

static const struct sql get_row = {
	.name = "visit_get",
	.text = "SELECT " ALL_COLUMNS " FROM visits "
	    "WHERE id = $1 AND tenant = $2",
	.lock = true,
};

static const struct sql update_row = {
	.name = "visit_update",
	.text = "UPDATE visits SET device = $3, sent = $4, outcome = $5, "
	    "proof = $6, typed_by = $7, arrived_at = $8, ended_at = $9, "
	    "told_at = $10, signals = $11, calendar = $12, "
	    "version = version + 1 WHERE id = $1 AND version = $2",
};

static const struct sql list_rows = {
	.name = "visit_list",
	.text = "SELECT " ALL_COLUMNS " FROM visits "
	    "WHERE shipment = $1 ORDER BY id DESC LIMIT $2",
};

static const struct sql list_route = {
	.name = "visit_route",
	.text = "SELECT " ALL_COLUMNS " FROM visits "
	    "WHERE agent = $1 AND outcome = 0 ORDER BY stop, id LIMIT $2",
};

#define DELEGATE_COLUMNS \
	"id, tenant, shipment, name, recipient, channel, locale, subject, " \
	"challenge, created_at, revoked_at"

static const struct sql insert_delegate = {
	.name = "delegate_insert",
	.text = "INSERT INTO delegates (" DELEGATE_COLUMNS ") "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
	    "ON CONFLICT DO NOTHING",
};

static const struct sql update_delegate = {
	.name = "delegate_update",
	.text = "UPDATE delegates SET challenge = $2, revoked_at = $3 "
	    "WHERE id = $1",
};

static const struct sql list_delegates = {
	.name = "delegate_list",
	.text = "SELECT " DELEGATE_COLUMNS " FROM delegates "
	    "WHERE shipment = $1 ORDER BY id LIMIT $2",
	.lock = true,
};

/* Text that a row without it leaves out. */
static struct str
text(struct str s)
{
	return s.n == 0 ? STR("") : s;
}

enum err
visit_row_insert(struct tx *tx, struct visit_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant),
		sql_id(&row->shipment), sql_id_or_none(&row->agent),
		sql_id_or_none(&row->device), sql_i64(row->stop),
		sql_i64(row->day.v), sql_time(row->valid_until),
		sql_id_or_none(&row->challenge), sql_i64(row->sent),
		sql_i64(row->outcome), sql_i64(row->proof),
		sql_i64(row->typed_by), sql_time(row->dispatched_at),
		sql_time(row->arrived_at), sql_time(row->ended_at),
		sql_time(row->told_at), sql_blob(text(row->signals)),
		sql_text(text(row->tzdata)), sql_text(text(row->calendar)),
		sql_i64(1),
	};
	enum err err = sql_exec_one(tx, &insert_row, v, SQL_COUNT(v),
	    ERR_EXISTS);

	if (err == ERR_NONE) {
		row->version = 1;
	}
	return err;
}

struct list {
	struct arena *arena;
	struct visit_row *rows;
	unsigned n;
};

static enum err
read_row(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct visit_row *row = &list->rows[list->n++];

	*row = (struct visit_row){0};
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row_id(r, &row->shipment);
	(void)row_id_or_none(r, &row->agent);
	(void)row_id_or_none(r, &row->device);
	row->stop = row_i64(r);
	row->day = (civil_day){row_range(r, 0, CIVIL_DAY_MAX)};
	row->valid_until = row_time(r);
	(void)row_id_or_none(r, &row->challenge);
	row->sent = row_bool(r);
	row->outcome = (enum visit_outcome)
	    row_range(r, 0, VISIT_OUTCOME_COUNT - 1);
	row->proof = (enum visit_proof)row_range(r, 0, PROOF_COUNT - 1);
	row->typed_by = (enum typed_by)row_range(r, 0, TYPED_COUNT - 1);
	row->dispatched_at = row_time(r);
	row->arrived_at = row_time(r);
	row->ended_at = row_time(r);
	row->told_at = row_time(r);
	row->signals = row_copy(r, list->arena);
	row->tzdata = row_copy(r, list->arena);
	row->calendar = row_copy(r, list->arena);
	row->version = row_i64(r);
	return row_end(r);
}

enum err
visit_row_get(struct tx *tx, const struct id *tenant, const struct id *id,
    struct arena *arena, struct visit_row *ret_row)
{
	const struct sql_value v[] = {sql_id(id), sql_id(tenant)};
	struct list one = {arena, ret_row, 0};

	return sql_query_one(tx, &get_row, v, SQL_COUNT(v), read_row, &one);
}

enum err
visit_row_update(struct tx *tx, struct visit_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_i64(row->version),
		sql_id_or_none(&row->device), sql_i64(row->sent),
		sql_i64(row->outcome), sql_i64(row->proof),
		sql_i64(row->typed_by), sql_time(row->arrived_at),
		sql_time(row->ended_at), sql_time(row->told_at),
		sql_blob(text(row->signals)), sql_text(text(row->calendar)),
	};
	enum err err = sql_exec_one(tx, &update_row, v, SQL_COUNT(v),
	    ERR_CONFLICT);

	if (err == ERR_NONE) {
		row->version++;
	}
	return err;
}

enum err
visit_row_list(struct tx *tx, const struct id *shipment, unsigned max,
    struct arena *arena, struct visit_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_id(shipment), sql_i64(max)};
	struct list list = {arena, rows, 0};
	enum err err = sql_query(tx, &list_rows, v, SQL_COUNT(v), read_row,
	    &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
visit_row_route(struct tx *tx, const struct id *agent, unsigned max,
    struct arena *arena, struct visit_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_id(agent), sql_i64(max)};
	struct list list = {arena, rows, 0};
	enum err err = sql_query(tx, &list_route, v, SQL_COUNT(v), read_row,
	    &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
delegate_row_insert(struct tx *tx, const struct delegate_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant),
		sql_id(&row->shipment), sql_blob(row->name),
		sql_blob(row->recipient), sql_i64(row->channel),
		sql_text(row->locale), sql_bytes(row->subject, SUBJECT_BYTES),
		sql_id_or_none(&row->challenge), sql_time(row->created_at),
		sql_time(row->revoked_at),
	};

	return sql_exec_one(tx, &insert_delegate, v, SQL_COUNT(v),
	    ERR_EXISTS);
}

enum err
delegate_row_update(struct tx *tx, const struct delegate_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id_or_none(&row->challenge),
		sql_time(row->revoked_at),
	};

	return sql_exec_one(tx, &update_delegate, v, SQL_COUNT(v),
	    ERR_CONFLICT);
}

struct delegates {
	struct arena *arena;
	struct delegate_row *rows;
	unsigned n;
};

static enum err
read_delegate(struct sql_row *r, void *ctx)
{
	struct delegates *list = ctx;
	struct delegate_row *row = &list->rows[list->n++];

	*row = (struct delegate_row){0};
	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row_id(r, &row->shipment);
	row->name = row_copy(r, list->arena);
	row->recipient = row_copy(r, list->arena);
	row->channel = (enum channel)row_range(r, 0, CHANNEL_COUNT - 1);
	row->locale = row_copy(r, list->arena);
	row_bytes(r, row->subject, SUBJECT_BYTES);
	(void)row_id_or_none(r, &row->challenge);
	row->created_at = row_time(r);
	row->revoked_at = row_time(r);
	return row_end(r);
}

enum err
delegate_row_list(struct tx *tx, const struct id *shipment, unsigned max,
    struct arena *arena, struct delegate_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_id(shipment), sql_i64(max)};
	struct delegates list = {arena, rows, 0};
	enum err err = sql_query(tx, &list_delegates, v, SQL_COUNT(v),
	    read_delegate, &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}
