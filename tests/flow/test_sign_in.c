/*
 * Signing in and resetting, where it is a matter of order: what is spent
 * before it is looked at, what a change in between does, and nobody's
 * challenge (S12, S13, S53, S78; R52, R58).
 */
#include "people.h"

#include <stdio.h>

#include "flow/edit_account.h"
#include "flow/new_account.h"
#include "flow/reset.h"
#include "flow/sign_in.h"
#include "flow/token.h"

static struct sign_in
begin(struct world *w, const char *identifier, const char *network)
{
	struct sign_in s = {
		.flow = &w->flow, .tenant = &w->tenant, .arena = w->arena,
		.client = {
			.network = str_of(network), .label = STR(""),
			.host = STR(""),
		},
	};

	OK(account_identifier_make(&w->flow, &w->tenant.id,
	    str_of(identifier), &s.who));
	OK(sign_in_prepare(&s));
	return s;
}

/* As a shop brings him in. */
static struct id
somebody_as(struct world *w, enum account_kind kind)
{
	struct new_account n = {
		.kind = kind,
		.flow = &w->flow, .tenant = &w->tenant, .arena = w->arena,
		.name = STR("Ada"), .has_email = true,
		.password_hash = STR("$hash"),
	};

	assert_true(recipient_parse(CHANNEL_EMAIL, STR("ada@example.com"),
	    &n.email));
	OK(new_account_prepare(&n));
	world_do(w, new_account_run, &n);
	assert_null(n.taken);
	return n.row.id;
}

static struct id
somebody(struct world *w)
{
	return somebody_as(w, ACCOUNT_CUSTOMER);
}

struct load {
	struct world *w;
	struct id id;
	struct account_row row;
	bool bump;
};

static enum err
load_run(struct tx *tx, void *arg)
{
	struct load *l = arg;
	enum err e = account_row_get(tx, &l->w->tenant.id, &l->id,
	    l->w->arena, &l->row);

	return e == ERR_NONE && l->bump ? account_secured(tx, &l->w->flow,
	    &l->row, NULL) : e;
}

static struct account_row
row_of(struct world *w, struct id id)
{
	struct load l = {.w = w, .id = id};

	world_do(w, load_run, &l);
	return l.row;
}

/* As a change of the password does. */
static void
secure(struct world *w, struct id id)
{
	struct load l = {.w = w, .id = id, .bump = true};

	world_do(w, load_run, &l);
}

static void
test_changed_meanwhile(void **state)
{
	struct world *w = *state;
	struct id id = somebody(w);
	struct sign_in s = begin(w, "ada@example.com", "10.0.0.1");

	world_do(w, sign_in_look_run, &s);
	assert_true(s.found);
	assert_int_equal(row_of(w, id).generation, s.generation);
	/* While the hash is computed, somebody else sets a password. */
	secure(w, id);
	s.right = true;
	world_do(w, sign_in_decide_run, &s);
	assert_int_equal(SIGN_IN_REFUSED, s.verdict);
	assert_int_equal(0, world_events(w, AUDIT_SESSION_OPENED, NULL));
}

static struct sign_in_complete
complete(struct world *w, struct id challenge, const char *code)
{
	struct sign_in_complete c = {
		.check = {
			.flow = &w->flow, .tenant = &w->tenant,
			.arena = w->arena, .id = challenge,
			.typed = str_of(code),
		},
		.client = {.host = STR("")},
	};

	OK(sign_in_complete_prepare(&c));
	world_do(w, sign_in_complete_run, &c);
	return c;
}

static struct sign_in
right_password(struct world *w)
{
	struct sign_in s = begin(w, "ada@example.com", "10.0.0.1");

	world_do(w, sign_in_look_run, &s);
	s.right = true;
	world_do(w, sign_in_decide_run, &s);
	assert_int_equal(SIGN_IN_CODE, s.verdict);
	return s;
}

static void
test_complete(void **state)
{
	struct world *w = *state;
	struct sign_in s;
	struct sign_in_complete c;
	char code[CODE_SIZE];

	(void)somebody(w);
	s = right_password(w);
	world_code(w, s.id, code);
	c = complete(w, s.id, code);
	assert_true(c.signed_in);
	assert_int_equal(w->now, c.session.proved_at.v);
	/* I1: not twice. */
	c = complete(w, s.id, code);
	assert_false(c.signed_in);
	assert_int_equal(CHECK_CONSUMED, c.check.verdict);
	assert_int_equal(1, world_events(w, AUDIT_SESSION_OPENED, NULL));
}

/* The code was sent for the password of before. */
static void
test_complete_after_change(void **state)
{
	struct world *w = *state;
	struct id id = somebody(w);
	struct sign_in s = right_password(w);
	struct sign_in_complete c;
	char code[CODE_SIZE];

	secure(w, id);
	world_code(w, s.id, code);
	c = complete(w, s.id, code);
	assert_int_equal(CHECK_APPROVED, c.check.verdict);
	assert_false(c.signed_in);
	assert_int_equal(0, world_events(w, AUDIT_SESSION_OPENED, NULL));
}

