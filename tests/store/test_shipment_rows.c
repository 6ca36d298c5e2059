/*
 * Contract of the rows of shipments, parcels, visits and delegates.  On both
 * engines.
 */
#include "body.h"

#include "store/shipments.h"
#include "store/visits.h"

static struct shipment_row
sample_shipment(struct id tenant, int64_t made)
{
	struct shipment_row row = {
		.id = fresh_id(at(made)), .tenant = tenant,
		.reference = STR("A-1"), .state = shipment_make(3, 5),
		.method = STR("van"), .country = STR("DE"),
		.region = STR("de-by"), .time_zone = STR("Europe/Berlin"),
		.amount = 1290000, .currency = STR("EUR"),
		.code = DECISION_REQUIRED, .rule = STR("delivery.value"),
		.reason = STR("[]"), .promised_on = {20780},
		.next_on = {20780}, .why = STR(""),
		.channel = CHANNEL_EMAIL, .locale = STR("de"),
		.subject = {1, 2, 3}, .recipient = STR("sealed \0 name"),
		.address = STR("sealed address"), .created_at = at(made),
		.signals = STR(""),
	};

	memcpy(row.track, &row.id, TRACK_BYTES);
	return row;
}

static enum err
shipment_rows(struct tx *tx, void *arg UNUSED)
{
	struct id tenant = fresh_id(at(0)), other = fresh_id(at(0));
	struct shipment_row row = sample_shipment(tenant, 0), old, got;
	struct shipment_row due[3];
	unsigned n = 7;

	OK(shipment_row_insert(tx, &row));
	REFUSED(ERR_EXISTS, shipment_row_insert(tx, &row));
	/* S80: of another tenant it is not there. */
	REFUSED(ERR_MISSING, shipment_row_get(tx, &other, &row.id, arena,
	    &got));
	OK(shipment_row_get(tx, &tenant, &row.id, arena, &old));
	assert(str_equal(old.recipient, row.recipient));
	assert(str_equal(old.region, row.region) && old.amount == row.amount);
	assert(old.state.visits_max == 3 && old.state.failures_max == 5);
	OK(shipment_row_track(tx, row.track, arena, &got));
	assert(id_equal(&got.id, &row.id));
	/* Who comes second has lost. */
	got.state.failures = 2;
	got.due_at = at(50);
	OK(shipment_row_update(tx, &got));
	old.state.failures = 0;
	REFUSED(ERR_CONFLICT, shipment_row_update(tx, &old));
	OK(shipment_row_get(tx, &tenant, &row.id, arena, &old));
	assert(old.state.failures == 2);
	/* Due from its moment on; zero is never. */
	OK(shipment_row_due(tx, at(49), 3, arena, due, &n));
	assert(n == 0);
	OK(shipment_row_due(tx, at(50), 3, arena, due, &n));
	assert(n == 1 && id_equal(&due[0].id, &row.id));
	old.due_at = (unix_ms){0};
	OK(shipment_row_update(tx, &old));
	OK(shipment_row_due(tx, at(99), 3, arena, due, &n));
	assert(n == 0);
	return ERR_NONE;
}

/* A parcel is settled once. */
static enum err
parcel_rows(struct tx *tx, void *arg UNUSED)
{
	struct id tenant = fresh_id(at(0)), found;
	struct parcel_row rows[PARCELS_MAX], row = {
		.shipment = fresh_id(at(0)), .tenant = tenant,
		.tracking = STR("P-1"), .what = STR("sealed"),
	};
	unsigned n = 0;

	OK(parcel_row_insert(tx, &row));
	row.n = 1;
	row.tracking = STR("P-2");
	OK(parcel_row_insert(tx, &row));
	row.state = PARCEL_DELIVERED;
	row.visit = fresh_id(at(1));
	OK(parcel_row_settle(tx, &row));
	REFUSED(ERR_CONFLICT, parcel_row_settle(tx, &row));
	row.state = PARCEL_REFUSED;
	REFUSED(ERR_CONFLICT, parcel_row_settle(tx, &row));
	OK(parcel_row_list(tx, &row.shipment, arena, rows, &n));
	assert(n == 2 && rows[0].state == PARCEL_EXPECTED);
	assert(rows[1].state == PARCEL_DELIVERED);
	assert(id_equal(&rows[1].visit, &row.visit));
	OK(parcel_row_find(tx, &tenant, STR("P-2"), &found));
	assert(id_equal(&found, &row.shipment));
	REFUSED(ERR_MISSING, parcel_row_find(tx, &found, STR("P-2"),
	    &found));
	return ERR_NONE;
}

static struct visit_row
sample_visit(const struct shipment_row *shipment, int64_t made)
{
	return (struct visit_row){
		.id = fresh_id(at(made)), .tenant = shipment->tenant,
		.shipment = shipment->id, .agent = fresh_id(at(0)),
		.stop = 7, .day = {20780}, .valid_until = at(1000),
		.dispatched_at = at(made), .signals = STR("sealed place"),
		.tzdata = STR("2026a"), .calendar = STR("00ff"),
	};
}

