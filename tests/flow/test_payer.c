/*
 * Payments under the profile psd2: five wrong codes in a row block the payer,
 * he is warned, and nothing but a right code or an operator ends the row
 * (S15, S48; RTS 2018/389 article 4(3)(b) and (d), 4(4)).
 */
#include "people.h"

#include <stdio.h>

#include "flow/admin.h"
#include "flow/pay.h"
#include "flow/payer.h"
#include "flow/session.h"

static struct binding
facts(const char *amount)
{
	struct binding b = {0};

	assert_null(binding_add(&b, STR("amount"), str_of(amount)));
	assert_null(binding_add(&b, STR("currency"), STR("EUR")));
	assert_null(binding_add(&b, STR("payee"), STR("Bookshop")));
	return b;
}

static struct start
start_for(struct world *w, const char *email, enum purpose purpose)
{
	static const struct binding none;
	struct binding b = purpose == PURPOSE_TRANSACTION ? facts("129.00")
	    : none;

	return world_start(w, (struct ask){.email = email, .binding = &b,
	    .purpose = purpose});
}

static struct id
payment(struct world *w, const char *email)
{
	struct start s = start_for(w, email, PURPOSE_TRANSACTION);

	assert_int_equal(START_CREATED, s.verdict);
	return s.row.id;
}

/* With the payment's own binding, as the shop has it. */
static struct check
try(struct world *w, struct id id, const char *code)
{
	struct check c = {.id = id, .typed = str_of(code),
	    .has_binding = true};
	struct challenge_row row = world_row(w, id);

	memcpy(c.digest, row.digest, DIGEST_BYTES);
	return world_try(w, c);
}

static struct check
miss(struct world *w, struct id id)
{
	char code[CODE_SIZE];

	world_wrong(w, id, 1, code);
	return try(w, id, code);
}

static struct check
hit(struct world *w, struct id id)
{
	char code[CODE_SIZE];

	world_code(w, id, code);
	return try(w, id, code);
}

/* Under the profile, with room for many payments. */
static struct world *
begin(void **state)
{
	struct world *w = *state;

	w->tenant.policy.payer.psd2 = 1;
	w->tenant.policy.creates.n = 64;
	for (int i = 0; i < POLICY_SEND_LIMITS; i++) {
		w->tenant.policy.sends[i].n = 64;
	}
	return w;
}

/* So many wrong codes in a row, two for each payment. */
static void
miss_times(struct world *w, int n)
{
	struct id id = {0};

	for (int i = 0; i < n; i++) {
		if (i % 2 == 0) {
			id = payment(w, NULL);
		}
		assert_int_equal(CHECK_WRONG, miss(w, id).verdict);
	}
}

static void
must_be_blocked(struct world *w, struct id id, duration_ms wait)
{
	int64_t left = world_row(w, id).state.attempts_left;
	struct check c = hit(w, id);

	assert_int_equal(CHECK_THROTTLED, c.verdict);
	assert_string_equal("payments", c.limited.rule);
	assert_int_equal(wait.v, c.limited.wait.v);
	assert_int_equal(left, world_row(w, id).state.attempts_left);
}

/* The notices of a challenge, newest kind last. */
static unsigned
told(struct world *w, struct id id, enum message_kind kind)
{
	struct message_row rows[16];
	unsigned n = world_messages(w, id, rows);
	unsigned found = 0;

	for (unsigned i = 0; i < n; i++) {
		found += rows[i].kind == kind;
	}
	return found;
}