/* Another purpose's challenge signs nobody in, and sets no password. */
static void
test_other_challenges(void **state)
{
	struct world *w = *state;
	struct id id = somebody(w);
	struct issue i = people_ask(w, id, CHANNEL_EMAIL);
	struct reset_complete r = {
		.check = {
			.flow = &w->flow, .tenant = &w->tenant,
			.arena = w->arena, .id = i.start.row.id,
		},
	};
	char code[CODE_SIZE];

	world_code(w, i.start.row.id, code);
	assert_int_equal(CHECK_UNKNOWN,
	    complete(w, i.start.row.id, code).check.verdict);
	r.check.typed = str_of(code);
	world_do(w, reset_complete_run, &r);
	assert_int_equal(CHECK_UNKNOWN, r.check.verdict);
}

/*
 * S12: each look spends before anything is compared, so 32 at once are no more
 * than what one after the other may do.
 */
static void
test_parallel_looks(void **state)
{
	enum { MANY = 32 };
	struct world *w = *state;
	struct sign_in s[MANY];
	int looked = 0;

	world_connect(MANY);
	(void)somebody(w);
	for (int i = 0; i < MANY; i++) {
		s[i] = begin(w, i % 2 == 0 ? "ada@example.com"
		    : "ADA@Example.com", "10.0.0.1");
		s[i].arena = arena_new(1 << 16);
	}
	fan_out(w, sign_in_look_run, s, sizeof(s[0]), MANY, NULL);
	for (int i = 0; i < MANY; i++) {
		looked += s[i].verdict != SIGN_IN_LIMITED;
		arena_free(s[i].arena);
	}
	assert_int_equal(w->tenant.policy.throttle.free_failures + 1, looked);
}

/* Each from a place of its own; true: the password was looked at. */
static bool
try_from(struct world *w, unsigned place)
{
	char network[32];
	struct sign_in s;

	snprintf(network, sizeof(network), "10.%u.%u.1", place / 200,
	    place % 200);
	s = begin(w, "ada@example.com", network);
	world_do(w, sign_in_look_run, &s);
	assert_int_not_equal(SIGN_IN_LIMITED, s.verdict);
	return s.hash.n > 0;
}

static unsigned
tries(struct world *w, unsigned n)
{
	static unsigned place;
	unsigned looked = 0;

	for (unsigned i = 0; i < n; i++) {
		looked += try_from(w, ++place);
	}
	return looked;
}

/*
 * S115, PCI DSS 8.3.4: an operator's password is looked at ten times in a row,
 * from wherever, then not for half an hour, and after ten more for an hour.
 */
static void
test_operator_lock(void **state)
{
	struct world *w = *state;

	(void)somebody_as(w, ACCOUNT_OPERATOR);
	assert_int_equal(10, tries(w, 40));
	assert_int_equal(30, world_events(w, AUDIT_SIGN_IN_REFUSED, NULL));
	world_restart(w);
	world_advance(w, (duration_ms){MINUTES(30).v - 1});
	assert_int_equal(0, tries(w, 1));
	world_advance(w, (duration_ms){1});
	assert_int_equal(10, tries(w, 20));
	world_advance(w, (duration_ms){HOURS(1).v - 1});
	assert_int_equal(0, tries(w, 1));
	world_advance(w, (duration_ms){1});
	assert_int_equal(1, tries(w, 1));
}

/* S12: counted before it is looked at, so no more at once either. */
static void
test_operator_lock_at_once(void **state)
{
	enum { MANY = 32 };
	struct world *w = *state;
	struct sign_in s[MANY];
	char network[MANY][16];
	unsigned looked = 0;

	world_connect(MANY);
	(void)somebody_as(w, ACCOUNT_OPERATOR);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(network[i], sizeof(network[i]), "10.9.%u.1", i);
		s[i] = begin(w, "ada@example.com", network[i]);
		s[i].arena = arena_new(1 << 16);
	}
	fan_out(w, sign_in_look_run, s, sizeof(s[0]), MANY, NULL);
	for (unsigned i = 0; i < MANY; i++) {
		looked += s[i].hash.n > 0;
		arena_free(s[i].arena);
	}
	assert_int_equal(10, looked);
}

/* S19: a stranger locks no customer out. */
static void
test_customer_is_not_locked(void **state)
{
	struct world *w = *state;

	(void)somebody(w);
	assert_int_equal(40, tries(w, 40));
}

static struct reset
ask_reset(struct world *w, const char *identifier)
{
	struct reset r = {
		.flow = &w->flow, .tenant = &w->tenant, .arena = w->arena,
		.client = {.network = STR("10.0.0.9"), .label = STR(""),
		    .host = STR("")},
	};

	OK(account_identifier_make(&w->flow, &w->tenant.id,
	    str_of(identifier), &r.who));
	world_do(w, reset_run, &r);
	assert_int_equal(ISSUE_DONE, r.issue.verdict);
	return r;
}