static enum err
visit_rows(struct tx *tx, void *arg UNUSED)
{
	struct shipment_row shipment = sample_shipment(fresh_id(at(0)), 0);
	struct visit_row first = sample_visit(&shipment, 1), got, rows[2];
	struct visit_row second = sample_visit(&shipment, 2);
	unsigned n = 0;

	OK(visit_row_insert(tx, &first));
	REFUSED(ERR_EXISTS, visit_row_insert(tx, &first));
	OK(visit_row_insert(tx, &second));
	REFUSED(ERR_MISSING, visit_row_get(tx, &first.agent, &first.id,
	    arena, &got));
	OK(visit_row_get(tx, &shipment.tenant, &first.id, arena, &got));
	assert(got.stop == 7 && got.valid_until.v == NOW + 1000);
	assert(str_equal(got.tzdata, first.tzdata));
	OK(visit_row_route(tx, &first.agent, 2, arena, rows, &n));
	assert(n == 1);
	got.outcome = VISIT_DELIVERED;
	got.proof = PROOF_DELEGATE;
	got.ended_at = got.told_at = at(9);
	OK(visit_row_update(tx, &got));
	first.outcome = VISIT_ABSENT;
	REFUSED(ERR_CONFLICT, visit_row_update(tx, &first));
	OK(visit_row_route(tx, &first.agent, 2, arena, rows, &n));
	assert(n == 0);
	OK(visit_row_list(tx, &shipment.id, 2, arena, rows, &n));
	assert(n == 2 && id_equal(&rows[0].id, &second.id));
	assert(rows[1].proof == PROOF_DELEGATE);
	return ERR_NONE;
}

static void
insert_whole(struct tx *tx, struct shipment_row *row, struct id *ret_visit)
{
	struct visit_row visit = sample_visit(row, 5);
	struct parcel_row parcel = {.shipment = row->id,
	    .tenant = row->tenant, .tracking = STR("P-1"),
	    .what = STR("sealed")};
	struct delegate_row delegate = {.id = fresh_id(at(5)),
	    .tenant = row->tenant, .shipment = row->id,
	    .name = STR("sealed"), .recipient = STR("sealed"),
	    .channel = CHANNEL_EMAIL, .locale = STR("de"),
	    .created_at = at(5)};

	OK(shipment_row_insert(tx, row));
	OK(visit_row_insert(tx, &visit));
	OK(parcel_row_insert(tx, &parcel));
	OK(delegate_row_insert(tx, &delegate));
	*ret_visit = visit.id;
}

/* S127: everything sealed, once it has ended long enough ago. */
static enum err
forget_rows(struct tx *tx, void *arg UNUSED)
{
	struct id tenant = fresh_id(at(0)), of_ended, of_open;
	struct shipment_row ended = sample_shipment(tenant, 0);
	struct shipment_row open = sample_shipment(tenant, 0), got;
	struct parcel_row parcels[PARCELS_MAX];
	struct delegate_row delegates[2];
	struct visit_row visit;
	unsigned n = 7;

	ended.ended_at = at(10);
	insert_whole(tx, &ended, &of_ended);
	insert_whole(tx, &open, &of_open);
	OK(shipment_row_forget(tx, at(10), 9, &n));
	assert(n == 0);
	OK(shipment_row_forget(tx, at(11), 9, &n));
	assert(n == 1);
	OK(shipment_row_forget(tx, at(11), 9, &n));
	assert(n == 0);
	OK(shipment_row_get(tx, &tenant, &ended.id, arena, &got));
	assert(got.recipient.n == 0 && got.address.n == 0);
	assert(str_equal(got.reference, ended.reference));
	OK(parcel_row_list(tx, &ended.id, arena, parcels, &n));
	assert(n == 1 && parcels[0].what.n == 0);
	OK(delegate_row_list(tx, &ended.id, 2, arena, delegates, &n));
	assert(n == 1 && delegates[0].name.n == 0);
	assert(delegates[0].recipient.n == 0);
	/* Where the agent's device was, and what he noted. */
	OK(visit_row_get(tx, &tenant, &of_ended, arena, &visit));
	assert(visit.signals.n == 0 && visit.stop == 7);
	OK(visit_row_get(tx, &tenant, &of_open, arena, &visit));
	assert(visit.signals.n > 0);
	return ERR_NONE;
}

BODY_TEST(shipment_rows)
BODY_TEST(parcel_rows)
BODY_TEST(visit_rows)
BODY_TEST(forget_rows)

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		ENTRY(shipment_rows),
		ENTRY(parcel_rows),
		ENTRY(visit_rows),
		ENTRY(forget_rows),
	};

	engine = argc > 1 ? argv[1] : "sqlite";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
