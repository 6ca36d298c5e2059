/*
 * Private to store/: statements, values and rows, without an engine.
 *
 * A statement is a static constant next to the C that runs it; each engine
 * prepares it once for a connection.  The text is PostgreSQL's, with $1, $2 …
 * for values; what SQLite spells otherwise is rewritten in sqlite/.
 *
 * The first failure of the engine is latched in the transaction: a use case
 * that overlooks it is not committed all the same (S24).
 */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/id.h"
#include "base/str.h"

#define SQL_VALUES_MAX 40	/* of a statement, or columns of a row */
#define SQL_STATEMENTS_MAX 512	/* of the whole program */

struct sql {
	const char *name;	/* unique in the program */
	const char *text;
	bool lock;		/* its rows are about to be written: lock them */
};

enum sql_type { SQL_NULL, SQL_I64, SQL_TEXT, SQL_BLOB };

struct sql_value {
	enum sql_type type;
	int64_t i;
	struct str s;		/* borrowed until the call returns */
};

static inline struct sql_value
sql_i64(int64_t v)
{
	return (struct sql_value){SQL_I64, v, {NULL, 0}};
}

static inline struct sql_value
sql_time(unix_ms t)
{
	return sql_i64(t.v);
}

static inline struct sql_value
sql_text(struct str s)
{
	return (struct sql_value){SQL_TEXT, 0, s};
}

static inline struct sql_value
sql_blob(struct str s)
{
	return (struct sql_value){SQL_BLOB, 0, s};
}

static inline struct sql_value
sql_bytes(const uint8_t *p, size_t n)
{
	return sql_blob((struct str){(const char *)p, n});
}

static inline struct sql_value
sql_id(const struct id *id)
{
	return sql_bytes(id->b, ID_BYTES);
}

/*
 * A row being read: the columns are taken from left to right.  A column that
 * is not of the type or size asked for latches ERR_STORE (the file is not
 * what we wrote); an arena that is full latches ERR_LIMIT.
 */
struct sql_row {
	const struct sql_value *v;
	unsigned n;
	unsigned at;
	enum err err;
};

int64_t row_i64(struct sql_row *r) NONNULL;
int64_t row_range(struct sql_row *r, int64_t low, int64_t high) NONNULL;
int row_int(struct sql_row *r) NONNULL;		/* 0 to INT_MAX */
uint32_t row_u32(struct sql_row *r) NONNULL;
bool row_bool(struct sql_row *r) NONNULL;
unix_ms row_time(struct sql_row *r) NONNULL;
void row_id(struct sql_row *r, struct id *ret_id) NONNULL;
/* row_id_or_none(r, ret_id): false: no bytes, and ret_id is all zero. */
bool row_id_or_none(struct sql_row *r, struct id *ret_id) NONNULL;

void row_bytes(struct sql_row *r, uint8_t *dst, size_t n) NONNULL;

/* row_str(r): text or bytes, borrowed until the row function returns. */
struct str row_str(struct sql_row *r) NONNULL;

/* row_copy(r, arena): the same, copied into the arena. */
struct str row_copy(struct sql_row *r, struct arena *arena) NONNULL;

/* row_end(r): the latched failure; also when columns are left over. */
enum err row_end(struct sql_row *r) MUST_CHECK NONNULL;

/* sql_id_or_none(id): an identifier that is all zero has no bytes. */
struct sql_value sql_id_or_none(const struct id *id) NONNULL;

typedef enum err sql_row_fn(struct sql_row *r, void *ctx);

struct tx;

struct tx_ops {
	enum err (*exec)(struct tx *tx, const struct sql *q,
	    const struct sql_value *v, unsigned n, unsigned *ret_changed);
	enum err (*query)(struct tx *tx, const struct sql *q,
	    const struct sql_value *v, unsigned n, sql_row_fn *fn, void *ctx,
	    unsigned *ret_rows);
};

/* An engine embeds it as its first member. */
struct tx {
	const struct tx_ops *ops;
	bool read_only;
	bool messages;		/* tx_messages was called */
	void (*beside)(void *arg);	/* tx_beside, or NULL */
	void *beside_arg;
	enum err err;		/* the engine's first failure */
};

/* sql_exec(tx, q, v, n, ret_changed): run; how many rows it changed. */
enum err sql_exec(struct tx *tx, const struct sql *q,
    const struct sql_value *v, unsigned n, unsigned *ret_changed) MUST_CHECK;

/* sql_exec_one: exactly one row changes, or the call returns otherwise. */
enum err sql_exec_one(struct tx *tx, const struct sql *q,
    const struct sql_value *v, unsigned n, enum err otherwise) MUST_CHECK;

/* sql_exec_any: however many change. */
enum err sql_exec_any(struct tx *tx, const struct sql *q,
    const struct sql_value *v, unsigned n) MUST_CHECK;

/*
 * sql_query(tx, q, v, n, fn, ctx): fn for each row, until it fails.  fn must
 * not run statements of its own.
 */
enum err sql_query(struct tx *tx, const struct sql *q,
    const struct sql_value *v, unsigned n, sql_row_fn *fn, void *ctx)
    MUST_CHECK;

/* sql_query_one: the same; ERR_MISSING when there is no row. */
enum err sql_query_one(struct tx *tx, const struct sql *q,
    const struct sql_value *v, unsigned n, sql_row_fn *fn, void *ctx)
    MUST_CHECK;

#define SQL_COUNT(array) ((unsigned)(sizeof(array) / sizeof((array)[0])))

#endif
