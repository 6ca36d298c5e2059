#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dates.h"
#include "flow/delegate.h"
#include "flow/dispatch.h"
#include "flow/override.h"
#include "flow/pass.h"
#include "flow/ship.h"
#include "judge.h"
#include "model.h"
#include "people.h"
#include "server.h"

enum { SLOT_ARENA = 1 << 20, TEXT = 40 };

/* The argument of one use case, and what it borrows. */
struct slot {
	struct job job;
	struct arena *arena;
	char text[4][TEXT];
	union {
		struct ship ship;
		struct delegate_name delegate;
		struct shipment_change change;
		struct dispatch dispatch;
		struct arrive arrive;
		struct handover handover;
		struct door_attempt attempt;
		struct override_ask ask;
		struct override_approve approve;
	} u;
};

/* Every kind of argument begins its life with these. */
#define COMMON .flow = &server.flow, .tenant = &server.tenant, \
	.arena = s->arena

static void
ship(struct year *y, struct slot *s, const struct order *o)
{
	static const char *const parcels[] = {"P0", "P1", "P2", "P3", "P4"};
	struct ship_request *r = &s->u.ship.request;

	s->u.ship = (struct ship){COMMON};
	(void)snprintf(s->text[0], TEXT, "S%u", s->job.step->order);
	(void)snprintf(s->text[1], TEXT, "c%u@example.com", o->customer);
	r->reference = str_of(s->text[0]);
	r->name = STR("Ada Lovelace");
	r->email = str_of(s->text[1]);
	if (!recipient_parse(CHANNEL_EMAIL, r->email, &r->recipient)) {
		abort();
	}
	r->locale = STR("en");
	r->lines = STR("12 Example Street");
	r->country = str_of(places[o->zone].country);
	r->region = str_of(places[o->zone].region);
	r->time_zone = str_of(places[o->zone].zone);
	r->promised_on = (civil_day){o->promised};
	r->signals.has_amount = true;
	r->signals.amount = (int64_t)o->amount * 10000;
	r->n = o->parcels;
	for (unsigned i = 0; i < r->n; i++) {
		r->parcels[i].tracking = str_of(parcels[i]);
	}
	server_ok(ship_prepare(&s->u.ship));
	s->job.step->made = s->u.ship.row.id;
	s->job.run = ship_run;
	HOLDS(y, 7, s->u.ship.verdict == SHIP_CREATED, s->job.step->order,
	    s->u.ship.verdict, SHIP_CREATED);
}

static void
delegate(struct slot *s, const struct order *o)
{
	s->u.delegate = (struct delegate_name){COMMON, .shipment = o->id,
	    .name = STR("Cy"), .locale = STR("en")};
	(void)snprintf(s->text[0], TEXT, "d%u@example.com", o->customer);
	if (!recipient_parse(CHANNEL_EMAIL, str_of(s->text[0]),
	    &s->u.delegate.recipient)) {
		abort();
	}
	server_ok(delegate_name_prepare(&s->u.delegate));
	s->job.run = delegate_name_run;
}

struct get_visit {
	const struct order *o;
	struct visit_row row;
	struct arena *arena;
};

static enum err
get_visit_run(struct tx *tx, void *arg)
{
	struct get_visit *g = arg;

	return visit_row_get(tx, &server.tenant.id, &g->o->late_visit,
	    g->arena, &g->row);
}

/* What the customer's track page has shown to the agent's camera. */
static struct str
pass_of(struct year *y, const struct order *o, struct arena *arena)
{
	struct get_visit g = {.o = o, .arena = arena};
	struct str pass = STR("");

	server_read(y, get_visit_run, &g);
	server_ok(pass_sign(&server.flow, &server.tenant, &g.row, arena,
	    &pass));
	return pass;
}

static void
hand_over(struct year *y, struct slot *s, const struct order *o)
{
	struct step *step = s->job.step;
	struct handover *h = &s->u.handover;

	*h = (struct handover){.call = {COMMON, .shipment = o->id,
	    .device = y->devices[step->agent]}, .typed_by = TYPED_AGENT};
	h->code = str_of(step->typed);
	h->tracking[0] = STR("P0");
	h->n = step->part ? 1 : 0;
	s->job.run = handover_run;
	if (step->kind == STEP_PASS) {
		h->pass = STR("eyJhbGciOiJFZERTQSJ9.e30.AAAA");
	}
	if (step->kind == STEP_LATE_PASS) {
		h->late = true;
		h->at = h->arrived_at = (unix_ms){o->late_at};
		h->pass = pass_of(y, o, s->arena);
		s->job.run = handover_late_run;
	}
}

static void
attempt(struct year *y, struct slot *s, const struct order *o)
{
	struct step *step = s->job.step;

	s->u.attempt = (struct door_attempt){.call = {COMMON,
	    .shipment = o->id, .device = y->devices[step->agent]},
	    .outcome = step->outcome};
	if (step->kind == STEP_LATE_SAY) {
		s->u.attempt.late = true;
		s->u.attempt.at = s->u.attempt.arrived_at =
		    (unix_ms){o->late_at};
	}
	s->job.run = door_attempt_run;
}

static void
change(struct slot *s, const struct order *o)
{
	s->u.change = (struct shipment_change){COMMON, .shipment = o->id,
	    .order = s->job.step->kind == STEP_CANCEL ? ORDER_CANCEL
	    : s->job.step->kind == STEP_RELEASE ? ORDER_RELEASE
	    : ORDER_RETURN};
	s->job.run = shipment_change_run;
}

