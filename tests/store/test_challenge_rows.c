/*
 * Contract of the rows of challenges and counters: what is written is read
 * again, conditional writes believe their count.  On both engines.
 */
#include "body.h"

#include <string.h>

static void
same_challenge(const struct challenge_row *a, const struct challenge_row *b)
{
	assert(id_equal(&a->id, &b->id) && id_equal(&a->tenant, &b->tenant));
	assert(a->purpose == b->purpose && a->channel == b->channel);
	assert(a->state.status == b->state.status);
	assert(a->state.generation == b->state.generation);
	assert(a->state.attempts_left == b->state.attempts_left);
	assert(a->state.attempts_max == b->state.attempts_max);
	assert(a->state.sends_left == b->state.sends_left);
	assert(a->state.sends_max == b->state.sends_max);
	assert(a->state.created_at.v == b->state.created_at.v);
	assert(a->state.expires_at.v == b->state.expires_at.v);
	assert(a->state.resend_at.v == b->state.resend_at.v);
	assert(a->state.ended_at.v == b->state.ended_at.v);
	assert(a->state.spent == b->state.spent);
	assert(a->redeemed_at.v == b->redeemed_at.v);
	assert(memcmp(a->subject, b->subject, SUBJECT_BYTES) == 0);
	assert(memcmp(a->address, b->address, SUBJECT_BYTES) == 0);
	assert(memcmp(a->digest, b->digest, DIGEST_BYTES) == 0);
	assert(str_equal(a->recipient, b->recipient));
	assert(str_equal(a->binding, b->binding));
	assert(str_equal(a->locale, b->locale));
	assert(a->length == b->length && a->code_key == b->code_key);
	assert(a->epoch == b->epoch && a->version == b->version);
}

static enum err
challenge_round_trip(struct tx *tx, void *arg UNUSED)
{
	const struct id tenant = fresh_id(at(0));
	struct challenge_row row = sample_challenge(tenant, at(0));
	struct challenge_row got;

	OK(challenge_row_insert(tx, &row));
	assert(row.version == 1);
	OK(challenge_row_get(tx, &tenant, &row.id, arena, &got));
	same_challenge(&row, &got);
	REFUSED(ERR_EXISTS, challenge_row_insert(tx, &row));

	row.state.attempts_left--;
	row.state.spent = true;
	OK(challenge_row_update(tx, &row));
	OK(challenge_row_get(tx, &tenant, &row.id, arena, &got));
	same_challenge(&row, &got);

	row.state.spent = false;
	row.state.status = CHALLENGE_APPROVED;
	row.state.ended_at = at(5);
	OK(challenge_row_update(tx, &row));
	row.redeemed_at = at(6);
	OK(challenge_row_update(tx, &row));
	OK(challenge_row_get(tx, &tenant, &row.id, arena, &got));
	same_challenge(&row, &got);
	return ERR_NONE;
}

/* S80: the challenge of another tenant is not there. */
static enum err
challenge_of_another(struct tx *tx, void *arg UNUSED)
{
	const struct id tenant = fresh_id(at(0));
	const struct id other = fresh_id(at(0));
	struct challenge_row row = sample_challenge(tenant, at(0));
	struct challenge_row got = {.length = 77};

	OK(challenge_row_insert(tx, &row));
	REFUSED(ERR_MISSING,
	    challenge_row_get(tx, &other, &row.id, arena, &got));
	REFUSED(ERR_MISSING,
	    challenge_row_get(tx, &tenant, &other, arena, &got));
	assert(got.length == 77);
	return ERR_NONE;
}

/* I5, S12: an old version, or another end, changes nothing. */
static enum err
challenge_conflicts(struct tx *tx, void *arg UNUSED)
{
	const struct id tenant = fresh_id(at(0));
	struct challenge_row row = sample_challenge(tenant, at(0));
	struct challenge_row stale, got;

	OK(challenge_row_insert(tx, &row));
	stale = row;
	row.state.attempts_left--;
	OK(challenge_row_update(tx, &row));
	REFUSED(ERR_CONFLICT, challenge_row_update(tx, &stale));
	assert(stale.version == 1);

	row.state.status = CHALLENGE_APPROVED;
	row.state.ended_at = at(1);
	OK(challenge_row_update(tx, &row));
	row.redeemed_at = at(2);
	OK(challenge_row_update(tx, &row));

	stale = row;
	stale.state.status = CHALLENGE_EXPIRED;
	REFUSED(ERR_CONFLICT, challenge_row_update(tx, &stale));
	stale = row;
	stale.state.status = CHALLENGE_PENDING;
	stale.state.ended_at = (unix_ms){0};
	REFUSED(ERR_CONFLICT, challenge_row_update(tx, &stale));
	stale = row;
	stale.redeemed_at = at(3);	/* I1: redeemed once */
	REFUSED(ERR_CONFLICT, challenge_row_update(tx, &stale));

	OK(challenge_row_get(tx, &tenant, &row.id, arena, &got));
	same_challenge(&row, &got);
	return ERR_NONE;
}

