/*
 * Contract of the rows: what is written is read again, conditional writes
 * believe their count, lists are in order.  On both engines.
 *
 * The bodies run on the store's thread, so they use assert and not cmocka's.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "rows.h"
#include "store/audit.h"
#include "store/idempotency.h"
#include "store/tenants.h"
#include "store_fixture.h"

/* What is done is also looked at: assert stays in every build. */
#ifdef NDEBUG
#error "these tests are made of assert"
#endif

#define OK(call) do { \
	enum err ok_err = (call); \
	assert(ok_err == ERR_NONE); \
} while (0)

#define REFUSED(want, call) do { \
	enum err refused_err = (call); \
	assert(refused_err == (want)); \
} while (0)

static const char *engine;
static struct store_fixture *fixture;
static struct arena *arena;

static int
setup(void **state)
{
	(void)state;
	fixture = store_fixture_new(engine, NULL);
	arena = arena_new(1 << 20);
	return arena == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	store_fixture_free(fixture);
	arena_free(arena);
	return 0;
}

static void
run(use_case *body)
{
	assert_int_equal(ERR_NONE, store_do(store_fixture_store(fixture),
	    STORE_CHECK, body, NULL));
}

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

static enum err
message_rows(struct tx *tx, void *arg UNUSED)
{
	const struct id tenant = fresh_id(at(0));
	const struct id challenge = fresh_id(at(0));
	struct message_row a = sample_message(tenant, challenge, at(0));
	struct message_row b = sample_message(tenant, challenge, at(1));
	struct message_row rows[4], stale;
	unsigned n = 9;
	unix_ms due;

	OK(message_row_next_due(tx, &due));
	assert(due.v == UNIX_MS_MAX);
	b.due_at = at(50);
	OK(message_row_insert(tx, &b));
	OK(message_row_insert(tx, &a));
	REFUSED(ERR_EXISTS, message_row_insert(tx, &a));
	OK(message_row_next_due(tx, &due));
	assert(due.v == NOW);

	OK(message_row_lease(tx, at(-1), at(99), 4, arena, rows, &n));
	assert(n == 0);
	OK(message_row_lease(tx, at(10), at(99), 4, arena, rows, &n));
	assert(n == 1 && id_equal(&rows[0].id, &a.id));
	assert(rows[0].due_at.v == NOW + 99 && rows[0].version == 2);
	assert(rows[0].generation == 2 && rows[0].channel == CHANNEL_EMAIL);
	assert(rows[0].attempts == 1 && str_equal(rows[0].detail, a.detail));
	OK(message_row_lease(tx, at(10), at(99), 4, arena, rows + 1, &n));
	assert(n == 0);		/* leased already */
	OK(message_row_next_due(tx, &due));
	assert(due.v == NOW + 50);

	stale = rows[0];
	rows[0].state = MESSAGE_SENT;
	rows[0].attempts = 2;
	rows[0].sent_at = at(12);
	rows[0].detail = STR("");
	OK(message_row_update(tx, &rows[0]));
	REFUSED(ERR_CONFLICT, message_row_update(tx, &stale));

	OK(message_row_cancel(tx, &challenge));
	OK(message_row_list(tx, &challenge, 4, arena, rows, &n));
	assert(n == 2 && id_equal(&rows[0].id, &a.id));
	assert(rows[0].state == MESSAGE_SENT && rows[0].sent_at.v == NOW + 12);
	assert(rows[0].attempts == 2 && rows[0].detail.n == 0);
	assert(rows[1].state == MESSAGE_CANCELLED && rows[1].version == 2);
	OK(message_row_next_due(tx, &due));
	assert(due.v == UNIX_MS_MAX);
	return ERR_NONE;
}

/* The oldest first, and no more than asked for. */
static enum err
message_lease_max(struct tx *tx, void *arg UNUSED)
{
	const struct id tenant = fresh_id(at(0));
	struct message_row rows[4];
	unsigned n = 0;

	for (int i = 4; i > 0; i--) {
		struct message_row m = sample_message(tenant, tenant, at(i));

		OK(message_row_insert(tx, &m));
	}
	OK(message_row_lease(tx, at(9), at(99), 3, arena, rows, &n));
	assert(n == 3);
	for (int i = 0; i < 3; i++) {
		assert(rows[i].created_at.v == NOW + i + 1);
	}
	return ERR_NONE;
}

