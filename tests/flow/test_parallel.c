/*
 * Many at once: what must happen once happens once, and no more is judged
 * than there are tries, whatever the order (S12, S18, S38; I1, I2).
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

enum { MANY = 64, TRIES = 100 };

/* How many rounds of TRIES guesses; 200 when it is run at length. */
static int rounds = 10;

struct crowd {
	struct check checks[TRIES];
	struct arena *arenas[TRIES];
	char codes[TRIES][CODE_SIZE];
};

/* Each check has an arena of its own: they run on several threads. */
static struct crowd *
crowd_new(struct world *w)
{
	struct crowd *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	for (int i = 0; i < TRIES; i++) {
		c->arenas[i] = arena_new(1 << 20);
		assert_non_null(c->arenas[i]);
		c->checks[i] = (struct check){.flow = &w->flow,
		    .tenant = &w->tenant, .arena = c->arenas[i],
		    .typed = {c->codes[i], 6}};
	}
	return c;
}

static void
crowd_free(struct crowd *c)
{
	for (int i = 0; i < TRIES; i++) {
		arena_free(c->arenas[i]);
	}
	free(c);
}

static unsigned
count_verdicts(const struct crowd *c, unsigned n, enum check_verdict v)
{
	unsigned found = 0;

	for (unsigned i = 0; i < n; i++) {
		found += c->checks[i].verdict == v;
	}
	return found;
}

/* S18: sixty-four right codes at once. */
static void
test_one_approval(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct crowd *c = crowd_new(w);
	unsigned receipts = 0;

	for (unsigned i = 0; i < MANY; i++) {
		c->checks[i].id = id;
		world_code(w, id, c->codes[i]);
	}
	fan_out(w, check_run, c->checks, sizeof(c->checks[0]), MANY, NULL);
	assert_int_equal(1, count_verdicts(c, MANY, CHECK_APPROVED));
	assert_int_equal(63, count_verdicts(c, MANY, CHECK_CONSUMED));
	for (unsigned i = 0; i < MANY; i++) {
		OK(check_finish(&c->checks[i]));
		receipts += c->checks[i].receipt.n > 0;
	}
	assert_int_equal(1, receipts);
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_APPROVED, &id));
	assert_int_equal(63, world_events(w, AUDIT_CODE_REPLAYED, &id));
	assert_int_equal(4, world_row(w, id).state.attempts_left);
	crowd_free(c);
}

/* A hundred guesses, one of them right, at a place that differs. */
static void
one_round(struct world *w, struct crowd *c, int round, unsigned *approved)
{
	struct id id;
	char email[40];
	unsigned right, judged;

	(void)snprintf(email, sizeof(email), "p%d@example.com", round);
	id = world_challenge(w, (struct ask){.email = email});
	OK(rng_fill(&w->flow.rng, &right, sizeof(right)));
	right %= TRIES;
	for (unsigned i = 0; i < TRIES; i++) {
		c->checks[i].id = id;
		arena_reset(c->arenas[i]);
		if (i == right) {
			world_code(w, id, c->codes[i]);
		} else {
			world_wrong(w, id, 1 + (int)i % 9, c->codes[i]);
		}
	}
	fan_out(w, check_run, c->checks, sizeof(c->checks[0]), TRIES, NULL);
	judged = world_events(w, AUDIT_CHALLENGE_WRONG, &id) +
	    world_events(w, AUDIT_CHALLENGE_EXHAUSTED, &id) +
	    world_events(w, AUDIT_CHALLENGE_APPROVED, &id);
	assert_in_range(judged, 1, 5);
	assert_in_range(count_verdicts(c, TRIES, CHECK_APPROVED), 0, 1);
	*approved += count_verdicts(c, TRIES, CHECK_APPROVED);
	assert_int_equal(CHECK_APPROVED == c->checks[right].verdict,
	    world_row(w, id).state.status == CHALLENGE_APPROVED);
	arena_reset(w->arena);
}

/* S12: by chance one in twenty; more than 25 of 200 is no chance. */
static void
test_guesses(void **state)
{
	struct world *w = *state;
	struct crowd *c = crowd_new(w);
	unsigned approved = 0;

	for (int i = 0; i < rounds; i++) {
		one_round(w, c, i, &approved);
	}
	print_message("%u of %d approved\n", approved, rounds);
	assert_in_range(approved, 0, rounds == 200 ? 25 : rounds);
	crowd_free(c);
}

/*
 * S13, I2: many challenges of one subject at once.  Five failures are free,
 * then there is a delay, and it holds for all of them.
 */