static void
test_block(void **state)
{
	struct world *w = begin(state);
	struct id spare = payment(w, NULL);
	struct id last;
	struct check c;
	struct start s;

	miss_times(w, 3);
	last = payment(w, NULL);
	/* Before the last try: a warning, to the payer and to the shop. */
	c = miss(w, last);
	assert_int_equal(CHECK_WRONG, c.verdict);
	assert_int_equal(4, c.payer_streak);
	assert_int_equal(1, told(w, last, MESSAGE_NOTICE_LAST_TRY));
	c = miss(w, last);
	assert_int_equal(5, c.payer_streak);
	assert_int_equal(1, told(w, last, MESSAGE_NOTICE_BLOCKED));
	/* One message for one cause. */
	assert_int_equal(0, told(w, last, MESSAGE_NOTICE_FAILURES));
	/* Another payment, a new one, a resend, a restart: all the same. */
	must_be_blocked(w, spare, MINUTES(30));
	world_advance(w, MINUTES(1));
	(void)world_resend(w, spare, false);
	(void)world_resend(w, spare, true);
	world_restart(w);
	must_be_blocked(w, spare, MINUTES(29));
	s = start_for(w, "Ada@Example.COM", PURPOSE_TRANSACTION);
	assert_int_equal(START_LIMITED, s.verdict);
	assert_string_equal("payments", s.limited.rule);
	/* Everything else goes on, and so does everybody else. */
	assert_int_equal(START_CREATED, start_for(w, NULL,
	    PURPOSE_SIGN_IN).verdict);
	assert_int_equal(CHECK_APPROVED, hit(w,
	    payment(w, "bob@example.com")).verdict);
}

/* The block ends by itself; the next is twice as long, a day at most. */
static void
test_blocks_grow(void **state)
{
	struct world *w = begin(state);
	struct counter_row row = {.version = 0};
	static const int64_t minutes[] = {30, 60, 120, 240, 480, 960, 1440,
	    1440};

	miss_times(w, 5);
	world_advance(w, (duration_ms){MINUTES(30).v - 1});
	assert_int_equal(START_LIMITED,
	    start_for(w, NULL, PURPOSE_TRANSACTION).verdict);
	world_advance(w, (duration_ms){1});
	assert_int_equal(CHECK_APPROVED, hit(w, payment(w, NULL)).verdict);
	/* The row has ended: five more before the next. */
	miss_times(w, 4);
	assert_int_equal(CHECK_APPROVED, hit(w, payment(w, NULL)).verdict);
	for (int i = 1; i <= 40; i++) {
		duration_ms wait;

		counter_add(&row.state, world_now(w));
		wait = payer_limited(&w->tenant.policy.payer, &row,
		    world_now(w)).wait;
		assert_int_equal(i % 5 == 0 ? MINUTES(minutes[i / 5 - 1]).v
		    : 0, wait.v);
	}
}

/* S48: another amount kills the code, and counts; saying none is refused. */
static void
test_binding(void **state)
{
	struct world *w = begin(state);
	struct id id = payment(w, NULL);
	struct binding other = facts("1290.00");
	struct check c = {.id = id, .has_binding = true};
	char code[CODE_SIZE];

	world_code(w, id, code);
	assert_int_equal(CHECK_NEEDS_BINDING, world_check(w, id,
	    code).verdict);
	assert_int_equal(3, world_row(w, id).state.attempts_left);
	c.typed = str_of(code);
	OK(binding_digest(&w->flow, &w->tenant, &other, c.digest));
	c = world_try(w, c);
	assert_int_equal(CHECK_MISMATCH, c.verdict);
	assert_int_equal(1, c.payer_streak);
	assert_int_equal(CHECK_MISMATCH, hit(w, id).verdict);
}

/* What the profile does is off where it is not asked for. */
static void
test_off(void **state)
{
	struct world *w = begin(state);
	struct id id;

	w->tenant.policy.payer.psd2 = 0;
	miss_times(w, 5);
	id = payment(w, NULL);
	assert_int_equal(CHECK_APPROVED, world_right(w, id));
}

static struct pay
pay(struct world *w, struct id account, const char *amount)
{
	struct pay p = {
		.flow = &w->flow, .tenant = &w->tenant, .arena = w->arena,
		.account = account, .payee = STR("Bookshop"),
		.binding = facts(amount), .says_payee = true,
		.signals = {.has_amount = true, .known_device = true},
	};

	assert_true(money_parse(str_of(amount), &p.signals.amount));
	world_do(w, pay_run, &p);
	return p;
}

/*
 * Of an account it is one row of failures, whichever way the codes take: an
 * authenticator's count with those that were sent, and no payment is decided
 * while it lasts, not even one that needs no code.
 */
