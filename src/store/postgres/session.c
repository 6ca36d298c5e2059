#include "store/postgres/session.h"

#include <assert.h>
#include <endian.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

/* From PostgreSQL's pg_type: these numbers are part of its protocol. */
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25 };
enum { BINARY = 1 };

/* Between two attempts to connect. */
static const duration_ms wait_first = {100};
static const duration_ms wait_max = {5000};

/*
 * What every session is told.  synchronous_commit is raised to "on" and never
 * lowered: a quorum or remote_apply is the operator's choice.
 */
static const char *const settings[] = {
	"SET statement_timeout = '2s'",
	"SET idle_in_transaction_session_timeout = '5s'",
	"SELECT set_config('synchronous_commit', 'on', false) WHERE "
	    "current_setting('synchronous_commit') IN "
	    "('off', 'local', 'remote_write')",
	NULL,
};

enum { STATEMENT_BYTES = 2048 };

void
session_init(struct session *c, const char *location,
    const struct store_options *options, bool read_only)
{
	*c = (struct session){
		.location = location,
		.clock = options->clock,
		.trouble = trouble_of(options),
		.read_only = read_only,
		.wait = wait_first,
	};
}

void
session_done(struct session *c)
{
	PQfinish(c->pg);
	c->pg = NULL;
	memset(c->prepared, 0, sizeof(c->prepared));
}

bool
session_is_lost(const struct session *c)
{
	return c->pg == NULL || PQstatus(c->pg) != CONNECTION_OK;
}

static void
say_nothing(void *ctx UNUSED, const PGresult *result UNUSED)
{
}

/*
 * Also readers want the server that takes writes: a standby may not know yet
 * what was acknowledged (S132).  A dead peer is noticed within seconds.
 */
static PGconn *
connect_to(const char *location)
{
	static const char *const names[] = {
		"dbname", "target_session_attrs", "connect_timeout",
		"client_encoding", "fallback_application_name",
		"keepalives_idle", "keepalives_interval", "keepalives_count",
		"tcp_user_timeout", NULL,
	};
	const char *const values[] = {
		location, "read-write", "3", "UTF8", "watchword",
		"5", "2", "2", "5000", NULL,
	};

	return PQconnectdbParams(names, values, 1);
}

static enum err
set_up(struct session *c)
{
	PQsetNoticeReceiver(c->pg, say_nothing, NULL);
	for (const char *const *text = settings; *text != NULL; text++) {
		enum err err = session_command(c, *text);

		if (err != ERR_NONE) {
			return err;
		}
	}
	return ERR_NONE;
}

enum err
session_ready(struct session *c)
{
	const mono_ms now = clock_mono(&c->clock);
	enum err err = ERR_STORE;

	if (!session_is_lost(c)) {
		return ERR_NONE;
	}
	if (now.v < c->try_at.v) {
		return ERR_STORE;
	}
	session_done(c);
	c->pg = connect_to(c->location);
	if (!session_is_lost(c)) {
		err = set_up(c);
	}
	if (err != ERR_NONE) {
		trouble_tell(&c->trouble, PQerrorMessage(c->pg));
		session_done(c);
		c->try_at = mono_ms_add(now, c->wait);
		c->wait.v = c->wait.v * 2 < wait_max.v ? c->wait.v * 2
		    : wait_max.v;
		return ERR_STORE;
	}
	c->wait = wait_first;
	return ERR_NONE;
}

/* What the server said, and the end of its answer. */
static enum err
finish(struct session *c, PGresult *result)
{
	const ExecStatusType status = PQresultStatus(result);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	enum err err = ERR_STORE;

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
		err = ERR_NONE;
	} else if (state != NULL && (strcmp(state, "40001") == 0 ||
	    strcmp(state, "40P01") == 0)) {
		err = ERR_CONFLICT;
	}
	if (err == ERR_STORE) {
		const char *what = PQresultErrorField(result,
		    PG_DIAG_MESSAGE_PRIMARY);

		trouble_tell(&c->trouble,
		    what != NULL ? what : PQerrorMessage(c->pg));
	}
	PQclear(result);
	return err;
}

