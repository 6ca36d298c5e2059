/*
 * Decisions are kept with their reasons (R6), sealed, forgotten, and asked
 * again under other rules.
 */
#include "flow/admin.h"
#include "flow/decide.h"
#include "flow/keep.h"
#include "flow/replay.h"
#include "world.h"

#include <stdlib.h>

static struct rule_book book, other;

static void
no_flaw(void *ctx UNUSED, unsigned line, struct str place, const char *reason)
{
	fail_msg("%u: %.*s %s", line, STR_ARG(place), reason);
}

static const struct rule_set *
rules(const char *json, struct rule_book *to)
{
	assert_true(rules_read(str_of(json), no_flaw, NULL, to));
	return &to->set;
}

static struct decide
decide(struct world *w, enum decision_event event, int64_t amount)
{
	struct decide d = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.event = event,
		.signals = {.has_amount = true, .amount = amount * SIGNAL_SCALE,
		    .currency = "EUR", .country = "GR"},
	};

	world_do(w, decide_run, &d);
	return d;
}

static struct decision_show
show(struct world *w, const struct tenant *tenant, struct id id)
{
	struct decision_show s = {
		.flow = &w->flow,
		.tenant = tenant,
		.arena = w->arena,
		.id = id,
	};

	world_read(w, decision_show_run, &s);
	return s;
}

static void
kept_with_reasons(void **state)
{
	struct world *w = *state;
	struct decide d = decide(w, DECISION_DELIVERY, 100);
	struct decision_show s = show(w, &w->tenant, d.id);

	assert_true(s.found);
	assert_int_equal(s.row.code, DECISION_REQUIRED);
	assert_true(str_equal(s.row.rule, STR("delivery.value")));
	assert_true(str_equal(s.row.reasons, STR("[\"The value reaches the "
	    "limit from which a code is needed.\"]")));
	assert_true(str_equal(s.signals, STR("{\"amount\":{\"amount\":"
	    "\"100\",\"currency\":\"EUR\"},\"country\":\"GR\"}")));
	assert_false(s.row.monitored);
	assert_int_equal(world_events(w, AUDIT_DECISION_MADE, NULL), 1);
	/* S80 */
	assert_false(show(w, &w->other, d.id).found);
}

/* Nothing that was signalled is readable in the database. */
static void
sealed_for_its_row(void **state)
{
	static const struct sql move = {
		.name = "test_move_signals",
		.text = "UPDATE decisions SET signals = (SELECT signals FROM "
		    "decisions WHERE id = $1) WHERE id = $2",
	};
	struct world *w = *state;
	struct decide a = decide(w, DECISION_DELIVERY, 100);
	struct decide b = decide(w, DECISION_DELIVERY, 1);
	const struct sql_value v[] = {sql_id(&a.id), sql_id(&b.id)};
	struct decision_show s = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.arena = w->arena,
		.id = b.id,
	};

	assert_int_equal(world_exec(w, &move, v, 2), 1);
	assert_int_equal(store_read(w->flow.store, decision_show_run, &s),
	    ERR_CRYPTO);
}

static void
monitored_beside(void **state)
{
	struct world *w = *state;
	struct decision_show s;
	struct decide d;

	w->tenant.rules[RULES_MONITOR] = rules("{\"mode\":\"monitor\","
	    "\"rules\":[{\"name\":\"greece\",\"event\":\"delivery\","
	    "\"code\":\"deny\",\"when\":{\"country\":\"GR\"}}]}", &book);
	d = decide(w, DECISION_DELIVERY, 1);
	assert_int_equal(d.decision.code, DECISION_NOT_REQUIRED);
	assert_true(d.monitored);
	assert_int_equal(d.would.code, DECISION_DENY);
	s = show(w, &w->tenant, d.id);
	assert_int_equal(s.row.code, DECISION_NOT_REQUIRED);
	assert_true(s.row.monitored);
	assert_int_equal(s.row.monitored_code, DECISION_DENY);
	assert_true(str_equal(s.row.monitored_rule, STR("greece")));

	w->tenant.rules[RULES_ENFORCE] = w->tenant.rules[RULES_MONITOR];
	w->tenant.rules[RULES_MONITOR] = NULL;
	d = decide(w, DECISION_DELIVERY, 1);
	assert_int_equal(d.decision.code, DECISION_DENY);
	assert_false(d.monitored);
}

static struct replay
replay(struct world *w, const struct rule_set *set, unsigned max,
    struct id before)
{
	struct replay r = {
		.flow = &w->flow,
		.tenant = &w->tenant,
		.arena = w->arena,
		.set = set,
		.before = before,
		.max = max,
	};

	world_read(w, replay_run, &r);
	return r;
}