static void
test_account(void **state)
{
	struct world *w = begin(state);
	struct id account = people_person(w);
	struct app app = people_enrol(w, account, HMAC_SHA1, 6);
	enum channel totp = CHANNEL_TOTP;
	struct pay p, q = {
		.flow = &w->flow, .tenant = &w->tenant, .arena = w->arena,
		.account = account, .payee = STR("Bookshop"),
		.binding = facts("129.00"), .channel = &totp,
	};
	struct check c;
	char code[HOTP_CODE_SIZE];

	/* So that the new authenticator is not a recent change. */
	world_advance(w, HOURS(24 * 7));
	p = pay(w, account, "129.00");
	q.signals = p.signals;
	assert_int_equal(PAY_DECIDED, p.verdict);
	assert_int_equal(CHECK_WRONG, miss(w, p.issue.start.row.id).verdict);
	assert_int_equal(CHECK_WRONG, miss(w, p.issue.start.row.id).verdict);
	world_do(w, pay_run, &q);
	assert_int_equal(CHANNEL_TOTP, q.issue.start.row.channel);
	people_code(&app, world_now(w), 50, code);
	for (int i = 3; i <= 5; i++) {
		c = try(w, q.issue.start.row.id, code);
		assert_int_equal(i, c.payer_streak);
	}
	assert_int_equal(2, world_events(w, AUDIT_SUBJECT_WARNED,
	    &q.issue.start.row.id));
	p = pay(w, account, "129.00");
	assert_int_equal(PAY_LIMITED, p.verdict);
	assert_string_equal("payments", p.issue.limited.rule);
	p = pay(w, account, "1.00");
	assert_int_equal(PAY_LIMITED, p.verdict);
	world_advance(w, MINUTES(30));
	p = pay(w, account, "1.00");
	assert_int_equal(PAY_DECIDED, p.verdict);
	assert_int_equal(DECISION_NOT_REQUIRED, p.decide.decision.code);
}

/* An operator's way out. */
static void
test_operator(void **state)
{
	struct world *w = begin(state);
	struct subject_admin s = {.flow = &w->flow, .tenant = &w->tenant,
	    .recipient = {.channel = CHANNEL_EMAIL}, .clear = true};

	miss_times(w, 5);
	assert_int_equal(email_parse(STR("ada@example.com"),
	    &s.recipient.email), FLAW_NONE);
	world_do(w, subject_admin_run, &s);
	assert_int_equal(CHECK_APPROVED, hit(w, payment(w, NULL)).verdict);
}

/* RTS 4(3)(d): five minutes without a request, operators too. */
static void
test_sessions(void **state)
{
	(void)state;
	assert_int_equal(MINUTES(5).v,
	    session_life(ACCOUNT_CUSTOMER, true).idle.v);
	assert_int_equal(MINUTES(5).v,
	    session_life(ACCOUNT_OPERATOR, true).idle.v);
	assert_int_equal(HOURS(1).v,
	    session_life(ACCOUNT_CUSTOMER, false).idle.v);
}

/* 32 at once: five are judged, and no more. */
static void
test_parallel(void **state)
{
	enum { N = 32 };
	struct world *w = begin(state);
	struct check checks[N];
	struct arena *arenas[N];
	char code[CODE_SIZE];
	int judged = 0;

	for (int i = 0; i < N; i++) {
		struct id id = payment(w, NULL);
		struct challenge_row row = world_row(w, id);

		world_wrong(w, id, 1, code);
		arenas[i] = arena_new(65536);
		assert_non_null(arenas[i]);
		checks[i] = (struct check){.flow = &w->flow,
		    .tenant = &w->tenant, .arena = arenas[i], .id = id,
		    .has_binding = true};
		memcpy(checks[i].digest, row.digest, DIGEST_BYTES);
		assert_true(arena_str(arenas[i], str_of(code),
		    &checks[i].typed));
	}
	fan_out(w, check_run, checks, sizeof(checks[0]), N, NULL);
	for (int i = 0; i < N; i++) {
		judged += checks[i].verdict != CHECK_THROTTLED;
		arena_free(arenas[i]);
	}
	assert_int_equal(5, judged);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_block),
		WORLD_TEST(test_blocks_grow),
		WORLD_TEST(test_binding),
		WORLD_TEST(test_off),
		WORLD_TEST(test_account),
		WORLD_TEST(test_operator),
		WORLD_TEST(test_sessions),
		WORLD_TEST(test_parallel),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
