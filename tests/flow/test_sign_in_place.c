/* R50, R54: a sign-in and a payment know where their account was let in. */
#include "flow/pay.h"
#include "flow/sign_in.h"
#include "people.h"

static const struct place
    berlin = {"DE", "BE", true, 52.52, 13.405},
    tokyo = {"JP", "", true, 35.68, 139.69};

/* Behind the right password; the code where one is asked for. */
static struct signals
sign_in(struct world *w, struct id account, const struct place *here,
    bool complete)
{
	struct sign_in s = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.arena = w->arena,
		.client = {.place = here},
		.account = account,
		.found = true,
		.right = true,
	};
	struct sign_in_complete c = {
		.check = {.flow = &w->flow, .tenant = &w->tenant,
		    .arena = w->arena},
		.client = {.place = here},
	};
	char code[CODE_SIZE];

	OK(sign_in_prepare(&s));
	world_do(w, sign_in_decide_run, &s);
	assert_int_equal(s.verdict, SIGN_IN_CODE);
	if (complete) {
		world_code(w, s.issue.start.row.id, code);
		c.check.id = s.issue.start.row.id;
		c.check.typed = str_of(code);
		OK(sign_in_complete_prepare(&c));
		world_do(w, sign_in_complete_run, &c);
		assert_true(c.signed_in);
	}
	return s.decide.signals;
}

static void
where_he_was_let_in(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);
	struct signals s = sign_in(w, account, &berlin, false);

	assert_string_equal(s.country, "DE");
	assert_false(s.new_place || s.known_place);
	/* a code that never came back lets nobody in */
	s = sign_in(w, account, &berlin, true);
	assert_false(s.known_place);
	assert_true(sign_in(w, account, &berlin, true).known_place);
	world_advance(w, HOURS(1));
	s = sign_in(w, account, &tokyo, false);
	assert_true(s.new_place && s.has_travel_kmh && s.travel_kmh > 8000);
	s = sign_in(w, account, NULL, false);
	assert_false(s.new_place || s.known_place || s.has_travel_kmh);
}

/* What the shop says of a payer is held against where he was signed in. */
static struct decide
pay(struct world *w, struct id account, const struct place *here)
{
	struct pay p = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.arena = w->arena,
		.account = account,
		.says_payee = true,
		.payee = STR("Bookshop"),
		.client = {.place = here},
	};

	world_do(w, pay_run, &p);
	assert_int_equal(p.verdict, PAY_DECIDED);
	return p.decide;
}

static void
where_he_pays(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);
	struct decide d;

	(void)sign_in(w, account, &berlin, true);
	world_advance(w, HOURS(1));
	d = pay(w, account, &berlin);
	assert_true(d.signals.known_place);
	d = pay(w, account, &tokyo);
	assert_true(d.signals.new_place && d.signals.travel_kmh > 8000);
	assert_int_equal(d.decision.code, DECISION_REQUIRED);
	assert_true(str_equal(d.decision.rule, STR("transaction.travel")));
	/* Nothing was remembered: paying is not being let in. */
	d = pay(w, account, &tokyo);
	assert_true(d.signals.new_place);
	d = pay(w, account, NULL);
	assert_false(d.signals.new_place || d.signals.known_place ||
	    d.signals.has_travel_kmh);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(where_he_was_let_in),
		WORLD_TEST(where_he_pays),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
