#include "store/counters.h"

#include <string.h>

#include "store/sql.h"

static const struct sql get_row = {
	.name = "counter_get",
	.text = "SELECT streak, marks, day, version FROM counters "
	    "WHERE tenant = $1 AND kind = $2 AND counted = $3",
	.lock = true,
};

static const struct sql insert_row = {
	.name = "counter_insert",
	.text = "INSERT INTO counters "
	    "(tenant, kind, counted, version, streak, marks, day) "
	    "VALUES ($1, $2, $3, $4 + 1, $5, $6, $7) ON CONFLICT DO NOTHING",
};

/* The day stands in an index: it is written only when it is another one. */
static const struct sql update_row = {
	.name = "counter_update",
	.text = "UPDATE counters SET streak = $5, marks = $6, "
	    "version = version + 1 "
	    "WHERE tenant = $1 AND kind = $2 AND counted = $3 "
	    "AND version = $4",
};

static const struct sql update_row_and_day = {
	.name = "counter_update_day",
	.text = "UPDATE counters SET streak = $5, marks = $6, day = $7, "
	    "version = version + 1 "
	    "WHERE tenant = $1 AND kind = $2 AND counted = $3 "
	    "AND version = $4",
};

/*
 * A streak of failures that may stop its subject for good is not forgotten:
 * only a success or an administrator ends it (S14).  The key is repeated for
 * engines without row numbers.
 */
_Static_assert(COUNTER_FAILURES == 0, "the SQL below says so");
static const struct sql purge_rows = {
	.name = "counter_purge",
	.text = "DELETE FROM counters WHERE (tenant, kind, counted) IN ("
	    "SELECT tenant, kind, counted FROM counters "
	    "WHERE day < $1 AND (kind <> 0 OR streak < 5) "
	    "ORDER BY day LIMIT $2)",
};

static int64_t
day_of(unix_ms t)
{
	return t.v / HOURS(24).v;
}

static enum err
read_row(struct sql_row *r, void *ctx)
{
	struct counter_row *row = ctx;
	struct counter state = {0};
	struct str marks;
	enum err err;

	state.streak = row_i64(r);
	marks = row_str(r);
	row->day = row_i64(r);
	row->version = row_i64(r);
	err = row_end(r);
	if (err == ERR_NONE && !counter_unpack(marks, &state)) {
		return ERR_STORE;
	}
	row->state = state;
	return err;
}

enum err
counter_row_get(struct tx *tx, const struct id *tenant,
    enum counter_kind kind, const uint8_t key[static COUNTER_KEY_BYTES],
    struct counter_row *ret_row)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_i64(kind),
		sql_bytes(key, COUNTER_KEY_BYTES),
	};
	struct counter_row row = {.tenant = *tenant, .kind = kind};
	enum err err;

	memcpy(row.key, key, COUNTER_KEY_BYTES);
	err = sql_query(tx, &get_row, v, SQL_COUNT(v), read_row, &row);
	if (err == ERR_NONE) {
		*ret_row = row;
	}
	return err;
}

enum err
counter_row_put(struct tx *tx, struct counter_row *row, unix_ms now)
{
	enum { WITHOUT_DAY = 6, WITH_DAY };
	uint8_t marks[COUNTER_BYTES];
	const size_t n = counter_pack(&row->state, marks);
	const int64_t day = day_of(now);
	const struct sql_value v[] = {
		sql_id(&row->tenant), sql_i64(row->kind),
		sql_bytes(row->key, COUNTER_KEY_BYTES), sql_i64(row->version),
		sql_i64(row->state.streak), sql_bytes(marks, n), sql_i64(day),
	};
	const struct sql *q = &update_row;
	enum err err;

	if (row->version == 0) {
		q = &insert_row;
	} else if (row->day != day) {
		q = &update_row_and_day;
	}
	err = sql_exec_one(tx, q, v, q == &update_row ? WITHOUT_DAY : WITH_DAY,
	    ERR_CONFLICT);
	if (err == ERR_NONE) {
		row->version++;
		row->day = day;
	}
	return err;
}

enum err
counter_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n)
{
	const struct sql_value v[] = {sql_i64(day_of(before)), sql_i64(max)};

	return sql_exec(tx, &purge_rows, v, SQL_COUNT(v), ret_n);
}
