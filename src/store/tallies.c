#include "store/tallies.h"

#include <string.h>

#include "store/sql.h"

static const struct sql get_row = {
	.name = "tally_get",
	.text = "SELECT buckets, version FROM tallies "
	    "WHERE tenant = $1 AND kind = $2 AND counted = $3",
	.lock = true,
};

static const struct sql insert_row = {
	.name = "tally_insert",
	.text = "INSERT INTO tallies "
	    "(tenant, kind, counted, version, buckets, day) "
	    "VALUES ($1, $2, $3, $4 + 1, $5, $6) ON CONFLICT DO NOTHING",
};

static const struct sql update_row = {
	.name = "tally_update",
	.text = "UPDATE tallies SET buckets = $5, day = $6, "
	    "version = version + 1 "
	    "WHERE tenant = $1 AND kind = $2 AND counted = $3 "
	    "AND version = $4",
};

static const struct sql take_money = {
	.name = "spending_take",
	.text = "INSERT INTO spending (tenant, scope, day, spent) "
	    "VALUES ($1, $2, $3, $4) ON CONFLICT (tenant, scope) "
	    "DO UPDATE SET spent = spending.spent + $4 "
	    "WHERE spending.spent + $4 <= $5",
};

static const struct sql give_back = {
	.name = "spending_give_back",
	.text = "UPDATE spending SET spent = spent - $3 "
	    "WHERE tenant = $1 AND scope = $2 AND spent >= $3",
};

static const struct sql get_spent = {
	.name = "spending_get",
	.text = "SELECT spent FROM spending WHERE tenant = $1 AND scope = $2",
};

/* The key is repeated for engines without row numbers. */
static const struct sql purge_tallies = {
	.name = "tally_purge",
	.text = "DELETE FROM tallies WHERE (tenant, kind, counted) IN ("
	    "SELECT tenant, kind, counted FROM tallies "
	    "WHERE day < $1 ORDER BY day LIMIT $2)",
};

static const struct sql purge_spending = {
	.name = "spending_purge",
	.text = "DELETE FROM spending WHERE (tenant, scope) IN ("
	    "SELECT tenant, scope FROM spending "
	    "WHERE day < $1 ORDER BY day LIMIT $2)",
};

enum { MONEY_DAYS = 62 };

static int64_t
day_of(unix_ms t)
{
	return t.v / HOURS(24).v;
}

static enum err
read_row(struct sql_row *r, void *ctx)
{
	struct tally_row *row = ctx;
	struct str buckets = row_str(r);
	struct tally state;

	if (!tally_unpack(buckets, &state)) {
		return ERR_STORE;
	}
	row->state = state;
	row->version = row_i64(r);
	return row_end(r);
}

enum err
tally_row_get(struct tx *tx, const struct id *tenant, enum guard_scope scope,
    const uint8_t key[static TALLY_KEY_BYTES], struct tally_row *ret_row)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_i64(scope),
		sql_bytes(key, TALLY_KEY_BYTES),
	};
	struct tally_row row = {.tenant = *tenant, .scope = scope};
	enum err err;

	memcpy(row.key, key, TALLY_KEY_BYTES);
	err = sql_query(tx, &get_row, v, SQL_COUNT(v), read_row, &row);
	if (err == ERR_NONE) {
		*ret_row = row;
	}
	return err;
}

enum err
tally_row_put(struct tx *tx, struct tally_row *row, unix_ms now)
{
	uint8_t buckets[TALLY_BYTES];
	const size_t n = tally_pack(&row->state, buckets);
	const struct sql_value v[] = {
		sql_id(&row->tenant), sql_i64(row->scope),
		sql_bytes(row->key, TALLY_KEY_BYTES), sql_i64(row->version),
		sql_bytes(buckets, n), sql_i64(day_of(now)),
	};
	enum err err = sql_exec_one(tx, row->version == 0 ? &insert_row
	    : &update_row, v, SQL_COUNT(v), ERR_CONFLICT);

	if (err == ERR_NONE) {
		row->version++;
	}
	return err;
}

enum err
spending_take(struct tx *tx, const struct id *tenant, struct str scope,
    int64_t day, int64_t amount, int64_t most, bool *ret_taken)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_text(scope), sql_i64(day),
		sql_i64(amount), sql_i64(most),
	};
	unsigned changed = 0;
	enum err err;

	if (amount > most) {
		*ret_taken = false;
		return ERR_NONE;
	}
	err = sql_exec(tx, &take_money, v, SQL_COUNT(v), &changed);
	if (err == ERR_NONE) {
		*ret_taken = changed == 1;
	}
	return err;
}

enum err
spending_give_back(struct tx *tx, const struct id *tenant, struct str scope,
    int64_t amount)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_text(scope), sql_i64(amount),
	};

	return sql_exec_any(tx, &give_back, v, SQL_COUNT(v));
}

static enum err
read_spent(struct sql_row *r, void *ctx)
{
	int64_t *spent = ctx;

	*spent = row_i64(r);
	return row_end(r);
}

enum err
spending_get(struct tx *tx, const struct id *tenant, struct str scope,
    int64_t *ret_spent)
{
	const struct sql_value v[] = {sql_id(tenant), sql_text(scope)};
	int64_t spent = 0;
	enum err err = sql_query(tx, &get_spent, v, SQL_COUNT(v), read_spent,
	    &spent);

	if (err == ERR_NONE) {
		*ret_spent = spent;
	}
	return err;
}

enum err
tally_row_purge(struct tx *tx, unix_ms now, unsigned max, unsigned *ret_n)
{
	const struct sql_value tallies[] = {
		sql_i64(day_of(now) - 1), sql_i64(max),
	};
	const struct sql_value money[] = {
		sql_i64(day_of(now) - MONEY_DAYS), sql_i64(max),
	};
	unsigned n = 0, more = 0;
	enum err err = sql_exec(tx, &purge_tallies, tallies,
	    SQL_COUNT(tallies), &n);

	if (err == ERR_NONE) {
		err = sql_exec(tx, &purge_spending, money, SQL_COUNT(money),
		    &more);
	}
	if (err == ERR_NONE) {
		*ret_n = n > more ? n : more;
	}
	return err;
}
