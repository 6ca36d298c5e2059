#include "store/calendars.h"

#include "store/sql.h"

static const struct sql clear_calendars = {
	.name = "calendar_clear",
	.text = "DELETE FROM calendars WHERE tenant = $1",
};

static const struct sql clear_holidays = {
	.name = "calendar_clear_holidays",
	.text = "DELETE FROM holidays WHERE tenant = $1",
};

static const struct sql insert_calendar = {
	.name = "calendar_insert",
	.text = "INSERT INTO calendars (tenant, region, weekdays, codes, "
	    "file, hash, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7) "
	    "ON CONFLICT DO NOTHING",
};

static const struct sql insert_holiday = {
	.name = "holiday_insert",
	.text = "INSERT INTO holidays (tenant, region, day, name) "
	    "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
};

static const struct sql get_calendar = {
	.name = "calendar_get",
	.text = "SELECT tenant, region, weekdays, codes, file, hash, "
	    "changed_at FROM calendars WHERE tenant = $1 AND region = $2",
};

static const struct sql list_calendars = {
	.name = "calendar_list",
	.text = "SELECT tenant, region, weekdays, codes, file, hash, "
	    "changed_at FROM calendars WHERE tenant = $1 "
	    "ORDER BY region LIMIT $2",
};

static const struct sql list_holidays = {
	.name = "holiday_list",
	.text = "SELECT day, name FROM holidays WHERE tenant = $1 "
	    "AND region = $2 AND day > $3 ORDER BY day LIMIT $4",
};

enum err
calendar_row_clear(struct tx *tx, const struct id *tenant)
{
	const struct sql_value v[] = {sql_id(tenant)};
	enum err err = sql_exec_any(tx, &clear_holidays, v, SQL_COUNT(v));

	return err != ERR_NONE ? err
	    : sql_exec_any(tx, &clear_calendars, v, SQL_COUNT(v));
}

enum err
calendar_row_insert(struct tx *tx, const struct calendar_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->tenant), sql_text(row->region),
		sql_i64(row->weekdays), sql_i64(row->codes),
		sql_text(row->file), sql_text(row->hash),
		sql_time(row->changed_at),
	};

	return sql_exec_one(tx, &insert_calendar, v, SQL_COUNT(v),
	    ERR_EXISTS);
}

enum err
holiday_row_insert(struct tx *tx, const struct id *tenant, struct str region,
    const struct holiday *holiday)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_text(region), sql_i64(holiday->day.v),
		sql_text(holiday->name),
	};

	/* Two names for one day: the first stays. */
	return sql_exec_any(tx, &insert_holiday, v, SQL_COUNT(v));
}

struct calendars {
	struct arena *arena;
	struct calendar_row *rows;
	unsigned n;
};

static enum err
read_calendar(struct sql_row *r, void *ctx)
{
	struct calendars *list = ctx;
	struct calendar_row *row = &list->rows[list->n++];

	row_id(r, &row->tenant);
	row->region = row_copy(r, list->arena);
	row->weekdays = (unsigned)row_range(r, 1, WEEKDAYS_ALL);
	row->codes = (enum region_codes)
	    row_range(r, 0, REGION_CODES_COUNT - 1);
	row->file = row_copy(r, list->arena);
	row->hash = row_copy(r, list->arena);
	row->changed_at = row_time(r);
	return row_end(r);
}

enum err
calendar_row_get(struct tx *tx, const struct id *tenant, struct str region,
    struct arena *arena, struct calendar_row *ret_row)
{
	const struct sql_value v[] = {sql_id(tenant), sql_text(region)};
	struct calendars one = {arena, ret_row, 0};

	return sql_query_one(tx, &get_calendar, v, SQL_COUNT(v),
	    read_calendar, &one);
}

enum err
calendar_row_list(struct tx *tx, const struct id *tenant, unsigned max,
    struct arena *arena, struct calendar_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_id(tenant), sql_i64(max)};
	struct calendars list = {arena, rows, 0};
	enum err err = sql_query(tx, &list_calendars, v, SQL_COUNT(v),
	    read_calendar, &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

struct holidays {
	struct arena *arena;
	struct holiday *rows;
	unsigned n;
};

static enum err
read_holiday(struct sql_row *r, void *ctx)
{
	struct holidays *list = ctx;
	struct holiday *row = &list->rows[list->n++];

	row->day = (civil_day){row_range(r, 0, CIVIL_DAY_MAX)};
	row->name = row_copy(r, list->arena);
	return row_end(r);
}

enum err
holiday_row_list(struct tx *tx, const struct id *tenant, struct str region,
    civil_day after, unsigned max, struct arena *arena, struct holiday *rows,
    unsigned *ret_n)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_text(region), sql_i64(after.v),
		sql_i64(max),
	};
	struct holidays list = {arena, rows, 0};
	enum err err = sql_query(tx, &list_holidays, v, SQL_COUNT(v),
	    read_holiday, &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}
