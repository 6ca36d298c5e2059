/*
 * Check: one challenge, its code, its tries and its time (S10 to S12, S18,
 * S23 to S25, S30, S46, S48; I1, I2, I5, I7).
 */
#include "world.h"

#include "base/encode.h"
#include "store/audit.h"

/* Every code that world_miss has not tried. */
static void
miss(struct world *w, struct id id, int n, enum check_verdict want,
    int64_t left)
{
	char code[CODE_SIZE];
	struct check c;

	world_wrong(w, id, n, code);
	c = world_check(w, id, code);
	assert_int_equal(want, c.verdict);
	assert_int_equal(left, c.row.state.attempts_left);
}

static void
test_right(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct check c;
	char code[CODE_SIZE];

	world_code(w, id, code);
	c = world_check(w, id, code);
	assert_int_equal(CHECK_APPROVED, c.verdict);
	assert_int_equal(CHALLENGE_APPROVED, c.row.state.status);
	assert_int_equal(4, c.row.state.attempts_left);
	assert_int_equal(WORLD_NOW, c.row.state.ended_at.v);
	assert_true(c.receipt.n > 0);
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_APPROVED, &id));
	assert_string_equal("approved", check_verdict_name(c.verdict));
}

/* S11: the fifth wrong one is the last, and then the right one is too late. */
static void
test_wrong_until_exhausted(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});

	for (int i = 1; i <= 4; i++) {
		miss(w, id, i, CHECK_WRONG, 5 - i);
	}
	miss(w, id, 5, CHECK_EXHAUSTED, 0);
	assert_int_equal(CHECK_EXHAUSTED, world_right(w, id));
	miss(w, id, 6, CHECK_EXHAUSTED, 0);
	assert_int_equal(4, world_events(w, AUDIT_CHALLENGE_WRONG, &id));
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_EXHAUSTED, &id));
	assert_int_equal(0, world_events(w, AUDIT_CHALLENGE_APPROVED, &id));
}

static void
test_last_try_can_be_right(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});

	for (int i = 1; i <= 4; i++) {
		miss(w, id, i, CHECK_WRONG, 5 - i);
	}
	assert_int_equal(CHECK_APPROVED, world_right(w, id));
}

/* R12, S18, S23: once, and a second time is an event. */
static void
test_replay(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});

	assert_int_equal(CHECK_APPROVED, world_right(w, id));
	assert_int_equal(CHECK_CONSUMED, world_right(w, id));
	assert_int_equal(1, world_events(w, AUDIT_CODE_REPLAYED, &id));
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_APPROVED, &id));
	world_restart(w);
	world_advance(w, HOURS(1));
	assert_int_equal(CHECK_CONSUMED, world_right(w, id));
	assert_int_equal(4, world_row(w, id).state.attempts_left);
}

/* S10: blanks and hyphens go; what then is no code is not counted. */
static void
test_spellings(void **state)
{
	static const struct {
		const char *typed;
		enum code_input input;
	} bad[] = {
		{"", CODE_INPUT_EMPTY}, {" - ", CODE_INPUT_EMPTY},
		{"12345", CODE_INPUT_LENGTH}, {"1234567", CODE_INPUT_LENGTH},
		{"12345a", CODE_INPUT_NOT_DIGITS},
		{"１２３４５６", CODE_INPUT_NOT_DIGITS},
		{"123\t456", CODE_INPUT_NOT_DIGITS},
		{"+12345", CODE_INPUT_NOT_DIGITS},
	};
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	char code[CODE_SIZE], typed[16];
	struct check c;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		c = world_check(w, id, bad[i].typed);
		assert_int_equal(CHECK_NOT_A_CODE, c.verdict);
		assert_int_equal(bad[i].input, c.input);
	}
	assert_int_equal(5, world_row(w, id).state.attempts_left);
	assert_int_equal(0, world_events(w, AUDIT_CHALLENGE_WRONG, &id));
	world_code(w, id, code);
	memcpy(typed, code, 3);
	memcpy(typed + 3, " - ", 3);
	memcpy(typed + 6, code + 3, 4);
	assert_int_equal(CHECK_APPROVED, world_check(w, id, typed).verdict);
}

/* R13, S25: ten minutes by mail, to the millisecond, resend or not. */
static void
test_expires_exactly(void **state)
{
	struct world *w = *state;
	struct id in_time = world_challenge(w, (struct ask){0});
	struct id late = world_challenge(w, (struct ask){0});

	world_advance(w, MINUTES(5));
	assert_int_equal(RESEND_QUEUED, world_resend(w, late, false).verdict);
	world_advance(w, (duration_ms){MINUTES(5).v - 1});
	assert_int_equal(CHECK_APPROVED, world_right(w, in_time));
	world_advance(w, (duration_ms){1});
	assert_int_equal(CHECK_EXPIRED, world_right(w, late));
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_EXPIRED, &late));
	assert_int_equal(5, world_row(w, late).state.attempts_left);
}

