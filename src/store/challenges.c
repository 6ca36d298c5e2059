#include "store/challenges.h"

#include <stddef.h>

#include "store/sql.h"

_Static_assert(CHALLENGE_PENDING == 0 && CHALLENGE_APPROVED == 1,
    "the SQL below says so");

#define ALL_COLUMNS \
	"id, tenant, purpose, channel, status, generation, " \
	"attempts_left, attempts_max, sends_left, sends_max, " \
	"created_at, expires_at, resend_at, ended_at, spent, redeemed_at, " \
	"subject, address, digest, recipient, binding, locale, " \
	"length, code_key, epoch, account, fallback, version"

static const struct sql insert_row = {
	.name = "challenge_insert",
	.text = "INSERT INTO challenges (" ALL_COLUMNS ", forgotten) "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
	    "$14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, "
	    "$26, $27, $28, 0) ON CONFLICT DO NOTHING",
};

static const struct sql get_row = {
	.name = "challenge_get",
	.text = "SELECT " ALL_COLUMNS ", answered FROM challenges "
	    "WHERE id = $1 AND tenant = $2",
	.lock = true,
};

/*
 * The common case, a try or a message, writes no column of an index: a
 * challenge that is pending after an update was so before, because no event
 * leaves a final state (I5).
 */
static const struct sql update_pending = {
	.name = "challenge_update_pending",
	.text = "UPDATE challenges SET generation = $3, attempts_left = $4, "
	    "sends_left = $5, resend_at = $6, spent = $7, channel = $8, "
	    "version = version + 1 "
	    "WHERE id = $1 AND version = $2 AND status = 0",
};

/* I5: what was redeemed stays so, and an end stays the end it was. */
static const struct sql update_ended = {
	.name = "challenge_update_ended",
	.text = "UPDATE challenges SET generation = $3, attempts_left = $4, "
	    "sends_left = $5, resend_at = $6, spent = $7, channel = $8, "
	    "status = $9, ended_at = $10, redeemed_at = $11, answered = $12, "
	    "version = version + 1 "
	    "WHERE id = $1 AND version = $2 AND (status = 0 OR status = $9) "
	    "AND (redeemed_at = 0 OR redeemed_at = $11)",
};

static const struct sql list_overdue = {
	.name = "challenge_overdue",
	.text = "SELECT " ALL_COLUMNS ", answered FROM challenges "
	    "WHERE status = 0 AND expires_at <= $1 "
	    "ORDER BY expires_at LIMIT $2",
	.lock = true,
};

/* No challenge ends before it was made, so old ones have small ids. */
static const struct sql forget_rows = {
	.name = "challenge_forget",
	.text = "UPDATE challenges SET recipient = $4, binding = $4, "
	    "fallback = $4, forgotten = 1, version = version + 1 WHERE id IN ("
	    "SELECT id FROM challenges WHERE forgotten = 0 AND id < $1 "
	    "AND ended_at > 0 AND ended_at < $2 ORDER BY id LIMIT $3)",
};

#define OLDEST \
	"(SELECT id FROM challenges WHERE id < $1 ORDER BY id LIMIT $2)"

static const struct sql purge_messages = {
	.name = "challenge_purge_messages",
	.text = "DELETE FROM messages WHERE challenge IN " OLDEST,
};

static const struct sql purge_rows = {
	.name = "challenge_purge",
	.text = "DELETE FROM challenges WHERE id IN " OLDEST,
};

static const struct sql list_approved = {
	.name = "challenge_approved",
	.text = "SELECT id FROM challenges WHERE status = 1 AND id > $1 "
	    "ORDER BY id LIMIT $2",
};

static const struct sql count_live = {
	.name = "challenge_live",
	.text = "SELECT COUNT(*) FROM challenges WHERE status = 0",
};

enum err
challenge_row_insert(struct tx *tx, struct challenge_row *row)
{
	const struct challenge *c = &row->state;
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant),
		sql_i64(row->purpose), sql_i64(row->channel),
		sql_i64(c->status), sql_i64(c->generation),
		sql_i64(c->attempts_left), sql_i64(c->attempts_max),
		sql_i64(c->sends_left), sql_i64(c->sends_max),
		sql_time(c->created_at), sql_time(c->expires_at),
		sql_time(c->resend_at), sql_time(c->ended_at),
		sql_i64(c->spent), sql_time(row->redeemed_at),
		sql_bytes(row->subject, SUBJECT_BYTES),
		sql_bytes(row->address, SUBJECT_BYTES),
		sql_bytes(row->digest, DIGEST_BYTES),
		sql_blob(row->recipient), sql_blob(row->binding),
		sql_text(row->locale), sql_i64(row->length),
		sql_i64(row->code_key), sql_i64(row->epoch),
		row->has_account ? sql_id(&row->account) : sql_blob(STR("")),
		sql_blob(row->fallback.n == 0 ? STR("") : row->fallback),
		sql_i64(1),
	};
	enum err err = sql_exec_one(tx, &insert_row, v, SQL_COUNT(v),
	    ERR_EXISTS);

	if (err == ERR_NONE) {
		row->version = 1;
	}
	return err;
}

