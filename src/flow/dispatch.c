#include "flow/dispatch.h"

#include "flow/door_audit.h"
#include "flow/door_code.h"
#include "flow/news.h"
#include "flow/ship_decide.h"
#include "store/agents.h"
#include "store/calendars.h"

enum err
dispatch_stop(struct tx *tx, const struct stop_visit *how,
    const struct shipment_row *row, struct visit_row *ret_visit)
{
	static const struct id none;
	struct door door = {
		.flow = how->flow, .tenant = how->tenant,
		.arena = how->arena, .shipment = row, .visit = ret_visit,
		.now = how->now,
	};
	enum err e;

	if (id_equal(&row->visit, &none)) {
		*ret_visit = (struct visit_row){.outcome = how->outcome};
		return ERR_NONE;
	}
	e = visit_row_get(tx, &row->tenant, &row->visit, how->arena,
	    ret_visit);
	if (e != ERR_NONE || ret_visit->outcome != VISIT_OPEN) {
		return e;
	}
	e = door_codes_end(tx, &door, how->event, NULL);
	ret_visit->outcome = how->outcome;
	ret_visit->ended_at = how->now;
	ret_visit->told_at = how->now;
	return e == ERR_NONE ? visit_row_update(tx, ret_visit) : e;
}

/* The calendar of the region, or of its country, or the usual one. */
static enum err
find_calendar(struct tx *tx, struct arena *arena,
    const struct shipment_row *row, struct calendar_row *ret)
{
	enum err e = calendar_row_get(tx, &row->tenant, row->region, arena,
	    ret);

	if (e == ERR_MISSING && row->region.n > 2) {
		e = calendar_row_get(tx, &row->tenant,
		    str_slice(row->region, 0, 2), arena, ret);
	}
	if (e == ERR_MISSING) {
		*ret = (struct calendar_row){
			.region = row->region,
			.weekdays = WEEKDAYS_USUAL,
			.hash = STR(""),
		};
		return ERR_NONE;
	}
	return e;
}

/* A region that never delivers for two months: tomorrow, and no reason. */
static enum err
take_day(struct shipment_row *row, const struct calendar *c, civil_day after,
    struct arena *arena)
{
	struct working_day next = {.day = {after.v + 1}};
	char text[HOLIDAY_NAME_MAX + 64];
	struct buf why;

	(void)!calendar_next(c, after, &next);
	buf_fixed(&why, text, sizeof(text));
	calendar_why(&next, &why);
	row->next_on = next.day;
	return arena_str(arena, buf_view(&why), &row->why) ? ERR_NONE
	    : ERR_NOMEM;
}

enum err
dispatch_schedule(struct tx *tx, struct arena *arena,
    struct shipment_row *row, civil_day after, struct str *ret_hash)
{
	struct holiday holidays[CALENDAR_SEARCH_MAX];
	struct calendar c = {.holidays = holidays};
	struct calendar_row region;
	enum err e = find_calendar(tx, arena, row, &region);

	if (e == ERR_NONE) {
		e = holiday_row_list(tx, &row->tenant, region.region, after,
		    CALENDAR_SEARCH_MAX, arena, holidays, &c.n);
	}
	if (e != ERR_NONE) {
		return e;
	}
	c.weekdays = region.weekdays;
	*ret_hash = region.hash;
	return take_day(row, &c, after, arena);
}

/*
 * The identifiers of a shipment's visits ascend, those of one millisecond too,
 * and under a clock that was put back: by them is known which is the latest.
 */
static enum err
make_id(struct dispatch *d)
{
	static const struct id none;
	unix_ms at = d->now, before = id_time(&d->row.visit);

	if (!id_equal(&d->row.visit, &none) && !unix_ms_before(before, at)) {
		at = unix_ms_add(before, (duration_ms){1});
	}
	return id_new(&d->flow->rng, at, &d->visit.id);
}

/* The visit, from now to the end of today at the address. */
static enum err
make_visit(struct dispatch *d)
{
	const struct zones *zones = d->flow->zones;
	struct zone zone;
	enum err e = zones->get(zones->ctx, d->row.time_zone, d->now, &zone);

	d->visit = (struct visit_row){
		.tenant = d->tenant->id,
		.shipment = d->row.id,
		.agent = d->agent,
		.stop = d->stop,
		.dispatched_at = d->now,
		.tzdata = str_of(zones->version),
	};
	if (e != ERR_NONE) {
		return e;
	}
	d->visit.day = zone_day(&zone, d->now);
	d->visit.valid_until = zone_day_end(&zone, d->visit.day);
	return make_id(d);
}

