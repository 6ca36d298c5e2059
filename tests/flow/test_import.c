/*
 * R24: authenticators of another system, all of a list or none; their codes
 * count from then on.
 */
#include "flow/import.h"
#include "flow/edit_account.h"
#include "people.h"

#include <string.h>

#define SECRET "12345678901234567890"

enum { SCRATCH = 1 << 20 };

struct naming {
	struct world *w;
	struct id account;
};

static enum err
name_run(struct tx *tx, void *arg)
{
	struct naming *n = arg;
	uint8_t lookup[LOOKUP_BYTES];
	enum err e = account_external(&n->w->flow, &n->w->tenant.id,
	    STR("cust-1"), lookup);

	return e != ERR_NONE ? e : account_name_put(tx, &n->w->tenant.id,
	    NAME_EXTERNAL, lookup, &n->account);
}

/* Somebody whom the shop calls cust-1. */
static struct id
customer(struct world *w)
{
	struct naming n = {w, people_person(w)};

	world_do(w, name_run, &n);
	return n.account;
}

static struct import_item
item(size_t place, const char *owner)
{
	return (struct import_item){
		.place = place, .owner = str_of(owner), .label = STR("S1"),
		.secret = STR(SECRET), .kind = AUTHENTICATOR_TOTP,
		.hash = HMAC_SHA1, .digits = 6, .period_s = 30,
	};
}

static enum err
import(struct world *w, struct import_item *items, size_t n, bool dry_run,
    size_t *ret_refused)
{
	struct import i = {
		.flow = &w->flow, .tenant = &w->tenant,
		.arena = arena_new(SCRATCH), .items = items, .n = n,
		.dry_run = dry_run,
	};
	enum err e;

	assert_non_null(i.arena);
	e = store_do(w->flow.store, STORE_BACKGROUND, import_run, &i);
	*ret_refused = i.refused;
	arena_free(i.arena);
	return e;
}

/* How many can answer for the account. */
static unsigned
count(struct world *w, struct id account)
{
	struct show_account s = {
		.flow = &w->flow, .tenant = &w->tenant, .arena = w->arena,
		.id = account,
	};

	world_do(w, show_account_run, &s);
	assert_true(s.found);
	return s.factors.n;
}

static void
its_codes_count(void **state)
{
	struct world *w = *state;
	struct id account = customer(w);
	struct import_item one = item(1, "cust-1");
	struct app app = {.totp = {.hotp = {.hash = HMAC_SHA1, .digits = 6},
		.period_s = 30}};
	char code[HOTP_CODE_SIZE];
	size_t refused;

	OK(import(w, &one, 1, false, &refused));
	assert_int_equal(one.verdict, IMPORT_TAKEN);
	assert_int_equal(count(w, account), 1);
	secret_set(&app.secret, SECRET, strlen(SECRET));
	people_code(&app, world_now(w), 0, code);
	assert_int_equal(people_check(w, account, code), CHECK_APPROVED);
	/* And once only. */
	assert_int_not_equal(people_check(w, account, code), CHECK_APPROVED);
	assert_int_equal(world_events(w, AUDIT_FACTOR_ADDED, NULL), 1);
}

/* A counter goes on where it stood in the other system. */
static void
a_counter_goes_on(void **state)
{
	struct world *w = *state;
	struct id account = customer(w);
	struct import_item one = item(1, "cust-1");
	size_t refused;

	one.kind = AUTHENTICATOR_HOTP;
	one.counter = 4;
	OK(import(w, &one, 1, false, &refused));
	/* RFC 4226 appendix D: counters 3 and 4. */
	assert_int_equal(people_check(w, account, "969429"), CHECK_WRONG);
	assert_int_equal(people_check(w, account, "338314"), CHECK_APPROVED);
}

static void
one_that_is_refused_stops_all(void **state)
{
	struct world *w = *state;
	struct id account = customer(w);
	struct import_item two[] = {item(1, "cust-1"), item(2, "nobody")};
	size_t refused;

	assert_int_equal(import(w, two, 2, false, &refused), ERR_DENIED);
	assert_int_equal(refused, 1);
	assert_int_equal(two[0].verdict, IMPORT_TAKEN);
	assert_int_equal(two[1].verdict, IMPORT_NOBODY);
	assert_int_equal(count(w, account), 0);
	assert_int_equal(world_events(w, AUDIT_FACTOR_ADDED, NULL), 0);
}

static void
no_more_than_an_account_may_have(void **state)
{
	struct world *w = *state;
	struct id account = customer(w);
	struct import_item many[AUTHENTICATORS_MAX + 1];
	size_t refused;

	for (size_t i = 0; i < AUTHENTICATORS_MAX + 1; i++) {
		many[i] = item(i + 1, "cust-1");
		many[i].secret = str_slice(STR(SECRET), i, strlen(SECRET));
	}
	assert_int_equal(import(w, many, AUTHENTICATORS_MAX + 1, false,
	    &refused), ERR_DENIED);
	assert_int_equal(refused, 1);
	assert_int_equal(many[AUTHENTICATORS_MAX].verdict, IMPORT_FULL);
	assert_int_equal(count(w, account), 0);
}

static void
the_same_file_again_changes_nothing(void **state)
{
	struct world *w = *state;
	struct id account = customer(w);
	struct import_item one = item(1, "cust-1");
	size_t refused;

	OK(import(w, &one, 1, false, &refused));
	OK(import(w, &one, 1, false, &refused));
	assert_int_equal(one.verdict, IMPORT_KNOWN);
	assert_int_equal(refused, 0);
	assert_int_equal(count(w, account), 1);
}

static void
a_dry_run_stores_nothing(void **state)
{
	struct world *w = *state;
	struct id account = customer(w);
	struct import_item one = item(1, "cust-1");
	size_t refused;

	assert_int_equal(import(w, &one, 1, true, &refused), ERR_DENIED);
	assert_int_equal(refused, 0);
	assert_int_equal(one.verdict, IMPORT_TAKEN);
	assert_int_equal(count(w, account), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(its_codes_count),
		WORLD_TEST(a_counter_goes_on),
		WORLD_TEST(one_that_is_refused_stops_all),
		WORLD_TEST(no_more_than_an_account_may_have),
		WORLD_TEST(the_same_file_again_changes_nothing),
		WORLD_TEST(a_dry_run_stores_nothing),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
