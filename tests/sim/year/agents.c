/*
 * Forty agents: most are honest, some guess, lie or try what they can.
 */
#include <stdio.h>
#include <string.h>

#include "dates.h"
#include "people.h"

enum { AT_DESK = 19, MORNING = 7, FIRST_SLOT = 9, SLOTS = 9 };

enum kind
agent_kind(unsigned agent)
{
	return agent % 12 == 5 ? GUESSER : agent % 20 == 7 ? LIAR
	    : agent % 20 == 13 ? RASCAL : HONEST;
}

unsigned
agent_zone(unsigned agent)
{
	return agent % ZONES;
}

const char *
act_name(enum act a)
{
	static const char *const names[ACT_COUNT] = {
		"nobody comes", "a right code", "a right code after wrong ones",
		"some of the parcels", "refused", "absent", "not safe",
		"address not found", "five wrong codes", "a delegate",
		"a pass without coverage", "a pass for some of the parcels",
		"absent, told later", "made-up codes", "the code of another day",
		"another agent's stop", "a forged pass",
		"\"absent\" from an agent who was not there",
		"a code that was talked out of the customer",
	};

	return names[a];
}

/* Of ten thousand visits, for whatever needs a code. */
static const struct { enum act act; uint32_t weight; } honest[] = {
	{ACT_CODE, 6600}, {ACT_MISTYPE, 700}, {ACT_PART, 200},
	{ACT_REFUSE, 130}, {ACT_ABSENT, 1100}, {ACT_UNSAFE, 40},
	{ACT_ADDRESS, 30}, {ACT_FIVE_WRONG, 30}, {ACT_DELEGATE, 250},
	{ACT_OFFLINE, 500}, {ACT_OFFLINE_PART, 80}, {ACT_OFFLINE_ABSENT, 160},
	{ACT_NOTHING, 180},
};

static enum act
honest_act(struct year *y)
{
	uint32_t at = year_pick(y, 10000);
	size_t i = 0;

	while (at >= honest[i].weight) {
		at -= honest[i++].weight;
	}
	return honest[i].act;
}

static enum act
draw_act(struct year *y, const struct order *o)
{
	static const enum act tricks[] = {ACT_OLD_CODE, ACT_STRANGER,
	    ACT_FORGED_PASS, ACT_TALKED_OUT};
	enum kind kind = agent_kind(o->agent);

	if (o->late_left > 0 && !o->late_is_say) {
		return ACT_NOTHING;	/* the parcels are with the customer */
	}
	if (kind == GUESSER && o->needs_code && year_chance(y, 5000)) {
		return ACT_GUESS;
	}
	if (kind == LIAR && year_chance(y, 3000)) {
		return ACT_SAY_ABSENT;
	}
	if (kind == RASCAL && o->needs_code && year_chance(y, 4000)) {
		return tricks[year_pick(y, 4)];
	}
	return honest_act(y);
}

void
people_dispatched(struct year *y, struct order *o)
{
	enum act a = draw_act(y, o);
	bool offline = a == ACT_OFFLINE || a == ACT_OFFLINE_PART ||
	    a == ACT_OFFLINE_ABSENT;

	if ((a == ACT_PART || a == ACT_OFFLINE_PART) &&
	    (o->parcels < 2 || o->given != 0)) {
		a = a == ACT_PART ? ACT_CODE : ACT_OFFLINE;
	}
	if (!o->needs_code && a != ACT_ABSENT && a != ACT_NOTHING &&
	    a != ACT_SAY_ABSENT && a != ACT_REFUSE && a != ACT_PART) {
		a = ACT_CODE;
		offline = false;
	}
	if (offline && o->late_left > 0) {
		a = ACT_ABSENT;
		offline = false;
	}
	o->act = (uint8_t)a;
	o->slot = (uint8_t)(FIRST_SLOT + year_pick(y, SLOTS));
	y->t.acts[a]++;
	if (offline) {
		/* By the device's clock; told in the evening, or tomorrow. */
		int32_t wait = year_chance(y, 6000) ? 11 : 29;

		o->late_visit = o->visit;
		o->late_is_say = a == ACT_OFFLINE_ABSENT;
		o->late_part = a == ACT_OFFLINE_PART;
		o->late_current = true;
		o->late_outcome = VISIT_OPEN;
		o->late_agent = o->agent;
		o->late_at = o->dispatched + (o->slot - MORNING) * 3600000;
		o->late_hour = y->hour + wait;
		o->late_left = year_chance(y, 5000) ? 2 : 1;
	}
}

