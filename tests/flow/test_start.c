/*
 * Start: what is stored, what is shown, and every limit that stands before a
 * message (S4, S5, S13, S36, rule 5).
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "crypto/hmac.h"
#include "flow/show.h"

static const struct sql count_challenges = {
	.name = "test_challenges", .text = "SELECT COUNT(*) FROM challenges",
};
static const struct sql count_messages = {
	.name = "test_messages",
	.text = "SELECT COUNT(*) FROM messages WHERE kind = 0",
};

static int64_t
challenges(struct world *w)
{
	return world_count(w, &count_challenges, NULL, 0);
}

static int64_t
messages(struct world *w)
{
	return world_count(w, &count_messages, NULL, 0);
}

static void
test_created(void **state)
{
	struct world *w = *state;
	struct start s = world_start(w, (struct ask){0});
	struct message_row m[16];

	assert_int_equal(START_CREATED, s.verdict);
	assert_true(str_equal(STR("a•••@example.com"), s.view.to));
	assert_int_equal(CHALLENGE_PENDING, s.view.status);
	assert_int_equal(5, s.view.attempts_left);
	assert_int_equal(4, s.view.sends_left);
	assert_int_equal(WORLD_NOW, s.view.created_at.v);
	assert_int_equal(WORLD_NOW + 600000, s.view.expires_at.v); /* S25 */
	assert_int_equal(WORLD_NOW + 30000, s.view.resend_at.v);   /* S34 */
	assert_int_equal(1, world_messages(w, s.row.id, m));
	assert_int_equal(MESSAGE_QUEUED, m[0].state);
	assert_int_equal(WORLD_NOW, m[0].due_at.v);
	assert_int_equal(WORLD_NOW + 600000, m[0].expires_at.v);
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_CREATED,
	    &s.row.id));
}

static void
test_asked_for_life_and_length(void **state)
{
	struct world *w = *state;
	struct start s = world_start(w, (struct ask){.ttl_s = 61,
	    .length = 9});
	char code[CODE_SIZE];

	assert_int_equal(WORLD_NOW + 61000, s.view.expires_at.v);
	world_code(w, s.row.id, code);
	assert_int_equal(9, strlen(code));
	assert_int_equal(CHECK_APPROVED, world_right(w, s.row.id));
}

static void
test_text_message_lives_shorter(void **state)
{
	struct world *w = *state;
	struct start s = world_start(w, (struct ask){.phone = "+31612345678"});

	assert_int_equal(WORLD_NOW + 300000, s.view.expires_at.v);
	assert_true(str_equal(STR("+•••78"), s.view.to));
}

/* Nothing that opens without a key, or gives the code, is on disk (I8, S5). */
static bool
file_has(const char *path, const char *needle)
{
	FILE *f = fopen(path, "re");
	char *bytes;
	size_t n;
	bool found;

	if (f == NULL) {
		return false;
	}
	bytes = malloc(16 << 20);
	assert_non_null(bytes);
	n = fread(bytes, 1, 16 << 20, f);
	found = memmem(bytes, n, needle, strlen(needle)) != NULL;
	free(bytes);
	(void)fclose(f);
	return found;
}

static bool
store_has(struct world *w, const char *needle)
{
	const char *db = store_fixture_options(w->store)->location;
	char wal[600];

	(void)snprintf(wal, sizeof(wal), "%s-wal", db);
	return file_has(db, needle) || file_has(wal, needle);
}

static const struct sql clear_text = {
	.name = "test_clear_text",
	.text = "SELECT (SELECT COUNT(*) FROM audit_events "
	    "WHERE body LIKE $1) + (SELECT COUNT(*) FROM messages "
	    "WHERE detail LIKE $1) + (SELECT COUNT(*) FROM challenges "
	    "WHERE locale LIKE $1)",
};

