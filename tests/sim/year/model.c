#include "model.h"

#include <string.h>

#include "dates.h"
#include "flow/dispatch.h"
#include "flow/override.h"

uint8_t
model_all(const struct order *o)
{
	return (uint8_t)((1U << o->parcels) - 1);
}

bool
model_guessed_out(const struct year *y, unsigned agent)
{
	unsigned young = 0;

	for (unsigned i = 0; i < COUNTER_MARKS && i < y->n_fails[agent];
	    i++) {
		young += y->now - y->fails[agent][i] < 86400000;
	}
	return young >= GUESSES;
}

/* A visit that came to nothing, or not to everything. */
static void
fail_visit(struct order *o)
{
	o->open = false;
	o->visits++;
	o->status = o->visits == VISITS ? SHIPMENT_RETURNING
	    : SHIPMENT_ATTEMPTED;
	o->next_on = dates_next(o->zone, o->day);
}

/* The first one, where it is a part; else all that is still there. */
static uint8_t
choice(const struct step *s, const struct order *o)
{
	return s->part ? 1 : (uint8_t)(model_all(o) & ~o->given);
}

static void
give(struct step *s, enum visit_proof proof)
{
	struct order *o = &s->after;

	o->given |= choice(s, o);
	s->proof = proof;
	if (o->given == model_all(o)) {
		o->status = SHIPMENT_DELIVERED;
		o->open = false;
		s->want = DOOR_DONE;
	} else {
		fail_visit(o);
		s->want = DOOR_PARTIAL;
	}
}

/* Is it his stop, and is he there? */
static bool
at_his_door(struct step *s)
{
	const struct order *o = &s->after;

	if (o->day == 0 || o->agent != s->agent) {
		s->want = DOOR_NOT_YOURS;
		s->fails = true;
		return false;
	}
	if (o->status != SHIPMENT_AT_DOOR) {
		s->want = o->status == SHIPMENT_HELD && s->kind != STEP_SAY
		    ? DOOR_LOCKED : DOOR_NOT_NOW;
		return false;
	}
	return true;
}

static void
type(const struct year *y, struct step *s)
{
	struct order *o = &s->after;

	if (!at_his_door(s)) {
		return;
	}
	if (model_guessed_out(y, s->agent)) {
		s->want = DOOR_LOCKED;
	} else if (!o->needs_code) {
		give(s, PROOF_NOT_NEEDED);
	} else if (s->kind == STEP_PASS) {
		s->want = DOOR_WRONG;	/* all that are shown so are forged */
		s->fails = true;
	} else if (strcmp(s->typed, o->truth) == 0) {
		give(s, PROOF_CODE);
	} else if (o->delegate && strcmp(s->typed, o->his_truth) == 0) {
		give(s, PROOF_DELEGATE);
	} else {
		s->fails = true;
		o->failures++;
		s->want = DOOR_WRONG;
		if (o->failures == TRIES) {
			o->status = SHIPMENT_HELD;
			o->open = false;
			s->want = DOOR_LOCKED;
		}
	}
}

static void
say(struct step *s)
{
	struct order *o = &s->after;

	if (!at_his_door(s)) {
		return;
	}
	s->want = DOOR_DONE;
	if (s->outcome == VISIT_REFUSED) {
		o->status = SHIPMENT_RETURNING;
		o->open = false;
	} else if (s->outcome == VISIT_ADDRESS) {
		o->status = SHIPMENT_HELD;
		o->open = false;
	} else {
		fail_visit(o);
	}
}

static void
late_pass(struct step *s)
{
	struct order *o = &s->after;

	if (o->late_outcome == VISIT_DELIVERED ||
	    o->late_outcome == VISIT_PARTIAL) {
		s->again = true;
		s->want = o->late_outcome == VISIT_DELIVERED ? DOOR_DONE
		    : DOOR_PARTIAL;
	} else if ((choice(s, o) & ~o->given) == 0) {
		s->want = DOOR_PARCELS;
	} else if (o->status == SHIPMENT_CANCELLED ||
	    o->status == SHIPMENT_HELD || o->status == SHIPMENT_DELIVERED) {
		s->want = DOOR_NOT_NOW;
	} else if ((o->given | choice(s, o)) == model_all(o)) {
		give(s, PROOF_PASS);
		o->late_outcome = VISIT_DELIVERED;
	} else if (o->late_current && o->open) {
		give(s, PROOF_PASS);
		o->late_outcome = VISIT_PARTIAL;
	} else {
		/* The rest is wherever it is by now. */
		o->given |= choice(s, o);
		s->proof = PROOF_PASS;
		s->want = DOOR_PARTIAL;
		o->late_outcome = VISIT_PARTIAL;
	}
}

static void
late_say(struct step *s)
{
	struct order *o = &s->after;

	if (o->late_outcome == VISIT_ABSENT) {
		s->again = true;
		s->want = DOOR_DONE;
	} else if (o->late_outcome != VISIT_OPEN) {
		s->want = DOOR_EXPIRED;
	} else {
		fail_visit(o);
		o->late_outcome = VISIT_ABSENT;
		s->want = DOOR_DONE;
	}
}

