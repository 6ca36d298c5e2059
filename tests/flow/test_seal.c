/*
 * Sealing and verification: one changed byte, one missing row, one cut tail
 * (S125; I10).
 */
#include "world.h"

#include "flow/seal.h"

static struct seal
seal(struct world *w)
{
	struct seal s = {.flow = &w->flow, .arena = arena_new(4 << 20)};

	assert_non_null(s.arena);
	world_do(w, seal_run, &s);
	arena_free(s.arena);
	return s;
}

static struct seal_verify
verify(struct world *w, struct str head)
{
	struct seal_verify v = {.flow = &w->flow, .head = head,
	    .arena = arena_new(4 << 20)};

	assert_non_null(v.arena);
	world_read(w, seal_verify_run, &v);
	arena_free(v.arena);
	return v;
}

static void
must_be(struct world *w, enum seal_fault fault, int64_t segment)
{
	struct seal_verify v = verify(w, STR(""));

	assert_string_equal(seal_fault_text(fault), seal_fault_text(v.fault));
	assert_int_equal(segment, v.segment);
}

/* A created challenge and its approval: two events. */
static struct id
approve(struct world *w)
{
	struct id id = world_challenge(w, (struct ask){0});

	assert_int_equal(CHECK_APPROVED, world_right(w, id));
	return id;
}

/* n segments of two events each. */
static void
segments(struct world *w, int n)
{
	for (int i = 1; i <= n; i++) {
		struct seal s;

		(void)approve(w);
		s = seal(w);
		assert_true(s.sealed);
		assert_int_equal(0, s.wrong_macs);
		assert_int_equal(i, s.head.n);
		assert_int_equal(2, s.head.events);
	}
}

struct visits {
	unsigned segments, events;
};

static void
visit_segment(void *ctx, const struct audit_segment_row *row)
{
	struct visits *v = ctx;

	assert_int_equal(++v->segments, row->n);
}

static void
visit_event(void *ctx, const struct audit_event_row *row)
{
	struct visits *v = ctx;

	assert_true(row->body.n > 0);
	v->events++;
}

static void
test_whole(void **state)
{
	struct world *w = *state;
	struct visits visits = {0};
	struct seal_verify v = {.flow = &w->flow,
	    .arena = arena_new(4 << 20), .on_segment = visit_segment,
	    .on_event = visit_event, .ctx = &visits};

	assert_false(seal(w).sealed);
	must_be(w, SEAL_FINE, 0);
	segments(w, 3);
	assert_false(seal(w).sealed);
	(void)approve(w);
	world_restart(w);
	world_read(w, seal_verify_run, &v);
	arena_free(v.arena);
	assert_int_equal(SEAL_FINE, v.fault);
	assert_int_equal(3, v.segments);
	assert_int_equal(6, v.events);
	assert_int_equal(2, v.waiting);
	assert_int_equal(3, visits.segments);
	assert_int_equal(2, visits.events);
}

/* More events than one segment holds. */
static void
test_long(void **state)
{
	struct world *w = *state;
	struct id id = approve(w);

	for (int i = 0; i < SEAL_EVENTS; i++) {
		assert_int_equal(CHECK_CONSUMED,
		    world_check(w, id, "000000").verdict);
	}
	assert_int_equal(SEAL_EVENTS, seal(w).head.events);
	must_be(w, SEAL_FINE, 0);
	assert_int_equal(2, seal(w).head.events);
	assert_false(seal(w).sealed);
	assert_int_equal(SEAL_EVENTS, world_events(w, AUDIT_CODE_REPLAYED,
	    &id));
	must_be(w, SEAL_FINE, 0);
}

/* Two keepers at once: each event is in one segment. */
static void
test_sealers(void **state)
{
	enum { SEALERS = 8 };
	struct world *w = *state;
	struct seal s[SEALERS];
	unsigned sealed = 0;

	(void)approve(w);
	for (int i = 0; i < SEALERS; i++) {
		s[i] = (struct seal){.flow = &w->flow,
		    .arena = arena_new(4 << 20)};
	}
	fan_out(w, seal_run, s, sizeof(s[0]), SEALERS, NULL);
	for (int i = 0; i < SEALERS; i++) {
		sealed += s[i].sealed;
		arena_free(s[i].arena);
	}
	assert_int_equal(1, sealed);
	must_be(w, SEAL_FINE, 0);
	assert_int_equal(2, verify(w, STR("")).events);
}

static void
sql(struct world *w, const struct sql *q, int64_t n, unsigned changed)
{
	const struct sql_value v = sql_i64(n);

	assert_int_equal(changed, world_exec(w, q, &v, 1));
}