static void
test_sealed(void **state)
{
	struct world *w = *state;
	struct binding b = {0};
	struct challenge_row row;
	struct id id;
	char code[CODE_SIZE];
	char like[32];
	struct sql_value v;

	assert_null(binding_add(&b, STR("device"), STR("Difference-Engine")));
	id = world_challenge(w, (struct ask){
	    .email = "lovelace@analytical.example", .binding = &b,
	    .network = "198.51.100.77"});
	row = world_row(w, id);
	assert_null(memmem(row.recipient.p, row.recipient.n, "lovelace", 8));
	assert_null(memmem(row.binding.p, row.binding.n, "Difference", 10));
	world_code(w, id, code);
	(void)snprintf(like, sizeof(like), "%%%s%%", code);
	v = sql_text(str_of(like));
	assert_int_equal(0, world_count(w, &clear_text, &v, 1));
	v = sql_text(STR("%lovelace%"));
	assert_int_equal(0, world_count(w, &clear_text, &v, 1));
	if (world_is_sqlite()) {
		/* The file is the one that is looked at. */
		assert_true(store_has(w, "challenge.created"));
		assert_false(store_has(w, "lovelace"));
		assert_false(store_has(w, "analytical"));
		assert_false(store_has(w, "Difference"));
		assert_false(store_has(w, "198.51.100.77"));
		assert_false(store_has(w, code));
	}
}

/* S36: the fifth message in ten minutes is the last. */
static void
test_sends_limits(void **state)
{
	struct world *w = *state;
	struct start s;

	w->tenant.policy.creates.n = 64;
	for (int i = 0; i < 5; i++) {
		(void)world_challenge(w, (struct ask){0});
	}
	s = world_start(w, (struct ask){0});
	assert_int_equal(START_LIMITED, s.verdict);
	assert_string_equal("sends", s.limited.rule);
	assert_int_equal(5, s.limited.quota);
	assert_int_equal(MINUTES(10).v, s.limited.wait.v);
	assert_int_equal(5, challenges(w));
	assert_int_equal(5, messages(w));
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_REFUSED, NULL));
	world_advance(w, (duration_ms){MINUTES(10).v - 1});
	assert_int_equal(START_LIMITED,
	    world_start(w, (struct ask){0}).verdict);
	world_advance(w, (duration_ms){1});
	for (int i = 0; i < 5; i++) {
		(void)world_challenge(w, (struct ask){0});
	}
	/* Ten in the hour. */
	world_advance(w, MINUTES(10));
	s = world_start(w, (struct ask){0});
	assert_int_equal(START_LIMITED, s.verdict);
	assert_int_equal(10, s.limited.quota);
	assert_int_equal(MINUTES(40).v, s.limited.wait.v);
}

/* S36: twenty in a day. */
static void
test_sends_per_day(void **state)
{
	struct world *w = *state;
	struct start s;

	w->tenant.policy.creates.n = 64;
	for (int i = 0; i < 20; i++) {
		(void)world_challenge(w, (struct ask){0});
		world_advance(w, MINUTES(15));
	}
	world_advance(w, HOURS(1));
	s = world_start(w, (struct ask){0});
	assert_int_equal(START_LIMITED, s.verdict);
	assert_int_equal(20, s.limited.quota);
	assert_int_equal(HOURS(18).v, s.limited.wait.v);
	(void)world_challenge(w, (struct ask){.email = "bob@example.com"});
}

/* Ten challenges for a subject in an hour. */
static void
test_creates_limit(void **state)
{
	struct world *w = *state;
	struct start s;

	for (int i = 0; i < POLICY_SEND_LIMITS; i++) {
		w->tenant.policy.sends[i].n = 64;
	}
	for (int i = 0; i < 10; i++) {
		(void)world_challenge(w, (struct ask){0});
	}
	s = world_start(w, (struct ask){0});
	assert_int_equal(START_LIMITED, s.verdict);
	assert_string_equal("creates", s.limited.rule);
	assert_int_equal(HOURS(1).v, s.limited.wait.v);
	assert_int_equal(10, challenges(w));
	assert_int_equal(10, messages(w));
	(void)world_challenge(w, (struct ask){.email = "bob@example.com"});
	world_advance(w, HOURS(1));
	(void)world_challenge(w, (struct ask){0});
}