static enum err
audit_rows(struct tx *tx, void *arg UNUSED)
{
	struct audit_event_row later = {
		.id = fresh_id(at(2)), .body = STR("{\"n\":2}"), .key = 3,
	};
	struct audit_event_row sooner = {
		.id = fresh_id(at(1)), .body = STR("{\"n\":\"\xc3\xa9\"}"),
		.key = 4000000000u, .mac = {1, 2, 3},
	};
	const struct id first = {{0}};
	struct audit_event_row rows[3];
	unsigned n = 0;

	OK(audit_event_insert(tx, &later));
	OK(audit_event_insert(tx, &sooner));
	OK(audit_event_list(tx, &first, 1, arena, rows, &n));
	assert(n == 1 && id_equal(&rows[0].id, &sooner.id));
	assert(str_equal(rows[0].body, sooner.body) &&
	    rows[0].key == sooner.key &&
	    memcmp(rows[0].mac, sooner.mac, AUDIT_MAC) == 0);
	OK(audit_event_list(tx, &sooner.id, 3, arena, rows, &n));
	assert(n == 1 && id_equal(&rows[0].id, &later.id));
	OK(audit_event_delete(tx, &sooner.id));
	REFUSED(ERR_CONFLICT, audit_event_delete(tx, &sooner.id));
	OK(audit_event_list(tx, &first, 3, arena, rows, &n));
	assert(n == 1 && id_equal(&rows[0].id, &later.id));
	return ERR_NONE;
}

static enum err
audit_segments(struct tx *tx, void *arg UNUSED)
{
	struct audit_segment_row one = {
		.n = 1, .events = 2, .sealed_at = at(0),
		.body = STR("{}\n{}\n"), .before = {9}, .hash = {8},
		.key = 5, .signature = {7},
	};
	struct audit_segment_row two = {.n = 2, .before = {8}, .body = STR("")};
	struct audit_segment_row got;

	REFUSED(ERR_MISSING, audit_segment_last(tx, arena, &got));
	OK(audit_segment_insert(tx, &one));
	REFUSED(ERR_CONFLICT, audit_segment_insert(tx, &one));
	OK(audit_segment_insert(tx, &two));
	OK(audit_segment_last(tx, arena, &got));
	assert(got.n == 2 && got.before[0] == 8 && got.body.n == 0);
	OK(audit_segment_get(tx, 1, arena, &got));
	assert(got.events == 2 && got.sealed_at.v == NOW && got.key == 5);
	assert(str_equal(got.body, one.body) && got.hash[0] == 8);
	assert(got.before[0] == 9 && got.signature[0] == 7);
	REFUSED(ERR_MISSING, audit_segment_get(tx, 3, arena, &got));
	return ERR_NONE;
}

static enum err
idempotency_rows(struct tx *tx, void *arg UNUSED)
{
	struct idempotency_row row = {
		.tenant = fresh_id(at(0)), .key = {1}, .request = {2},
		.status = 201, .answer = STR("\0sealed"), .created_at = at(0),
	};
	struct idempotency_row got;
	unsigned n = 0;

	REFUSED(ERR_MISSING, idempotency_row_get(tx, &row.tenant, row.key,
	    arena, &got));
	OK(idempotency_row_insert(tx, &row));
	REFUSED(ERR_CONFLICT, idempotency_row_insert(tx, &row));
	OK(idempotency_row_get(tx, &row.tenant, row.key, arena, &got));
	assert(got.status == 201 && got.request[0] == 2);
	assert(str_equal(got.answer, row.answer) && got.created_at.v == NOW);
	OK(idempotency_row_delete(tx, &row.tenant, row.key));
	REFUSED(ERR_CONFLICT,
	    idempotency_row_delete(tx, &row.tenant, row.key));
	OK(idempotency_row_insert(tx, &row));
	OK(idempotency_row_purge(tx, at(0), 9, &n));
	assert(n == 0);
	OK(idempotency_row_purge(tx, at(1), 9, &n));
	assert(n == 1);
	return ERR_NONE;
}