/* Two people of the shop, each under an identity of his own. */
static void
override(struct slot *s, const struct order *o)
{
	static const struct id first = {{1}}, second = {{2}};

	if (s->job.step->kind == STEP_ASK) {
		s->u.ask = (struct override_ask){COMMON, .shipment = o->id,
		    .by = &first, .reason = STR("passport was shown")};
		s->job.run = override_ask_run;
		return;
	}
	s->u.approve = (struct override_approve){COMMON, .shipment = o->id,
	    .override = o->override, .by = &second};
	s->job.run = override_approve_run;
}

static void
prepare(struct year *y, struct slot *s)
{
	struct step *step = s->job.step;
	const struct order *o = &y->orders[step->order];

	switch ((int)step->kind) {
	case STEP_SHIP:
		ship(y, s, o);
		break;
	case STEP_DELEGATE:
		delegate(s, o);
		break;
	case STEP_DISPATCH:
		s->u.dispatch = (struct dispatch){COMMON, .shipment = o->id,
		    .agent = y->agents[step->agent], .stop = 1};
		s->job.run = dispatch_run;
		break;
	case STEP_ARRIVE:
		s->u.arrive = (struct arrive){.call = {COMMON,
		    .shipment = o->id, .device = y->devices[step->agent]}};
		s->job.run = arrive_run;
		break;
	case STEP_TYPE:
	case STEP_PASS:
	case STEP_LATE_PASS:
		hand_over(y, s, o);
		break;
	case STEP_SAY:
	case STEP_LATE_SAY:
		attempt(y, s, o);
		break;
	case STEP_ASK:
	case STEP_APPROVE:
		override(s, o);
		break;
	default:
		change(s, o);
		break;
	}
}

static void
answer(struct job *j)
{
	struct slot *s = (struct slot *)(void *)j;
	struct step *step = j->step;

	switch ((int)step->kind) {
	case STEP_SHIP:
		step->got = (int)s->u.ship.verdict;
		break;
	case STEP_DELEGATE:
		step->got = (int)s->u.delegate.verdict;
		break;
	case STEP_DISPATCH:
		step->got = (int)s->u.dispatch.verdict;
		break;
	case STEP_ARRIVE:
		step->got = (int)s->u.arrive.verdict;
		break;
	case STEP_TYPE:
	case STEP_PASS:
	case STEP_LATE_PASS:
		step->got = (int)s->u.handover.verdict;
		step->got_again = s->u.handover.again;
		break;
	case STEP_SAY:
	case STEP_LATE_SAY:
		step->got = (int)s->u.attempt.verdict;
		step->got_again = s->u.attempt.again;
		break;
	case STEP_ASK:
		step->got = (int)s->u.ask.verdict;
		step->made = s->u.ask.row.id;
		break;
	case STEP_APPROVE:
		step->got = (int)s->u.approve.verdict;
		break;
	default:
		step->got = (int)s->u.change.verdict;
		break;
	}
	step->answered = true;
}

/* The server may die in this bite, if it can be told what was done by then. */
static void
draw_death(struct year *y)
{
	for (uint32_t i = 0; i < y->n_batch; i++) {
		if (!model_changes(y, &y->steps[y->n_done + i])) {
			return;
		}
	}
	if (y->crash_every > 0 && year_pick(y,
	    (uint32_t)y->crash_every) < y->n_batch) {
		y->kill_answering = year_pick(y, 2) == 0;
		y->kill_in = 1 + year_pick(y, y->n_batch);
	}
}

static void
begin_batch(struct year *y)
{
	uint32_t left = y->n_steps - y->n_done;

	y->n_batch = left < JOBS_MAX ? left : JOBS_MAX;
	for (uint32_t i = 0; i < y->n_batch; i++) {
		model_predict(y, &y->steps[y->n_done + i]);
	}
	draw_death(y);
}

static void
end_batch(struct year *y)
{
	y->kill_in = 0;
	y->mail_at = 0;
	judge_batch(y);
	for (uint32_t i = 0; i < y->n_batch; i++) {
		struct step *s = &y->steps[y->n_done + i];

		y->t.steps++;
		if (s->kind == STEP_DISPATCH) {
			people_dispatched(y, &y->orders[s->order]);
		}
		if (s->kind == STEP_ASK) {
			y->orders[s->order].override = s->made;
		}
	}
	y->n_done += y->n_batch;
	y->n_batch = 0;
}

static struct slot *
slots(void)
{
	static struct slot *all;

	if (all == NULL) {
		all = calloc(JOBS_MAX, sizeof(*all));
		for (int i = 0; all != NULL && i < JOBS_MAX; i++) {
			all[i].arena = arena_new(SLOT_ARENA);
		}
	}
	if (all == NULL || all[JOBS_MAX - 1].arena == NULL) {
		abort();
	}
	return all;
}

static void
run_batch(struct year *y)
{
	static struct job *jobs[JOBS_MAX];
	struct slot *all = slots();
	unsigned n = 0;

	for (uint32_t i = 0; i < y->n_batch; i++) {
		struct step *step = &y->steps[y->n_done + i];

		if (step->answered) {
			continue;
		}
		arena_reset(all[n].arena);
		all[n].job = (struct job){.arg = &all[n].u, .answer = answer,
		    .step = step};
		prepare(y, &all[n]);
		jobs[n] = &all[n].job;
		n++;
	}
	server_batch(y, jobs, n);
}

void
run_steps(struct year *y)
{
	/* A bite that the last process has left behind comes first. */
	if (y->n_batch > 0) {
		judge_left_behind(y);
		run_batch(y);
		end_batch(y);
	}
	while (y->n_done < y->n_steps) {
		begin_batch(y);
		run_batch(y);
		end_batch(y);
	}
}