static enum err
record(struct tx *tx, struct dispatch *d)
{
	char day[DAY_TEXT];
	struct audit a;
	enum err e = door_audit_begin(&a, d->flow, AUDIT_SHIPMENT_DISPATCHED,
	    &d->row, d->now);

	if (e != ERR_NONE) {
		return e;
	}
	day_text(d->visit.day, day);
	jsonw_member_id(&a.json, "visit", ID_VISIT, &d->visit.id);
	jsonw_member_id(&a.json, "agent", ID_AGENT, &d->agent);
	jsonw_member_z(&a.json, "day", day);
	jsonw_member_i64(&a.json, "stop", d->stop);
	jsonw_member_z(&a.json, "tzdata", d->flow->zones->version);
	return audit_commit(&a, tx, d->flow);
}

/* The new visit and its codes; the keeper comes at the end of the day. */
static enum err
carry_out(struct tx *tx, struct dispatch *d)
{
	struct parcel_row parcels[PARCELS_MAX];
	struct door door = {
		.flow = d->flow, .tenant = d->tenant, .arena = d->arena,
		.shipment = &d->row, .visit = &d->visit, .parcels = parcels,
		.now = d->now,
	};
	bool send = d->tenant->policy.delivery_at_arrival == 0;
	duration_ms wait = {0};
	enum err e = make_visit(d);

	if (e == ERR_NONE) {
		e = parcel_row_list(tx, &d->row.id, d->arena, parcels,
		    &door.n_parcels);
	}
	if (e == ERR_NONE && d->row.code == DECISION_REQUIRED) {
		e = door_codes_issue(tx, &door, &d->visit, send, &wait);
	}
	if (e == ERR_NONE) {
		e = visit_row_insert(tx, &d->visit);
	}
	d->row.visit = d->visit.id;
	d->row.due_at = d->visit.valid_until;
	if (wait.v > 0 && unix_ms_before(unix_ms_add(d->now, wait),
	    d->row.due_at)) {
		d->row.due_at = unix_ms_add(d->now, wait);
	}
	d->row.next_on = d->visit.day;
	d->row.why = STR("");
	if (e == ERR_NONE) {
		e = shipment_row_update(tx, &d->row);
	}
	return e == ERR_NONE ? record(tx, d) : e;
}

static enum err
agent_is_there(struct tx *tx, struct dispatch *d, bool *ret_there)
{
	struct agent_row agent;
	enum err e = agent_row_get(tx, &d->tenant->id, &d->agent, d->arena,
	    &agent);

	*ret_there = e == ERR_NONE && agent.revoked_at.v == 0;
	return e == ERR_MISSING ? ERR_NONE : e;
}

/* The customer's wish of today (R41); what is on its way goes on as it is. */
static enum err
decide_again(struct tx *tx, struct dispatch *d)
{
	const struct ship_decide again = {
		d->flow, d->tenant, d->arena, &d->row,
	};

	return ship_decide_again(tx, &again);
}

/* It is on its way with this agent, as this stop, already. */
static enum err
look_again(struct tx *tx, struct dispatch *d)
{
	enum err e;

	if (!d->once || !shipment_on_route(d->row.state.status)) {
		return ERR_NONE;
	}
	e = visit_row_get(tx, &d->tenant->id, &d->row.visit, d->arena,
	    &d->visit);
	d->again = e == ERR_NONE && d->visit.outcome == VISIT_OPEN &&
	    d->visit.stop == d->stop &&
	    id_equal(&d->visit.agent, &d->agent);
	return e;
}

