/*
 * Recovery codes: each once, a new set kills the old (S69 to S74).
 */
#include "flow/recovery.h"
#include "people.h"

enum { CROWD = 16 };

/* As cheap as the library allows. */
static const struct password_cost cost = {8, 1};

static struct recovery_new
make(struct world *w, struct id account)
{
	struct recovery_new n = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.arena = w->arena,
		.account = account,
	};

	OK(recovery_new_prepare(&n));
	OK(recovery_new_hash(&n, cost));
	world_do(w, recovery_new_run, &n);
	assert_true(n.found);
	return n;
}

/* Looked up and hashed, ready to be checked. */
static struct recovery_try
ready(struct world *w, struct id challenge, const struct recovery_code *code)
{
	struct recovery_try t = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.arena = w->arena,
		.challenge = challenge,
		.code = *code,
	};

	world_do(w, recovery_look_run, &t);
	OK(recovery_hash(&t, cost));
	return t;
}

static struct check
answer(struct world *w, struct id challenge,
    const struct recovery_code *code)
{
	static const enum factor by = FACTOR_RECOVERY_CODE;
	struct recovery_try t = ready(w, challenge, code);

	return world_try(w, (struct check){
		.id = challenge,
		.typed = STR("xxxx-xxxx-xxxx-xxxx"),
		.by = &by,
		.proof = {t.salt, t.tag},
	});
}

static enum check_verdict
try_on(struct world *w, struct id challenge,
    const struct recovery_code *code)
{
	return answer(w, challenge, code).verdict;
}

static struct id
sign_in(struct world *w, struct id account)
{
	return people_ask(w, account, CHANNEL_EMAIL).start.row.id;
}

/* What the receipt says of the method, and what is kept for its redemption. */
static void
must_say(struct world *w, struct check *c, const char *method)
{
	struct redeem r = {.flow = &w->flow, .tenant = &w->tenant,
	    .arena = w->arena, .purpose = PURPOSE_SIGN_IN};

	assert_int_equal(CHECK_APPROVED, c->verdict);
	assert_string_equal(method, factor_name(receipt_method(&c->row)));
	OK(check_finish(c));
	r.receipt = c->receipt;
	OK(redeem_prepare(&r));
	assert_non_null(memmem(r.payload.p, r.payload.n, method,
	    strlen(method)));
	assert_null(memmem(r.payload.p, r.payload.n, "email", 5));
	world_do(w, redeem_run, &r);
	assert_int_equal(REDEEM_REDEEMED, r.verdict);
}

/* Rule 12: not the channel of the challenge, but what was answered with. */
static void
receipt_says_how(void **state)
{
	static const enum factor by = FACTOR_TOTP;
	struct world *w = *state;
	struct id account = people_person(w);
	struct recovery_new n = make(w, account);
	struct app app = people_enrol(w, account, HMAC_SHA1, 6);
	struct check c = answer(w, sign_in(w, account), &n.set.code[3]);
	char code[HOTP_CODE_SIZE];

	must_say(w, &c, "recovery_code");
	world_advance(w, SECONDS(30));
	people_code(&app, world_now(w), 0, code);
	c = world_try(w, (struct check){.id = sign_in(w, account),
	    .typed = str_of(code), .by = &by});
	must_say(w, &c, "totp");
}

static enum check_verdict
use(struct world *w, struct id account, const struct recovery_code *code)
{
	return try_on(w, sign_in(w, account), code);
}

static void
each_once(void **state)
{
	static const struct sql notices = {
		.name = "test_recovery_notices",
		.text = "SELECT COUNT(*) FROM messages WHERE kind = 3",
	};
	struct world *w = *state;
	struct id account = people_person(w);
	struct recovery_new n = make(w, account);

	w->tenant.policy.throttle.free_failures = 10;
	assert_int_equal(use(w, account, &n.set.code[6]), CHECK_APPROVED);
	assert_int_equal(use(w, account, &n.set.code[6]), CHECK_WRONG);
	assert_int_equal(world_events(w, AUDIT_CODE_REPLAYED, NULL), 1);
	assert_int_equal(use(w, account, &n.set.code[0]), CHECK_APPROVED);
	assert_int_equal(world_events(w, AUDIT_RECOVERY_USED, NULL), 2);
	/* made, and twice used: the owner is told each time (S72) */
	assert_int_equal(world_count(w, &notices, NULL, 0), 3);
	world_restart(w);
	assert_int_equal(use(w, account, &n.set.code[0]), CHECK_WRONG);
}