/* On the wall there when this hour began: its phases are one hour. */
static int
hour_of(const struct year *y, const struct order *o)
{
	return dates_hour(y, o->zone, YEAR_START +
	    (int64_t)y->hour * 3600000);
}

/* Every working morning, what is due goes onto the routes of its zone. */
void
plan_dispatch(struct year *y)
{
	for (uint32_t i = 0; i < y->n_live; i++) {
		uint32_t n = y->live[i];
		const struct order *o = &y->orders[n];
		int32_t day = dates_day(y, o->zone, y->now);
		struct step *s;

		if (!o->made || o->status != SHIPMENT_SCHEDULED ||
		    hour_of(y, o) != MORNING ||
		    o->next_on > day || !dates_works(o->zone, day)) {
			continue;
		}
		s = year_step(y, STEP_DISPATCH, n);
		if (s != NULL) {
			unsigned fleet = (AGENTS + ZONES - 1U - o->zone) /
			    ZONES;

			s->agent = (uint8_t)(o->zone + ZONES *
			    ((n + (uint32_t)day / 3) % fleet));
		}
	}
}

static bool
goes(enum act a)
{
	return a != ACT_NOTHING && a != ACT_OFFLINE &&
	    a != ACT_OFFLINE_PART && a != ACT_OFFLINE_ABSENT;
}

static bool
is_his_hour(const struct year *y, const struct order *o)
{
	return o->made && o->open &&
	    hour_of(y, o) == o->slot &&
	    dates_day(y, o->zone, y->now) == o->day;
}

void
plan_arrivals(struct year *y)
{
	for (uint32_t i = 0; i < y->n_live; i++) {
		struct order *o = &y->orders[y->live[i]];
		struct step *s;

		if (o->status != SHIPMENT_OUT_FOR_DELIVERY ||
		    !is_his_hour(y, o) || !goes((enum act)o->act)) {
			continue;
		}
		/* What he was told on the telephone, he tries at once. */
		s = year_step(y, o->act == ACT_TALKED_OUT && o->tries == 0 &&
		    o->code[0] != '\0' ? STEP_TYPE : STEP_ARRIVE, y->live[i]);
		if (s != NULL) {
			s->agent = o->agent;
			if (s->kind == STEP_TYPE) {
				memcpy(s->typed, o->code, CODE_SIZE);
				o->tries = 1;
				y->t.early++;
			}
		}
	}
}

static void
wrong(struct year *y, const struct order *o, char typed[static CODE_SIZE])
{
	(void)snprintf(typed, CODE_SIZE, "%06u", year_pick(y, 1000000));
	if (strcmp(typed, o->truth) == 0) {
		typed[0] = typed[0] == '9' ? '0' : (char)(typed[0] + 1);
	}
}

static void
guess(struct year *y, struct step *s)
{
	(void)snprintf(s->typed, CODE_SIZE, "%06u", year_pick(y, 1000000));
	y->t.guesses++;
}

/* The next thing that is typed; false: nothing (more). */
static bool
next_try(struct year *y, const struct order *o, struct step *s)
{
	switch (o->act) {
	case ACT_TALKED_OUT:
		memcpy(s->typed, o->code, CODE_SIZE);
		return o->tries == 1;
	case ACT_CODE:
	case ACT_PART:
		memcpy(s->typed, o->code, CODE_SIZE);
		s->part = o->act == ACT_PART;
		return o->tries == 0 && (o->code[0] != '\0' ||
		    !o->needs_code);
	case ACT_MISTYPE:
		wrong(y, o, s->typed);
		if (o->tries == 1 || o->failures + 1 == TRIES) {
			memcpy(s->typed, o->code, CODE_SIZE);
		}
		return o->tries < 2 && o->code[0] != '\0';
	case ACT_FIVE_WRONG:
		wrong(y, o, s->typed);
		return true;
	case ACT_DELEGATE:
		memcpy(s->typed, o->his_code, CODE_SIZE);
		return o->tries == 0 && o->his_code[0] != '\0';
	case ACT_GUESS:
		guess(y, s);
		return true;
	case ACT_OLD_CODE:
		memcpy(s->typed, o->old, CODE_SIZE);
		y->t.old_codes += o->old[0] != '\0' && o->tries == 0;
		return o->tries == 0 && o->old[0] != '\0';
	default:
		return o->tries == 0 && (o->act == ACT_STRANGER ||
		    o->act == ACT_FORGED_PASS);
	}
}

