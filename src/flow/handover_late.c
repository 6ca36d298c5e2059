/*
 * A hand-over by pass that is told later: settled once (R29).
 */
#include "flow/contradiction.h"
#include "flow/dispatch.h"
#include "flow/door_audit.h"
#include "flow/door_part.h"
#include "flow/far.h"
#include "flow/pass.h"

/* The visit that the pass is of, among this agent's; verdict DOOR_WRONG: none. */
static enum err
find_visit(struct tx *tx, struct handover *h)
{
	struct visit_row visits[LATE_VISITS];
	unsigned n = 0;
	enum err e = visit_row_list(tx, &h->row.id, LATE_VISITS,
	    h->call.arena, visits, &n);

	h->verdict = DOOR_WRONG;
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		if (!id_equal(&visits[i].agent, &h->agent.id)) {
			continue;
		}
		e = pass_check(h->call.flow, h->call.tenant, &visits[i],
		    h->pass);
		if (e == ERR_NONE) {
			h->visit = visits[i];
			h->verdict = DOOR_DONE;
			return ERR_NONE;
		}
		e = e == ERR_DENIED ? ERR_NONE : e;
	}
	return e;
}

/* The visit that goes on now ends: its own, or what came after it. */
static enum err
stop_visits(struct tx *tx, struct handover *h)
{
	const struct stop_visit how = {
		.flow = h->call.flow, .tenant = h->call.tenant,
		.arena = h->call.arena, .event = CHALLENGE_SUPERSEDE,
		.outcome = VISIT_RECALLED, .now = h->now,
	};
	struct door door = handover_door(h);
	struct visit_row other;

	return id_equal(&h->row.visit, &h->visit.id)
	    ? door_codes_end(tx, &door, CHALLENGE_SUPERSEDE, NULL)
	    : dispatch_stop(tx, &how, &h->row, &other);
}

/*
 * What it had become since gives way to what was proved.  A part that was of
 * this very visit ends it, as at the door; otherwise the rest stays where it
 * is by now, and so does a visit to bring it.
 */
static enum err
settle(struct tx *tx, struct handover *h)
{
	struct door_give g = {
		.call = &h->call, .row = &h->row, .visit = &h->visit,
		.parcels = h->parcels, .n_parcels = h->n_parcels,
		.event = SHIPMENT_SETTLE, .at = h->at, .now = h->now,
	};
	bool own = h->visit.outcome == VISIT_OPEN;
	struct shipment after = h->row.state;
	enum err e = ERR_NONE;

	if (!handover_choose(h, &g)) {
		h->verdict = DOOR_PARCELS;
		/* Two visits, and each says that it was there? */
		return h->row.state.status == SHIPMENT_DELIVERED
		    ? contradiction_open(tx, h) : contradiction_look(tx, h);
	}
	if (shipment_step(&after, SHIPMENT_SETTLE) != SHIPMENT_DONE) {
		h->verdict = DOOR_NOT_NOW;
		return door_alert(tx, &h->call, &h->row, &h->agent.id,
		    DOOR_ALERT_CONTRADICTION, h->now);
	}
	if (own && door_leaves(&g)) {
		/* Without coverage he could not say that he had arrived. */
		(void)!shipment_step(&h->row.state, SHIPMENT_ARRIVE);
		g.event = SHIPMENT_HAND_OVER;
	}
	if (own || !door_leaves(&g)) {
		e = stop_visits(tx, h);
	}
	if (h->visit.arrived_at.v == 0) {
		h->visit.arrived_at = h->arrived_at;
	}
	return e == ERR_NONE ? handover_give(tx, h, &g, PROOF_PASS) : e;
}

static enum err
look_late(struct tx *tx, struct handover *h)
{
	enum err e = find_visit(tx, h);

	if (e != ERR_NONE) {
		return e;
	}
	if (h->verdict != DOOR_DONE) {
		e = handover_guess(tx, h);
		return e == ERR_NONE ? door_alert(tx, &h->call, &h->row,
		    &h->agent.id, DOOR_ALERT_PASS, h->now) : e;
	}
	e = parcel_row_list(tx, &h->row.id, h->call.arena, h->parcels,
	    &h->n_parcels);
	if (e != ERR_NONE) {
		return e;
	}
	if (h->visit.outcome == VISIT_DELIVERED ||
	    h->visit.outcome == VISIT_PARTIAL) {
		h->again = true;
		h->verdict = h->visit.outcome == VISIT_PARTIAL
		    ? DOOR_PARTIAL : DOOR_DONE;
		return ERR_NONE;
	}
	if (!door_in_time(&h->visit, h->at, h->now)) {
		h->verdict = DOOR_EXPIRED;
		return ERR_NONE;
	}
	return settle(tx, h);
}

enum err
handover_late_run(struct tx *tx, void *handover)
{
	struct handover *h = handover;
	bool refused;
	enum err e;

	h->now = flow_now(h->call.flow);
	h->again = false;
	h->alerts = (struct door_alerts){0};
	h->call.alerts = &h->alerts;
	h->verdict = DOOR_UNPAIRED;
	e = agent_enter(tx, &h->call.tenant->id, &h->call.device,
	    h->call.arena, &h->agent, &refused);
	if (e != ERR_NONE || refused) {
		return e;
	}
	h->verdict = DOOR_UNKNOWN;
	e = shipment_row_get(tx, &h->call.tenant->id, &h->call.shipment,
	    h->call.arena, &h->row);
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	e = look_late(tx, h);
	if (e == ERR_NONE && !h->again) {
		e = far_handover(tx, h);
	}
	h->attempts_left = h->row.state.failures_max -
	    h->row.state.failures;
	return e;
}
