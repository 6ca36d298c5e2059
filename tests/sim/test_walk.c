/*
 * A random walk through the flows, held against the model after each step
 * (I1, I2, I5, I6, I10).
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/parse.h"
#include "flow/keep.h"
#include "flow/seal.h"
#include "model.h"

enum { RECEIPT_ROOM = 1024, HEAD_ROOM = 1024, STEPS_MAX = 200000 };

struct twin {
	struct id id;
	char code[CODE_SIZE], old_code[CODE_SIZE];
	char receipt[RECEIPT_ROOM];
};

struct walk {
	struct world *w;
	struct model m;
	struct twin twins[MODEL_CHALLENGES];
	uint64_t seed;
	int step;
	char head[HEAD_ROOM];
	unsigned reached[32];	/* how often each kind of answer was given */
};

enum what { START, CHECK, RESEND, CANCEL, REDEEM, DELIVER, KEEP, SEAL,
	RESTART, CLOCK, WHAT_COUNT };

/*
 * What is likely changes from time to time, or nobody would ever be locked
 * out, or use up all messages: percentages, and how far the clock may jump.
 */
static const struct mood {
	int percent[WHAT_COUNT];
	int reach;
	int right;	/* of ten codes */
	int last;	/* challenges that are looked at */
} moods[] = {
	{{12, 45, 8, 2, 8, 5, 1, 2, 1, 16}, 9, 4, 5},
	{{3, 75, 2, 0, 2, 2, 0, 1, 1, 14}, 5, 0, 3},
	{{1, 4, 52, 0, 2, 8, 1, 2, 1, 29}, 6, 1, 1},
	{{60, 12, 4, 2, 4, 4, 1, 2, 1, 10}, 4, 3, 5},
};

static int64_t steps = 20000, first_seed = 1;

/* From 0 to n - 1; xorshift64*. */
static int
pick(struct walk *k, int n)
{
	k->seed ^= k->seed >> 12;
	k->seed ^= k->seed << 25;
	k->seed ^= k->seed >> 27;
	return (int)((k->seed * UINT64_C(0x2545f4914f6cdd1d) >> 33) %
	    (uint64_t)n);
}

/* Mostly one of the last; sometimes any. */
static int
pick_challenge(struct walk *k, const struct mood *mood)
{
	int last = k->m.n < mood->last ? k->m.n : mood->last;

	return pick(k, 8) == 0 ? pick(k, k->m.n) : k->m.n - 1 - pick(k, last);
}

/* The row is what the model says: nothing more, nothing less (I5). */
static void
compare(struct walk *k, int i)
{
	static const enum challenge_status statuses[] = {
		[LIVE] = CHALLENGE_PENDING, [APPROVED] = CHALLENGE_APPROVED,
		[EXHAUSTED] = CHALLENGE_EXHAUSTED,
		[EXPIRED] = CHALLENGE_EXPIRED,
		[CANCELLED] = CHALLENGE_CANCELLED,
	};
	const struct model_challenge *c = &k->m.challenges[i];
	struct challenge_row row = world_row(k->w, k->twins[i].id);

	assert_int_equal(statuses[c->status], row.state.status);
	assert_int_equal(c->tries_left, row.state.attempts_left);
	assert_int_equal(c->sends_left, row.state.sends_left);
	assert_int_equal(c->generation, row.state.generation);
	assert_int_equal(c->expires, row.state.expires_at.v);
	assert_int_equal(c->resend_at, row.state.resend_at.v);
	assert_int_equal(c->ended, row.state.ended_at.v);
	assert_int_equal(c->redeemed || c->receipt_over,
	    row.redeemed_at.v != 0);
	assert_true(model_holds(&k->m, i));
}

static void
start(struct walk *k)
{
	/* A few people at a time, and new ones as time goes by. */
	int subject = k->step / 100 + pick(k, 2);
	int made = model_start(&k->m, subject);
	struct start s;
	char email[40];

	(void)snprintf(email, sizeof(email), "%s%d@example.com",
	    pick(k, 2) == 0 ? "p" : "P", subject);
	s = world_start(k->w, (struct ask){.email = email});
	assert_int_equal(made < 0 ? START_LIMITED : START_CREATED, s.verdict);
	k->reached[made < 0 ? 0 : 1]++;
	if (made >= 0) {
		struct twin *t = &k->twins[made];

		t->id = s.row.id;
		world_code(k->w, t->id, t->code);
		memcpy(t->old_code, t->code, sizeof(t->code));
	}
}

/* I10: the approval's event is in the log, in the same commit. */
static const struct sql find_approval = {
	.name = "walk_find_approval",
	.text = "SELECT COUNT(*) FROM audit_events WHERE body LIKE $1",
};

static void
approved(struct walk *k, int i, struct str receipt)
{
	struct twin *t = &k->twins[i];
	char id[ID_TEXT_MAX], like[128];
	struct sql_value v;

	assert_true(str_copy(receipt, t->receipt, sizeof(t->receipt)));
	id_text(ID_CHALLENGE, &t->id, id);
	(void)snprintf(like, sizeof(like), "%%\"challenge.approved\"%%%s%%",
	    id);
	v = sql_text(str_of(like));
	assert_int_equal(1, world_count(k->w, &find_approval, &v, 1));
}

