/*
 * R24: authenticators are enrolled, asked, refused (S57 to S65, I1).
 */
#include "flow/keep.h"
#include "people.h"

#include <stdlib.h>

enum { CROWD = 32 };

static void
roomy(struct world *w)
{
	w->tenant.policy.creates.n = 64;
	w->tenant.policy.throttle.free_failures = 10;
}

static void
the_way_it_goes(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);
	struct app app = people_enrol(w, account, HMAC_SHA1, 6);
	char code[HOTP_CODE_SIZE];
	struct issue i;
	struct check c;

	world_advance(w, SECONDS(30));
	i = people_ask(w, account, CHANNEL_TOTP);
	assert_true(str_equal(i.start.to, STR("authenticator")));
	assert_int_equal(i.start.view.sends_left, 0);
	people_code(&app, world_now(w), 0, code);
	c = world_check(w, i.start.row.id, code);
	assert_int_equal(c.verdict, CHECK_APPROVED);
	assert_string_equal(receipt_amr(receipt_method(&c.row)), "otp");
	assert_false(channel_restricted(c.row.channel));
	/* nothing was sent for it, and nothing can be */
	assert_int_equal(world_resend(w, people_challenge(w, account), false).verdict,
	    RESEND_NO_SENDS);
}

static void
every_hash_and_length(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);

	roomy(w);
	for (int hash = HMAC_SHA1; hash <= HMAC_SHA512; hash++) {
		struct app app = people_enrol(w, account, (enum hmac_hash)hash,
		    6 + (unsigned)hash);
		char code[HOTP_CODE_SIZE];

		assert_int_equal(app.secret.n, hash == HMAC_SHA1 ? 20 :
		    hash == HMAC_SHA256 ? 32 : 64);
		world_advance(w, SECONDS(30));
		people_code(&app, world_now(w), 0, code);
		assert_int_equal(strlen(code), 6 + (size_t)hash);
		assert_int_equal(people_check(w, account, code), CHECK_APPROVED);
	}
}

/* S59 */
static void
enrolment_code_is_no_login(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);
	struct app app = people_enrol(w, account, HMAC_SHA1, 6);
	char code[HOTP_CODE_SIZE];

	people_code(&app, world_now(w), 0, code);
	assert_int_equal(people_check(w, account, code), CHECK_WRONG);
	assert_int_equal(world_events(w, AUDIT_CODE_REPLAYED, NULL), 1);
}

/* S58: in the same step, and in the next, where it is still in the window. */
static void
never_twice(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);
	struct app app = people_enrol(w, account, HMAC_SHA1, 6);
	char code[HOTP_CODE_SIZE], older[HOTP_CODE_SIZE];

	roomy(w);
	world_advance(w, SECONDS(60));
	people_code(&app, world_now(w), 0, code);
	people_code(&app, world_now(w), -1, older);
	assert_int_equal(people_check(w, account, code), CHECK_APPROVED);
	assert_int_equal(people_check(w, account, code), CHECK_WRONG);
	assert_int_equal(people_check(w, account, older), CHECK_WRONG);
	world_advance(w, SECONDS(30));
	assert_int_equal(people_check(w, account, code), CHECK_WRONG);
	world_restart(w);
	assert_int_equal(people_check(w, account, code), CHECK_WRONG);
	people_code(&app, world_now(w), 0, code);
	assert_int_equal(people_check(w, account, code), CHECK_APPROVED);
}

/* I1: however many ask at once, on however many challenges. */
static void
one_of_a_crowd(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);
	struct app app = people_enrol(w, account, HMAC_SHA1, 6);
	static struct check checks[CROWD];
	char code[HOTP_CODE_SIZE];
	unsigned approved = 0;

	roomy(w);
	w->tenant.policy.throttle.free_failures = 60;
	w->tenant.policy.throttle.soft_stop = 64;
	world_advance(w, SECONDS(30));
	people_code(&app, world_now(w), 0, code);
	for (unsigned i = 0; i < CROWD; i++) {
		checks[i] = (struct check){
			.flow = &w->flow,
			.tenant = &w->tenant,
			.arena = arena_new(1 << 20),
			.id = people_challenge(w, account),
			.typed = str_of(code),
		};
	}
	fan_out(w, check_run, checks, sizeof(checks[0]), CROWD, NULL);
	for (unsigned i = 0; i < CROWD; i++) {
		approved += checks[i].verdict == CHECK_APPROVED;
		arena_free(checks[i].arena);
	}
	assert_int_equal(approved, 1);
}