/* What was at work on the order's visit is over. */
static void
end_late(struct order *o, enum visit_outcome outcome)
{
	if (o->late_left > 0 && o->late_current &&
	    o->late_outcome == VISIT_OPEN) {
		o->late_outcome = (uint8_t)outcome;
	}
}

static void
dispatch(const struct year *y, struct step *s)
{
	struct order *o = &s->after;

	memcpy(o->old, o->code[0] != '\0' ? o->code : o->old,
	    sizeof(o->old));
	o->code[0] = o->his_code[0] = '\0';
	o->status = SHIPMENT_OUT_FOR_DELIVERY;
	o->open = true;
	o->agent = s->agent;
	o->late_current = false;
	o->day = o->next_on = dates_day(y, o->zone, y->now);
	o->ends = dates_end(y, o->zone, o->day);
	o->dispatched = y->now;
	o->tries = 0;
	s->want = DISPATCH_DONE;
}

/* What the shop and its people do. */
static void
order(const struct year *y, struct step *s)
{
	struct order *o = &s->after;
	bool held = o->status == SHIPMENT_HELD;

	s->want = 0;	/* done, in whatever list of verdicts */
	switch ((int)s->kind) {
	case STEP_SHIP:
		o->made = true;
		o->status = SHIPMENT_SCHEDULED;
		o->next_on = o->promised;
		break;
	case STEP_CANCEL:
		end_late(o, VISIT_RECALLED);
		o->status = SHIPMENT_CANCELLED;
		o->open = false;
		break;
	case STEP_APPROVE:
		s->part = false;
		give(s, PROOF_OVERRIDE);
		s->want = OVERRIDE_DONE;
		break;
	case STEP_RELEASE:
		s->want = held ? DISPATCH_DONE : DISPATCH_NOT_NOW;
		o->status = SHIPMENT_SCHEDULED;
		o->failures = 0;
		o->next_on = dates_next(o->zone, dates_day(y, o->zone,
		    y->now));
		break;
	case STEP_RETURN:
		s->want = held ? DISPATCH_DONE : DISPATCH_NOT_NOW;
		o->status = SHIPMENT_RETURNING;
		break;
	default:
		break;
	}
}

void
model_predict(struct year *y, struct step *s)
{
	s->after = y->orders[s->order];
	s->again = s->fails = false;
	s->proof = PROOF_NONE;
	switch ((int)s->kind) {
	case STEP_DISPATCH:
		dispatch(y, s);
		break;
	case STEP_ARRIVE:
		if (s->after.day == 0 || s->after.agent != s->agent) {
			(void)at_his_door(s);
			break;
		}
		s->want = DOOR_DONE;
		s->after.status = SHIPMENT_AT_DOOR;
		break;
	case STEP_TYPE:
	case STEP_PASS:
		type(y, s);
		break;
	case STEP_SAY:
		say(s);
		break;
	case STEP_LATE_PASS:
		late_pass(s);
		break;
	case STEP_LATE_SAY:
		late_say(s);
		break;
	default:
		order(y, s);
		break;
	}
	if (s->fails) {
		y->fails[s->agent][y->n_fails[s->agent]++ % COUNTER_MARKS] =
		    y->now;
	}
}

bool
model_changes(const struct year *y, const struct step *s)
{
	const struct order *o = &y->orders[s->order];

	return o->status != s->after.status || o->given != s->after.given ||
	    o->failures != s->after.failures;
}

/* Who has got it, by what he was up to, for the report. */
static void
count_hand_over(struct year *y, const struct step *s)
{
	const struct order *before = &y->orders[s->order];

	y->t.handed[s->proof]++;
	if (s->kind == STEP_TYPE || s->kind == STEP_PASS) {
		y->t.got[before->act]++;
		y->t.got_early += before->status == SHIPMENT_OUT_FOR_DELIVERY;
	}
}

void
model_settle(struct year *y, const struct step *s)
{
	if (s->proof != PROOF_NONE) {
		count_hand_over(y, s);
	}
	y->orders[s->order] = s->after;
	y->t.by_kind[s->kind]++;
	y->t.late_again += s->again;
	y->t.refused_guesser += s->kind == STEP_TYPE &&
	    s->want == DOOR_LOCKED && !s->fails;
	y->t.held += s->after.status == SHIPMENT_HELD &&
	    (s->kind == STEP_TYPE || s->kind == STEP_SAY) &&
	    (s->want == DOOR_LOCKED || s->outcome == VISIT_ADDRESS);
}

void
model_keep(struct year *y)
{
	for (uint32_t i = 0; i < y->n_live; i++) {
		struct order *o = &y->orders[y->live[i]];

		if (!o->made || y->now < o->ends) {
			continue;
		}
		o->touched |= o->open || o->status == SHIPMENT_ATTEMPTED;
		if (o->open) {
			end_late(o, VISIT_DAY_ENDED);
			fail_visit(o);
			y->t.day_ends++;
		}
		if (o->status == SHIPMENT_ATTEMPTED) {
			o->status = SHIPMENT_SCHEDULED;
		}
	}
}