static void
check(struct walk *k, int i, int right_of_ten)
{
	static const enum check_verdict verdicts[] = {
		[M_APPROVED] = CHECK_APPROVED, [M_WRONG] = CHECK_WRONG,
		[M_EXHAUSTED] = CHECK_EXHAUSTED,
		[M_EXPIRED] = CHECK_EXPIRED, [M_CONSUMED] = CHECK_CONSUMED,
		[M_CANCELLED] = CHECK_CANCELLED,
		[M_THROTTLED] = CHECK_THROTTLED,
	};
	struct twin *t = &k->twins[i];
	char typed[CODE_SIZE];
	enum model_check want;
	struct check c;
	bool right;

	world_wrong(k->w, t->id, 1 + pick(k, 9), typed);
	if (pick(k, 10) < right_of_ten) {
		memcpy(typed, t->code, sizeof(typed));
	} else if (pick(k, 10) == 0) {
		memcpy(typed, t->old_code, sizeof(typed));
	} else if (pick(k, 10) == 0) {
		c = world_check(k->w, t->id, "12 34-5x");
		assert_int_equal(CHECK_NOT_A_CODE, c.verdict);
		return;
	}
	right = strcmp(typed, t->code) == 0;
	want = model_check(&k->m, i, right);
	c = world_check(k->w, t->id, typed);
	assert_int_equal(verdicts[want], c.verdict);
	k->reached[2 + want]++;
	if (want == M_APPROVED) {
		approved(k, i, c.receipt);
	}
}

static void
resend(struct walk *k, int i)
{
	static const enum resend_verdict verdicts[] = {
		[M_QUEUED] = RESEND_QUEUED, [M_OVER] = RESEND_OVER,
		[M_NO_SENDS] = RESEND_NO_SENDS, [M_LIMITED] = RESEND_LIMITED,
	};
	struct twin *t = &k->twins[i];
	bool reissue = pick(k, 2) == 0;
	enum model_resend want = model_resend(&k->m, i, reissue);

	assert_int_equal(verdicts[want],
	    world_resend(k->w, t->id, reissue).verdict);
	k->reached[10 + want]++;
	if (want == M_QUEUED) {
		memcpy(t->old_code, t->code, sizeof(t->code));
		world_code(k->w, t->id, t->code);
		assert_int_equal(reissue,
		    strcmp(t->old_code, t->code) != 0);
	}
}

static void
redeem(struct walk *k, int i)
{
	static const enum redeem_verdict verdicts[] = {
		[M_REDEEMED] = REDEEM_REDEEMED, [M_ALREADY] = REDEEM_ALREADY,
		[M_RECEIPT_EXPIRED] = REDEEM_EXPIRED,
	};
	struct redeem r = {.flow = &k->w->flow, .tenant = &k->w->tenant,
	    .arena = k->w->arena, .receipt = str_of(k->twins[i].receipt)};
	enum model_redeem want;

	if (r.receipt.n == 0) {
		return;
	}
	want = model_redeem(&k->m, i);
	OK(redeem_prepare(&r));
	assert_false(r.settled);
	world_do(k->w, redeem_run, &r);
	assert_int_equal(verdicts[want], r.verdict);
	k->reached[15 + want]++;
}

static int
find(const struct walk *k, const struct id *id)
{
	for (int i = k->m.n - 1; i >= 0; i--) {
		if (id_equal(id, &k->twins[i].id)) {
			return i;
		}
	}
	fail_msg("a message of no challenge (I6)");
	return 0;
}

/* I6: what goes out is of a live challenge, and no more than was queued. */
static void
deliver(struct walk *k)
{
	struct deliver d;

	world_deliver(k->w, &d);
	for (unsigned n = 0; n < d.n; n++) {
		const struct message_row *m = &d.items[n].message;
		int i = find(k, &m->challenge);
		int what = pick(k, 6);

		if (m->kind != MESSAGE_CODE) {
			/* A notice (S22) outlives its challenge by design. */
			world_settle(k->w, m, DELIVER_ACCEPTED, "sim");
			continue;
		}
		assert_true(model_may_go(&k->m, i, (int)m->generation));
		if (what == 0) {
			continue;	/* the courier died */
		}
		world_settle(k->w, m, what == 1 ? DELIVER_PERMANENT
		    : what == 2 ? DELIVER_TEMPORARY : DELIVER_ACCEPTED, "sim");
		if (what > 2) {
			k->m.challenges[i].accepted++;
		}
		assert_in_range(k->m.challenges[i].accepted, 0,
		    k->m.challenges[i].queued);
		k->reached[18]++;
	}
}

static void
keep(struct walk *k)
{
	struct keep keep = {.flow = &k->w->flow, .now = world_now(k->w),
	    .arena = arena_new(8 << 20)};

	do {
		world_do(k->w, keep_expire_run, &keep);
	} while (keep.done >= KEEP_BITE);
	arena_free(keep.arena);
	model_expire(&k->m);
}