/* At the door: one try in each of five rounds. */
void
plan_doors(struct year *y)
{
	for (uint32_t i = 0; i < y->n_live; i++) {
		struct order *o = &y->orders[y->live[i]];
		struct step *s, one = {0};

		if (o->status != SHIPMENT_AT_DOOR || !is_his_hour(y, o) ||
		    !next_try(y, o, &one)) {
			continue;
		}
		s = year_step(y, o->act == ACT_FORGED_PASS ? STEP_PASS
		    : STEP_TYPE, y->live[i]);
		if (s == NULL) {
			continue;
		}
		memcpy(s->typed, one.typed, CODE_SIZE);
		s->part = one.part;
		s->agent = o->agent;
		if (o->act == ACT_STRANGER) {
			s->agent = (uint8_t)((o->agent + ZONES) % AGENTS);
			memcpy(s->typed, o->truth, CODE_SIZE);
			y->t.strangers++;
		}
		y->t.forged += o->act == ACT_FORGED_PASS;
		o->tries++;
	}
}

/* What is not handed over by now is explained. */
void
plan_words(struct year *y)
{
	for (uint32_t i = 0; i < y->n_live; i++) {
		const struct order *o = &y->orders[y->live[i]];
		struct step *s;

		if (o->status != SHIPMENT_AT_DOOR || !is_his_hour(y, o)) {
			continue;
		}
		s = year_step(y, STEP_SAY, y->live[i]);
		if (s == NULL) {
			continue;
		}
		s->agent = o->agent;
		s->outcome = o->act == ACT_REFUSE ? VISIT_REFUSED
		    : o->act == ACT_ADDRESS ? VISIT_ADDRESS
		    : o->act == ACT_UNSAFE ? VISIT_UNSAFE : VISIT_ABSENT;
		y->t.said_absent += o->act == ACT_SAY_ABSENT;
	}
}

/* Coverage is back. */
void
plan_sync(struct year *y)
{
	for (uint32_t i = 0; i < y->n_live; i++) {
		struct order *o = &y->orders[y->live[i]];
		struct step *s;

		if (o->late_left == 0 || o->late_hour > y->hour) {
			continue;
		}
		s = year_step(y, o->late_is_say ? STEP_LATE_SAY
		    : STEP_LATE_PASS, y->live[i]);
		if (s == NULL) {
			continue;
		}
		s->agent = o->late_agent;
		s->outcome = VISIT_ABSENT;
		s->part = o->late_part;
		o->late_left--;
		o->late_hour += 1 + (int32_t)year_pick(y, 30);
		y->t.late++;
	}
}

/* Somebody at the shop looks at what is held. */
void
plan_desk(struct year *y)
{
	for (uint32_t i = 0; i < y->n_live; i++) {
		const struct order *o = &y->orders[y->live[i]];
		uint32_t what;

		if (o->status != SHIPMENT_HELD ||
		    hour_of(y, o) != AT_DESK) {
			continue;
		}
		what = year_pick(y, 10);
		(void)!year_step(y, what < 3 ? STEP_ASK : what < 8
		    ? STEP_RELEASE : STEP_RETURN, y->live[i]);
	}
}

/* And somebody else at what he has asked for. */
void
plan_second_desk(struct year *y)
{
	static const struct id none;

	for (uint32_t i = 0; i < y->n_live; i++) {
		const struct order *o = &y->orders[y->live[i]];

		if (o->status == SHIPMENT_HELD &&
		    !id_equal(&o->override, &none)) {
			(void)!year_step(y, STEP_APPROVE, y->live[i]);
		}
	}
}
