/*
 * A fresh, empty store for a test, on either engine.
 *
 * SQLite lives in a folder of its own under $TMPDIR.  PostgreSQL is the
 * server that tests/support/with-postgres has started and named in
 * TEST_POSTGRES; each fixture makes a database of its own there.
 * What goes wrong in here ends the test with an assertion.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include "store/store.h"

struct store_fixture;

/*
 * store_fixture_new(engine, options): engine is "sqlite" or "postgresql";
 * options may be NULL; its location is not looked at, and a clock that is not
 * set becomes the system's.
 */
struct store_fixture *store_fixture_new(const char *engine,
    const struct store_options *options);

/* store_fixture_free(f): close the store and remove what it left behind. */
void store_fixture_free(struct store_fixture *f);

/* The open store; NULL between store_fixture_close and _open. */
struct store *store_fixture_store(struct store_fixture *f);

/* store_fixture_options(f): with the location, to open it in another way. */
const struct store_options *store_fixture_options(struct store_fixture *f);

/* store_fixture_close(f), store_fixture_open(f): a restart, in two steps. */
void store_fixture_close(struct store_fixture *f);
void store_fixture_open(struct store_fixture *f);

#endif