/* Sixty from one network address, whoever they are for. */
static void
test_address_limit(void **state)
{
	struct world *w = *state;
	struct start s;
	char email[32];

	for (int i = 0; i < 60; i++) {
		(void)snprintf(email, sizeof(email), "p%d@example.com", i);
		(void)world_challenge(w, (struct ask){.email = email,
		    .network = "198.51.100.7"});
	}
	s = world_start(w, (struct ask){.email = "last@example.com",
	    .network = "198.51.100.7"});
	assert_int_equal(START_LIMITED, s.verdict);
	assert_string_equal("address", s.limited.rule);
	assert_int_equal(60, s.limited.quota);
	assert_int_equal(60, challenges(w));
	(void)world_challenge(w, (struct ask){.email = "last@example.com",
	    .network = "198.51.100.8"});
	(void)world_challenge(w, (struct ask){.email = "last@example.com"});
}

/* Rule 5: another spelling of an address is the same person. */
static void
test_other_spelling(void **state)
{
	static const char *const spellings[] = {"Ada@Example.COM",
	    "ADA@example.com", "ada@EXAMPLE.com", "aDa@example.com"};
	struct world *w = *state;

	(void)world_challenge(w, (struct ask){0});
	for (size_t i = 0; i < 4; i++) {
		(void)world_challenge(w, (struct ask){
		    .email = spellings[i]});
	}
	assert_int_equal(START_LIMITED, world_start(w, (struct ask){
	    .email = "adA@example.com"}).verdict);
	/* Of this tenant: another one has limits of his own. */
	(void)world_challenge(w, (struct ask){.tenant = &w->other});
}

/* S16: who must wait to try is not sent codes meanwhile. */
static void
test_throttled_gets_none(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct start s;

	for (int i = 0; i < 5; i++) {
		(void)world_miss(w, id);
	}
	id = world_challenge(w, (struct ask){0});
	assert_int_equal(CHECK_WRONG, world_miss(w, id));
	s = world_start(w, (struct ask){0});
	assert_int_equal(START_LIMITED, s.verdict);
	assert_string_equal("subject", s.limited.rule);
	assert_int_equal(1000, s.limited.wait.v);
	assert_int_equal(2, challenges(w));
	assert_int_equal(2, messages(w));
	world_advance(w, SECONDS(1));
	(void)world_challenge(w, (struct ask){0});
}

/* S31: what was counted under a clock that ran ahead ends in its window. */
static void
test_clock_back_does_not_lengthen_limits(void **state)
{
	struct world *w = *state;

	world_advance(w, HOURS(24 * 365));
	for (int i = 0; i < 5; i++) {
		(void)world_challenge(w, (struct ask){
		    .network = "198.51.100.7"});
	}
	world_advance(w, HOURS(-24 * 365));
	assert_int_equal(START_LIMITED,
	    world_start(w, (struct ask){0}).verdict);
	world_advance(w, MINUTES(10));
	(void)world_challenge(w, (struct ask){0});
}

static void
test_clock_back_does_not_lengthen_address(void **state)
{
	struct world *w = *state;
	struct ask ask = {.network = "198.51.100.7"};

	w->tenant.policy.address_creates.n = 1;
	world_advance(w, HOURS(24 * 365));
	(void)world_challenge(w, ask);
	world_advance(w, HOURS(-24 * 365));
	ask.email = "bob@example.com";
	assert_int_equal(START_LIMITED, world_start(w, ask).verdict);
	world_advance(w, HOURS(1));
	(void)world_challenge(w, ask);
}

