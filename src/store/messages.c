#include "store/messages.h"

#include <stddef.h>

#include "store/sql.h"

_Static_assert(MESSAGE_QUEUED == 0 && MESSAGE_CODE == 0,
    "the SQL below says so");

#define ALL_COLUMNS \
	"id, tenant, challenge, kind, generation, failures, channel, " \
	"state, attempts, created_at, due_at, expires_at, sent_at, detail, " \
	"provider, reference, recipient, locale, route, plan, step, " \
	"deadline_at, price, version"

static const struct sql insert_row = {
	.name = "message_insert",
	.text = "INSERT INTO messages (" ALL_COLUMNS ") "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
	    "$14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24) "
	    "ON CONFLICT DO NOTHING",
};

static const struct sql list_due = {
	.name = "message_due",
	.text = "SELECT " ALL_COLUMNS " FROM messages "
	    "WHERE state = 0 AND channel = $3 AND route = $4 "
	    "AND due_at <= $1 "
	    "ORDER BY due_at, id LIMIT $2",
};

static const struct sql get_row = {
	.name = "message_get",
	.text = "SELECT " ALL_COLUMNS " FROM messages WHERE id = $1",
	.lock = true,
};

static const struct sql find_row = {
	.name = "message_find",
	.text = "SELECT " ALL_COLUMNS " FROM messages "
	    "WHERE provider = $1 AND reference = $2 AND reference <> '' "
	    "ORDER BY id LIMIT 1",
	.lock = true,
};

static const struct sql lease_row = {
	.name = "message_lease",
	.text = "UPDATE messages SET due_at = $3, version = version + 1 "
	    "WHERE id = $1 AND version = $2 AND state = 0",
};

static const struct sql update_row = {
	.name = "message_update",
	.text = "UPDATE messages SET state = $3, attempts = $4, due_at = $5, "
	    "sent_at = $6, detail = $7, provider = $8, reference = $9, "
	    "deadline_at = $10, price = $11, version = version + 1 "
	    "WHERE id = $1 AND version = $2",
};

static const struct sql list_of_challenge = {
	.name = "message_list",
	.text = "SELECT " ALL_COLUMNS " FROM messages "
	    "WHERE challenge = $1 ORDER BY id LIMIT $2",
};

static const struct sql list_of_subject = {
	.name = "message_of_subject",
	.text = "SELECT " ALL_COLUMNS " FROM messages "
	    "WHERE challenge IN (SELECT id FROM challenges "
	    "WHERE subject = $2 AND tenant = $1) AND id < $3 "
	    "ORDER BY id DESC LIMIT $4",
};

static const struct sql next_due = {
	.name = "message_next_due",
	.text = "SELECT due_at FROM messages "
	    "WHERE state = 0 AND channel = $1 AND route = $2 "
	    "ORDER BY due_at LIMIT 1",
};

static const struct sql list_late = {
	.name = "message_late",
	.text = "SELECT " ALL_COLUMNS " FROM messages "
	    "WHERE deadline_at <> 0 AND deadline_at <= $1 "
	    "ORDER BY deadline_at LIMIT $2",
	.lock = true,
};

static const struct sql settle_road = {
	.name = "message_settle_road",
	.text = "UPDATE messages SET deadline_at = 0, version = version + 1 "
	    "WHERE challenge = $1 AND id <> $2 AND deadline_at <> 0",
};

static const struct sql list_routes = {
	.name = "message_routes",
	.text = "SELECT DISTINCT channel, route FROM messages "
	    "WHERE state = 0 AND route <> '' ORDER BY channel, route LIMIT $1",
};

static const struct sql leave_route = {
	.name = "message_leave_route",
	.text = "UPDATE messages SET route = '', version = version + 1 "
	    "WHERE state = 0 AND channel = $1 AND route = $2",
};

static const struct sql cancel_rows = {
	.name = "message_cancel",
	.text = "UPDATE messages SET state = $2, version = version + 1 "
	    "WHERE challenge = $1 AND state = 0 AND kind = 0",
};

static const struct sql forget_rows = {
	.name = "message_forget",
	.text = "UPDATE messages SET recipient = $3 WHERE id IN ("
	    "SELECT id FROM messages WHERE id < $1 "
	    "AND length(recipient) > 0 ORDER BY id LIMIT $2)",
};

/* No column is NULL, and a row that was never sent has neither. */
static struct sql_value
text(struct str s)
{
	return sql_text(s.n == 0 ? STR("") : s);
}

enum err
message_row_insert(struct tx *tx, struct message_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_id(&row->tenant),
		sql_id(&row->challenge), sql_i64(row->kind),
		sql_i64(row->generation), sql_i64(row->failures),
		sql_i64(row->channel), sql_i64(row->state),
		sql_i64(row->attempts), sql_time(row->created_at),
		sql_time(row->due_at), sql_time(row->expires_at),
		sql_time(row->sent_at), sql_text(row->detail),
		text(row->provider), text(row->reference),
		sql_blob(row->recipient.n == 0 ? STR("") : row->recipient),
		text(row->locale), text(row->route),
		text(row->plan), sql_i64(row->step),
		sql_time(row->deadline_at), sql_i64(row->price), sql_i64(1),
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
	struct message_row *rows;
	unsigned n;
};