/* S57, S65 */
static void
drift_is_learnt(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);
	struct app app = people_enrol(w, account, HMAC_SHA1, 6);
	char code[HOTP_CODE_SIZE];

	roomy(w);
	world_advance(w, SECONDS(30));
	/* two steps fast at once: not in the window */
	people_code(&app, world_now(w), 2, code);
	assert_int_equal(people_check(w, account, code), CHECK_WRONG);
	for (int64_t off = 1; off <= 3; off++) {
		world_advance(w, SECONDS(30));
		people_code(&app, world_now(w), off, code);
		assert_int_equal(people_check(w, account, code), CHECK_APPROVED);
	}
	/* learnt are two, so with the window three are good, and no more */
	world_advance(w, SECONDS(90));
	people_code(&app, world_now(w), 4, code);
	assert_int_equal(people_check(w, account, code), CHECK_WRONG);
	people_code(&app, world_now(w), 3, code);
	assert_int_equal(people_check(w, account, code), CHECK_APPROVED);
	/* and back, when the clock was put right */
	world_advance(w, SECONDS(300));
	people_code(&app, world_now(w), 1, code);
	assert_int_equal(people_check(w, account, code), CHECK_APPROVED);
	world_advance(w, SECONDS(60));
	people_code(&app, world_now(w), 0, code);
	assert_int_equal(people_check(w, account, code), CHECK_APPROVED);
}

/* S62: a seed that was moved to another row opens nothing. */
static void
swapped_rows_fail_closed(void **state)
{
	static const struct sql aside = {
		.name = "test_secrets_aside",
		.text = "UPDATE authenticators SET label = secret",
	};
	static const struct sql swap = {
		.name = "test_swap_secrets",
		.text = "UPDATE authenticators SET secret = (SELECT label FROM "
		    "authenticators AS o WHERE o.id <> authenticators.id)",
	};
	struct world *w = *state;
	struct id account = people_person(w);
	struct app app = people_enrol(w, account, HMAC_SHA1, 6), other;
	struct check c = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.arena = w->arena,
	};
	char code[HOTP_CODE_SIZE];

	other = people_enrol(w, account, HMAC_SHA1, 6);
	world_advance(w, SECONDS(30));
	assert_int_equal(world_exec(w, &aside, NULL, 0), 2);
	assert_int_equal(world_exec(w, &swap, NULL, 0), 2);
	for (int i = 0; i < 2; i++) {
		people_code(i == 0 ? &app : &other, world_now(w), 0, code);
		c.id = people_challenge(w, account);
		c.typed = str_of(code);
		assert_int_equal(store_do(w->flow.store, STORE_CHECK,
		    check_run, &c), ERR_CRYPTO);
		assert_int_equal(world_row(w, c.id).state.status,
		    CHALLENGE_PENDING);
	}
}

/* S60 */
static void
unconfirmed_counts_for_nothing(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);
	struct authenticator_new n = people_begin(w, account, HMAC_SHA1, 6);
	struct keep keep = {.flow = &w->flow, .arena = w->arena};
	struct app app = people_app(&n);
	char code[HOTP_CODE_SIZE];

	assert_int_equal(people_ask(w, account, CHANNEL_TOTP).verdict, ISSUE_NO_WAY);
	assert_int_equal(people_confirm(w, account, n.id, "12345"),
	    AUTHENTICATOR_NOT_A_CODE);
	people_code(&app, world_now(w), 5, code);
	for (int i = 0; i < AUTHENTICATOR_TRIES; i++) {
		assert_int_equal(people_confirm(w, account, n.id, code),
		    AUTHENTICATOR_WRONG);
	}
	people_code(&app, world_now(w), 0, code);
	assert_int_equal(people_confirm(w, account, n.id, code), AUTHENTICATOR_GONE);

	n = people_begin(w, account, HMAC_SHA1, 6);
	app = people_app(&n);
	world_advance(w, AUTHENTICATOR_CONFIRM);
	people_code(&app, world_now(w), 0, code);
	assert_int_equal(people_confirm(w, account, n.id, code), AUTHENTICATOR_GONE);
	world_advance(w, SECONDS(1));
	keep.now = world_now(w);
	world_do(w, keep_forget_run, &keep);
	assert_int_equal(people_confirm(w, account, n.id, code),
	    AUTHENTICATOR_UNKNOWN);
}

