#include "flow/day_end.h"

#include "flow/dispatch.h"
#include "flow/door_audit.h"
#include "flow/door_code.h"
#include "flow/news.h"

/* A code that waited for the recipient's limits. */
static enum err
send_code(struct tx *tx, const struct day_end *d,
    const struct tenant *tenant, struct shipment_row *row,
    struct visit_row *visit, unix_ms now)
{
	struct door door = {
		.flow = d->flow, .tenant = tenant, .arena = d->arena,
		.shipment = row, .visit = visit, .now = now,
	};
	duration_ms wait = {0};
	enum err e = door_codes_send(tx, &door, visit, &wait);

	row->due_at = visit->valid_until;
	if (wait.v > 0 && unix_ms_before(unix_ms_add(now, wait),
	    row->due_at)) {
		row->due_at = unix_ms_add(now, wait);
	}
	if (e == ERR_NONE) {
		e = visit_row_update(tx, visit);
	}
	return e == ERR_NONE ? shipment_row_update(tx, row) : e;
}

/*
 * The day is over, and nobody has said what became of it: the code is dead,
 * and it comes on the next working day.
 */
static enum err
end_day(struct tx *tx, const struct day_end *d, const struct tenant *tenant,
    struct shipment_row *row, unix_ms now)
{
	const struct stop_visit how = {
		.flow = d->flow, .tenant = tenant, .arena = d->arena,
		.event = CHALLENGE_SUPERSEDE, .outcome = VISIT_DAY_ENDED,
		.now = now,
	};
	struct visit_row visit;
	struct str hash = STR("");
	enum err e = dispatch_stop(tx, &how, row, &visit);

	if (e == ERR_NONE) {
		e = dispatch_schedule(tx, d->arena, row, visit.day, &hash);
	}
	if (e == ERR_NONE && hash.n > 0) {
		visit.calendar = hash;
		e = visit_row_update(tx, &visit);
	}
	if (e == ERR_NONE && row->state.status == SHIPMENT_RETURNING) {
		row->ended_at = now;
		row->due_at = (unix_ms){0};
		e = shipment_row_update(tx, row);
		if (e == ERR_NONE) {
			e = door_audit_simple(tx, d->flow,
			    AUDIT_SHIPMENT_RESCHEDULED, row, now);
		}
		return e == ERR_NONE ? news_tell(tx, d->flow, row,
		    NEWS_RETURNING, now) : e;
	}
	return e == ERR_NONE ? news_tell(tx, d->flow, row, NEWS_ATTEMPTED,
	    now) : e;
}

/* From the new day on it can be dispatched again. */
static enum err
reschedule(struct tx *tx, const struct day_end *d, struct shipment_row *row,
    unix_ms now)
{
	enum err e;

	(void)!shipment_step(&row->state, SHIPMENT_RESCHEDULE);
	row->due_at = (unix_ms){0};
	e = shipment_row_update(tx, row);
	return e == ERR_NONE ? door_audit_simple(tx, d->flow,
			    AUDIT_SHIPMENT_RESCHEDULED, row, now) : e;
}

static enum err
look_at(struct tx *tx, const struct day_end *d, struct shipment_row *row,
    unix_ms now)
{
	const struct tenant *tenant = directory_id(d->tenants, &row->tenant);
	struct visit_row visit;
	enum err e;

	if (tenant == NULL) {
		/* Made a moment ago: the next round knows it. */
		return ERR_NONE;
	}
	if (shipment_on_route(row->state.status)) {
		e = visit_row_get(tx, &row->tenant, &row->visit, d->arena,
		    &visit);
		if (e != ERR_NONE) {
			return e;
		}
		if (unix_ms_before(now, visit.valid_until)) {
			return send_code(tx, d, tenant, row, &visit, now);
		}
		(void)!shipment_step(&row->state, SHIPMENT_DAY_ENDS);
		e = end_day(tx, d, tenant, row, now);
		if (e != ERR_NONE || row->state.status ==
		    SHIPMENT_RETURNING) {
			return e;
		}
	}
	if (row->state.status == SHIPMENT_ATTEMPTED) {
		return reschedule(tx, d, row, now);
	}
	row->due_at = (unix_ms){0};
	return shipment_row_update(tx, row);
}

enum err
day_end_run(struct tx *tx, void *day_end)
{
	struct day_end *d = day_end;
	unix_ms now = flow_now(d->flow);
	struct shipment_row *rows;
	enum err e;

	arena_reset(d->arena);
	rows = arena_get(d->arena, DAY_END_BITE * sizeof(*rows));
	if (rows == NULL) {
		return ERR_NOMEM;
	}
	e = shipment_row_due(tx, now, DAY_END_BITE, d->arena, rows, &d->done);
	for (unsigned i = 0; e == ERR_NONE && i < d->done; i++) {
		e = look_at(tx, d, &rows[i], now);
	}
	return e;
}