static enum err
read_row(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct message_row *row = &list->rows[list->n++];

	row_id(r, &row->id);
	row_id(r, &row->tenant);
	row_id(r, &row->challenge);
	row->kind = (enum message_kind)
	    row_range(r, 0, MESSAGE_KIND_COUNT - 1);
	row->generation = row_u32(r);
	row->failures = row_int(r);
	row->channel = (enum channel)row_range(r, 0, CHANNEL_COUNT - 1);
	row->state = (enum message_state)
	    row_range(r, 0, MESSAGE_STATE_COUNT - 1);
	row->attempts = row_int(r);
	row->created_at = row_time(r);
	row->due_at = row_time(r);
	row->expires_at = row_time(r);
	row->sent_at = row_time(r);
	row->detail = row_copy(r, list->arena);
	row->provider = row_copy(r, list->arena);
	row->reference = row_copy(r, list->arena);
	row->recipient = row_copy(r, list->arena);
	row->locale = row_copy(r, list->arena);
	row->route = row_copy(r, list->arena);
	row->plan = row_copy(r, list->arena);
	row->step = row_int(r);
	row->deadline_at = row_time(r);
	row->price = row_i64(r);
	row->version = row_i64(r);
	return row_end(r);
}

/*
 * The rows are read without a lock, and each is taken by its version: two
 * couriers that read the same rows share them out, and neither waits.
 */
static enum err
lease(struct tx *tx, enum channel channel, struct str route,
    const struct message_lease *l, struct arena *arena,
    struct message_row *rows, unsigned *n)
{
	const struct sql_value due[] = {
		sql_time(l->now), sql_i64(l->max - *n), sql_i64(channel),
		text(route),
	};
	struct list list = {.arena = arena, .rows = rows + *n};
	unsigned taken = *n;
	enum err err;

	err = sql_query(tx, &list_due, due, SQL_COUNT(due), read_row, &list);
	for (unsigned i = 0; err == ERR_NONE && i < list.n; i++) {
		struct message_row *row = &list.rows[i];
		const struct sql_value v[] = {
			sql_id(&row->id), sql_i64(row->version),
			sql_time(l->until),
		};
		unsigned changed = 0;

		err = sql_exec(tx, &lease_row, v, SQL_COUNT(v), &changed);
		if (err == ERR_NONE && changed == 1) {
			rows[taken] = *row;
			rows[taken].due_at = l->until;
			rows[taken].version++;
			taken++;
		}
	}
	*n = taken;
	return err;
}

/* Lane i of what a courier serves: a channel, by one of its routes. */
static unsigned
lanes(const struct message_lanes *at)
{
	return CHANNEL_COUNT * (at->route.n > 0 ? 2 : 1);
}

static enum channel
lane_channel(unsigned i)
{
	return (enum channel)(i % CHANNEL_COUNT);
}

static struct str
lane_route(const struct message_lanes *at, unsigned i)
{
	return i < CHANNEL_COUNT ? STR("") : at->route;
}

static bool
has_lane(const struct message_lanes *at, unsigned i)
{
	return (at->channels & 1U << lane_channel(i)) != 0 &&
	    (i >= CHANNEL_COUNT || !at->route_only);
}

enum err
message_row_lease(struct tx *tx, const struct message_lease *l,
    struct arena *arena, struct message_row *rows, unsigned *ret_n)
{
	enum err err = ERR_NONE;
	unsigned n = 0;

	for (unsigned i = 0; i < lanes(&l->at); i++) {
		if (err == ERR_NONE && n < l->max && has_lane(&l->at, i)) {
			err = lease(tx, lane_channel(i), lane_route(&l->at, i),
			    l, arena, rows, &n);
		}
	}
	if (err == ERR_NONE) {
		*ret_n = n;
	}
	return err;
}

enum err
message_row_get(struct tx *tx, const struct id *id, struct arena *arena,
    struct message_row *ret_row)
{
	const struct sql_value v[] = {sql_id(id)};
	struct message_row row;
	struct list list = {.arena = arena, .rows = &row};
	enum err err = sql_query(tx, &get_row, v, SQL_COUNT(v), read_row,
	    &list);

	if (err == ERR_NONE && list.n == 0) {
		err = ERR_MISSING;
	}
	if (err == ERR_NONE) {
		*ret_row = row;
	}
	return err;
}

enum err
message_row_find(struct tx *tx, struct str provider, struct str reference,
    struct arena *arena, struct message_row *ret_row)
{
	const struct sql_value v[] = {text(provider), text(reference)};
	struct message_row row;
	struct list list = {.arena = arena, .rows = &row};
	enum err err = sql_query(tx, &find_row, v, SQL_COUNT(v), read_row,
	    &list);

