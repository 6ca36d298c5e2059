/*
 * /v1/agent/route and /v1/agent/stops: what an agent sees and does.  He sees
 * no telephone number, no e-mail address and no code (R86).
 */
#include <stdio.h>

#include "api/agent_call.h"
#include "api/door_json.h"
#include "api/metrics.h"
#include "api/shipment_json.h"
#include "base/log.h"

enum { ANSWER_MAX = 1 << 16, ROUTE_ANSWER_MAX = 4 << 20,
	ROUTE_ARENA_MAX = 8 << 20 };

struct route_call {
	struct call call;
	struct route route;
	struct arena *arena;
	struct buf body;
	struct jsonw w;
};

struct arrive_call {
	struct call call;
	struct arrive arrive;
};

struct handover_call {
	struct call call;
	struct handover handover;
};

struct attempt_call {
	struct call call;
	struct door_attempt attempt;
};

/* The route. */

static void
write_stop(void *ctx, const struct route_stop *stop)
{
	/* He is told the address as people write it. */
	static const struct spot nowhere;
	struct route_call *c = ctx;
	struct jsonw *w = &c->w;

	jsonw_object(w);
	jsonw_member_id(w, "shipment", ID_SHIPMENT, &stop->row.id);
	jsonw_member_id(w, "visit", ID_VISIT, &stop->visit.id);
	jsonw_member_i64(w, "stop", stop->visit.stop);
	jsonw_member_z(w, "status",
	    shipment_status_name(stop->row.state.status));
	jsonw_member_str(w, "name", stop->name);
	shipment_write_address(w, stop->lines, stop->postcode, &nowhere,
	    &stop->row);
	shipment_write_parcels(w, stop->parcels, stop->what, stop->n_parcels);
	jsonw_member_bool(w, "code_required",
	    stop->row.code == DECISION_REQUIRED);
	jsonw_member_i64(w, "attempts_left", stop->row.state.failures_max -
	    stop->row.state.failures);
	jsonw_member_z(w, "countersign", stop->countersign);
	jsonw_member_str(w, "pass_head", stop->pass_head);
	shipment_write_day(w, "day", stop->visit.day);
	jsonw_member_time(w, "valid_until", stop->visit.valid_until);
	if (stop->visit.arrived_at.v != 0) {
		jsonw_member_time(w, "arrived_at", stop->visit.arrived_at);
	}
	jsonw_object_end(w);
}

static void
begin_route(void *ctx)
{
	struct route_call *c = ctx;

	buf_clear(&c->body);
	jsonw_init(&c->w, &c->body);
	jsonw_object(&c->w);
	jsonw_key(&c->w, "stops");
	jsonw_array(&c->w);
}

static void
route_done(struct call *call)
{
	struct route_call *c = (struct route_call *)(void *)call;

	if (c->route.refused) {
		buf_done(&c->body);
		agent_call_refused(call);
		return;
	}
	jsonw_array_end(&c->w);
	jsonw_member_time(&c->w, "now", flow_now(c->route.flow));
	jsonw_key(&c->w, "agent");
	jsonw_object(&c->w);
	jsonw_member_id(&c->w, "id", ID_AGENT, &c->route.agent.id);
	jsonw_member_str(&c->w, "name", c->route.name);
	jsonw_object_end(&c->w);
	jsonw_object_end(&c->w);
	call_json(call, 200, &c->body);
}

/* What the transaction has written so far. */
static bool
route_failed(struct call *call, enum err e UNUSED)
{
	struct route_call *c = (struct route_call *)(void *)call;

	buf_done(&c->body);
	return false;
}

void
api_agent_route(struct http_exchange *x)
{
	struct id device;
	struct route_call *c = agent_call_begin(x, sizeof(*c), &device);

	if (c == NULL) {
		return;
	}
	c->arena = call_memory(&c->call, ROUTE_ARENA_MAX);
	if (c->arena == NULL) {
		return;
	}
	buf_init(&c->body, ROUTE_ANSWER_MAX);
	c->call.failed = route_failed;
	c->route = (struct route){
		.flow = c->call.api->flow, .tenant = c->call.tenant,
		.arena = c->arena, .device = device,
		.fn = write_stop, .begin = begin_route, .ctx = c,
	};
	call_submit(&c->call, STORE_CREATE, route_run, &c->route, route_done);
}

/* What all stops have in common. */

static bool
begin_stop(struct call *c, struct door_call *call)
{
	call->flow = c->api->flow;
	call->tenant = c->tenant;
	call->arena = c->arena;
	if (id_parse(ID_SHIPMENT, http_param(c->x, "shipment"),
	    &call->shipment) == ERR_NONE) {
		return true;
	}
	call_problem(c, PROBLEM_NOT_FOUND, NULL);
	return false;
}

