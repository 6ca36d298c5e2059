/*
 * What an agent says of a door that did not open: absent, refused, not found,
 * not safe.  What comes then follows from the calendar (R33, R34).
 */
#include "flow/dispatch.h"
#include "flow/door_audit.h"
#include "flow/door_part.h"
#include "flow/far.h"
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

/* Was he there at all, of whom nobody knows more than his word? */
static enum err
look_far(struct tx *tx, const struct door_attempt *a, const struct id *agent)
{
	const struct far_look look = {
		.call = &a->call, .row = &a->row, .agent = agent,
		.place = &a->place, .now = a->now,
	};

	return far_look(tx, &look);
}

/*
 * His visit at that time: what is told later says nothing of another day's,
 * nor of what somebody else has carried since.
 */
static enum err
find_visit(struct tx *tx, struct door_attempt *a, struct door_entered *in)
{
	struct visit_row visits[LATE_VISITS];
	unsigned n = 0;
	bool his = false;
	enum err e = visit_row_list(tx, &in->row.id, LATE_VISITS,
	    a->call.arena, visits, &n);

	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		if (!id_equal(&visits[i].agent, &in->agent.id)) {
			continue;
		}
		his = true;
		if (door_in_time(&visits[i], a->at, a->now)) {
			in->visit = visits[i];
			in->verdict = DOOR_DONE;
			return ERR_NONE;
		}
	}
	in->verdict = his ? DOOR_EXPIRED : DOOR_NOT_YOURS;
	return e;
}

static enum err
enter_late(struct tx *tx, struct door_attempt *a, struct door_entered *in)
{
	bool refused;
	enum err e = agent_enter(tx, &a->call.tenant->id, &a->call.device,
	    a->call.arena, &in->agent, &refused);

	in->verdict = DOOR_UNPAIRED;
	if (e != ERR_NONE || refused) {
		return e;
	}
	in->verdict = DOOR_UNKNOWN;
	e = shipment_row_get(tx, &a->call.tenant->id, &a->call.shipment,
	    a->call.arena, &in->row);
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	e = find_visit(tx, a, in);
	return e == ERR_NONE && in->verdict == DOOR_NOT_YOURS
	    ? door_enter(tx, &a->call, a->now, in) : e;
}

enum err
door_attempt_run(struct tx *tx, void *door_attempt)
{
	struct door_attempt *a = door_attempt;
	struct door_entered in = {0};
	enum err e;

	a->now = flow_now(a->call.flow);
	a->again = false;
	a->alerts = (struct door_alerts){0};
	a->call.alerts = &a->alerts;
	e = a->late ? enter_late(tx, a, &in)
	    : door_enter(tx, &a->call, a->now, &in);
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
	if (a->late && a->visit.outcome != VISIT_OPEN) {
		a->verdict = DOOR_EXPIRED;	/* it ended without him */
		return ERR_NONE;
	}
	e = carry_out(tx, a);
	return e == ERR_NONE && a->verdict == DOOR_DONE
	    ? look_far(tx, a, &in.agent.id) : e;
}