static const struct sql flip_segment = {
	.name = "test_flip_segment",
	.text = "UPDATE audit_segments SET body = "
	    "REPLACE(body, 'approved', 'apprOved') WHERE n = $1",
};
static const struct sql move_time = {
	.name = "test_move_time",
	.text = "UPDATE audit_segments SET sealed_at = sealed_at + 1 "
	    "WHERE n = $1",
};
static const struct sql drop_segment = {
	.name = "test_drop_segment",
	.text = "DELETE FROM audit_segments WHERE n = $1",
};
static const struct sql renumber = {
	.name = "test_renumber",
	.text = "UPDATE audit_segments SET n = n - 1 WHERE n = $1",
};

static void
test_flipped_byte(void **state)
{
	struct world *w = *state;

	segments(w, 3);
	sql(w, &flip_segment, 2, 1);
	must_be(w, SEAL_HASH, 2);
}

static void
test_flipped_time(void **state)
{
	struct world *w = *state;

	segments(w, 2);
	sql(w, &move_time, 2, 1);
	must_be(w, SEAL_HASH, 2);
}

struct forge {
	struct world *w;
	struct audit_segment_row row;
};

static enum err
forge_run(struct tx *tx, void *arg)
{
	struct forge *f = arg;

	return audit_segment_last(tx, f->w->arena, &f->row);
}

static const struct sql set_hash = {
	.name = "test_set_hash",
	.text = "UPDATE audit_segments SET hash = $1 WHERE n = $2",
};

/* With the hash made again, but not the signature. */
static void
test_forged_hash(void **state)
{
	struct world *w = *state;
	struct forge f = {.w = w};
	uint8_t hash[AUDIT_HASH];
	struct sql_value v[2];

	segments(w, 2);
	sql(w, &flip_segment, 2, 1);
	world_read(w, forge_run, &f);
	OK(seal_hash(&f.row, hash));
	v[0] = sql_bytes(hash, sizeof(hash));
	v[1] = sql_i64(2);
	assert_int_equal(1, world_exec(w, &set_hash, v, 2));
	must_be(w, SEAL_SIGNATURE, 2);
}

static void
test_missing_segment(void **state)
{
	struct world *w = *state;

	segments(w, 3);
	sql(w, &drop_segment, 2, 1);
	must_be(w, SEAL_CHAIN, 2);
}

/* The gap is closed: then the hash, which covers the number, is not right. */
static void
test_renumbered(void **state)
{
	struct world *w = *state;

	segments(w, 3);
	sql(w, &drop_segment, 2, 1);
	sql(w, &renumber, 3, 1);
	must_be(w, SEAL_HASH, 2);
}

static enum err
insert_segment(struct tx *tx, void *arg)
{
	struct forge *f = arg;

	return audit_segment_insert(tx, &f->row);
}

/* Signed by us, with its number, but of a past that was given up. */
static void
test_other_past(void **state)
{
	struct world *w = *state;
	struct forge f = {.w = w};

	segments(w, 2);
	world_read(w, forge_run, &f);
	sql(w, &drop_segment, 2, 1);
	(void)approve(w);
	(void)seal(w);
	(void)approve(w);
	assert_int_equal(3, seal(w).head.n);
	sql(w, &drop_segment, 2, 1);
	world_do(w, insert_segment, &f);
	must_be(w, SEAL_CHAIN, 3);
}

static void
test_first_missing(void **state)
{
	struct world *w = *state;

	segments(w, 2);
	sql(w, &drop_segment, 1, 1);
	must_be(w, SEAL_CHAIN, 1);
}

static struct str
head_of(struct world *w, const struct audit_segment_row *row)
{
	struct buf text;
	struct str copy;

	buf_init(&text, 1024);
	seal_head_print(row, &text);
	OK(buf_err(&text));
	assert_true(arena_str(w->arena, buf_view(&text), &copy));
	buf_done(&text);
	return copy;
}

/* No approvals in the tail: only the head that was kept tells. */
static void
test_cut_tail(void **state)
{
	struct world *w = *state;
	struct seal last;
	struct str head;

	segments(w, 2);
	(void)world_challenge(w, (struct ask){0});
	last = seal(w);
	head = head_of(w, &last.head);
	assert_int_equal(SEAL_FINE, verify(w, head).fault);
	/* Written since the head was kept. */
	(void)approve(w);
	assert_true(seal(w).sealed);
	assert_int_equal(SEAL_FINE, verify(w, head).fault);
	sql(w, &drop_segment, 4, 1);
	sql(w, &drop_segment, 3, 1);
	assert_int_equal(SEAL_CUT, verify(w, head).fault);
	assert_int_equal(3, verify(w, head).segment);
}

