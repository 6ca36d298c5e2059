/*
 * SQLite as an engine: one process writes, through one connection; others
 * may read beside it.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/engine.h"
#include "store/pool.h"
#include "store/schema.h"
#include "store/sqlite/conn.h"
#include "store/sqlite/files.h"
#include "store/sqlite/writer.h"

struct sqlite_store {
	struct store store;
	char *file;
	int lock;		/* descriptor; -1 when read-only */
	struct writer writer;
	struct pool readers;
};

/*
 * After a crash the file is looked over, unless that would take longer than
 * a restart may (S135): then `watchword doctor` does it.
 */
static const int64_t check_bytes_max = INT64_C(32) * 1024 * 1024;

static const struct sql begin_read = {"begin_read", "BEGIN", false};
static const struct sql begin = {"begin_schema", "BEGIN IMMEDIATE", false};
static const struct sql commit = {"commit_schema", "COMMIT", false};
static const struct sql rollback = {"rollback_schema", "ROLLBACK", false};

static struct sqlite_store *
of(struct store *s)
{
	/* store is the first member. */
	return (struct sqlite_store *)s;
}

static enum err
open_reader(void *ctx, void **ret_item)
{
	struct sqlite_store *s = ctx;
	struct conn *c = calloc(1, sizeof(*c));
	enum err err;

	if (c == NULL) {
		return ERR_NOMEM;
	}
	err = conn_open(c, s->file, CONN_READER, &s->store.options);
	if (err != ERR_NONE) {
		free(c);
		return err;
	}
	*ret_item = c;
	return ERR_NONE;
}

static void
close_reader(void *item)
{
	conn_close(item);
	free(item);
}

static enum err
take_reader(struct sqlite_store *s, struct conn **ret_conn)
{
	void *item = NULL;
	enum err err = pool_take(&s->readers, &item);

	if (err == ERR_NONE) {
		*ret_conn = item;
	}
	return err;
}

/* Runs fn in a transaction of its own; any failure undoes it. */
static enum err
in_transaction(struct conn *c, enum err (*fn)(struct tx *tx, unix_ms now),
    unix_ms now)
{
	struct sqlite_tx tx = conn_tx(c, false);
	enum err err = conn_run(c, &begin);

	if (err != ERR_NONE) {
		return err;
	}
	err = fn(&tx.tx, now);
	if (err == ERR_NONE) {
		err = conn_run(c, &commit);
	}
	if (err != ERR_NONE && conn_in_transaction(c)) {
		enum err lost = conn_run(c, &rollback);

		(void)lost;
	}
	return err;
}

static enum err
make_schema(struct tx *tx, unix_ms now)
{
	return schema_make(tx, conn_define, now);
}

static enum err
upgrade_schema(struct tx *tx, unix_ms now UNUSED)
{
	return schema_upgrade(tx, conn_define);
}

static enum err
fill(const struct store_options *options, unix_ms now)
{
	const char *file = options->location;
	struct conn *c = calloc(1, sizeof(*c));
	enum err err;

	if (c == NULL) {
		return ERR_NOMEM;
	}
	err = conn_open(c, file, CONN_WRITER, options);
	if (err == ERR_NONE) {
		err = in_transaction(c, make_schema, now);
	}
	if (err == ERR_NONE) {
		conn_settle(c);
	}
	conn_close(c);
	free(c);
	if (err == ERR_NONE) {
		err = file_sync_folder(file);
	}
	return err;
}

static enum err
create(const struct store_options *options, unix_ms now)
{
	int lock = -1;
	enum err err;

	if (file_size(options->location) >= 0) {
		return ERR_EXISTS;
	}
	err = file_lock(options->location, &lock);
	if (err != ERR_NONE) {
		return err;
	}
	err = file_make(options->location);
	if (err == ERR_NONE) {
		err = fill(options, now);
		if (err != ERR_NONE) {
			unlink(options->location);
		}
	}
	close(lock);
	return err;
}

/* A log with something in it: the last process did not close the store. */
static bool
was_left_open(const char *file)
{
	struct path wal = {{0}};

	return path_make(file, "-wal", &wal) == ERR_NONE &&
	    file_size(wal.z) > 0;
}

static enum err
look_over(struct sqlite_store *s, bool left_open)
{
	if (!left_open || file_size(s->file) > check_bytes_max) {
		return ERR_NONE;
	}
	return conn_says(&s->writer.conn, "PRAGMA quick_check(1)", "ok");
}

static enum err
open_writer(struct sqlite_store *s)
{
	const bool left_open = was_left_open(s->file);
	enum err err = conn_open(&s->writer.conn, s->file, CONN_WRITER,
	    &s->store.options);

	if (err != ERR_NONE) {
		return err;
	}
	err = conn_says(&s->writer.conn, "SELECT COUNT(*) FROM sqlite_schema "
	    "WHERE name = 'installation'", "1");
	if (err != ERR_NONE) {
		return err == ERR_STORE ? ERR_MISSING : err;
	}
	err = look_over(s, left_open);
	if (err != ERR_NONE) {
		return err;
	}
	err = in_transaction(&s->writer.conn, upgrade_schema, (unix_ms){0});
	if (err != ERR_NONE) {
		return err;
	}
	return writer_start(&s->writer, &s->store);
}