struct overdue {
	int64_t seen[8];
	unsigned n;
};

static enum err
end_overdue(struct tx *tx, struct challenge_row *row, void *ctx)
{
	struct overdue *o = ctx;

	o->seen[o->n++] = row->state.expires_at.v - NOW;
	row->state.status = CHALLENGE_EXPIRED;
	row->state.ended_at = at(100);
	return challenge_row_update(tx, row);
}

static enum err
challenge_overdue(struct tx *tx, void *arg UNUSED)
{
	static const int64_t expiries[] = {30, 10, 50, 20};
	const struct id tenant = fresh_id(at(0));
	struct overdue o = {.n = 0};
	int64_t live = 0;

	for (unsigned i = 0; i < 4; i++) {
		struct challenge_row row = sample_challenge(tenant, at(0));

		row.state.expires_at = at(expiries[i]);
		OK(challenge_row_insert(tx, &row));
	}
	OK(challenge_row_live(tx, &live));
	assert(live == 4);
	OK(challenge_row_overdue(tx, at(30), 2, arena, end_overdue, &o));
	assert(o.n == 2 && o.seen[0] == 10 && o.seen[1] == 20);
	OK(challenge_row_overdue(tx, at(30), 2, arena, end_overdue, &o));
	assert(o.n == 3 && o.seen[2] == 30);
	OK(challenge_row_overdue(tx, at(30), 2, arena, end_overdue, &o));
	assert(o.n == 3);
	OK(challenge_row_live(tx, &live));
	assert(live == 1);
	return ERR_NONE;
}

struct approved {
	struct id last;
	unsigned n;
};

static enum err
count_approved(struct tx *tx UNUSED, const struct id *id, void *ctx)
{
	struct approved *a = ctx;

	assert(memcmp(a->last.b, id->b, ID_BYTES) < 0);
	a->last = *id;
	a->n++;
	return ERR_NONE;
}

/* More than the store reads at once. */
static enum err
challenge_approved(struct tx *tx, void *arg UNUSED)
{
	const struct id tenant = fresh_id(at(0));
	struct approved a = {.n = 0};

	for (int i = 0; i < 600; i++) {
		struct challenge_row row = sample_challenge(tenant, at(i));

		if (i % 2 == 0) {
			row.state.status = CHALLENGE_APPROVED;
			row.state.ended_at = at(i + 1);
		}
		OK(challenge_row_insert(tx, &row));
	}
	OK(challenge_row_approved(tx, count_approved, &a));
	assert(a.n == 300);
	return ERR_NONE;
}

/* S127: ended long ago: the sealed columns go, then the row. */
static enum err
challenge_retention(struct tx *tx, void *arg UNUSED)
{
	const struct id tenant = fresh_id(at(0));
	struct challenge_row rows[3], got;
	struct message_row messages[4];
	unsigned n = 0;

	for (int i = 0; i < 3; i++) {
		struct message_row m;

		rows[i] = sample_challenge(tenant, at(i * 1000));
		m = sample_message(tenant, rows[i].id, at(i * 1000));
		OK(challenge_row_insert(tx, &rows[i]));
		OK(message_row_insert(tx, &m));
		if (i != 1) {
			rows[i].state.status = CHALLENGE_CANCELLED;
			rows[i].state.ended_at = at(i * 1000 + 1);
			OK(challenge_row_update(tx, &rows[i]));
		}
	}
	OK(challenge_row_forget(tx, at(2001), 9, &n));
	assert(n == 1);		/* the second lives, the third is too young */
	OK(challenge_row_forget(tx, at(2001), 9, &n));
	assert(n == 0);
	OK(challenge_row_get(tx, &tenant, &rows[0].id, arena, &got));
	assert(got.recipient.n == 0 && got.binding.n == 0);
	assert(memcmp(got.digest, rows[0].digest, DIGEST_BYTES) == 0);
	OK(challenge_row_get(tx, &tenant, &rows[1].id, arena, &got));
	assert(str_equal(got.recipient, rows[1].recipient));

	OK(challenge_row_purge(tx, at(2000), 1, &n));
	assert(n == 1);
	REFUSED(ERR_MISSING,
	    challenge_row_get(tx, &tenant, &rows[0].id, arena, &got));
	OK(message_row_list(tx, &rows[0].id, 4, arena, messages, &n));
	assert(n == 0);
	OK(message_row_list(tx, &rows[1].id, 4, arena, messages, &n));
	assert(n == 1);
	OK(challenge_row_purge(tx, at(2000), 9, &n));
	assert(n == 1);
	OK(challenge_row_get(tx, &tenant, &rows[2].id, arena, &got));
	return ERR_NONE;
}