	if (err == ERR_NONE && list.n == 0) {
		err = ERR_MISSING;
	}
	if (err == ERR_NONE) {
		*ret_row = row;
	}
	return err;
}

enum err
message_row_update(struct tx *tx, struct message_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_i64(row->version),
		sql_i64(row->state), sql_i64(row->attempts),
		sql_time(row->due_at), sql_time(row->sent_at),
		sql_text(row->detail), text(row->provider),
		text(row->reference), sql_time(row->deadline_at),
		sql_i64(row->price),
	};
	enum err err = sql_exec_one(tx, &update_row, v, SQL_COUNT(v),
	    ERR_CONFLICT);

	if (err == ERR_NONE) {
		row->version++;
	}
	return err;
}

enum err
message_row_list(struct tx *tx, const struct id *challenge, unsigned max,
    struct arena *arena, struct message_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_id(challenge), sql_i64(max)};
	struct list list = {.arena = arena, .rows = rows};
	enum err err = sql_query(tx, &list_of_challenge, v, SQL_COUNT(v),
	    read_row, &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
message_row_of_subject(struct tx *tx, const struct id *tenant,
    const uint8_t subject[static SUBJECT_BYTES], const struct id *before,
    unsigned max, struct arena *arena, struct message_row *rows,
    unsigned *ret_n)
{
	const struct sql_value v[] = {
		sql_id(tenant), sql_bytes(subject, SUBJECT_BYTES),
		sql_id(before), sql_i64(max),
	};
	struct list list = {.arena = arena, .rows = rows};
	enum err err = sql_query(tx, &list_of_subject, v, SQL_COUNT(v),
	    read_row, &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

static enum err
read_due(struct sql_row *r, void *ctx)
{
	unix_ms *earliest = ctx;
	unix_ms at = row_time(r);

	if (unix_ms_before(at, *earliest)) {
		*earliest = at;
	}
	return row_end(r);
}

enum err
message_row_next_due(struct tx *tx, const struct message_lanes *at,
    unix_ms *ret_at)
{
	unix_ms due = {UNIX_MS_MAX};
	enum err err = ERR_NONE;

	for (unsigned i = 0; err == ERR_NONE && i < lanes(at); i++) {
		const struct sql_value v[] = {
			sql_i64(lane_channel(i)), text(lane_route(at, i)),
		};

		if (has_lane(at, i)) {
			err = sql_query(tx, &next_due, v, SQL_COUNT(v),
			    read_due, &due);
		}
	}
	if (err == ERR_NONE) {
		*ret_at = due;
	}
	return err;
}

enum err
message_row_late(struct tx *tx, unix_ms now, unsigned max,
    struct arena *arena, struct message_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_time(now), sql_i64(max)};
	struct list list = {.arena = arena, .rows = rows};
	enum err err = sql_query(tx, &list_late, v, SQL_COUNT(v), read_row,
	    &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
message_row_settle_road(struct tx *tx, const struct id *challenge,
    const struct id *but)
{
	const struct sql_value v[] = {sql_id(challenge), sql_id(but)};

	return sql_exec_any(tx, &settle_road, v, SQL_COUNT(v));
}

static enum err
read_route(struct sql_row *r, void *ctx)
{
	struct message_routes *all = ctx;
	struct message_route *one = &all->v[all->n++];
	struct str name;

	one->channel = (enum channel)row_range(r, 0, CHANNEL_COUNT - 1);
	name = row_str(r);
	return str_copy(name, one->name, sizeof(one->name)) ? row_end(r)
	    : ERR_STORE;
}

enum err
message_row_routes(struct tx *tx, struct message_routes *ret_routes)
{
	const struct sql_value v[] = {sql_i64(MESSAGE_ROUTES_MAX)};

	*ret_routes = (struct message_routes){0};
	return sql_query(tx, &list_routes, v, SQL_COUNT(v), read_route,
	    ret_routes);
}

enum err
message_row_leave_route(struct tx *tx, const struct message_route *route)
{
	const struct sql_value v[] = {
		sql_i64(route->channel), sql_text(str_of(route->name)),
	};

	return sql_exec_any(tx, &leave_route, v, SQL_COUNT(v));
}

enum err
message_row_cancel(struct tx *tx, const struct id *challenge)
{
	const struct sql_value v[] = {
		sql_id(challenge), sql_i64(MESSAGE_CANCELLED),
	};

	return sql_exec_any(tx, &cancel_rows, v, SQL_COUNT(v));
}

enum err
message_row_forget(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n)
{
	const struct id floor = id_floor(before);
	const struct sql_value v[] = {
		sql_id(&floor), sql_i64(max), sql_blob(STR("")),
	};

	return sql_exec(tx, &forget_rows, v, SQL_COUNT(v), ret_n);
}
