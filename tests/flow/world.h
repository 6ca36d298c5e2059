/*
 * A world for the tests of flow/: a fresh store on the engine that the test
 * was called with, a key ring, a clock and a random source that the test
 * moves, and a tenant with the policy of the defaults table.
 *
 * What goes wrong in here fails the test that called.  Only fan_out has
 * threads; everything else is for the test's own thread.
 */
#ifndef TESTS_FLOW_WORLD_H
#define TESTS_FLOW_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "flow/audit.h"
#include "flow/cancel.h"
#include "flow/check.h"
#include "flow/deliver.h"
#include "flow/receipt.h"
#include "flow/resend.h"
#include "flow/start.h"
#include "store/messages.h"
#include "store/sql.h"
#include "store_fixture.h"

#define WORLD_NOW INT64_C(1795000000000)

#define OK(call) assert_int_equal(ERR_NONE, (call))

enum world_random {
	RANDOM_SEEDED,		/* the same bytes in every run */
	RANDOM_STUCK,		/* always 0x5a: identifiers can be foretold */
	RANDOM_BROKEN		/* ERR_IO */
};

struct world {
	struct store_fixture *store;
	struct keyring *ring;
	struct arena *arena;		/* lives as long as the test */
	struct flow flow;
	struct tenant tenant;
	struct tenant other;
	_Atomic int64_t now;
	_Atomic uint64_t seed;
	_Atomic int random;
	char folder[64];
};

/* world_main(argc, argv): the engine is the first argument. */
void world_main(int argc, char **argv);
/* world_connect(n): connections to PostgreSQL; two at first. */
void world_connect(unsigned n);
bool world_is_sqlite(void);

/* For cmocka: *state is a struct world. */
int world_setup(void **state);
int world_teardown(void **state);
#define WORLD_TEST(f) \
	cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

/* Close the store and open it again: nothing else is kept (S13). */
void world_restart(struct world *w);

void world_advance(struct world *w, duration_ms d);
unix_ms world_now(struct world *w);

/* A use case, which must not fail; and one that only reads. */
void world_do(struct world *w, use_case *run, void *arg);
void world_read(struct world *w, use_case *run, void *arg);

/* What a shop asks for; zero members are the usual ones. */
struct ask {
	const char *email;	/* or phone; by default ada@example.com */
	const char *phone;
	enum purpose purpose;
	const char *network;
	const struct binding *binding;
	int64_t ttl_s, length;
	const struct tenant *tenant;
};

/* world_prepare(w, ask, arena, s): the use case, ready to be run. */
void world_prepare(struct world *w, const struct ask *ask, struct arena *arena,
    struct start *s);
struct start world_start(struct world *w, struct ask ask);

/* world_challenge(w, ask): one that must be created. */
struct id world_challenge(struct world *w, struct ask ask);

/* world_code(w, id, code): what the customer reads in the message. */
void world_code(struct world *w, struct id id, char code[static CODE_SIZE]);

/* world_wrong(w, id, n, code): wrong codes, different for n from 1 to 9. */
void world_wrong(struct world *w, struct id id, int n,
    char code[static CODE_SIZE]);

struct check world_check(struct world *w, struct id id, const char *typed);
struct check world_try(struct world *w, struct check given);

/* world_right(w, id), world_miss(w, id): check a right, a wrong code. */
enum check_verdict world_right(struct world *w, struct id id);
enum check_verdict world_miss(struct world *w, struct id id);

struct resend world_resend(struct world *w, struct id id, bool reissue);
void world_cancel(struct world *w, struct id id);

struct challenge_row world_row(struct world *w, struct id id);
unsigned world_messages(struct world *w, struct id id,
    struct message_row rows[static 16]);

/* Lease what is due; settle one of them. */
void world_deliver(struct world *w, struct deliver *d);
void world_settle(struct world *w, const struct message_row *m,
    enum deliver_result result, const char *reason);

/*
 * world_events(w, event, id): how often the audit log, sealed or not, has an
 * event; of one challenge, or of all where id is NULL.
 */
unsigned world_events(struct world *w, enum audit_event event,
    const struct id *id);

/* SQL beside the flows, as somebody with the database in his hands has it. */
unsigned world_exec(struct world *w, const struct sql *q,
    const struct sql_value *v, unsigned n);
int64_t world_count(struct world *w, const struct sql *q,
    const struct sql_value *v, unsigned n);

/*
 * fan_out(w, run, args, size, n, results): n use cases over args (size bytes
 * each), submitted from several threads at once; results may be NULL, then
 * each must be ERR_NONE.
 */
void fan_out(struct world *w, use_case *run, void *args, size_t size,
    unsigned n, enum err *results);

#endif