static enum err
counter_rows(struct tx *tx, void *arg UNUSED)
{
	static const uint8_t key[COUNTER_KEY_BYTES] = "0123456789abcdef";
	static const uint8_t other[COUNTER_KEY_BYTES] = "0123456789abcdeg";
	const struct id tenant = fresh_id(at(0));
	const int64_t day = HOURS(24).v;
	struct counter_row row, stale, got;
	unsigned n = 0;

	OK(counter_row_get(tx, &tenant, COUNTER_FAILURES, key, &row));
	assert(row.version == 0 && row.state.n == 0 && row.state.streak == 0);
	stale = row;
	row.state.streak = 3;
	row.state.n = 2;
	row.state.marks[0] = at(-5);
	row.state.marks[1] = at(0);
	OK(counter_row_put(tx, &row, at(0)));
	assert(row.version == 1);
	REFUSED(ERR_CONFLICT, counter_row_put(tx, &stale, at(0)));

	OK(counter_row_get(tx, &tenant, COUNTER_FAILURES, key, &got));
	assert(got.version == 1 && got.state.streak == 3 && got.state.n == 2);
	assert(got.state.marks[1].v == NOW);
	OK(counter_row_get(tx, &tenant, COUNTER_CREATES, key, &got));
	assert(got.version == 0);
	OK(counter_row_get(tx, &tenant, COUNTER_FAILURES, other, &got));
	assert(got.version == 0);

	stale = row;
	row.state.n = 0;
	OK(counter_row_put(tx, &row, at(1)));	/* the same day */
	REFUSED(ERR_CONFLICT, counter_row_put(tx, &stale, at(1)));
	OK(counter_row_put(tx, &row, at(day)));	/* the next */
	assert(row.version == 3);
	OK(counter_row_get(tx, &tenant, COUNTER_FAILURES, key, &got));
	assert(got.version == 3 && got.state.n == 0);

	OK(counter_row_purge(tx, at(day), 9, &n));
	assert(n == 0);
	OK(counter_row_purge(tx, at(2 * day), 9, &n));
	assert(n == 1);
	OK(counter_row_get(tx, &tenant, COUNTER_FAILURES, key, &got));
	assert(got.version == 0);
	return ERR_NONE;
}

/* A full counter is the largest value that is stored. */
static enum err
counter_full(struct tx *tx, void *arg UNUSED)
{
	static const uint8_t key[COUNTER_KEY_BYTES] = "full";
	const struct id tenant = fresh_id(at(0));
	struct counter_row row, got;

	OK(counter_row_get(tx, &tenant, COUNTER_SENDS, key, &row));
	for (int i = 0; i < COUNTER_MARKS + 3; i++) {
		counter_add(&row.state, at(i));
	}
	OK(counter_row_put(tx, &row, at(0)));
	OK(counter_row_get(tx, &tenant, COUNTER_SENDS, key, &got));
	assert(got.state.n == COUNTER_MARKS);
	assert(got.state.marks[0].v == NOW + 3);
	assert(got.state.marks[COUNTER_MARKS - 1].v == NOW + COUNTER_MARKS + 2);
	return ERR_NONE;
}

BODY_TEST(challenge_round_trip)
BODY_TEST(challenge_of_another)
BODY_TEST(challenge_conflicts)
BODY_TEST(challenge_overdue)
BODY_TEST(challenge_approved)
BODY_TEST(challenge_retention)
BODY_TEST(counter_rows)
BODY_TEST(counter_full)

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		ENTRY(challenge_round_trip),
		ENTRY(challenge_of_another),
		ENTRY(challenge_conflicts),
		ENTRY(challenge_overdue),
		ENTRY(challenge_approved),
		ENTRY(challenge_retention),
		ENTRY(counter_rows),
		ENTRY(counter_full),
	};

	engine = argc > 1 ? argv[1] : "sqlite";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