/* What is no result, but a refusal to look: false when it has answered. */
static bool
is_result(struct call *c, enum door_verdict v)
{
	switch (v) {
	case DOOR_UNPAIRED:
		agent_call_refused(c);
		return false;
	case DOOR_UNKNOWN:
		call_problem(c, PROBLEM_NOT_FOUND, NULL);
		return false;
	case DOOR_PARCELS:
		call_flaw(c, "parcels", "must be parcels that are expected "
		    "here, at least one, each named once");
		return false;
	case DOOR_NO_CODE:
		call_flaw(c, "code", "is required here, or a pass");
		return false;
	case DOOR_NOT_A_CODE:
		call_flaw(c, "code", "must be the digits of a code");
		return false;
	case DOOR_DONE:
	case DOOR_NOT_YOURS:
	case DOOR_NOT_NOW:
	case DOOR_EXPIRED:
	case DOOR_WRONG:
	case DOOR_LOCKED:
	case DOOR_PARTIAL:
	default:
		return true;
	}
}

/* Arrive. */

static void
arrive_done(struct call *call)
{
	struct arrive_call *c = (struct arrive_call *)(void *)call;
	const struct arrive *a = &c->arrive;
	struct buf body;
	struct jsonw w;

	api_metrics_alerts(call->api->metrics, &a->alerts);
	if (!is_result(call, a->verdict)) {
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_z(&w, "result", a->verdict == DOOR_DONE ? "at_door"
	    : door_verdict_name(a->verdict));
	if (a->verdict == DOOR_DONE) {
		jsonw_member_time(&w, "arrived_at", a->visit.arrived_at);
	}
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_agent_arrive(struct http_exchange *x)
{
	struct id device;
	struct arrive_call *c = agent_call_begin(x, sizeof(*c), &device);

	if (c == NULL || !begin_stop(&c->call, &c->arrive.call)) {
		return;
	}
	c->arrive.call.device = device;
	call_submit(&c->call, STORE_CHECK, arrive_run, &c->arrive,
	    arrive_done);
}

/* Hand over. */

static bool
handover_render(void *arg, int *ret_status, struct buf *out)
{
	struct handover *h = arg;
	struct jsonw w;
	enum err e;

	*ret_status = 200;
	if (h->verdict != DOOR_DONE && h->verdict != DOOR_PARTIAL &&
	    h->verdict != DOOR_WRONG && h->verdict != DOOR_LOCKED) {
		return false;
	}
	e = handover_finish(h);
	if (e != ERR_NONE) {
		buf_fail(out, e);
		return false;
	}
	jsonw_init(&w, out);
	jsonw_object(&w);
	handover_write(&w, h);
	jsonw_object_end(&w);
	return true;
}

/* The alarm of the tenant counts the door's codes with all others (S20). */
static void
watch(const struct handover_call *c)
{
	const struct handover *h = &c->handover;
	bool wrong = h->verdict == DOOR_WRONG;
	bool right = (h->verdict == DOOR_DONE || h->verdict == DOOR_PARTIAL)
	    && h->row.code == DECISION_REQUIRED;

	if ((right || wrong) && alarm_count(c->call.api->alarm,
	    h->call.tenant, wrong, h->now)) {
		log_event(LOG_WARNING, "tenant.sprayed", "tenant",
		    h->call.tenant->name, NULL);
	}
}

static void
handover_done(struct call *call)
{
	struct handover_call *c = (struct handover_call *)(void *)call;
	struct buf body;
	struct jsonw w;
	enum err e;

	api_metrics_handover(call->api->metrics, c->handover.verdict);
	api_metrics_alerts(call->api->metrics, &c->handover.alerts);
	if (!is_result(call, c->handover.verdict)) {
		return;
	}
	watch(c);
	e = handover_finish(&c->handover);
	if (e != ERR_NONE) {
		call_failed(call, e);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	handover_write(&w, &c->handover);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_agent_handover(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct id device;
	struct handover_call *c = agent_call_begin(x, sizeof(*c), &device);

	if (c == NULL || !begin_stop(&c->call, &c->handover.call)) {
		return;
	}
	c->handover.call.device = device;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		handover_read(&root, &c->handover);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	call_submit_once(&c->call, STORE_CHECK, handover_run, &c->handover,
	    handover_render, handover_done);
}

/* It did not open. */

static void
attempt_done(struct call *call)
{
	struct attempt_call *c = (struct attempt_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	api_metrics_alerts(call->api->metrics, &c->attempt.alerts);
	if (!is_result(call, c->attempt.verdict)) {
		return;
	}
	if (c->attempt.verdict == DOOR_DONE) {
		api_metrics_attempt(call->api->metrics, c->attempt.outcome);
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	attempt_write(&w, &c->attempt);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_agent_attempt(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct id device;
	struct attempt_call *c = agent_call_begin(x, sizeof(*c), &device);

	if (c == NULL || !begin_stop(&c->call, &c->attempt.call)) {
		return;
	}
	c->attempt.call.device = device;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		attempt_read(&root, &c->attempt);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	call_submit(&c->call, STORE_CHECK, door_attempt_run, &c->attempt,
	    attempt_done);
}