/* S75 */
static void
a_change_is_told_and_ends_trust(void **state)
{
	static const struct sql generation = {
		.name = "test_generation",
		.text = "SELECT generation FROM accounts",
	};
	static const struct sql notices = {
		.name = "test_notices",
		.text = "SELECT COUNT(*) FROM messages WHERE kind = 3",
	};
	struct world *w = *state;
	struct id account = people_person(w);
	struct app app = people_enrol(w, account, HMAC_SHA1, 6);
	struct authenticator_change c = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.arena = w->arena,
		.account = account,
		.id = app.id,
	};

	assert_int_equal(world_count(w, &generation, NULL, 0), 1);
	assert_int_equal(world_count(w, &notices, NULL, 0), 1);
	world_do(w, authenticator_remove_run, &c);
	assert_int_equal(c.verdict, AUTHENTICATOR_DONE);
	assert_int_equal(world_count(w, &generation, NULL, 0), 2);
	assert_int_equal(world_count(w, &notices, NULL, 0), 2);
	assert_int_equal(world_events(w, AUDIT_FACTOR_ADDED, NULL), 1);
	assert_int_equal(world_events(w, AUDIT_FACTOR_REMOVED, NULL), 1);
	assert_int_equal(people_ask(w, account, CHANNEL_TOTP).verdict, ISSUE_NO_WAY);
	world_do(w, authenticator_remove_run, &c);
	assert_int_equal(c.verdict, AUTHENTICATOR_UNKNOWN);
}

/* S13, S17, S19: its own tries, and the other factors stay open. */
static void
its_own_budget(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w), id;
	struct app app = people_enrol(w, account, HMAC_SHA1, 6);
	char code[HOTP_CODE_SIZE];

	world_advance(w, SECONDS(30));
	id = people_challenge(w, account);
	people_code(&app, world_now(w), 7, code);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(world_check(w, id, code).verdict,
		    CHECK_WRONG);
	}
	assert_int_equal(world_check(w, id, code).verdict, CHECK_EXHAUSTED);
	id = people_challenge(w, account);
	assert_int_equal(world_check(w, id, code).verdict, CHECK_WRONG);
	people_code(&app, world_now(w), 0, code);
	assert_int_equal(world_check(w, id, code).verdict, CHECK_THROTTLED);
	assert_int_equal(people_ask(w, account, CHANNEL_EMAIL).verdict, ISSUE_DONE);
	/* S22: the owner is told where he is reached */
	assert_int_equal(world_events(w, AUDIT_SUBJECT_WARNED, NULL), 1);
}

static void
somebody_elses_code(void **state)
{
	struct world *w = *state;
	struct id ada = people_person(w), eve = people_person(w);
	struct app app = people_enrol(w, eve, HMAC_SHA1, 6);
	char code[HOTP_CODE_SIZE];

	(void)people_enrol(w, ada, HMAC_SHA1, 6);
	world_advance(w, SECONDS(30));
	people_code(&app, world_now(w), 0, code);
	assert_int_equal(people_check(w, ada, code), CHECK_WRONG);
	assert_int_equal(people_confirm(w, ada, app.id, code),
	    AUTHENTICATOR_UNKNOWN);
	assert_int_equal(people_check(w, eve, code), CHECK_APPROVED);
}

