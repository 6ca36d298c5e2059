/* The judge again: everything at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/seal.h"
#include "judge.h"
#include "server.h"
#include "store/sql.h"

struct count {
	const struct sql *q;
	int64_t n;
};

static enum err
read_count(struct sql_row *r, void *ctx)
{
	struct count *c = ctx;

	c->n = row_i64(r);
	return row_end(r);
}

static enum err
count_run(struct tx *tx, void *arg)
{
	struct count *c = arg;

	return sql_query_one(tx, c->q, NULL, 0, read_count, c);
}

static int64_t
count(struct year *y, const struct sql *q)
{
	struct count c = {.q = q};

	server_read(y, count_run, &c);
	return c.n;
}

#define ASK(what, sql) {.name = "year_" what, .text = "SELECT COUNT(*) FROM " sql}

/* None of these is ever there. */
static const struct {
	int n;
	struct sql q;
} never[] = {
	/* A parcel that changed hands without a proof. */
	{3, ASK("unproved", "parcels p LEFT JOIN visits v ON v.id = p.visit "
	    "WHERE p.state = 1 AND COALESCE(v.proof, 0) = 0")},
	/* A visit that goes on, and is not its shipment's latest. */
	{4, ASK("forgotten_visit", "visits v JOIN shipments s "
	    "ON s.id = v.shipment WHERE v.outcome = 0 AND "
	    "(s.visit <> v.id OR s.status NOT IN (1, 2))")},
	/* A code that is good though its visit is over. */
	{6, ASK("live_code", "visits v JOIN challenges c "
	    "ON c.id = v.challenge WHERE v.outcome <> 0 AND c.status = 0")},
	/* A code by which parcels changed hands, and that is not used up. */
	{6, ASK("unused_code", "visits v JOIN challenges c "
	    "ON c.id = v.challenge WHERE v.proof = 1 AND c.status <> 1")},
	/* More than one parcel of a number on one shipment, or an override
	 * by one person. */
	{11, ASK("one_person", "overrides WHERE approved_by = asked_by")},
};

static const struct sql of_proof[PROOF_COUNT] = {
	[PROOF_CODE] = ASK("by_code", "visits WHERE proof = 1"),
	[PROOF_DELEGATE] = ASK("by_delegate", "visits WHERE proof = 2"),
	[PROOF_PASS] = ASK("by_pass", "visits WHERE proof = 3"),
	[PROOF_OVERRIDE] = ASK("by_override", "visits WHERE proof = 4"),
	[PROOF_NOT_NEEDED] = ASK("by_nothing", "visits WHERE proof = 5"),
};

/* D13: the log is whole, and has every hand-over once. */
static void
on_segment(void *ctx, const struct audit_segment_row *row)
{
	static const char mark[] = "\"event\":\"shipment.handed_over\"";
	int64_t *n = ctx;
	const char *p = row->body.p, *end = p + row->body.n;

	while ((p = memmem(p, (size_t)(end - p), mark, sizeof(mark) - 1)) !=
	    NULL) {
		(*n)++;
		p++;
	}
}

static void
verify(struct year *y, int64_t handed)
{
	int64_t n = 0;
	struct seal_verify v = {.flow = &server.flow,
	    .arena = arena_new(16 << 20), .head = str_of(y->head),
	    .on_segment = on_segment, .ctx = &n};

	server_read(y, seal_verify_run, &v);
	arena_free(v.arena);
	HOLDS(y, 13, v.fault == SEAL_FINE && v.waiting == 0 &&
	    v.changed == 0, 0, v.fault, v.segment);
	HOLDS(y, 13, n == handed, 0, n, handed);
}

void
judge_all(struct year *y, bool end)
{
	int64_t handed = 0;

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		int64_t n = count(y, &never[i].q);

		HOLDS(y, never[i].n, n == 0, 0, n, (int64_t)i);
	}
	for (int p = PROOF_CODE; p < PROOF_COUNT; p++) {
		int64_t n = count(y, &of_proof[p]);

		HOLDS(y, 11, n == y->t.handed[p], 0, n, y->t.handed[p]);
		handed += n;
	}
	if (end) {
		server_ok(store_check(server.store));
		verify(y, handed);
		HOLDS(y, 14, y->n_live == 0 && y->n_made == y->n_orders,
		    y->n_live > 0 ? y->live[0] : 0, y->n_live, 0);
	}
}
