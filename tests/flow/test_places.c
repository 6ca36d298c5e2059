/* Where an account was seen (R50, R54). */
#include "flow/places.h"
#include "world.h"

static const struct place
    berlin = {"DE", "BE", true, 52.52, 13.405},
    tokyo = {"JP", "", true, 35.68, 139.69};

struct visit {
	const struct flow *flow;
	struct id tenant, account;
	const struct place *here;
	struct signals signals;
};

static enum err
ask_run(struct tx *tx, void *arg)
{
	struct visit *v = arg;

	v->signals = (struct signals){0};
	return places_ask(tx, v->flow, &v->account, v->here,
	    flow_now(v->flow), &v->signals);
}

static enum err
remember_run(struct tx *tx, void *arg)
{
	struct visit *v = arg;

	return places_remember(tx, v->flow, &v->tenant, &v->account, v->here,
	    flow_now(v->flow));
}

static enum err
erase_run(struct tx *tx, void *arg)
{
	struct visit *v = arg;

	return places_erase(tx, &v->account);
}

static struct visit
visit(struct world *w, uint8_t account, const struct place *here)
{
	struct visit v = {
		.flow = &w->flow,
		.tenant = w->tenant.id,
		.account.b = {account},
		.here = here,
	};

	world_do(w, ask_run, &v);
	return v;
}

static void
new_known_and_too_fast(void **state)
{
	struct world *w = *state;
	struct visit v = visit(w, 1, &berlin);

	assert_false(v.signals.new_place || v.signals.known_place);
	/* asking is not being let in */
	v = visit(w, 1, &berlin);
	assert_false(v.signals.known_place);
	world_do(w, remember_run, &v);
	world_restart(w);
	assert_true(visit(w, 1, &berlin).signals.known_place);
	world_advance(w, HOURS(1));
	v = visit(w, 1, &tokyo);
	assert_true(v.signals.new_place && v.signals.travel_kmh > 8000);
	world_do(w, remember_run, &v);
	world_advance(w, HOURS(20));
	v = visit(w, 1, &berlin);
	assert_true(v.signals.known_place && v.signals.travel_kmh < 500);
	/* somebody else was never there */
	assert_false(visit(w, 2, &berlin).signals.known_place);
	world_do(w, erase_run, &v);
	assert_false(visit(w, 1, &berlin).signals.known_place);
}

static void
off_without_a_file(void **state)
{
	struct world *w = *state;
	struct visit v = visit(w, 1, NULL);

	world_do(w, remember_run, &v);
	v = visit(w, 1, NULL);
	assert_false(v.signals.new_place || v.signals.known_place ||
	    v.signals.has_travel_kmh);
	assert_string_equal(v.signals.country, "");
}

/* Sealed for its row: one account's places open for no other. */
static void
sealed(void **state)
{
	static const struct sql move = {
		.name = "test_move_places",
		.text = "UPDATE account_places SET account = $2 "
		    "WHERE account = $1",
	};
	struct world *w = *state;
	struct visit v = visit(w, 1, &berlin), other = visit(w, 2, &berlin);
	const struct sql_value ids[] = {
		sql_id(&v.account), sql_id(&other.account),
	};

	world_do(w, remember_run, &v);
	assert_int_equal(world_exec(w, &move, ids, 2), 1);
	assert_int_equal(store_do(w->flow.store, STORE_CHECK, ask_run,
	    &other), ERR_CRYPTO);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(new_known_and_too_fast),
		WORLD_TEST(off_without_a_file),
		WORLD_TEST(sealed),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
