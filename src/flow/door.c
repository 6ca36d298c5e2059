#include "flow/door.h"

#include <assert.h>
#include <stdio.h>

#include "flow/dispatch.h"
#include "flow/door_audit.h"
#include "flow/door_part.h"
#include "flow/news.h"
#include "flow/outbox.h"
#include "flow/private.h"

const char *
door_verdict_name(enum door_verdict v)
{
	static const char *const names[] = {
		[DOOR_DONE] = "delivered",
		[DOOR_UNPAIRED] = "unpaired",
		[DOOR_UNKNOWN] = "unknown",
		[DOOR_NOT_YOURS] = "not_yours",
		[DOOR_NOT_NOW] = "not_now",
		[DOOR_EXPIRED] = "expired",
		[DOOR_WRONG] = "wrong",
		[DOOR_LOCKED] = "locked",
		[DOOR_PARTIAL] = "partial",
		[DOOR_PARCELS] = "parcels",
		[DOOR_NO_CODE] = "no_code",
		[DOOR_NOT_A_CODE] = "not_a_code",
	};

	return names[v];
}

const char *
door_alert_name(enum door_alert a)
{
	static const char *const names[] = {
		[DOOR_ALERT_NOT_YOURS] = "not_yours",
		[DOOR_ALERT_NOT_NOW] = "not_now",
		[DOOR_ALERT_GUESSING] = "guessing",
		[DOOR_ALERT_LOCKED] = "locked",
		[DOOR_ALERT_PASS] = "pass",
		[DOOR_ALERT_CONTRADICTION] = "contradiction",
		[DOOR_ALERT_FAR] = "far",
	};

	return names[a];
}

struct cell
door_signals_cell(const struct id *visit)
{
	return (struct cell){"visits", "signals", flow_id_bytes(visit)};
}

enum err
door_agent_counter(struct tx *tx, const struct flow *f,
    const struct id *tenant, const struct id *agent, unix_ms now,
    struct counter_row *ret_row)
{
	uint8_t key[COUNTER_KEY_BYTES];
	enum err e = keyring_index(f->ring, "agent", flow_id_bytes(tenant),
	    flow_id_bytes(agent), key);

	return e != ERR_NONE ? e : limited_counter(tx, tenant,
	    COUNTER_AGENT_FAILURES, key, now, ret_row);
}

/* Somebody tries a door that is not his: seen, and counted as a guess. */
static enum err
not_yours(struct tx *tx, const struct door_call *call, unix_ms now,
    struct door_entered *in)
{
	struct counter_row guesses;
	enum err e = door_agent_counter(tx, call->flow, &call->tenant->id,
	    &in->agent.id, now, &guesses);

	in->verdict = DOOR_NOT_YOURS;
	if (e == ERR_NONE) {
		counter_add(&guesses.state, now);
		e = counter_row_put(tx, &guesses, now);
	}
	return e == ERR_NONE ? door_alert(tx, call, &in->row,
	    &in->agent.id, DOOR_ALERT_NOT_YOURS, now) : e;
}

enum err
door_enter(struct tx *tx, const struct door_call *call, unix_ms now,
    struct door_entered *ret)
{
	static const struct id none;
	bool refused;
	enum err e = agent_enter(tx, &call->tenant->id, &call->device,
	    call->arena, &ret->agent, &refused);

	ret->verdict = DOOR_UNPAIRED;
	if (e != ERR_NONE || refused) {
		return e;
	}
	e = shipment_row_get(tx, &call->tenant->id, &call->shipment,
	    call->arena, &ret->row);
	ret->verdict = DOOR_UNKNOWN;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	if (id_equal(&ret->row.visit, &none)) {
		return not_yours(tx, call, now, ret);
	}
	e = visit_row_get(tx, &call->tenant->id, &ret->row.visit,
	    call->arena, &ret->visit);
	if (e != ERR_NONE) {
		return e;
	}
	if (!id_equal(&ret->visit.agent, &ret->agent.id)) {
		return not_yours(tx, call, now, ret);
	}
	ret->verdict = DOOR_DONE;
	return ERR_NONE;
}

bool
door_in_time(const struct visit_row *visit, unix_ms at, unix_ms now)
{
	return unix_ms_before(at, visit->valid_until) &&
	    !unix_ms_before(at, visit->dispatched_at) &&
	    !unix_ms_before(unix_ms_add(now, MINUTES(5)), at);
}

enum err
door_seal_signals(const struct door_call *call, struct visit_row *visit,
    const struct door_place *place, struct str note)
{
	struct cell cell = door_signals_cell(&visit->id);
	char where[80] = "";
	struct str parts[2];

	if (!place->given && note.n == 0) {
		return ERR_NONE;
	}
	if (place->given) {
		(void)snprintf(where, sizeof(where), "%lld %lld %lld",
		    (long long)place->lat_e5, (long long)place->lon_e5,
		    (long long)place->accuracy_m);
	}
	parts[0] = str_of(where);
	parts[1] = note;
	return private_seal(call->flow, call->arena, &cell, parts, 2,
	    &visit->signals);
}

/* The code that was kept back until now. */
static enum err
send_code(struct tx *tx, struct arrive *a, unix_ms now)
{
	struct door door = {
		.flow = a->call.flow, .tenant = a->call.tenant,
		.arena = a->call.arena, .shipment = &a->row,
		.visit = &a->visit, .now = now,
	};
	duration_ms wait = {0};
	enum err e;

	if (a->visit.sent || a->row.code != DECISION_REQUIRED) {
		return ERR_NONE;
	}
	e = door_codes_send(tx, &door, &a->visit, &wait);
	if (wait.v > 0 && unix_ms_before(unix_ms_add(now, wait),
	    a->row.due_at)) {
		a->row.due_at = unix_ms_add(now, wait);
	}
	return e;
}