static void
test_other_head(void **state)
{
	struct world *w = *state;
	struct seal s;

	segments(w, 1);
	(void)approve(w);
	s = seal(w);
	s.head.hash[31] ^= 1;
	assert_int_equal(SEAL_HEAD, verify(w, head_of(w, &s.head)).fault);
	assert_int_equal(SEAL_HEAD, verify(w, STR("{}")).fault);
	assert_int_equal(SEAL_HEAD, verify(w, STR("\n")).fault);
	assert_int_equal(SEAL_HEAD,
	    verify(w, STR("{\"segment\":1,\"hash\":\"00\"}")).fault);
}

static const struct sql flip_event = {
	.name = "test_flip_event",
	.text = "UPDATE audit_events SET body = "
	    "REPLACE(body, 'sign_in', 'sign_out') WHERE body LIKE "
	    "'%challenge.created%' AND $1 = 0",
};
static const struct sql drop_approval = {
	.name = "test_drop_approval",
	.text = "DELETE FROM audit_events WHERE body LIKE "
	    "'%challenge.approved%' AND $1 = 0",
};
static const struct sql find_changed = {
	.name = "test_find_changed",
	.text = "SELECT COUNT(*) FROM audit_segments WHERE body LIKE "
	    "'%\"audit.event_changed\",\"found\":\"{%sign_out%'",
};

/* Changed before it is sealed: it is found, and stands in the log as such. */
static void
test_changed_event(void **state)
{
	struct world *w = *state;

	(void)approve(w);
	sql(w, &flip_event, 0, 1);
	must_be(w, SEAL_EVENT, 0);
	assert_int_equal(1, seal(w).wrong_macs);
	assert_int_equal(1, world_count(w, &find_changed, NULL, 0));
	must_be(w, SEAL_FINE, 0);
	/* Bug: once it was sealed, verification said nothing of it. */
	assert_int_equal(1, verify(w, STR("")).changed);
	(void)approve(w);
	(void)seal(w);
	assert_int_equal(1, verify(w, STR("")).changed);
}

/* I10: the log contains every approval. */
static void
test_deleted_approval(void **state)
{
	struct world *w = *state;

	segments(w, 1);
	(void)approve(w);
	must_be(w, SEAL_FINE, 0);
	sql(w, &drop_approval, 0, 1);
	must_be(w, SEAL_APPROVAL, 0);
	assert_true(seal(w).sealed);
	must_be(w, SEAL_APPROVAL, 0);
}

static const struct sql change_approval = {
	.name = "test_change_approval",
	.text = "UPDATE audit_events SET body = "
	    "REPLACE(body, 'email', 'voice') WHERE body LIKE "
	    "'%challenge.approved%' AND $1 = 0",
};

/* An approval's event that was changed proves no approval. */
static void
test_changed_approval(void **state)
{
	struct world *w = *state;

	(void)approve(w);
	sql(w, &change_approval, 0, 1);
	assert_int_equal(1, seal(w).wrong_macs);
	must_be(w, SEAL_APPROVAL, 0);
}

static const struct sql approve_by_hand = {
	.name = "test_approve_by_hand",
	.text = "UPDATE challenges SET status = 1, attempts_left = 4, "
	    "ended_at = created_at WHERE status = 0 AND $1 = 0",
};

/* I10: an approval that no use case made. */
static void
test_approved_by_hand(void **state)
{
	struct world *w = *state;

	segments(w, 1);
	(void)world_challenge(w, (struct ask){0});
	sql(w, &approve_by_hand, 0, 1);
	must_be(w, SEAL_APPROVAL, 0);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_whole),
		WORLD_TEST(test_long),
		WORLD_TEST(test_sealers),
		WORLD_TEST(test_flipped_byte),
		WORLD_TEST(test_flipped_time),
		WORLD_TEST(test_forged_hash),
		WORLD_TEST(test_missing_segment),
		WORLD_TEST(test_renumbered),
		WORLD_TEST(test_other_past),
		WORLD_TEST(test_first_missing),
		WORLD_TEST(test_cut_tail),
		WORLD_TEST(test_other_head),
		WORLD_TEST(test_changed_event),
		WORLD_TEST(test_deleted_approval),
		WORLD_TEST(test_changed_approval),
		WORLD_TEST(test_approved_by_hand),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