/* S30, I5: expired stays so when the clock goes back. */
static void
test_expiry_is_sticky(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});

	world_advance(w, MINUTES(10));
	assert_int_equal(CHECK_EXPIRED, world_right(w, id));
	world_advance(w, MINUTES(-10));
	assert_int_equal(CHECK_EXPIRED, world_right(w, id));
	world_restart(w);
	assert_int_equal(CHECK_EXPIRED, world_right(w, id));
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_EXPIRED, &id));
}

/* S25: a lifetime that a wrong clock began is over when it is put right. */
static void
test_made_by_a_wrong_clock(void **state)
{
	struct world *w = *state;
	struct id near, far;

	world_advance(w, HOURS(24));
	far = world_challenge(w, (struct ask){0});
	world_advance(w, (duration_ms){-HOURS(24).v + 60000});
	near = world_challenge(w, (struct ask){0});
	world_advance(w, SECONDS(-60));
	assert_int_equal(CHECK_APPROVED, world_right(w, near));
	assert_int_equal(CHECK_EXPIRED, world_right(w, far));
	world_advance(w, HOURS(24));
	assert_int_equal(CHECK_EXPIRED, world_right(w, far));
}

static void
digest_of(struct world *w, const char *amount, uint8_t digest[static DIGEST_BYTES],
    struct binding *b)
{
	b->n = 0;
	assert_null(binding_add(b, STR("payee"), STR("ACME Ltd")));
	assert_null(binding_add(b, STR("amount"), str_of(amount)));
	OK(binding_digest(&w->flow, &w->tenant, b, digest));
}

/* S48: other facts, and the challenge is dead, right code or not. */
static void
test_binding_differs(void **state)
{
	struct world *w = *state;
	struct check c = {.has_binding = true};
	struct binding b;
	uint8_t digest[DIGEST_BYTES];
	char code[CODE_SIZE];

	digest_of(w, "12.00 EUR", digest, &b);
	c.id = world_challenge(w, (struct ask){.binding = &b,
	    .purpose = PURPOSE_TRANSACTION});
	world_code(w, c.id, code);
	c.typed = str_of(code);
	digest_of(w, "120.0 EUR", c.digest, &b);
	assert_int_equal(CHECK_MISMATCH, world_try(w, c).verdict);
	digest_of(w, "12.00 EUR", c.digest, &b);
	assert_int_equal(CHECK_MISMATCH, world_try(w, c).verdict);
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_MISMATCH, &c.id));
	assert_int_equal(2, world_row(w, c.id).state.attempts_left);
}

static void
test_binding_agrees(void **state)
{
	struct world *w = *state;
	struct check c = {.has_binding = true};
	struct binding b;
	char code[CODE_SIZE];

	digest_of(w, "12.00 EUR", c.digest, &b);
	c.id = world_challenge(w, (struct ask){.binding = &b,
	    .purpose = PURPOSE_TRANSACTION});
	world_code(w, c.id, code);
	c.typed = str_of(code);
	assert_int_equal(CHECK_APPROVED, world_try(w, c).verdict);
}

/* R11, R12, S46: the code of one request is no code of another. */
static void
test_code_of_another(void **state)
{
	struct world *w = *state;
	struct id first = world_challenge(w, (struct ask){0});
	struct id second = world_challenge(w, (struct ask){0});
	char code[CODE_SIZE];

	world_code(w, first, code);
	assert_int_equal(CHECK_WRONG, world_check(w, second, code).verdict);
	/* A new challenge does not touch the one before. */
	assert_int_equal(CHECK_APPROVED, world_check(w, first, code).verdict);
}

/* S80: not there, whoever asks. */
static void
test_unknown(void **state)
{
	struct world *w = *state;
	struct check c = {.id = world_challenge(w, (struct ask){0}),
	    .tenant = &w->other, .typed = STR("123456")};

	assert_int_equal(CHECK_UNKNOWN, world_try(w, c).verdict);
	assert_int_equal(5, world_row(w, c.id).state.attempts_left);
	c.tenant = NULL;
	c.id.b[ID_BYTES - 1] ^= 1;
	assert_int_equal(CHECK_UNKNOWN, world_try(w, c).verdict);
}

static void
test_cancelled(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct message_row m[16];

	world_cancel(w, id);
	assert_int_equal(CHECK_CANCELLED, world_right(w, id));
	assert_int_equal(1, world_messages(w, id, m));
	assert_int_equal(MESSAGE_CANCELLED, m[0].state);
	/* What is over stays what it was. */
	world_cancel(w, id);
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_CANCELLED, &id));
	id = world_challenge(w, (struct ask){0});
	assert_int_equal(CHECK_APPROVED, world_right(w, id));
	world_cancel(w, id);
	assert_int_equal(CHALLENGE_APPROVED, world_row(w, id).state.status);
}

