#include "store/templates.h"

#include "store/sql.h"
#include "store/tenants.h"

static const struct sql put_row = {
	.name = "template_put",
	.text = "INSERT INTO templates "
	    "(tenant, purpose, locale, part, text, changed_at) "
	    "VALUES ($1, $2, $3, $4, $5, $6) "
	    "ON CONFLICT (tenant, purpose, locale, part) DO UPDATE SET "
	    "text = excluded.text, changed_at = excluded.changed_at",
};

static const struct sql delete_rows = {
	.name = "template_delete",
	.text = "DELETE FROM templates WHERE tenant = $1 AND purpose = $2 "
	    "AND locale = $3 AND part >= $4 AND part <= $5",
};

static const struct sql list_rows = {
	.name = "template_list",
	.text = "SELECT tenant, purpose, locale, part, text, changed_at "
	    "FROM templates ORDER BY tenant, purpose, locale, part LIMIT $1",
};

enum err
template_row_put(struct tx *tx, const struct template_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->tenant), sql_i64(row->own.purpose),
		sql_i64(row->own.locale), sql_i64(row->own.part),
		sql_text(str_of(row->own.text)), sql_time(row->changed_at),
	};
	enum err err = sql_exec_any(tx, &put_row, v, SQL_COUNT(v));

	return err == ERR_NONE ? installation_revise(tx) : err;
}

enum err
template_row_delete(struct tx *tx, const struct id *tenant,
    enum purpose purpose, enum locale locale, enum channel channel,
    unsigned *ret_n)
{
	int first = OWN_PART_COUNT, last = 0;

	for (int p = 0; p < OWN_PART_COUNT; p++) {
		if (own_part_channel((enum wording_own_part)p) == channel) {
			first = p < first ? p : first;
			last = p;
		}
	}

	const struct sql_value v[] = {
		sql_id(tenant), sql_i64(purpose), sql_i64(locale),
		sql_i64(first), sql_i64(last),
	};
	unsigned n = 0;
	enum err err = sql_exec(tx, &delete_rows, v, SQL_COUNT(v), &n);

	if (err == ERR_NONE && n > 0) {
		err = installation_revise(tx);
	}
	if (err == ERR_NONE) {
		*ret_n = n;
	}
	return err;
}

struct list {
	struct arena *arena;
	unsigned max;
	unsigned n;
	struct template_row *rows;
};

static enum err
read_row(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct template_row *row;

	if (list->n == list->max) {
		return ERR_LIMIT;
	}
	row = &list->rows[list->n++];
	row_id(r, &row->tenant);
	row->own.purpose = (enum purpose)row_range(r, 0, PURPOSE_COUNT - 1);
	row->own.locale = (enum locale)row_range(r, 0, LOCALE_COUNT - 1);
	row->own.part = (enum wording_own_part)
	    row_range(r, 0, OWN_PART_COUNT - 1);
	row->own.text = arena_copy(list->arena, row_copy(r, list->arena));
	row->changed_at = row_time(r);
	return row->own.text == NULL ? ERR_NOMEM : row_end(r);
}

enum err
template_row_list(struct tx *tx, struct arena *arena, unsigned max,
    struct template_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_i64((int64_t)max + 1)};
	struct list list = {.arena = arena, .max = max, .rows = rows};
	enum err err = sql_query(tx, &list_rows, v, SQL_COUNT(v), read_row,
	    &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}