enum err
session_command(struct session *c, const char *text)
{
	return finish(c, PQexec(c->pg, text));
}

/* One snapshot for all that a reader sees, as in SQLite. */
enum err
session_begin(struct session *c)
{
	const char *text = c->read_only
	    ? "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" : "BEGIN";
	enum err err = session_ready(c);

	if (err != ERR_NONE) {
		return err;
	}
	err = session_command(c, text);
	if (err == ERR_NONE || !session_is_lost(c)) {
		return err;
	}
	/* The server was restarted since: nothing was begun yet. */
	err = session_ready(c);
	return err == ERR_NONE ? session_command(c, text) : err;
}

/* A transaction that failed before answers COMMIT with ROLLBACK. */
enum err
session_commit(struct session *c)
{
	PGresult *result = PQexec(c->pg, "COMMIT");
	const bool committed = PQresultStatus(result) == PGRES_COMMAND_OK &&
	    strcmp(PQcmdStatus(result), "COMMIT") == 0;
	enum err err = finish(c, result);

	if (committed) {
		trouble_over(&c->trouble);
	}
	return err == ERR_NONE && !committed ? ERR_STORE : err;
}

void
session_rollback(struct session *c)
{
	if (!session_is_lost(c)) {
		enum err err = session_command(c, "ROLLBACK");

		/* Whatever state it is in, it is not used again. */
		if (err != ERR_NONE) {
			session_done(c);
		}
	}
}

/* Locks belong to those who write, and a read-only one may not take any. */
static enum err
prepare(struct session *c, const struct sql *q, const struct sql_value *v,
    unsigned n)
{
	static const Oid oids[] = {
		[SQL_NULL] = 0, [SQL_I64] = OID_INT8, [SQL_TEXT] = OID_TEXT,
		[SQL_BLOB] = OID_BYTEA,
	};
	const bool lock = q->lock && !c->read_only;
	char text[STATEMENT_BYTES];
	Oid types[SQL_VALUES_MAX] = {0};
	int len = snprintf(text, sizeof(text), "%s%s", q->text,
	    lock ? " FOR UPDATE" : "");

	assert(len > 0 && (size_t)len < sizeof(text));
	for (unsigned i = 0; i < n; i++) {
		types[i] = oids[v[i].type];
	}
	return finish(c, PQprepare(c->pg, q->name, text, (int)n, types));
}

/* Statements are constants, so their address is their identity. */
static enum err
prepare_once(struct session *c, const struct sql *q, const struct sql_value *v,
    unsigned n)
{
	size_t i = (size_t)((uintptr_t)q / sizeof(*q)) % PREPARED_SLOTS;
	enum err err;

	for (unsigned tries = 0; c->prepared[i] != NULL; tries++) {
		if (c->prepared[i] == q) {
			return ERR_NONE;
		}
		assert(tries < SQL_STATEMENTS_MAX);
		i = (i + 1) % PREPARED_SLOTS;
	}
	err = prepare(c, q, v, n);
	if (err == ERR_NONE) {
		c->prepared[i] = q;
	}
	return err;
}

struct parameters {
	const char *values[SQL_VALUES_MAX];
	int lengths[SQL_VALUES_MAX];
	int formats[SQL_VALUES_MAX];
	uint64_t numbers[SQL_VALUES_MAX];	/* big-endian */
};

static void
set_parameter(struct parameters *p, unsigned i, const struct sql_value *v)
{
	p->formats[i] = BINARY;
	switch (v->type) {
	case SQL_I64:
		p->numbers[i] = htobe64((uint64_t)v->i);
		p->values[i] = (const char *)&p->numbers[i];
		p->lengths[i] = sizeof(p->numbers[i]);
		return;
	case SQL_TEXT:
	case SQL_BLOB:
		/* A NULL pointer would be NULL. */
		p->values[i] = v->s.p == NULL ? "" : v->s.p;
		p->lengths[i] = (int)v->s.n;
		return;
	case SQL_NULL:
	default:
		p->values[i] = NULL;
		p->lengths[i] = 0;
	}
}