static void
test_one_subject(void **state)
{
	enum { CHALLENGES = 20 };
	struct world *w = *state;
	struct crowd *c = crowd_new(w);
	struct id ids[CHALLENGES];

	w->tenant.policy.creates.n = 64;
	for (int i = 0; i < POLICY_SEND_LIMITS; i++) {
		w->tenant.policy.sends[i].n = 64;
	}
	for (int i = 0; i < CHALLENGES; i++) {
		ids[i] = world_challenge(w, (struct ask){0});
	}
	for (unsigned i = 0; i < TRIES; i++) {
		c->checks[i].id = ids[i % CHALLENGES];
		world_wrong(w, ids[i % CHALLENGES], 1, c->codes[i]);
	}
	fan_out(w, check_run, c->checks, sizeof(c->checks[0]), TRIES, NULL);
	assert_int_equal(6, count_verdicts(c, TRIES, CHECK_WRONG) +
	    count_verdicts(c, TRIES, CHECK_EXHAUSTED));
	crowd_free(c);
}

/* S38: however many ask at once, one message goes out. */
static void
resend_many(struct world *w, bool reissue)
{
	struct id id = world_challenge(w, (struct ask){0});
	struct resend resends[MANY];
	struct message_row m[16];
	unsigned queued = 0;

	world_advance(w, SECONDS(30));
	for (int i = 0; i < MANY; i++) {
		resends[i] = (struct resend){.flow = &w->flow,
		    .tenant = &w->tenant, .id = id, .reissue = reissue,
		    .arena = arena_new(1 << 20)};
		OK(resend_prepare(&resends[i]));
	}
	fan_out(w, resend_run, resends, sizeof(resends[0]), MANY, NULL);
	for (int i = 0; i < MANY; i++) {
		queued += resends[i].verdict == RESEND_QUEUED;
		arena_free(resends[i].arena);
	}
	assert_int_equal(1, queued);
	assert_int_equal(2, world_messages(w, id, m));
	assert_int_equal(3, world_row(w, id).state.sends_left);
}

static void
test_resends(void **state)
{
	resend_many(*state, false);
}

static void
test_reissues(void **state)
{
	resend_many(*state, true);
}

/* S52, I1: one of them redeems. */
static void
test_redeems(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct redeem r[MANY];
	struct check c = {.id = id};
	char code[CODE_SIZE];
	unsigned redeemed = 0, already = 0;

	world_code(w, id, code);
	c.typed = str_of(code);
	c = world_try(w, c);
	for (int i = 0; i < MANY; i++) {
		r[i] = (struct redeem){.flow = &w->flow,
		    .tenant = &w->tenant, .receipt = c.receipt,
		    .arena = arena_new(1 << 20)};
		OK(redeem_prepare(&r[i]));
		assert_false(r[i].settled);
	}
	fan_out(w, redeem_run, r, sizeof(r[0]), MANY, NULL);
	for (int i = 0; i < MANY; i++) {
		redeemed += r[i].verdict == REDEEM_REDEEMED;
		already += r[i].verdict == REDEEM_ALREADY;
		arena_free(r[i].arena);
	}
	assert_int_equal(1, redeemed);
	assert_int_equal(63, already);
	assert_int_equal(1, world_events(w, AUDIT_RECEIPT_REDEEMED, &id));
}

/* S36: the budget of a recipient under many starts at once. */
static void
test_starts(void **state)
{
	struct world *w = *state;
	struct start s[MANY];
	struct arena *arenas[MANY];
	unsigned created = 0;

	for (int i = 0; i < MANY; i++) {
		arenas[i] = arena_new(1 << 20);
		world_prepare(w, &(struct ask){0}, arenas[i], &s[i]);
	}
	fan_out(w, start_run, s, sizeof(s[0]), MANY, NULL);
	for (int i = 0; i < MANY; i++) {
		created += s[i].verdict == START_CREATED;
		arena_free(arenas[i]);
	}
	assert_int_equal(5, created);
	assert_int_equal(5, world_events(w, AUDIT_CHALLENGE_CREATED, NULL));
	assert_int_equal(59, world_events(w, AUDIT_CHALLENGE_REFUSED, NULL));
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest quick[] = {
		WORLD_TEST(test_one_approval),
		WORLD_TEST(test_guesses),
		WORLD_TEST(test_one_subject),
		WORLD_TEST(test_resends),
		WORLD_TEST(test_reissues),
		WORLD_TEST(test_redeems),
		WORLD_TEST(test_starts),
	};
	static const struct CMUnitTest slow[] = {
		WORLD_TEST(test_guesses),
	};

	world_main(argc, argv);
	world_connect(8);
	if (argc > 2 && strcmp(argv[2], "long") == 0) {
		rounds = 200;
		return cmocka_run_group_tests(slow, NULL, NULL);
	}
	return cmocka_run_group_tests(quick, NULL, NULL);
}
