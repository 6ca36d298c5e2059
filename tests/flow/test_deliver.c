/*
 * Deliver and settle: each message is with one courier at a time, and goes
 * out while its code lives or not at all (S5, S33, S38; I6).
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned
lease(struct world *w, struct deliver *d)
{
	world_deliver(w, d);
	return d->n;
}

static struct message_row
only_message(struct world *w, struct id id)
{
	struct message_row m[16];

	assert_int_equal(1, world_messages(w, id, m));
	return m[0];
}

static void
test_sent(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct deliver d;
	struct message_row m;
	char code[CODE_SIZE];

	assert_int_equal(1, lease(w, &d));
	assert_true(id_equal(&id, &d.items[0].challenge.id));
	assert_int_equal(WORLD_NOW + 60000, d.next_due.v);
	world_advance(w, (duration_ms){250});
	world_settle(w, &d.items[0].message, DELIVER_ACCEPTED, "smtp_250");
	m = only_message(w, id);
	assert_int_equal(MESSAGE_SENT, m.state);
	assert_int_equal(1, m.attempts);
	assert_int_equal(WORLD_NOW + 250, m.sent_at.v);
	assert_true(str_equal(STR("smtp_250"), m.detail));
	assert_int_equal(1, world_events(w, AUDIT_MESSAGE_SENT, &id));
	world_code(w, id, code);	/* S5 */
	assert_null(memmem(&m, sizeof(m), code, 6));
	assert_int_equal(0, lease(w, &d));
	assert_int_equal(UNIX_MS_MAX, d.next_due.v);
}

/* Eight couriers at once: nobody has what another one has. */
enum { COURIERS = 8, MESSAGES = 20 };

static void
see(struct message_row *seen, unsigned *n, const struct deliver *d)
{
	for (unsigned i = 0; i < d->n; i++) {
		for (unsigned k = 0; k < *n; k++) {
			assert_false(id_equal(&seen[k].id,
			    &d->items[i].message.id));
		}
		assert_in_range(*n, 0, MESSAGES - 1);
		seen[(*n)++] = d->items[i].message;
	}
}

static void
test_lease_is_exclusive(void **state)
{
	struct world *w = *state;
	struct deliver *d = calloc(COURIERS, sizeof(*d)), last;
	struct message_row seen[MESSAGES];
	unsigned n = 0;
	char email[32];

	assert_non_null(d);
	for (int i = 0; i < MESSAGES; i++) {
		(void)snprintf(email, sizeof(email), "p%d@example.com", i);
		(void)world_challenge(w, (struct ask){.email = email});
	}
	for (int i = 0; i < COURIERS; i++) {
		d[i] = (struct deliver){.flow = &w->flow, .max = 4,
		    .arena = arena_new(1 << 20)};
	}
	fan_out(w, deliver_run, d, sizeof(*d), COURIERS, NULL);
	for (int i = 0; i < COURIERS; i++) {
		see(seen, &n, &d[i]);
		arena_free(d[i].arena);
	}
	(void)lease(w, &last);
	see(seen, &n, &last);
	assert_int_equal(MESSAGES, n);
	free(d);
}

/* A courier that died has its messages until its lease is over. */
static void
test_crash(void **state)
{
	struct world *w = *state;
	struct deliver d;

	(void)world_challenge(w, (struct ask){0});
	assert_int_equal(1, lease(w, &d));
	world_restart(w);
	world_advance(w, (duration_ms){59999});
	assert_int_equal(0, lease(w, &d));
	world_advance(w, (duration_ms){1});
	assert_int_equal(1, lease(w, &d));
	assert_int_equal(0, d.items[0].message.attempts);
}

static void
test_not_sent_when_over(void **state)
{
	struct world *w = *state;
	struct id approved = world_challenge(w, (struct ask){0});
	struct id exhausted = world_challenge(w, (struct ask){0});
	struct id cancelled = world_challenge(w, (struct ask){0});
	struct deliver d;

	assert_int_equal(CHECK_APPROVED, world_right(w, approved));
	/* Without its notice, which has a test of its own. */
	w->tenant.policy.notice.failures = 20;
	for (int i = 0; i < 5; i++) {
		(void)world_miss(w, exhausted);
	}
	world_cancel(w, cancelled);
	assert_int_equal(0, lease(w, &d));
	assert_int_equal(MESSAGE_CANCELLED, only_message(w, approved).state);
	assert_int_equal(MESSAGE_CANCELLED, only_message(w, exhausted).state);
	assert_int_equal(MESSAGE_CANCELLED, only_message(w, cancelled).state);
	assert_int_equal(UNIX_MS_MAX, d.next_due.v);
}

/* S33: the message of a code that was replaced does not go out. */
static void
test_not_sent_when_reissued(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct message_row m[16];
	struct deliver d;

	world_advance(w, SECONDS(30));
	assert_int_equal(RESEND_QUEUED, world_resend(w, id, true).verdict);
	assert_int_equal(1, lease(w, &d));
	assert_int_equal(2, d.items[0].message.generation);
	assert_int_equal(2, world_messages(w, id, m));
	assert_int_equal(MESSAGE_CANCELLED, m[0].state);
	assert_int_equal(MESSAGE_QUEUED, m[1].state);
}

static void
test_not_sent_when_expired(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct deliver d;

	world_advance(w, MINUTES(10));
	assert_int_equal(0, lease(w, &d));
	assert_int_equal(MESSAGE_EXPIRED, only_message(w, id).state);
	assert_int_equal(1, world_events(w, AUDIT_MESSAGE_EXPIRED, &id));
	/* S30 */
	world_advance(w, MINUTES(-10));
	assert_int_equal(0, lease(w, &d));
}