static enum err
read_row(struct sql_row *r, struct arena *arena, struct challenge_row *row)
{
	struct challenge *c = &row->state;

	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row->purpose = (enum purpose)row_range(r, 0, PURPOSE_COUNT - 1);
	row->channel = (enum channel)row_range(r, 0, CHANNEL_COUNT - 1);
	c->status = (enum challenge_status)
	    row_range(r, 0, CHALLENGE_STATUS_COUNT - 1);
	c->generation = row_u32(r);
	c->attempts_left = row_int(r);
	c->attempts_max = row_int(r);
	c->sends_left = row_int(r);
	c->sends_max = row_int(r);
	c->created_at = row_time(r);
	c->expires_at = row_time(r);
	c->resend_at = row_time(r);
	c->ended_at = row_time(r);
	c->spent = row_bool(r);
	row->redeemed_at = row_time(r);
	row_bytes(r, row->subject, SUBJECT_BYTES);
	row_bytes(r, row->address, SUBJECT_BYTES);
	row_bytes(r, row->digest, DIGEST_BYTES);
	row->recipient = row_copy(r, arena);
	row->binding = row_copy(r, arena);
	row->locale = row_copy(r, arena);
	row->length = row_int(r);
	row->code_key = row_u32(r);
	row->epoch = row_u32(r);
	row->has_account = row_id_or_none(r, &row->account);
	row->fallback = row_copy(r, arena);
	row->version = row_i64(r);
	row->answered = (unsigned)row_range(r, 0, FACTOR_COUNT);
	return row_end(r);
}

struct one {
	struct arena *arena;
	struct challenge_row *ret_row;
};

static enum err
read_one(struct sql_row *r, void *ctx)
{
	struct one *one = ctx;
	struct challenge_row row = {0};
	enum err err = read_row(r, one->arena, &row);

	if (err == ERR_NONE) {
		*one->ret_row = row;
	}
	return err;
}

enum err
challenge_row_get(struct tx *tx, const struct id *tenant, const struct id *id,
    struct arena *arena, struct challenge_row *ret_row)
{
	const struct sql_value v[] = {sql_id(id), sql_id(tenant)};
	struct one one = {arena, ret_row};

	return sql_query_one(tx, &get_row, v, SQL_COUNT(v), read_one, &one);
}

enum err
challenge_row_update(struct tx *tx, struct challenge_row *row)
{
	enum { PENDING_VALUES = 8 };
	const struct challenge *c = &row->state;
	const bool pending = c->status == CHALLENGE_PENDING;
	const struct sql_value v[] = {
		sql_id(&row->id), sql_i64(row->version),
		sql_i64(c->generation), sql_i64(c->attempts_left),
		sql_i64(c->sends_left), sql_time(c->resend_at),
		sql_i64(c->spent), sql_i64(row->channel),
		sql_i64(c->status), sql_time(c->ended_at),
		sql_time(row->redeemed_at), sql_i64(row->answered),
	};
	enum err err = sql_exec_one(tx,
	    pending ? &update_pending : &update_ended, v,
	    pending ? PENDING_VALUES : SQL_COUNT(v), ERR_CONFLICT);

	if (err == ERR_NONE) {
		row->version++;
	}
	return err;
}

/* Rows are gathered first: fn may write to the index that is being read. */
struct many {
	struct arena *arena;
	struct challenge_row *rows;
	unsigned n;
};

static enum err
read_many(struct sql_row *r, void *ctx)
{
	struct many *many = ctx;

	return read_row(r, many->arena, &many->rows[many->n++]);
}

enum err
challenge_row_overdue(struct tx *tx, unix_ms now, unsigned max,
    struct arena *arena, challenge_row_fn *fn, void *ctx)
{
	const struct sql_value v[] = {sql_time(now), sql_i64(max)};
	struct many many = {
		.arena = arena,
		.rows = arena_get(arena, max * sizeof(struct challenge_row)),
	};
	enum err err;

	if (many.rows == NULL) {
		return ERR_LIMIT;
	}
	err = sql_query(tx, &list_overdue, v, SQL_COUNT(v), read_many, &many);
	for (unsigned i = 0; err == ERR_NONE && i < many.n; i++) {
		err = fn(tx, &many.rows[i], ctx);
	}
	return err;
}

enum err
challenge_row_forget(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n)
{
	const struct id floor = id_floor(before);
	const struct sql_value v[] = {
		sql_id(&floor), sql_time(before), sql_i64(max),
		sql_blob(STR("")),
	};

	return sql_exec(tx, &forget_rows, v, SQL_COUNT(v), ret_n);
}

enum err
challenge_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n)
{
	const struct id floor = id_floor(before);
	const struct sql_value v[] = {sql_id(&floor), sql_i64(max)};
	enum err err = sql_exec_any(tx, &purge_messages, v, SQL_COUNT(v));

	if (err != ERR_NONE) {
		return err;
	}
	return sql_exec(tx, &purge_rows, v, SQL_COUNT(v), ret_n);
}

/* A page at a time: fn may run statements, and no engine holds them all. */
struct page {
	struct id ids[256];
	unsigned n;
};

static enum err
read_id(struct sql_row *r, void *ctx)
{
	struct page *page = ctx;

	row_id(r, &page->ids[page->n++]);
	return row_end(r);
}

enum err
challenge_row_approved(struct tx *tx, challenge_id_fn *fn, void *ctx)
{
	struct id after = {{0}};
	struct page page;
	enum err err;

	do {
		const struct sql_value v[] = {
			sql_id(&after), sql_i64(SQL_COUNT(page.ids)),
		};

		page.n = 0;
		err = sql_query(tx, &list_approved, v, SQL_COUNT(v), read_id,
		    &page);
		for (unsigned i = 0; err == ERR_NONE && i < page.n; i++) {
			err = fn(tx, &page.ids[i], ctx);
			after = page.ids[i];
		}
	} while (err == ERR_NONE && page.n == SQL_COUNT(page.ids));
	return err;
}

static enum err
read_count(struct sql_row *r, void *ctx)
{
	int64_t *n = ctx;

	*n = row_i64(r);
	return row_end(r);
}

enum err
challenge_row_live(struct tx *tx, int64_t *ret_n)
{
	return sql_query_one(tx, &count_live, NULL, 0, read_count, ret_n);
}