static enum err
tenant_rows(struct tx *tx, void *arg UNUSED)
{
	struct tenant_row tenant = {
		.id = fresh_id(at(0)), .name = STR("shop"),
		.brand = STR("Shop \xe2\x82\xac"), .created_at = at(0),
	};
	struct api_key_row key = {
		.id = fresh_id(at(1)), .tenant = tenant.id, .hash = {5},
		.label = STR("till"), .scopes = 0x80000001u,
		.created_at = at(1),
	};
	struct setting_row setting = {
		.tenant = tenant.id, .section = STR("limits"),
		.key = STR("creates"), .value = STR("10/3600"),
	};
	struct installation_row before, after;
	struct tenant_row tenants[2];
	struct api_key_row keys[2];
	struct setting_row settings[2];
	unsigned n = 0;

	OK(installation_get(tx, &before));
	OK(tenant_row_insert(tx, &tenant));
	OK(api_key_row_insert(tx, &key));
	OK(setting_row_put(tx, &setting));
	setting.value = STR("20/3600");
	OK(setting_row_put(tx, &setting));
	OK(installation_get(tx, &after));
	assert(after.revision == before.revision + 4);

	tenant.id = fresh_id(at(3));
	REFUSED(ERR_EXISTS, tenant_row_insert(tx, &tenant));
	OK(tenant_row_list(tx, arena, 2, tenants, &n));
	assert(n == 1 && str_equal(tenants[0].name, tenant.name));
	assert(str_equal(tenants[0].brand, tenant.brand));
	OK(api_key_row_list(tx, arena, 2, keys, &n));
	assert(n == 1 && keys[0].scopes == key.scopes);
	assert(keys[0].hash[0] == 5 && keys[0].revoked_at.v == 0);
	assert(str_equal(keys[0].label, key.label));
	OK(setting_row_list(tx, arena, 2, settings, &n));
	assert(n == 1 && str_equal(settings[0].value, setting.value));
	assert(str_equal(settings[0].section, setting.section));

	OK(api_key_row_revoke(tx, &key.id, at(7)));
	REFUSED(ERR_MISSING, api_key_row_revoke(tx, &key.id, at(8)));
	OK(api_key_row_list(tx, arena, 2, keys, &n));
	assert(keys[0].revoked_at.v == NOW + 7);
	OK(setting_row_clear(tx, &setting.tenant));
	OK(setting_row_list(tx, arena, 2, settings, &n));
	assert(n == 0);
	return ERR_NONE;
}

static enum err
tenant_limit(struct tx *tx, void *arg UNUSED)
{
	struct tenant_row rows[1];
	unsigned n = 7;

	for (int i = 0; i < 2; i++) {
		struct tenant_row row = {
			.id = fresh_id(at(i)),
			.name = i == 0 ? STR("a") : STR("b"),
			.brand = STR("x"), .created_at = at(i),
		};

		OK(tenant_row_insert(tx, &row));
	}
	REFUSED(ERR_LIMIT, tenant_row_list(tx, arena, 1, rows, &n));
	assert(n == 7);
	return ERR_NONE;
}

/* S136: challenges of before are then dead. */
static enum err
new_epoch(struct tx *tx, void *arg UNUSED)
{
	struct installation_row row;
	uint32_t epoch = 0;

	OK(installation_get(tx, &row));
	assert(row.epoch == 1 && row.schema >= 1 && row.created_at.v > 0);
	OK(installation_new_epoch(tx, &epoch));
	assert(epoch == 2);
	OK(installation_get(tx, &row));
	assert(row.epoch == 2);
	return ERR_NONE;
}

#define BODY_TEST(body) \
	static void test_##body(void **state) { (void)state; run(body); }

BODY_TEST(challenge_round_trip)
BODY_TEST(challenge_of_another)
BODY_TEST(challenge_conflicts)
BODY_TEST(challenge_overdue)
BODY_TEST(challenge_approved)
BODY_TEST(challenge_retention)
BODY_TEST(counter_rows)
BODY_TEST(counter_full)
BODY_TEST(message_rows)
BODY_TEST(message_lease_max)
BODY_TEST(audit_rows)
BODY_TEST(audit_segments)
BODY_TEST(idempotency_rows)
BODY_TEST(tenant_rows)
BODY_TEST(tenant_limit)
BODY_TEST(new_epoch)

#define ENTRY(body) \
	cmocka_unit_test_setup_teardown(test_##body, setup, teardown)

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		ENTRY(challenge_round_trip), ENTRY(challenge_of_another),
		ENTRY(challenge_conflicts), ENTRY(challenge_overdue), ENTRY(challenge_approved),
		
		ENTRY(challenge_retention), ENTRY(counter_rows),
		ENTRY(counter_full), ENTRY(message_rows),
		ENTRY(message_lease_max), ENTRY(audit_rows),
		ENTRY(audit_segments), ENTRY(idempotency_rows),
		ENTRY(tenant_rows), ENTRY(tenant_limit), ENTRY(new_epoch),
	};

	engine = argc > 1 ? argv[1] : "sqlite";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
