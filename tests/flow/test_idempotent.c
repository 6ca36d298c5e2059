/*
 * One key, one effect, one answer (S106, S62; I4).
 */
#include "world.h"

#include "crypto/hmac.h"
#include "flow/idempotent.h"

enum { MANY = 32 };

/* A start under a key, as the API does it. */
struct keyed {
	struct start start;
	struct idempotent i;
	struct arena *arena;
};

static bool
render(void *arg, int *ret_status, struct buf *out)
{
	const struct start *s = arg;

	*ret_status = s->verdict == START_CREATED ? 201 : 429;
	id_print(ID_CHALLENGE, &s->row.id, out);
	return s->verdict == START_CREATED;
}

static void
prepare(struct world *w, struct keyed *k, const char *key, const char *body)
{
	k->arena = arena_new(1 << 20);
	assert_non_null(k->arena);
	world_prepare(w, &(struct ask){0}, k->arena, &k->start);
	k->i = (struct idempotent){.flow = &w->flow,
	    .tenant = w->tenant.id, .arena = k->arena, .run = start_run,
	    .arg = &k->start, .render = render};
	OK(idempotent_hash(&k->i, STR("POST /v1/challenges"), str_of(key),
	    str_of(body)));
}

static void
run(struct world *w, struct keyed *k, const char *key, const char *body)
{
	prepare(w, k, key, body);
	world_do(w, idempotent_run, &k->i);
}

static void
done(struct keyed *k)
{
	arena_free(k->arena);
}

static void
test_same_answer(void **state)
{
	struct world *w = *state;
	struct keyed a, b;

	run(w, &a, "k1", "{1}");
	assert_false(a.i.replayed);
	assert_int_equal(201, a.i.status);
	world_restart(w);
	run(w, &b, "k1", "{1}");
	assert_true(b.i.replayed);
	assert_false(b.i.mismatch);
	assert_int_equal(201, b.i.status);
	assert_true(str_equal(a.i.answer, b.i.answer));
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_CREATED, NULL));
	done(&a);
	run(w, &a, "k2", "{1}");
	assert_false(a.i.replayed);
	assert_int_equal(2, world_events(w, AUDIT_CHALLENGE_CREATED, NULL));
	done(&a);
	done(&b);
}

static void
test_other_body(void **state)
{
	struct world *w = *state;
	struct keyed a, b;

	run(w, &a, "k1", "{1}");
	run(w, &b, "k1", "{2}");
	assert_true(b.i.mismatch);
	assert_false(b.i.replayed);
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_CREATED, NULL));
	done(&a);
	done(&b);
}

/* I4: thirty-two at once, one challenge, one answer. */
static void
test_at_once(void **state)
{
	struct world *w = *state;
	struct keyed k[MANY];
	struct idempotent i[MANY];
	unsigned replayed = 0;

	for (int n = 0; n < MANY; n++) {
		prepare(w, &k[n], "k1", "{1}");
		i[n] = k[n].i;
	}
	fan_out(w, idempotent_run, i, sizeof(i[0]), MANY, NULL);
	for (int n = 0; n < MANY; n++) {
		replayed += i[n].replayed;
		assert_int_equal(201, i[n].status);
		assert_true(str_equal(i[0].answer, i[n].answer));
	}
	assert_int_equal(31, replayed);
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_CREATED, NULL));
	for (int n = 0; n < MANY; n++) {
		done(&k[n]);
	}
}

/* Kept for 24 hours, to the millisecond. */
static void
test_a_day_later(void **state)
{
	struct world *w = *state;
	struct keyed a, b;

	run(w, &a, "k1", "{1}");
	world_advance(w, (duration_ms){HOURS(24).v - 1});
	run(w, &b, "k1", "{1}");
	assert_true(b.i.replayed);
	done(&b);
	world_advance(w, (duration_ms){1});
	run(w, &b, "k1", "{2}");
	assert_false(b.i.replayed);
	assert_false(b.i.mismatch);
	assert_int_equal(2, world_events(w, AUDIT_CHALLENGE_CREATED, NULL));
	done(&a);
	done(&b);
}

/* A refusal is not kept: the next try may succeed. */
static void
test_refusal_is_not_kept(void **state)
{
	struct world *w = *state;
	struct keyed k;

	for (int i = 0; i < 5; i++) {
		(void)world_challenge(w, (struct ask){0});
	}
	run(w, &k, "k1", "{1}");
	assert_int_equal(429, k.i.status);
	done(&k);
	world_advance(w, MINUTES(10));
	run(w, &k, "k1", "{1}");
	assert_int_equal(201, k.i.status);
	assert_false(k.i.replayed);
	done(&k);
}