static void
no_more_than_five(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);
	struct authenticator_new n;

	for (int i = 0; i < AUTHENTICATORS_MAX; i++) {
		(void)people_enrol(w, account, HMAC_SHA1, 6);
	}
	n = people_begin(w, account, HMAC_SHA1, 6);
	assert_int_equal(n.verdict, AUTHENTICATOR_TOO_MANY);
}

/* RFC 4226 appendix D: "12345678901234567890" */
static const char *const rfc4226[] = {
	"755224", "287082", "359152", "969429", "338314", "254676", "287922",
	"162583", "399871", "520489",
};

static struct id
token(struct world *w, struct id account)
{
	struct authenticator_import i = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.arena = w->arena,
		.account = account,
		.label = STR("key ring"),
		.secret = STR("12345678901234567890"),
		.row = {.kind = AUTHENTICATOR_HOTP, .digits = 6},
	};

	world_do(w, authenticator_import_run, &i);
	assert_int_equal(i.verdict, AUTHENTICATOR_DONE);
	return i.row.id;
}

static void
hotp_code_at(unsigned counter, char code[static HOTP_CODE_SIZE])
{
	const struct hotp h = {HMAC_SHA1, 6, STR("12345678901234567890")};

	OK(hotp_code(&h, counter, code));
}

/* S64 */
static void
hotp_looks_ahead(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);

	roomy(w);
	(void)token(w, account);
	assert_int_equal(people_check(w, account, rfc4226[0]), CHECK_APPROVED);
	assert_int_equal(people_check(w, account, rfc4226[0]), CHECK_WRONG);
	assert_int_equal(world_events(w, AUDIT_CODE_REPLAYED, NULL), 1);
	assert_int_equal(people_check(w, account, rfc4226[9]), CHECK_APPROVED);
	/* what was passed over is gone */
	assert_int_equal(people_check(w, account, rfc4226[5]), CHECK_WRONG);
}

static void
hotp_is_found_again(void **state)
{
	struct world *w = *state;
	struct id account = people_person(w);
	char code[HOTP_CODE_SIZE], next[HOTP_CODE_SIZE];

	roomy(w);
	(void)token(w, account);
	hotp_code_at(10, code);
	assert_int_equal(people_check(w, account, code), CHECK_APPROVED);
	/* next is 11; 22 is one too far, alone or twice */
	hotp_code_at(22, code);
	hotp_code_at(23, next);
	assert_int_equal(people_check(w, account, code), CHECK_WRONG);
	assert_int_equal(people_check(w, account, code), CHECK_WRONG);
	assert_int_equal(people_check(w, account, next), CHECK_APPROVED);
	assert_int_equal(people_check(w, account, next), CHECK_WRONG);
	/* with another in between it is no pair */
	hotp_code_at(40, code);
	hotp_code_at(41, next);
	assert_int_equal(people_check(w, account, code), CHECK_WRONG);
	assert_int_equal(people_check(w, account, rfc4226[1]), CHECK_WRONG);
	assert_int_equal(people_check(w, account, next), CHECK_WRONG);
	/* beyond 50 it is not looked for */
	hotp_code_at(24 + HOTP_RESYNC + 1, code);
	hotp_code_at(24 + HOTP_RESYNC + 2, next);
	assert_int_equal(people_check(w, account, code), CHECK_WRONG);
	assert_int_equal(people_check(w, account, next), CHECK_WRONG);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(the_way_it_goes),
		WORLD_TEST(every_hash_and_length),
		WORLD_TEST(enrolment_code_is_no_login),
		WORLD_TEST(never_twice),
		WORLD_TEST(one_of_a_crowd),
		WORLD_TEST(drift_is_learnt),
		WORLD_TEST(swapped_rows_fail_closed),
		WORLD_TEST(unconfirmed_counts_for_nothing),
		WORLD_TEST(a_change_is_told_and_ends_trust),
		WORLD_TEST(its_own_budget),
		WORLD_TEST(somebody_elses_code),
		WORLD_TEST(no_more_than_five),
		WORLD_TEST(hotp_looks_ahead),
		WORLD_TEST(hotp_is_found_again),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