static void
seal(struct walk *k)
{
	struct seal s = {.flow = &k->w->flow, .arena = arena_new(4 << 20)};
	struct buf head;

	world_do(k->w, seal_run, &s);
	arena_free(s.arena);
	assert_int_equal(0, s.wrong_macs);
	if (s.sealed) {
		buf_fixed(&head, k->head, sizeof(k->head));
		seal_head_print(&s.head, &head);
		OK(buf_err(&head));
	}
}

/* I10: the whole chain, and every approval in it, once. */
static void
verify(struct walk *k)
{
	struct seal_verify v = {.flow = &k->w->flow, .head = str_of(k->head),
	    .arena = arena_new(4 << 20)};

	world_read(k->w, seal_verify_run, &v);
	arena_free(v.arena);
	assert_string_equal(seal_fault_text(SEAL_FINE),
	    seal_fault_text(v.fault));
	assert_int_equal(k->m.approvals,
	    world_events(k->w, AUDIT_CHALLENGE_APPROVED, NULL));
	for (int i = 0; i < k->m.n; i++) {
		compare(k, i);
		arena_reset(k->w->arena);
	}
}

/* Mostly on, a little; sometimes far, sometimes back. */
static void
move_clock(struct walk *k, int reach)
{
	static const int64_t on[] = {500, 2000, 8000, 20000, 60000, 130000,
	    700000, 4000000, 30000000};
	static const int64_t back[] = {50, 30000, 120000, 4000000};
	int64_t d = 1 + pick(k, (int)on[pick(k, reach)]);

	if (pick(k, 10) == 0) {
		d = -1 - pick(k, (int)back[pick(k, reach > 6 ? 4 : 2)]);
		k->reached[19]++;
	}
	world_advance(k->w, (duration_ms){d});
	k->m.now = world_now(k->w).v;
}

static enum what
choose(struct walk *k, const struct mood *mood)
{
	int rest = pick(k, 100);

	for (int i = 0; k->m.n > 0 && i < WHAT_COUNT; i++) {
		rest -= mood->percent[i];
		if (rest < 0) {
			return (enum what)i;
		}
	}
	return START;
}

static void
act(struct walk *k, enum what what, int i, const struct mood *mood)
{
	switch (what) {
	case START:
		start(k);
		return;
	case CHECK:
		check(k, i, mood->right);
		return;
	case RESEND:
		resend(k, i);
		return;
	case CANCEL:
		world_cancel(k->w, k->twins[i].id);
		model_cancel(&k->m, i);
		return;
	case REDEEM:
		redeem(k, i);
		return;
	case DELIVER:
		deliver(k);
		return;
	case KEEP:
		keep(k);
		return;
	case SEAL:
		seal(k);
		return;
	case RESTART:
		world_restart(k->w);
		k->reached[20]++;
		return;
	case CLOCK:
	case WHAT_COUNT:
	default:
		move_clock(k, mood->reach);
	}
}

static void
one_step(struct walk *k)
{
	const struct mood *mood = &moods[k->step / 200 % 4];
	enum what what = choose(k, mood);
	int i = k->m.n == 0 ? 0 : pick_challenge(k, mood);

	act(k, what, i, mood);
	if (k->m.n > 0) {
		compare(k, i);
		compare(k, pick(k, k->m.n));
	}
	arena_reset(k->w->arena);
}

/* A walk that never met an answer says nothing about it. */
static void
must_have_met_all(const struct walk *k)
{
	static const int kinds[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13,
	    15, 16, 17, 18, 19, 20};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (k->reached[kinds[i]] == 0) {
			fail_msg("answer %d was never met", kinds[i]);
		}
	}
}

static void
test_walk(void **state)
{
	struct walk *k = calloc(1, sizeof(*k));

	assert_non_null(k);
	k->w = *state;
	k->m.now = WORLD_NOW;
	k->seed = (uint64_t)first_seed * UINT64_C(0x9e3779b97f4a7c15);
	k->w->tenant.policy.throttle.soft_stop = MODEL_SOFT_STOP;
	k->w->tenant.policy.throttle.hard_stop = MODEL_HARD_STOP;
	k->w->tenant.policy.purpose[PURPOSE_SIGN_IN].sends = MODEL_SENDS;
	for (k->step = 0; k->step < steps; k->step++) {
		one_step(k);
		if (k->step % 2500 == 2499) {
			seal(k);
			verify(k);
		}
	}
	verify(k);
	must_have_met_all(k);
	print_message("%d steps, %d challenges, %d approvals, %u throttled\n",
	    k->step, k->m.n, k->m.approvals, k->reached[2 + M_THROTTLED]);
	free(k);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {WORLD_TEST(test_walk)};

	world_main(argc, argv);
	if ((argc > 2 && !parse_i64(str_of(argv[2]), &steps)) ||
	    (argc > 3 && !parse_i64(str_of(argv[3]), &first_seed)) ||
	    steps > STEPS_MAX) {
		return 2;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