enum err
dispatch_run(struct tx *tx, void *dispatch)
{
	struct dispatch *d = dispatch;
	struct stop_visit how = {
		.flow = d->flow, .tenant = d->tenant, .arena = d->arena,
		.event = CHALLENGE_SUPERSEDE, .outcome = VISIT_RECALLED,
	};
	struct visit_row before;
	bool there, waited;
	enum err e;

	d->now = how.now = flow_now(d->flow);
	d->again = false;
	e = shipment_row_get(tx, &d->tenant->id, &d->shipment, d->arena,
	    &d->row);
	if (e != ERR_NONE) {
		d->verdict = DISPATCH_UNKNOWN;
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	e = agent_is_there(tx, d, &there);
	if (e != ERR_NONE || !there) {
		d->verdict = DISPATCH_NO_AGENT;
		return e;
	}
	d->verdict = DISPATCH_DONE;
	e = look_again(tx, d);
	if (e != ERR_NONE || d->again) {
		return e;
	}
	waited = d->row.state.status == SHIPMENT_SCHEDULED;
	if (shipment_step(&d->row.state, SHIPMENT_DISPATCH) !=
	    SHIPMENT_DONE) {
		d->verdict = DISPATCH_NOT_NOW;
		return ERR_NONE;
	}
	e = dispatch_stop(tx, &how, &d->row, &before);
	if (e == ERR_NONE && waited) {
		e = decide_again(tx, d);
	}
	return e == ERR_NONE ? carry_out(tx, d) : e;
}

/* What each order does, and its event in the log. */
static const struct {
	enum shipment_event event;
	enum audit_event audit;
} orders[] = {
	[ORDER_RECALL] = {SHIPMENT_RECALL, AUDIT_SHIPMENT_RECALLED},
	[ORDER_CANCEL] = {SHIPMENT_CANCEL, AUDIT_SHIPMENT_CANCELLED},
	[ORDER_RELEASE] = {SHIPMENT_RELEASE, AUDIT_SHIPMENT_RELEASED},
	[ORDER_RETURN] = {SHIPMENT_REFUSED, AUDIT_SHIPMENT_RELEASED},
};

/* What is released comes on the next working day. */
static enum err
release(struct tx *tx, struct shipment_change *c)
{
	const struct zones *zones = c->flow->zones;
	struct zone zone;
	struct str hash;
	enum err e = zones->get(zones->ctx, c->row.time_zone, c->now, &zone);

	return e != ERR_NONE ? e : dispatch_schedule(tx, c->arena, &c->row,
	    zone_day(&zone, c->now), &hash);
}

static bool
is_allowed(struct shipment_change *c)
{
	/* Only what is held goes back by the shop's word. */
	if (c->order == ORDER_RETURN && c->row.state.status !=
	    SHIPMENT_HELD) {
		return false;
	}
	return shipment_step(&c->row.state, orders[c->order].event) ==
	    SHIPMENT_DONE;
}

static enum err
apply(struct tx *tx, struct shipment_change *c)
{
	const struct stop_visit how = {
		.flow = c->flow, .tenant = c->tenant, .arena = c->arena,
		.event = c->order == ORDER_CANCEL ? CHALLENGE_CANCEL
		    : CHALLENGE_SUPERSEDE,
		.outcome = VISIT_RECALLED, .now = c->now,
	};
	struct visit_row visit;
	enum err e = dispatch_stop(tx, &how, &c->row, &visit);

	c->row.due_at = (unix_ms){0};
	if (e == ERR_NONE && c->order == ORDER_RELEASE) {
		e = release(tx, c);
	}
	if (shipment_is_final(c->row.state.status)) {
		c->row.ended_at = c->now;
	}
	if (e == ERR_NONE) {
		e = shipment_row_update(tx, &c->row);
	}
	if (e == ERR_NONE) {
		e = door_audit_simple(tx, c->flow, orders[c->order].audit,
		    &c->row, c->now);
	}
	return e == ERR_NONE && c->order == ORDER_RETURN
	    ? news_tell(tx, c->flow, &c->row, NEWS_RETURNING, c->now) : e;
}

enum err
shipment_change_run(struct tx *tx, void *shipment_change)
{
	struct shipment_change *c = shipment_change;
	enum err e;

	c->now = flow_now(c->flow);
	e = shipment_row_get(tx, &c->tenant->id, &c->shipment, c->arena,
	    &c->row);
	if (e != ERR_NONE) {
		c->verdict = DISPATCH_UNKNOWN;
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	if (!is_allowed(c)) {
		c->verdict = DISPATCH_NOT_NOW;
		return ERR_NONE;
	}
	c->verdict = DISPATCH_DONE;
	return apply(tx, c);
}