static enum err
record_arrival(struct tx *tx, const struct arrive *a, unix_ms now)
{
	struct audit event;
	enum err e = door_audit_begin(&event, a->call.flow,
	    AUDIT_SHIPMENT_ARRIVED, &a->row, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&event.json, "visit", ID_VISIT, &a->visit.id);
	jsonw_member_id(&event.json, "agent", ID_AGENT, &a->visit.agent);
	return audit_commit(&event, tx, a->call.flow);
}

enum err
arrive_run(struct tx *tx, void *arrive)
{
	struct arrive *a = arrive;
	unix_ms now = flow_now(a->call.flow);
	struct door_entered in = {0};
	enum err e;

	a->alerts = (struct door_alerts){0};
	a->call.alerts = &a->alerts;
	e = door_enter(tx, &a->call, now, &in);
	a->verdict = in.verdict;
	a->row = in.row;
	a->visit = in.visit;
	if (e != ERR_NONE || a->verdict != DOOR_DONE) {
		return e;
	}
	if (a->row.state.status == SHIPMENT_AT_DOOR) {
		return ERR_NONE;
	}
	if (!unix_ms_before(now, a->visit.valid_until)) {
		a->verdict = DOOR_EXPIRED;
		return ERR_NONE;
	}
	if (shipment_step(&a->row.state, SHIPMENT_ARRIVE) != SHIPMENT_DONE) {
		a->verdict = DOOR_NOT_NOW;
		return ERR_NONE;
	}
	a->visit.arrived_at = now;
	a->visit.device = a->call.device;
	e = send_code(tx, a, now);
	if (e == ERR_NONE) {
		e = visit_row_update(tx, &a->visit);
	}
	if (e == ERR_NONE) {
		e = shipment_row_update(tx, &a->row);
	}
	return e == ERR_NONE ? record_arrival(tx, a, now) : e;
}

bool
door_leaves(const struct door_give *g)
{
	for (unsigned i = 0; i < g->n_parcels; i++) {
		if (g->parcels[i].state == PARCEL_EXPECTED && !g->give[i] &&
		    !g->refused[i]) {
			return true;
		}
	}
	return false;
}

/* Parcels change hands, or are left; how many stay with the agent. */
static enum err
settle_parcels(struct tx *tx, struct door_give *g, unsigned *ret_given,
    unsigned *ret_left)
{
	enum err e = ERR_NONE;

	*ret_given = *ret_left = 0;
	for (unsigned i = 0; e == ERR_NONE && i < g->n_parcels; i++) {
		struct parcel_row *p = &g->parcels[i];

		if (p->state != PARCEL_EXPECTED) {
			continue;
		}
		if (!g->give[i] && !g->refused[i]) {
			(*ret_left)++;
			continue;
		}
		*ret_given += g->give[i] ? 1 : 0;
		p->state = g->give[i] ? PARCEL_DELIVERED : PARCEL_REFUSED;
		p->visit = g->visit->id;
		e = parcel_row_settle(tx, p);
	}
	return e;
}

static enum err
record(struct tx *tx, const struct door_give *g, unsigned given,
    unsigned left)
{
	struct audit a;
	enum err e = door_audit_begin(&a, g->call->flow,
	    AUDIT_SHIPMENT_HANDED_OVER, g->row, g->now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "visit", ID_VISIT, &g->visit->id);
	jsonw_member_id(&a.json, "agent", ID_AGENT, &g->visit->agent);
	jsonw_member_z(&a.json, "proof", visit_proof_name(g->proof));
	jsonw_member_z(&a.json, "typed_by",
	    typed_by_name(g->visit->typed_by));
	jsonw_member_i64(&a.json, "parcels", given);
	jsonw_member_i64(&a.json, "left", left);
	return audit_commit(&a, tx, g->call->flow);
}

/* What is left comes on another day; else this is its end. */
static enum err
plan(struct tx *tx, struct door_give *g)
{
	g->row->due_at = (unix_ms){0};
	if (g->row->state.status != SHIPMENT_ATTEMPTED) {
		g->row->ended_at = g->now;
		return ERR_NONE;
	}
	g->row->due_at = g->visit->valid_until;
	return dispatch_schedule(tx, g->call->arena, g->row, g->visit->day,
	    &g->visit->calendar);
}

enum err
door_give(struct tx *tx, struct door_give *g)
{
	unsigned given, left;
	enum err e = settle_parcels(tx, g, &given, &left);
	bool step;

	if (e != ERR_NONE) {
		return e;
	}
	g->partial = left > 0;
	/* A part that is told later leaves the rest where it is by now. */
	step = !g->partial || g->event == SHIPMENT_HAND_OVER;
	if (step) {
		enum shipment_step done UNUSED = shipment_step(&g->row->state,
		    g->partial ? SHIPMENT_PART : g->event);

		assert(done == SHIPMENT_DONE);
	}
	g->visit->outcome = g->partial ? VISIT_PARTIAL : VISIT_DELIVERED;
	g->visit->proof = g->proof;
	g->visit->ended_at = g->at;
	g->visit->told_at = g->now;
	if (step) {
		e = plan(tx, g);
	}
	if (e == ERR_NONE) {
		e = visit_row_update(tx, g->visit);
	}
	if (e == ERR_NONE) {
		e = shipment_row_update(tx, g->row);
	}
	if (e == ERR_NONE) {
		e = record(tx, g, given, left);
	}
	return e != ERR_NONE ? e : news_tell(tx, g->call->flow, g->row,
	    g->proof == PROOF_OVERRIDE ? NEWS_OVERRIDDEN : NEWS_DELIVERED,
	    g->now);
}