/* The same for failures, where nothing is pending that could be checked. */
static void
test_clock_back_does_not_lengthen_throttle(void **state)
{
	struct world *w = *state;
	struct id id;

	w->tenant.policy.throttle.free_failures = 0;
	world_advance(w, HOURS(24 * 365));
	id = world_challenge(w, (struct ask){0});
	assert_int_equal(CHECK_WRONG, world_miss(w, id));
	world_advance(w, HOURS(-24 * 365));
	assert_int_equal(START_LIMITED,
	    world_start(w, (struct ask){0}).verdict);
	world_advance(w, SECONDS(1));
	(void)world_challenge(w, (struct ask){0});
}

static void
test_limits_outlive_restart(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 5; i++) {
		(void)world_challenge(w, (struct ask){0});
	}
	world_restart(w);
	assert_int_equal(START_LIMITED,
	    world_start(w, (struct ask){0}).verdict);
}

/* Show: what it is, with its messages; what time has done is kept. */
static void
test_show(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct show s = {.flow = &w->flow, .tenant = &w->tenant,
	    .arena = w->arena, .id = id};

	world_do(w, show_run, &s);
	OK(show_finish(&s));
	assert_true(s.found);
	assert_int_equal(1, s.n);
	assert_int_equal(CHALLENGE_PENDING, s.view.status);
	assert_string_equal("queued", message_state_name(s.messages[0].state));
	world_advance(w, MINUTES(10));
	world_do(w, show_run, &s);
	OK(show_finish(&s));
	assert_int_equal(CHALLENGE_EXPIRED, s.view.status);
	/* What was said stays true when the clock goes back (I3, I5, S30). */
	assert_int_equal(CHALLENGE_EXPIRED, world_row(w, id).state.status);
	w->now -= 9 * 60 * 1000;
	world_do(w, show_run, &s);
	OK(show_finish(&s));
	assert_int_equal(CHALLENGE_EXPIRED, s.view.status);
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_EXPIRED, &id));
	s.tenant = &w->other;
	world_do(w, show_run, &s);
	assert_false(s.found);	/* S80 */
}

/*
 * S127: the digest stays when the binding is forgotten, and an address that is
 * being confirmed can be guessed; so it is no plain hash, and says nothing
 * across tenants.
 */
static void
test_binding_digest_is_keyed(void **state)
{
	struct world *w = *state;
	struct binding b = {0};
	uint8_t digest[DIGEST_BYTES], other[DIGEST_BYTES], plain[DIGEST_BYTES];
	struct buf bytes;
	struct str text;

	assert_null(binding_add(&b, STR("new_email"), STR("ada@example.com")));
	buf_init(&bytes, BINDING_BYTES);
	binding_encode(&b, &bytes);
	text = buf_view(&bytes);
	OK(sha256(&text, 1, plain));
	OK(binding_digest(&w->flow, &w->tenant, &b, digest));
	OK(binding_digest(&w->flow, &w->other, &b, other));
	assert_memory_not_equal(plain, digest, DIGEST_BYTES);
	assert_memory_not_equal(other, digest, DIGEST_BYTES);
	buf_done(&bytes);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_created),
		WORLD_TEST(test_asked_for_life_and_length),
		WORLD_TEST(test_text_message_lives_shorter),
		WORLD_TEST(test_sealed),
		WORLD_TEST(test_sends_limits),
		WORLD_TEST(test_sends_per_day),
		WORLD_TEST(test_creates_limit),
		WORLD_TEST(test_address_limit),
		WORLD_TEST(test_other_spelling),
		WORLD_TEST(test_throttled_gets_none),
		WORLD_TEST(test_clock_back_does_not_lengthen_limits),
		WORLD_TEST(test_clock_back_does_not_lengthen_address),
		WORLD_TEST(test_clock_back_does_not_lengthen_throttle),
		WORLD_TEST(test_limits_outlive_restart),
		WORLD_TEST(test_show),
		WORLD_TEST(test_binding_digest_is_keyed),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
