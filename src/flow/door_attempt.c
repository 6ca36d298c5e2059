/*
 * What an agent says of a door that did not open: absent, refused, not found,
 * not safe.  What comes then follows from the calendar (R33, R34).
 */
#include "flow/dispatch.h"
#include "flow/door_audit.h"
#include "flow/door_part.h"
#include "flow/news.h"

static enum err
record(struct tx *tx, const struct door_attempt *a)
{
	char day[DAY_TEXT];
	struct audit event;
	enum err e = door_audit_begin(&event, a->call.flow,
	    AUDIT_SHIPMENT_ATTEMPTED, &a->row, a->now);

	if (e != ERR_NONE) {
		return e;
	}
	day_text(a->row.next_on, day);
	jsonw_member_id(&event.json, "visit", ID_VISIT, &a->visit.id);
	jsonw_member_id(&event.json, "agent", ID_AGENT, &a->visit.agent);
	jsonw_member_z(&event.json, "outcome",
	    visit_outcome_name(a->visit.outcome));
	jsonw_member_z(&event.json, "next_on", day);
	return audit_commit(&event, tx, a->call.flow);
}

static enum err
tell(struct tx *tx, const struct door_attempt *a)
{
	switch ((int)a->row.state.status) {
	case SHIPMENT_ATTEMPTED:
		return news_tell(tx, a->call.flow, &a->row, NEWS_ATTEMPTED,
		    a->now);
	case SHIPMENT_RETURNING:
		return news_tell(tx, a->call.flow, &a->row, NEWS_RETURNING,
		    a->now);
	default:
		return ERR_NONE;	/* held: a person calls */
	}
}

static enum err
end_visit(struct tx *tx, struct door_attempt *a)
{
	struct door door = {
		.flow = a->call.flow, .tenant = a->call.tenant,
		.arena = a->call.arena, .shipment = &a->row,
		.visit = &a->visit, .now = a->now,
	};
	enum err e = door_codes_end(tx, &door, CHALLENGE_SUPERSEDE, NULL);

	a->visit.outcome = a->outcome;
	a->visit.device = a->call.device;
	a->visit.ended_at = a->late ? a->at : a->now;
	a->visit.told_at = a->now;
	if (a->late && a->visit.arrived_at.v == 0) {
		a->visit.arrived_at = a->arrived_at;
	}
	if (e == ERR_NONE) {
		e = door_seal_signals(&a->call, &a->visit, &a->place,
		    a->note);
	}
	if (e == ERR_NONE) {
		e = dispatch_schedule(tx, a->call.arena, &a->row,
		    a->visit.day, &a->visit.calendar);
	}
	return e == ERR_NONE ? visit_row_update(tx, &a->visit) : e;
}

/* Without coverage he could not say that he had arrived. */
static bool
is_allowed(struct door_attempt *a)
{
	if (a->late && a->row.state.status == SHIPMENT_OUT_FOR_DELIVERY) {
		(void)!shipment_step(&a->row.state, SHIPMENT_ARRIVE);
	}
	return shipment_step(&a->row.state, visit_event(a->outcome)) ==
	    SHIPMENT_DONE;
}

static enum err
carry_out(struct tx *tx, struct door_attempt *a)
{
	enum err e;

	if (!is_allowed(a)) {
		a->verdict = DOOR_NOT_NOW;
		return ERR_NONE;
	}
	e = end_visit(tx, a);
	a->row.due_at = a->row.state.status == SHIPMENT_ATTEMPTED
	    ? a->visit.valid_until : (unix_ms){0};
	if (shipment_is_final(a->row.state.status)) {
		a->row.ended_at = a->now;
	}
	if (e == ERR_NONE) {
		e = shipment_row_update(tx, &a->row);
	}
	if (e == ERR_NONE) {
		e = record(tx, a);
	}
	return e == ERR_NONE ? tell(tx, a) : e;
}

enum err
door_attempt_run(struct tx *tx, void *door_attempt)
{
	struct door_attempt *a = door_attempt;
	struct door_entered in = {0};
	enum err e;

	a->now = flow_now(a->call.flow);
	a->again = false;
	e = door_enter(tx, &a->call, a->now, &in);
	a->verdict = in.verdict;
	a->row = in.row;
	a->visit = in.visit;
	if (e != ERR_NONE || a->verdict != DOOR_DONE) {
		return e;
	}
	if (a->late && a->visit.outcome == a->outcome) {
		a->again = true;	/* told before */
		return ERR_NONE;
	}
	return carry_out(tx, a);
}
