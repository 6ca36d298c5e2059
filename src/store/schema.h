/*
 * Private to store/: the numbered schema files, embedded in the program.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stdint.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"

struct schema_step {
	int64_t number;		/* 1, 2, 3 … without gaps */
	const char *const *statements;	/* ended by NULL */
};

extern const struct schema_step schema_steps[];
extern const unsigned schema_step_count;

/* schema_current(): what this program works with. */
int64_t schema_current(void);

struct tx;

/* Runs a statement that defines something; it is used once and not kept. */
typedef enum err schema_run(struct tx *tx, const char *text);

/* schema_make(tx, run, now): everything, into an empty database. */
enum err schema_make(struct tx *tx, schema_run *run, unix_ms now)
    MUST_CHECK NONNULL;

/*
 * schema_upgrade(tx, run): what is missing.  ERR_RANGE: the database is newer
 * than this program.  Other programs that do the same wait for the lock on
 * the row of the installation, and then find nothing missing.
 */
enum err schema_upgrade(struct tx *tx, schema_run *run) MUST_CHECK NONNULL;

/* schema_is_current(tx): ERR_RANGE when the database is newer or older. */
enum err schema_is_current(struct tx *tx) MUST_CHECK NONNULL;

#endif