/* What failed left nothing behind, and is done by the retry. */
static void
test_failure_is_not_kept(void **state)
{
	struct world *w = *state;
	struct keyed k;

	prepare(w, &k, "k1", "{1}");
	atomic_store(&w->random, RANDOM_BROKEN);
	assert_int_equal(ERR_IO, store_do(w->flow.store, STORE_CREATE,
	    idempotent_run, &k.i));
	atomic_store(&w->random, RANDOM_SEEDED);
	assert_int_equal(0, world_events(w, AUDIT_CHALLENGE_CREATED, NULL));
	world_do(w, idempotent_run, &k.i);
	assert_false(k.i.replayed);
	assert_int_equal(201, k.i.status);
	done(&k);
}

/* As where a receipt cannot be signed for want of memory. */
static bool
render_fails(void *arg, int *ret_status, struct buf *out)
{
	(void)arg;
	*ret_status = 200;
	buf_fail(out, ERR_NOMEM);
	return false;
}

/* I4: nothing has happened that the retry could not tell. */
static void
test_answer_cannot_be_made(void **state)
{
	struct world *w = *state;
	struct keyed k;

	prepare(w, &k, "k1", "{1}");
	k.i.render = render_fails;
	assert_int_equal(ERR_NOMEM, store_do(w->flow.store, STORE_CREATE,
	    idempotent_run, &k.i));
	assert_int_equal(0, world_events(w, AUDIT_CHALLENGE_CREATED, NULL));
	k.i.render = render;
	world_do(w, idempotent_run, &k.i);
	assert_false(k.i.replayed);
	assert_int_equal(1, world_events(w, AUDIT_CHALLENGE_CREATED, NULL));
	done(&k);
}

struct stored {
	struct keyed *k;
	struct idempotency_row row;
};

static enum err
read_stored(struct tx *tx, void *arg)
{
	struct stored *s = arg;

	return idempotency_row_get(tx, &s->k->i.tenant, s->k->i.key,
	    s->k->arena, &s->row);
}

static const struct sql swap_tenants = {
	.name = "test_swap_tenants",
	.text = "UPDATE idempotency SET answer = (SELECT answer FROM "
	    "idempotency WHERE tenant = $2) WHERE tenant = $1",
};

/* The stored answer is sealed, for its row and for no other tenant's. */
static void
test_sealed(void **state)
{
	struct world *w = *state;
	struct keyed a, b;
	struct stored s = {.k = &a};
	struct sql_value v[2];

	run(w, &a, "k1", "{1}");
	world_read(w, read_stored, &s);
	assert_int_equal(a.i.answer.n + KEYRING_SEAL_EXTRA, s.row.answer.n);
	assert_null(memmem(s.row.answer.p, s.row.answer.n, "chl_", 4));
	prepare(w, &b, "k1", "{1}");
	b.i.tenant = w->other.id;
	world_do(w, idempotent_run, &b.i);
	assert_false(b.i.replayed);
	v[0] = sql_id(&w->tenant.id);
	v[1] = sql_id(&w->other.id);
	assert_int_equal(1, world_exec(w, &swap_tenants, v, 2));
	done(&b);
	prepare(w, &b, "k1", "{1}");
	assert_int_equal(ERR_CRYPTO, store_do(w->flow.store, STORE_CREATE,
	    idempotent_run, &b.i));
	done(&a);
	done(&b);
}

/*
 * S4, and the lesson of the unsalted hash: a body holds an address and a code
 * of six digits, which whoever has the database could try one after another.
 */
static void
test_hash_is_keyed(void **state)
{
	struct world *w = *state;
	const struct str body = STR("{\"code\":\"123456\"}");
	uint8_t plain[SHA256_SIZE];
	struct keyed a;
	struct idempotent other;

	prepare(w, &a, "k1", body.p);
	OK(sha256(&body, 1, plain));
	assert_memory_not_equal(plain, a.i.request, IDEMPOTENCY_HASH);
	other = a.i;
	other.tenant = w->other.id;
	OK(idempotent_hash(&other, STR("POST /v1/challenges"), STR("k1"),
	    body));
	assert_memory_not_equal(other.request, a.i.request, IDEMPOTENCY_HASH);
	assert_memory_not_equal(other.key, a.i.key, IDEMPOTENCY_HASH);
	done(&a);
}

/* A key belongs to its route. */
static void
test_other_route(void **state)
{
	struct world *w = *state;
	struct keyed a, b;

	run(w, &a, "k1", "{1}");
	prepare(w, &b, "k1", "{1}");
	OK(idempotent_hash(&b.i, STR("POST /v1/decisions"), STR("k1"),
	    STR("{1}")));
	world_do(w, idempotent_run, &b.i);
	assert_false(b.i.replayed);
	done(&a);
	done(&b);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_same_answer),
		WORLD_TEST(test_other_body),
		WORLD_TEST(test_at_once),
		WORLD_TEST(test_a_day_later),
		WORLD_TEST(test_refusal_is_not_kept),
		WORLD_TEST(test_failure_is_not_kept),
		WORLD_TEST(test_answer_cannot_be_made),
		WORLD_TEST(test_sealed),
		WORLD_TEST(test_other_route),
		WORLD_TEST(test_hash_is_keyed),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