static const struct sql lose_challenge = {
	.name = "test_lose_challenge", .text = "DELETE FROM challenges",
};

static void
test_not_sent_without_challenge(void **state)
{
	struct world *w = *state;
	struct deliver d;

	(void)world_challenge(w, (struct ask){0});
	assert_int_equal(1, world_exec(w, &lose_challenge, NULL, 0));
	assert_int_equal(0, lease(w, &d));
	assert_int_equal(UNIX_MS_MAX, d.next_due.v);
}

/* 5, 10, 20 … 120 s, a fifth more or less, and never past the expiry. */
static void
test_backoff(void **state)
{
	static const int64_t seconds[] = {5, 10, 20, 40, 80, 120, 120,
	    120, 120, 120};
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct message_row m = only_message(w, id);
	int tries = 0;

	while (m.state == MESSAGE_QUEUED) {
		struct deliver d;
		int64_t wait;

		assert_in_range(tries, 0, 9);
		atomic_store(&w->now, m.due_at.v);
		assert_int_equal(1, lease(w, &d));
		world_settle(w, &m, DELIVER_TEMPORARY, "smtp_450");
		m = only_message(w, id);
		assert_int_equal(tries + 1, m.attempts);
		if (m.state == MESSAGE_QUEUED) {
			wait = unix_ms_since(m.due_at, world_now(w)).v;
			assert_in_range(wait, seconds[tries] * 800,
			    seconds[tries] * 1200);
			assert_true(unix_ms_before(m.due_at, m.expires_at));
		}
		tries++;
	}
	assert_int_equal(MESSAGE_EXPIRED, m.state);
	assert_true(tries >= 6);
	assert_true(str_equal(STR("smtp_450"), m.detail));
	assert_int_equal(1, world_events(w, AUDIT_MESSAGE_EXPIRED, &id));
}

/* What was refused together does not come back together. */
static void
test_jitter(void **state)
{
	struct world *w = *state;
	struct id ids[8];
	unsigned differ = 0;
	char email[32];

	for (int i = 0; i < 8; i++) {
		struct message_row m;

		(void)snprintf(email, sizeof(email), "p%d@example.com", i);
		ids[i] = world_challenge(w, (struct ask){.email = email});
		m = only_message(w, ids[i]);
		world_settle(w, &m, DELIVER_TEMPORARY, "smtp_450");
		differ += only_message(w, ids[i]).due_at.v !=
		    only_message(w, ids[0]).due_at.v;
	}
	assert_in_range(differ, 5, 7);
}

static void
test_permanent(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct message_row m = only_message(w, id);
	struct deliver d;

	world_settle(w, &m, DELIVER_PERMANENT, "smtp_550");
	m = only_message(w, id);
	assert_int_equal(MESSAGE_FAILED, m.state);
	assert_true(str_equal(STR("smtp_550"), m.detail));
	assert_int_equal(1, world_events(w, AUDIT_MESSAGE_FAILED, &id));
	world_advance(w, MINUTES(5));
	assert_int_equal(0, lease(w, &d));
	/* The challenge lives: a resend may reach the customer. */
	assert_int_equal(RESEND_QUEUED, world_resend(w, id, false).verdict);
}

/*
 * Bug: a courier that answered after its lease made a sent message failed.
 */
static void
test_late_courier(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct message_row m = only_message(w, id);

	world_settle(w, &m, DELIVER_ACCEPTED, "smtp_250");
	world_settle(w, &m, DELIVER_PERMANENT, "smtp_550");
	assert_int_equal(MESSAGE_SENT, only_message(w, id).state);
	world_settle(w, &m, DELIVER_TEMPORARY, "timeout");
	m = only_message(w, id);
	assert_int_equal(MESSAGE_SENT, m.state);
	assert_true(str_equal(STR("smtp_250"), m.detail));
	assert_int_equal(0, world_events(w, AUDIT_MESSAGE_FAILED, &id));
}

/* Cancelled while it was on its way: what the peer says is true. */
static void
test_cancelled_on_its_way(void **state)
{
	struct world *w = *state;
	struct id first = world_challenge(w, (struct ask){0});
	struct id second = world_challenge(w, (struct ask){0});
	struct message_row a = only_message(w, first);
	struct message_row b = only_message(w, second);
	struct deliver d;

	assert_int_equal(2, lease(w, &d));
	world_cancel(w, first);
	world_cancel(w, second);
	world_settle(w, &a, DELIVER_TEMPORARY, "smtp_450");
	world_settle(w, &b, DELIVER_ACCEPTED, "smtp_250");
	assert_int_equal(MESSAGE_CANCELLED, only_message(w, first).state);
	assert_int_equal(MESSAGE_SENT, only_message(w, second).state);
}

static void
test_settle_of_a_message_that_is_gone(void **state)
{
	struct world *w = *state;
	struct message_row m = {.id = w->tenant.id};

	world_settle(w, &m, DELIVER_ACCEPTED, "smtp_250");
	assert_int_equal(0, world_events(w, AUDIT_MESSAGE_SENT, NULL));
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_sent),
		WORLD_TEST(test_lease_is_exclusive),
		WORLD_TEST(test_crash),
		WORLD_TEST(test_not_sent_when_over),
		WORLD_TEST(test_not_sent_when_reissued),
		WORLD_TEST(test_not_sent_when_expired),
		WORLD_TEST(test_not_sent_without_challenge),
		WORLD_TEST(test_backoff),
		WORLD_TEST(test_jitter),
		WORLD_TEST(test_permanent),
		WORLD_TEST(test_late_courier),
		WORLD_TEST(test_cancelled_on_its_way),
		WORLD_TEST(test_settle_of_a_message_that_is_gone),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