static enum err
check_version(struct tx *tx, void *arg UNUSED)
{
	return schema_is_current(tx);
}

static enum err read_only(struct store *s, use_case *run, void *arg);

/* Readers first: the connection that closes last removes the log. */
static void
release(struct sqlite_store *s)
{
	pool_done(&s->readers);
	writer_close(&s->writer);
	if (s->lock >= 0) {
		close(s->lock);
	}
	engine_done(&s->store);
	free(s->file);
	free(s);
}

static enum err
open_store(const struct store_options *options, struct store **ret_store)
{
	struct sqlite_store *s;
	enum err err = ERR_NONE;

	if (file_size(options->location) < 0) {
		return ERR_MISSING;
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		return ERR_NOMEM;
	}
	s->lock = -1;
	s->file = strdup(options->location);
	engine_init(&s->store, &sqlite_engine, options);
	s->readers = (struct pool){
		.open = open_reader, .close = close_reader, .ctx = s,
		.max = s->store.options.connections,
	};
	pool_init(&s->readers);
	if (s->file == NULL) {
		err = ERR_NOMEM;
	} else if (options->read_only) {
		err = read_only(&s->store, check_version, NULL);
	} else {
		err = file_lock(s->file, &s->lock);
		if (err == ERR_NONE) {
			err = open_writer(s);
		}
	}
	if (err != ERR_NONE) {
		release(s);
		return err;
	}
	*ret_store = &s->store;
	return ERR_NONE;
}

static void
close_store(struct store *store)
{
	struct sqlite_store *s = of(store);

	if (!store->options.read_only) {
		writer_join(&s->writer);
	}
	release(s);
}

/* A reader sees what is committed; nobody is told of it before it is on disk. */
static void
settled(struct sqlite_store *s)
{
	if (!s->store.options.read_only) {
		writer_settled(&s->writer);
	}
}

static enum err
read_only(struct store *store, use_case *run, void *arg)
{
	struct sqlite_store *s = of(store);
	struct sqlite_tx tx;
	struct conn *c = NULL;
	enum err err = take_reader(s, &c);

	if (err != ERR_NONE) {
		return err;
	}
	tx = conn_tx(c, true);
	/* Both before, so that no reader is left with its transaction open. */
	err = conn_prepare(c, &rollback);
	if (err == ERR_NONE) {
		err = conn_run(c, &begin_read);
	}
	if (err == ERR_NONE) {
		err = run(&tx.tx, arg);
		if (err == ERR_NONE) {
			err = tx.tx.err;
		}
		if (conn_in_transaction(c)) {
			enum err ended = conn_run(c, &rollback);

			err = err == ERR_NONE ? ended : err;
		}
	}
	if (err == ERR_NONE) {
		trouble_over(&c->trouble);
	}
	pool_give(&s->readers, c);
	settled(s);
	return err;
}

static enum err
check(struct store *store)
{
	struct sqlite_store *s = of(store);
	struct conn *c = NULL;
	enum err err = take_reader(s, &c);

	if (err != ERR_NONE) {
		return err;
	}
	err = conn_says(c, "PRAGMA integrity_check(1)", "ok");
	pool_give(&s->readers, c);
	return err;
}

/* VACUUM INTO takes its file's name as a value. */
static enum err
copy_into(struct conn *c, const char *file)
{
	static const char text[] = "VACUUM INTO ?1";
	sqlite3_stmt *stmt = NULL;
	enum err err = conn_result(c, sqlite3_prepare_v2(c->db, text,
	    sizeof(text), &stmt, NULL));

	if (err != ERR_NONE) {
		return err;
	}
	err = conn_result(c, sqlite3_bind_text(stmt, 1, file, -1, SQLITE_STATIC));
	if (err == ERR_NONE) {
		err = conn_result(c, sqlite3_step(stmt));
	}
	sqlite3_finalize(stmt);
	return err;
}

/*
 * One read transaction copies what it sees, without free pages and what was
 * erased; writers go on meanwhile, the log grows.  Under another name until
 * it is on disk.
 */
static enum err
write_backup(struct conn *c, const char *partial, const char *path)
{
	enum err err = copy_into(c, partial);

	if (err == ERR_NONE) {
		err = file_sync(partial);
	}
	if (err == ERR_NONE) {
		err = file_publish(partial, path);
	}
	if (err == ERR_NONE) {
		err = file_sync_folder(path);
	}
	return err;
}

static enum err
backup(struct store *store, const char *path)
{
	struct sqlite_store *s = of(store);
	struct path partial = {{0}};
	struct conn *c = NULL;
	enum err err;

	if (file_size(path) >= 0) {
		return ERR_EXISTS;
	}
	err = path_make(path, ".partial", &partial);
	if (err != ERR_NONE) {
		return err;
	}
	err = file_make(partial.z);
	if (err != ERR_NONE) {
		return err;
	}
	err = take_reader(s, &c);
	if (err == ERR_NONE) {
		err = write_backup(c, partial.z, path);
		pool_give(&s->readers, c);
		settled(s);
	}
	if (err != ERR_NONE) {
		unlink(partial.z);
	}
	return err;
}

const struct engine sqlite_engine = {
	.name = "sqlite",
	.create = create,
	.open = open_store,
	.close = close_store,
	.read = read_only,
	.backup = backup,
	.check = check,
};