static void
test_cancel_of_another(void **state)
{
	struct world *w = *state;
	struct cancel c = {.flow = &w->flow, .tenant = &w->other,
	    .arena = w->arena, .id = world_challenge(w, (struct ask){0})};

	world_do(w, cancel_run, &c);
	assert_false(c.found);
	assert_int_equal(CHECK_APPROVED, world_right(w, c.id));
}

static enum err
insert_event(struct tx *tx, void *arg)
{
	return audit_event_insert(tx, arg);
}

static struct check
check_must_fail(struct world *w, struct id id, enum err want)
{
	struct check c = {.flow = &w->flow, .tenant = &w->tenant,
	    .arena = w->arena, .id = id};
	char code[CODE_SIZE];

	world_code(w, id, code);
	c.typed = str_of(code);
	assert_int_equal(want, store_do(w->flow.store, STORE_CHECK,
	    check_run, &c));
	return c;
}

/*
 * I7, S125: the approval's event cannot be inserted (its identifier, which
 * the stuck source foretells, is taken): nothing is approved.
 */
static void
test_no_event_no_approval(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct audit_event_row taken = {.body = STR("{}"), .key = 1};
	struct challenge_row row;

	atomic_store(&w->random, RANDOM_STUCK);
	OK(id_new(&w->flow.rng, world_now(w), &taken.id));
	world_do(w, insert_event, &taken);
	(void)check_must_fail(w, id, ERR_STORE);
	row = world_row(w, id);
	assert_int_equal(CHALLENGE_PENDING, row.state.status);
	assert_int_equal(0, world_events(w, AUDIT_CHALLENGE_APPROVED, NULL));
	atomic_store(&w->random, RANDOM_SEEDED);
	assert_int_equal(CHECK_APPROVED, world_right(w, id));
}

/* S24: without random bytes nothing is verified. */
static void
test_no_random_no_approval(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});

	atomic_store(&w->random, RANDOM_BROKEN);
	(void)check_must_fail(w, id, ERR_IO);
	assert_int_equal(CHALLENGE_PENDING, world_row(w, id).state.status);
	atomic_store(&w->random, RANDOM_SEEDED);
}

/* S24: a code whose key is not in the ring cannot be right. */
static const struct sql other_key = {
	.name = "test_other_key", .text = "UPDATE challenges SET code_key = 9",
};

static void
test_no_key_no_approval(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct check c = {.flow = &w->flow, .tenant = &w->tenant,
	    .arena = w->arena, .id = id, .typed = STR("000000")};

	assert_int_equal(1, world_exec(w, &other_key, NULL, 0));
	assert_int_equal(ERR_MISSING, store_do(w->flow.store, STORE_CHECK,
	    check_run, &c));
	assert_int_equal(5, world_row(w, id).state.attempts_left);
}

/* S124: what an event says, and that it says no code and no address. */
static void
test_event_says(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct challenge_row row = world_row(w, id);
	struct sql_value v;
	char like[256];
	struct buf text;
	static const struct sql find = {
		.name = "test_find_event",
		.text = "SELECT COUNT(*) FROM audit_events "
		    "WHERE body LIKE $1",
	};

	assert_int_equal(CHECK_WRONG, world_miss(w, id));
	buf_fixed(&text, like, sizeof(like));
	buf_z(&text, "%\"event\":\"challenge.wrong\"%\"subject\":\"");
	hex_encode(&text, row.subject, SUBJECT_BYTES);
	buf_z(&text, "\",\"purpose\":\"sign_in\",\"channel\":\"email\","
	    "\"method\":\"email\","
	    "\"attempts_left\":4,\"failures_in_a_row\":1}");
	OK(buf_err(&text));
	v = sql_text(buf_view(&text));
	assert_int_equal(1, world_count(w, &find, &v, 1));
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_right),
		WORLD_TEST(test_wrong_until_exhausted),
		WORLD_TEST(test_last_try_can_be_right),
		WORLD_TEST(test_replay),
		WORLD_TEST(test_spellings),
		WORLD_TEST(test_expires_exactly),
		WORLD_TEST(test_expiry_is_sticky),
		WORLD_TEST(test_made_by_a_wrong_clock),
		WORLD_TEST(test_binding_differs),
		WORLD_TEST(test_binding_agrees),
		WORLD_TEST(test_code_of_another),
		WORLD_TEST(test_unknown),
		WORLD_TEST(test_cancelled),
		WORLD_TEST(test_cancel_of_another),
		WORLD_TEST(test_no_event_no_approval),
		WORLD_TEST(test_no_random_no_approval),
		WORLD_TEST(test_no_key_no_approval),
		WORLD_TEST(test_event_says),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
