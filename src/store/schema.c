#include "store/schema.h"

#include "store/sql.h"

static const struct sql get_version = {
	.name = "schema_version",
	.text = "SELECT schema_version FROM installation WHERE one = 1",
	.lock = true,
};

static const struct sql set_version = {
	.name = "schema_set_version",
	.text = "UPDATE installation SET schema_version = $1 WHERE one = 1",
};

static const struct sql make_installation = {
	.name = "installation_make",
	.text = "INSERT INTO installation "
	    "(one, schema_version, epoch, revision, created_at) "
	    "VALUES (1, $1, 1, 1, $2)",
};

int64_t
schema_current(void)
{
	return schema_steps[schema_step_count - 1].number;
}

static enum err
run_steps(struct tx *tx, schema_run *run, int64_t after)
{
	for (unsigned i = 0; i < schema_step_count; i++) {
		const struct schema_step *step = &schema_steps[i];

		if (step->number <= after) {
			continue;
		}
		for (unsigned k = 0; step->statements[k] != NULL; k++) {
			enum err err = run(tx, step->statements[k]);

			if (err != ERR_NONE) {
				return err;
			}
		}
	}
	return ERR_NONE;
}

enum err
schema_make(struct tx *tx, schema_run *run, unix_ms now)
{
	const struct sql_value v[] = {
		sql_i64(schema_current()), sql_time(now),
	};
	enum err err = run_steps(tx, run, 0);

	if (err != ERR_NONE) {
		return err;
	}
	return sql_exec_one(tx, &make_installation, v, SQL_COUNT(v),
	    ERR_STORE);
}

static enum err
read_version(struct sql_row *r, void *ctx)
{
	int64_t *version = ctx;

	*version = row_i64(r);
	return row_end(r);
}

enum err
schema_upgrade(struct tx *tx, schema_run *run)
{
	const struct sql_value v[] = {sql_i64(schema_current())};
	int64_t version = 0;
	enum err err;

	err = sql_query_one(tx, &get_version, NULL, 0, read_version, &version);
	if (err != ERR_NONE) {
		return err;
	}
	if (version > schema_current()) {
		return ERR_RANGE;
	}
	if (version == schema_current()) {
		return ERR_NONE;
	}
	err = run_steps(tx, run, version);
	if (err != ERR_NONE) {
		return err;
	}
	return sql_exec_one(tx, &set_version, v, SQL_COUNT(v), ERR_STORE);
}

enum err
schema_is_current(struct tx *tx)
{
	int64_t version = 0;
	enum err err;

	err = sql_query_one(tx, &get_version, NULL, 0, read_version, &version);
	if (err != ERR_NONE) {
		return err;
	}
	return version == schema_current() ? ERR_NONE : ERR_RANGE;
}