static void
replayed_under_other_rules(void **state)
{
	struct world *w = *state;
	const struct rule_set *set = rules("{\"rules\":["
	    "{\"name\":\"greece\",\"event\":\"delivery\",\"code\":\"required\","
	    "\"when\":{\"amount\":{\"at_least\":\"50\"}}}]}", &other);
	struct id newest;
	struct replay r;
	struct decide d;

	memset(newest.b, 0xff, sizeof(newest.b));
	(void)decide(w, DECISION_TRANSACTION, 10);
	world_advance(w, SECONDS(1));
	for (int amount = 0; amount < 150; amount += 10) {
		d = decide(w, DECISION_DELIVERY, amount);
		world_advance(w, SECONDS(1));
	}
	r = replay(w, set, REPLAY_MAX, newest);
	assert_int_equal(r.n, 16);
	/* 50 to 90 become required; 100 to 140 are by another rule */
	assert_int_equal(r.count[DECISION_NOT_REQUIRED][DECISION_REQUIRED], 5);
	assert_int_equal(
	    r.count[DECISION_NOT_REQUIRED][DECISION_NOT_REQUIRED], 6);
	assert_int_equal(r.count[DECISION_REQUIRED][DECISION_REQUIRED], 5);
	assert_int_equal(r.other_rule, 5);
	assert_int_equal(r.n_examples, 5);
	assert_true(str_equal(r.examples[0].was_rule,
	    STR("delivery.default")));
	assert_true(str_equal(r.examples[0].would.rule, STR("greece")));

	/* in pieces, the newest first */
	r = replay(w, set, 6, newest);
	assert_int_equal(r.n_read, 6);
	assert_int_equal(r.count[DECISION_REQUIRED][DECISION_REQUIRED], 5);
	r = replay(w, set, REPLAY_MAX, r.last);
	assert_int_equal(r.n_read, 10);
	/* nothing was changed, and nothing was added */
	assert_true(show(w, &w->tenant, d.id).found);
	assert_int_equal(replay(w, set, REPLAY_MAX, newest).n, 16);
	r = (struct replay){.flow = &w->flow, .tenant = &w->tenant,
	    .arena = w->arena, .set = set, .before = newest, .max = 100,
	    .has_event = true, .event = DECISION_TRANSACTION};
	world_read(w, replay_run, &r);
	assert_int_equal(r.n_read, 16);
	assert_int_equal(r.n, 1);
}

static void
another_tenant_sees_none(void **state)
{
	struct world *w = *state;
	struct replay r = {.flow = &w->flow, .tenant = &w->other,
	    .arena = w->arena, .set = &rules_builtin, .max = 10};

	memset(r.before.b, 0xff, sizeof(r.before.b));
	(void)decide(w, DECISION_DELIVERY, 10);
	world_read(w, replay_run, &r);
	assert_int_equal(r.n_read, 0);
}

/* S127 */
static void
forgotten_in_time(void **state)
{
	struct world *w = *state;
	struct decide old = decide(w, DECISION_DELIVERY, 10), young;
	struct keep keep = {.flow = &w->flow, .arena = w->arena};

	world_advance(w, SECONDS(1));
	young = decide(w, DECISION_DELIVERY, 10);
	keep.now = unix_ms_add(id_time(&young.id), RETENTION_DECISION);
	world_do(w, keep_forget_run, &keep);
	assert_false(show(w, &w->tenant, old.id).found);
	assert_true(show(w, &w->tenant, young.id).found);
}

static void
rules_are_put(void **state)
{
	static const struct sql count = {
		.name = "test_count_rules",
		.text = "SELECT COUNT(*) FROM rule_sets",
	};
	struct world *w = *state;
	struct tenant_new tenant = {
		.flow = &w->flow,
		.name = STR("shop"),
		.brand = STR("Shop"),
		.id = w->tenant.id,
	};
	struct rules_put put = {
		.flow = &w->flow,
		.tenant = w->tenant.id,
		.mode = RULES_MONITOR,
		.body = STR("{\"mode\":\"monitor\",\"rules\":[]}"),
		.n = 0,
	};

	world_do(w, tenant_new_run, &tenant);
	world_do(w, rules_put_run, &put);
	put.mode = RULES_ENFORCE;
	world_do(w, rules_put_run, &put);
	world_do(w, rules_put_run, &put);
	assert_int_equal(world_count(w, &count, NULL, 0), 2);
	put.body = STR("");
	world_do(w, rules_put_run, &put);
	world_do(w, rules_put_run, &put);
	assert_int_equal(world_count(w, &count, NULL, 0), 1);
	assert_int_equal(world_events(w, AUDIT_RULES_CHANGED, NULL), 5);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(kept_with_reasons),
		WORLD_TEST(sealed_for_its_row),
		WORLD_TEST(monitored_beside),
		WORLD_TEST(replayed_under_other_rules),
		WORLD_TEST(another_tenant_sees_none),
		WORLD_TEST(forgotten_in_time),
		WORLD_TEST(rules_are_put),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