static void
one_of_a_crowd(void **state)
{
	static const enum factor by = FACTOR_RECOVERY_CODE;
	static struct recovery_try tries[CROWD];
	static struct check checks[CROWD];
	struct world *w = *state;
	struct id account = people_person(w);
	struct recovery_new n = make(w, account);
	unsigned approved = 0;

	w->tenant.policy.creates.n = 64;
	w->tenant.policy.throttle.free_failures = 60;
	for (int i = 0; i < POLICY_SEND_LIMITS; i++) {
		w->tenant.policy.sends[i].n = 64;
	}
	for (unsigned i = 0; i < CROWD; i++) {
		struct id id = sign_in(w, account);

		tries[i] = ready(w, id, &n.set.code[3]);
		checks[i] = (struct check){
			.flow = &w->flow,
			.tenant = &w->tenant,
			.arena = arena_new(1 << 20),
			.id = id,
			.typed = STR("x"),
			.by = &by,
			.proof = {tries[i].salt, tries[i].tag},
		};
	}
	fan_out(w, check_run, checks, sizeof(checks[0]), CROWD, NULL);
	for (unsigned i = 0; i < CROWD; i++) {
		approved += checks[i].verdict == CHECK_APPROVED;
		arena_free(checks[i].arena);
	}
	assert_int_equal(approved, 1);
}

/* S73: also a code that was hashed before the new set was made. */
static void
a_new_set_kills_the_old(void **state)
{
	static const enum factor by = FACTOR_RECOVERY_CODE;
	struct world *w = *state;
	struct id account = people_person(w), id;
	struct recovery_new old = make(w, account), fresh;
	struct recovery_try t;

	id = sign_in(w, account);
	t = ready(w, id, &old.set.code[0]);
	fresh = make(w, account);
	assert_int_equal(world_try(w, (struct check){.id = id,
	    .typed = STR("x"), .by = &by, .proof = {t.salt, t.tag}}).verdict,
	    CHECK_WRONG);
	assert_int_equal(try_on(w, id, &old.set.code[1]), CHECK_WRONG);
	assert_int_equal(try_on(w, id, &fresh.set.code[1]), CHECK_APPROVED);
}

static void
whose_it_is(void **state)
{
	static const struct sql move = {
		.name = "test_move_recovery",
		.text = "UPDATE recovery_sets SET account = $2 "
		    "WHERE account = $1",
	};
	struct world *w = *state;
	struct id ada = people_person(w), eve = people_person(w);
	struct recovery_new n = make(w, eve);
	const struct sql_value ids[] = {sql_id(&eve), sql_id(&ada)};

	assert_int_equal(use(w, ada, &n.set.code[0]), CHECK_WRONG);
	/* whoever has the database in his hands gives her his own */
	assert_int_equal(world_exec(w, &move, ids, 2), 1);
	assert_int_equal(use(w, ada, &n.set.code[0]), CHECK_WRONG);
}

/* S74, R52: not for a challenge that the shop made, nor for another purpose. */
static void
only_behind_a_first_factor(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);
	struct recovery_new n = make(w, account);
	struct id id = world_challenge(w, (struct ask){
	    .email = "ada@example.com"});

	assert_int_equal(try_on(w, id, &n.set.code[0]), CHECK_WRONG);
	assert_int_equal(use(w, account, &n.set.code[0]), CHECK_APPROVED);
}

/* An authenticator answers a sign-in whose code went elsewhere. */
static void
totp_stands_in(void **state)
{
	static const enum factor by = FACTOR_TOTP;
	struct world *w = *state;
	struct id account = people_person(w);
	struct app app = people_enrol(w, account, HMAC_SHA1, 6);
	char code[HOTP_CODE_SIZE];
	struct check c;

	world_advance(w, SECONDS(30));
	people_code(&app, world_now(w), 0, code);
	c = world_try(w, (struct check){.id = sign_in(w, account),
	    .typed = str_of(code)});
	assert_int_equal(c.verdict, CHECK_WRONG);
	c = world_try(w, (struct check){.id = c.id, .typed = str_of(code),
	    .by = &by});
	assert_int_equal(c.verdict, CHECK_APPROVED);
	c = world_try(w, (struct check){.id = sign_in(w, account),
	    .typed = str_of(code), .by = &by});
	assert_int_equal(c.verdict, CHECK_WRONG);
}

static void
erased_with_the_account(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);
	struct recovery_new n = make(w, account);

	people_erase(w, account);
	assert_int_equal(use(w, account, &n.set.code[0]), CHECK_WRONG);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(receipt_says_how),
		WORLD_TEST(each_once),
		WORLD_TEST(one_of_a_crowd),
		WORLD_TEST(a_new_set_kills_the_old),
		WORLD_TEST(whose_it_is),
		WORLD_TEST(only_behind_a_first_factor),
		WORLD_TEST(totp_stands_in),
		WORLD_TEST(erased_with_the_account),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