static struct reset_complete
reset(struct world *w, struct id id, const char *code, const char *password,
    enum err want)
{
	struct reset_complete c = {
		.check = {
			.flow = &w->flow, .tenant = &w->tenant,
			.arena = w->arena, .id = id, .typed = str_of(code),
		},
		.password = str_of(password), .hash = STR("$hash"),
	};

	assert_int_equal(want, store_do(w->flow.store, STORE_CHECK,
	    reset_complete_run, &c));
	return c;
}

/* R52: a refused password leaves the code as it was, tries and all. */
static void
test_reset(void **state)
{
	struct world *w = *state;
	struct id id = somebody(w);
	struct account_row before = row_of(w, id);
	struct reset r = ask_reset(w, "ada@example.com");
	struct id challenge = r.issue.start.row.id;
	struct reset_complete c;
	char code[CODE_SIZE], wrong[CODE_SIZE];

	world_code(w, challenge, code);
	world_wrong(w, challenge, 1, wrong);
	c = reset(w, challenge, code, "ada's books1", ERR_DENIED);
	assert_non_null(c.flaw);
	assert_int_equal(CHALLENGE_PENDING,
	    world_row(w, challenge).state.status);
	assert_int_equal(5, world_row(w, challenge).state.attempts_left);
	/* But guessing with a bad password is guessing. */
	c = reset(w, challenge, wrong, "ada's books1", ERR_NONE);
	assert_int_equal(CHECK_WRONG, c.check.verdict);
	assert_int_equal(4, world_row(w, challenge).state.attempts_left);
	c = reset(w, challenge, code, "nine dry umbrellas", ERR_NONE);
	assert_true(c.done);
	assert_int_equal(before.generation + 1, row_of(w, id).generation);
	assert_int_equal(0, world_events(w, AUDIT_SESSION_OPENED, NULL));
	assert_int_equal(1, world_events(w, AUDIT_ACCOUNT_CHANGED, NULL));
}

/* S78: it has a challenge like everybody, and gets no message. */
static void
test_nobody(void **state)
{
	struct world *w = *state;
	struct message_row rows[16];
	struct reset known, nobody;
	struct challenge a, b;

	(void)somebody(w);
	known = ask_reset(w, "ada@example.com");
	nobody = ask_reset(w, "eve@example.com");
	a = world_row(w, known.issue.start.row.id).state;
	b = world_row(w, nobody.issue.start.row.id).state;
	assert_int_equal(a.attempts_left, b.attempts_left);
	assert_int_equal(a.sends_left, b.sends_left);
	assert_int_equal(a.expires_at.v, b.expires_at.v);
	assert_int_equal(a.resend_at.v, b.resend_at.v);
	assert_int_equal(1, world_messages(w, known.issue.start.row.id, rows));
	assert_int_equal(0, world_messages(w, nobody.issue.start.row.id,
	    rows));
	for (int n = 1; n <= 5; n++) {
		char code[CODE_SIZE];
		struct reset_complete c;

		world_wrong(w, nobody.issue.start.row.id, n, code);
		c = reset(w, nobody.issue.start.row.id, code,
		    "nine dry umbrellas", ERR_NONE);
		assert_int_equal(n < 5 ? CHECK_WRONG : CHECK_EXHAUSTED,
		    c.check.verdict);
	}
}

/* S128: nothing personal is left, and nothing of it works. */
static void
test_erase(void **state)
{
	static const struct sql rest = {
		.name = "test_rest",
		.text = "SELECT (SELECT COUNT(*) FROM contacts) + "
		    "(SELECT COUNT(*) FROM account_names) + "
		    "(SELECT COUNT(*) FROM sessions) + "
		    "(SELECT COUNT(*) FROM devices)",
	};
	struct world *w = *state;
	struct id id = somebody(w);
	struct sign_in s = right_password(w);
	struct erase_account x = {
		.flow = &w->flow, .tenant = &w->tenant, .arena = w->arena,
		.id = id,
	};
	struct account_row row;

	world_do(w, erase_account_run, &x);
	assert_true(x.found);
	row = row_of(w, id);
	assert_int_equal(ACCOUNT_ERASED, row.status);
	assert_int_equal(0, row.name.n + row.password.n + row.external.n +
	    row.address.n + row.locale.n);
	assert_int_equal(0, world_count(w, &rest, NULL, 0));
	assert_int_equal(CHALLENGE_CANCELLED,
	    world_row(w, s.id).state.status);
	world_do(w, erase_account_run, &x);
	assert_false(x.found);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_changed_meanwhile), WORLD_TEST(test_complete),
		WORLD_TEST(test_complete_after_change),
		WORLD_TEST(test_other_challenges),
		WORLD_TEST(test_parallel_looks),
		WORLD_TEST(test_operator_lock),
		WORLD_TEST(test_operator_lock_at_once),
		WORLD_TEST(test_customer_is_not_locked), WORLD_TEST(test_reset),
		WORLD_TEST(test_nobody), WORLD_TEST(test_erase),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
