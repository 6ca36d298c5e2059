#include "store/audit.h"

#include <stddef.h>

#include "store/sql.h"

static const struct sql insert_event = {
	.name = "audit_event_insert",
	.text = "INSERT INTO audit_events (id, body, key_version, mac) "
	    "VALUES ($1, $2, $3, $4)",
};

static const struct sql list_events = {
	.name = "audit_event_list",
	.text = "SELECT id, body, key_version, mac FROM audit_events "
	    "WHERE id > $1 ORDER BY id LIMIT $2",
};

static const struct sql delete_events = {
	.name = "audit_event_delete",
	.text = "DELETE FROM audit_events WHERE id <= $1",
};

#define SEGMENT_COLUMNS \
	"n, events, sealed_at, body, hash_before, hash, key_version, signature"

static const struct sql insert_segment = {
	.name = "audit_segment_insert",
	.text = "INSERT INTO audit_segments (" SEGMENT_COLUMNS ") "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
};

static const struct sql last_segment = {
	.name = "audit_segment_last",
	.text = "SELECT " SEGMENT_COLUMNS " FROM audit_segments "
	    "ORDER BY n DESC LIMIT 1",
};

static const struct sql get_segment = {
	.name = "audit_segment_get",
	.text = "SELECT " SEGMENT_COLUMNS " FROM audit_segments WHERE n = $1",
};

enum err
audit_event_insert(struct tx *tx, const struct audit_event_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->id), sql_text(row->body), sql_i64(row->key),
		sql_bytes(row->mac, AUDIT_MAC),
	};

	return sql_exec_one(tx, &insert_event, v, SQL_COUNT(v), ERR_STORE);
}

struct list {
	struct arena *arena;
	struct audit_event_row *rows;
	unsigned n;
};

static enum err
read_event(struct sql_row *r, void *ctx)
{
	struct list *list = ctx;
	struct audit_event_row *row = &list->rows[list->n++];

	row_id(r, &row->id);
	row->body = row_copy(r, list->arena);
	row->key = row_u32(r);
	row_bytes(r, row->mac, AUDIT_MAC);
	return row_end(r);
}

enum err
audit_event_list(struct tx *tx, const struct id *after, unsigned max,
    struct arena *arena, struct audit_event_row *rows, unsigned *ret_n)
{
	const struct sql_value v[] = {sql_id(after), sql_i64(max)};
	struct list list = {.arena = arena, .rows = rows};
	enum err err = sql_query(tx, &list_events, v, SQL_COUNT(v),
	    read_event, &list);

	if (err == ERR_NONE) {
		*ret_n = list.n;
	}
	return err;
}

enum err
audit_event_delete(struct tx *tx, const struct id *last, unsigned n)
{
	const struct sql_value v[] = {sql_id(last)};
	unsigned deleted = 0;
	enum err err = sql_exec(tx, &delete_events, v, SQL_COUNT(v),
	    &deleted);

	if (err == ERR_NONE && deleted != n) {
		/* One with an earlier identifier was committed meanwhile. */
		err = ERR_CONFLICT;
	}
	return err;
}

enum err
audit_segment_insert(struct tx *tx, const struct audit_segment_row *row)
{
	const struct sql_value v[] = {
		sql_i64(row->n), sql_i64(row->events),
		sql_time(row->sealed_at), sql_text(row->body),
		sql_bytes(row->before, AUDIT_HASH),
		sql_bytes(row->hash, AUDIT_HASH), sql_i64(row->key),
		sql_bytes(row->signature, AUDIT_SIGNATURE),
	};

	return sql_exec_one(tx, &insert_segment, v, SQL_COUNT(v),
	    ERR_CONFLICT);
}

struct one {
	struct arena *arena;
	struct audit_segment_row *ret_row;
};

static enum err
read_segment(struct sql_row *r, void *ctx)
{
	struct one *one = ctx;
	struct audit_segment_row row = {0};
	enum err err;

	row.n = row_i64(r);
	row.events = row_i64(r);
	row.sealed_at = row_time(r);
	row.body = row_copy(r, one->arena);
	row_bytes(r, row.before, AUDIT_HASH);
	row_bytes(r, row.hash, AUDIT_HASH);
	row.key = row_u32(r);
	row_bytes(r, row.signature, AUDIT_SIGNATURE);
	err = row_end(r);
	if (err == ERR_NONE) {
		*one->ret_row = row;
	}
	return err;
}

enum err
audit_segment_last(struct tx *tx, struct arena *arena,
    struct audit_segment_row *ret_row)
{
	struct one one = {arena, ret_row};

	return sql_query_one(tx, &last_segment, NULL, 0, read_segment, &one);
}

enum err
audit_segment_get(struct tx *tx, int64_t n, struct arena *arena,
    struct audit_segment_row *ret_row)
{
	const struct sql_value v[] = {sql_i64(n)};
	struct one one = {arena, ret_row};

	return sql_query_one(tx, &get_segment, v, SQL_COUNT(v), read_segment,
	    &one);
}