static enum err
run(struct session *c, const struct sql *q, const struct sql_value *v,
    unsigned n, PGresult **ret_result)
{
	struct parameters p;
	PGresult *result;
	ExecStatusType status;
	enum err err = prepare_once(c, q, v, n);

	if (err != ERR_NONE) {
		return err;
	}
	for (unsigned i = 0; i < n; i++) {
		set_parameter(&p, i, &v[i]);
	}
	result = PQexecPrepared(c->pg, q->name, (int)n, p.values, p.lengths,
	    p.formats, BINARY);
	status = PQresultStatus(result);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		return finish(c, result);
	}
	*ret_result = result;
	return ERR_NONE;
}

static struct session *
session_of(struct tx *tx)
{
	/* tx is the first member. */
	return ((struct postgres_tx *)tx)->session;
}

static enum err
tx_exec(struct tx *tx, const struct sql *q, const struct sql_value *v,
    unsigned n, unsigned *ret_changed)
{
	PGresult *result = NULL;
	uint64_t changed = 0;
	enum err err = run(session_of(tx), q, v, n, &result);

	if (err != ERR_NONE) {
		return err;
	}
	if (!parse_u64(str_of(PQcmdTuples(result)), &changed) ||
	    changed > UINT32_MAX) {
		err = ERR_STORE;
	} else {
		*ret_changed = (unsigned)changed;
	}
	PQclear(result);
	return err;
}

static struct sql_value
column_of(const PGresult *result, int row, int column)
{
	struct str s = {
		PQgetvalue(result, row, column),
		(size_t)PQgetlength(result, row, column),
	};
	uint64_t number;

	if (PQgetisnull(result, row, column)) {
		return (struct sql_value){.type = SQL_NULL};
	}
	switch (PQftype(result, column)) {
	case OID_INT8:
		assert(s.n == sizeof(number));
		memcpy(&number, s.p, sizeof(number));
		return sql_i64((int64_t)be64toh(number));
	case OID_TEXT:
		return sql_text(s);
	default:
		return sql_blob(s);
	}
}

static enum err
visit_rows(const PGresult *result, sql_row_fn *fn, void *ctx,
    unsigned *ret_rows)
{
	struct sql_value values[SQL_VALUES_MAX];
	const int rows = PQntuples(result);
	const int n = PQnfields(result);

	assert(n <= SQL_VALUES_MAX);
	for (int i = 0; i < rows; i++) {
		struct sql_row row = {.v = values, .n = (unsigned)n};
		enum err err;

		for (int k = 0; k < n; k++) {
			values[k] = column_of(result, i, k);
		}
		err = fn(&row, ctx);
		if (err != ERR_NONE) {
			return err;
		}
	}
	*ret_rows = (unsigned)rows;
	return ERR_NONE;
}

static enum err
tx_query(struct tx *tx, const struct sql *q, const struct sql_value *v,
    unsigned n, sql_row_fn *fn, void *ctx, unsigned *ret_rows)
{
	PGresult *result = NULL;
	enum err err = run(session_of(tx), q, v, n, &result);

	if (err != ERR_NONE) {
		return err;
	}
	err = visit_rows(result, fn, ctx, ret_rows);
	PQclear(result);
	return err;
}

static const struct tx_ops ops = {.exec = tx_exec, .query = tx_query};

struct postgres_tx
session_tx(struct session *c)
{
	return (struct postgres_tx){
		.tx = {.ops = &ops, .read_only = c->read_only},
		.session = c,
	};
}

enum err
session_define(struct tx *tx, const char *text)
{
	return session_command(session_of(tx), text);
}
