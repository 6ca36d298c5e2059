/*
 * The door: who opens it, with what, when, and what wrong tries cost
 * (R9, R27 to R29, R33 to R40, S12, S13).
 */
#include "doors.h"

#include "flow/calendars.h"
#include "flow/case.h"
#include "flow/keep.h"
#include "flow/shipment_view.h"

enum { TRIES = 5 };

static void
test_right_code(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){0});
	char code[CODE_SIZE];
	struct handover h;

	doors_code(d, s, code);
	h = doors_give(d, s, 0, (struct handover){.code = str_of(code)});
	assert_int_equal(DOOR_DONE, h.verdict);
	assert_true(h.receipt.n > 0);
	assert_int_equal(SHIPMENT_DELIVERED, doors_row(d, s).state.status);
	assert_int_equal(PROOF_CODE, doors_visit(d, s).proof);
	assert_int_equal(CHALLENGE_APPROVED, world_row(d->w,
	    h.visit.challenge).state.status);
	/* Once (R12). */
	assert_int_equal(DOOR_NOT_NOW, doors_type(d, s, 0, code));
	assert_int_equal(1, doors_handed_over(d));
}

/* S12, S13: spent before it is compared; the fifth holds it. */
static void
test_five_wrong(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){0});
	char code[CODE_SIZE];

	doors_code(d, s, code);
	for (int i = 1; i < TRIES; i++) {
		struct challenge_row row;

		assert_int_equal(DOOR_WRONG, doors_miss(d, s, 0));
		row = world_row(d->w, doors_visit(d, s).challenge);
		assert_int_equal(TRIES - i, row.state.attempts_left);
		assert_int_equal(i, doors_row(d, s).state.failures);
		if (i == 2) {
			world_restart(d->w);
		}
	}
	assert_int_equal(DOOR_LOCKED, doors_miss(d, s, 0));
	assert_int_equal(SHIPMENT_HELD, doors_row(d, s).state.status);
	assert_int_equal(VISIT_LOCKED, doors_visit(d, s).outcome);
	assert_int_equal(DOOR_LOCKED, doors_type(d, s, 0, code));
	assert_int_equal(1, doors_alerts(d, "locked"));
	assert_int_equal(0, doors_handed_over(d));
}

/* S13: a new day and another agent give no try back. */
static void
test_failures_stay(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){0});
	struct challenge_row row;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(DOOR_WRONG, doors_miss(d, s, 0));
	}
	assert_int_equal(DOOR_DONE, doors_say(d, s, 0, VISIT_ABSENT));
	doors_tomorrow(d, s);
	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 1));
	row = world_row(d->w, doors_visit(d, s).challenge);
	assert_int_equal(TRIES - 3, row.state.attempts_left);
	assert_int_equal(DOOR_DONE, doors_arrive(d, s, 1));
	assert_int_equal(DOOR_WRONG, doors_miss(d, s, 1));
	assert_int_equal(DOOR_LOCKED, doors_miss(d, s, 1));
}

/* A try that is no code costs none. */
static void
test_not_a_code(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){0});

	assert_int_equal(DOOR_NOT_A_CODE, doors_type(d, s, 0, "12 34"));
	assert_int_equal(DOOR_NO_CODE, doors_type(d, s, 0, ""));
	assert_int_equal(0, doors_row(d, s).state.failures);
	assert_int_equal(TRIES, world_row(d->w, doors_visit(d, s).challenge)
	    .state.attempts_left);
}

/* Who has the code before he is at the door? */
static void
test_before_arrival(void **state)
{
	struct doors *d = *state;
	struct id s = doors_ship(d, (struct parcel_ask){0});
	char code[CODE_SIZE];

	assert_int_equal(DOOR_NOT_YOURS, doors_type(d, s, 0, "123456"));
	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 0));
	doors_code(d, s, code);
	assert_int_equal(DOOR_NOT_NOW, doors_type(d, s, 0, code));
	assert_int_equal(1, doors_alerts(d, "not_now"));
	assert_int_equal(SHIPMENT_OUT_FOR_DELIVERY,
	    doors_row(d, s).state.status);
	assert_int_equal(DOOR_DONE, doors_arrive(d, s, 0));
	assert_int_equal(DOOR_DONE, doors_type(d, s, 0, code));
}

/*
 * R29, R87: another agent's stop, with the right code in his hands.  A code is
 * one more layer: route, device and day are asked for as well.
 */
static void
test_other_agent(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){0});
	char code[CODE_SIZE];

	doors_code(d, s, code);
	assert_int_equal(DOOR_NOT_YOURS, doors_type(d, s, 1, code));
	assert_int_equal(DOOR_NOT_YOURS, doors_arrive(d, s, 1));
	assert_int_equal(DOOR_NOT_YOURS, doors_say(d, s, 1, VISIT_ABSENT));
	assert_int_equal(3, doors_alerts(d, "not_yours"));
	assert_int_equal(SHIPMENT_AT_DOOR, doors_row(d, s).state.status);
}

/* R29: whoever was paired and is revoked is nobody, at once. */
static void
test_revoked(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){0});
	struct agent_end end = {.flow = &d->w->flow, .tenant = &d->w->tenant,
	    .agent = d->agents[0], .one_device = true,
	    .device = d->devices[0]};
	char code[CODE_SIZE];

	doors_code(d, s, code);
	world_do(d->w, agent_end_run, &end);
	assert_true(end.found);
	assert_int_equal(DOOR_UNPAIRED, doors_type(d, s, 0, code));
}

/* An agent who guesses is stopped over all his stops, for a day. */
static void
test_guessing_agent(void **state)
{
	struct doors *d = *state;
	int64_t most = d->w->tenant.policy.agent_failures.n;
	char code[CODE_SIZE];
	struct id s;

	for (int64_t tries = 0; tries < most;) {
		s = doors_at_door(d, (struct parcel_ask){0});
		for (int i = 0; i < TRIES && tries < most; i++, tries++) {
			(void)doors_miss(d, s, 0);
		}
	}
	assert_int_equal(1, doors_alerts(d, "guessing"));
	s = doors_at_door(d, (struct parcel_ask){0});
	doors_code(d, s, code);
	assert_int_equal(DOOR_LOCKED, doors_type(d, s, 0, code));
	assert_int_equal(0, doors_row(d, s).state.failures);
	world_advance(d->w, HOURS(24));
	doors_keep(d);
	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 0));
	assert_int_equal(DOOR_DONE, doors_arrive(d, s, 0));
	doors_code(d, s, code);
	assert_int_equal(DOOR_DONE, doors_type(d, s, 0, code));
}

/* Two of three parcels; the rest comes with a code of its own. */
static void
test_partial(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){.parcels = 3});
	struct parcel_row parcels[PARCELS_MAX];
	char code[CODE_SIZE], again[CODE_SIZE];
	struct id first = doors_visit(d, s).id;

	doors_code(d, s, code);
	assert_int_equal(DOOR_PARCELS, doors_give(d, s, 0, (struct handover){
	    .code = str_of(code), .tracking = {STR("P9")}, .n = 1}).verdict);
	assert_int_equal(DOOR_PARTIAL, doors_give(d, s, 0, (struct handover){
	    .code = str_of(code), .tracking = {STR("P0"), STR("P2")},
	    .n = 2}).verdict);
	assert_int_equal(3, doors_parcels(d, s, parcels));
	assert_int_equal(PARCEL_DELIVERED, parcels[0].state);
	assert_int_equal(PARCEL_EXPECTED, parcels[1].state);
	assert_int_equal(PARCEL_DELIVERED, parcels[2].state);
	assert_true(id_equal(&first, &parcels[2].visit));
	assert_int_equal(SHIPMENT_ATTEMPTED, doors_row(d, s).state.status);
	doors_tomorrow(d, s);
	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 0));
	assert_int_equal(DOOR_DONE, doors_arrive(d, s, 0));
	doors_code(d, s, again);
	assert_string_not_equal(code, again);
	assert_int_equal(DOOR_WRONG, doors_type(d, s, 0, code));
	assert_int_equal(DOOR_DONE, doors_type(d, s, 0, again));
}

static void
test_refused(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){.parcels = 2});
	struct id t = doors_at_door(d, (struct parcel_ask){.parcels = 2});
	struct parcel_row parcels[PARCELS_MAX];
	char code[CODE_SIZE];

	doors_code(d, s, code);
	assert_int_equal(DOOR_DONE, doors_say(d, s, 0, VISIT_REFUSED));
	assert_int_equal(SHIPMENT_RETURNING, doors_row(d, s).state.status);
	assert_int_equal(DOOR_NOT_NOW, doors_type(d, s, 0, code));
	/* One is left, the other taken: that is all of it. */
	doors_code(d, t, code);
	assert_int_equal(DOOR_DONE, doors_give(d, t, 0, (struct handover){
	    .code = str_of(code), .refused = {STR("P1")},
	    .n_refused = 1}).verdict);
	assert_int_equal(2, doors_parcels(d, t, parcels));
	assert_int_equal(PARCEL_DELIVERED, parcels[0].state);
	assert_int_equal(PARCEL_REFUSED, parcels[1].state);
}

static enum override_verdict
approve(struct doors *d, const struct override_ask *asked, struct id by)
{
	struct override_approve a = {.flow = &d->w->flow,
	    .tenant = &d->w->tenant, .arena = d->w->arena,
	    .shipment = asked->shipment, .override = asked->row.id,
	    .by = &by};

	world_do(d->w, override_approve_run, &a);
	return a.verdict;
}

/* It takes two, and the customer is told. */
static void
test_override(void **state)
{
	struct doors *d = *state;
	struct override_ask ask = {.flow = &d->w->flow,
	    .tenant = &d->w->tenant, .arena = d->w->arena,
	    .shipment = doors_ship(d, (struct parcel_ask){0}),
	    .by = &(struct id){{1}}, .reason = STR("He showed his passport.")};
	char code[CODE_SIZE];

	world_do(d->w, override_ask_run, &ask);
	assert_int_equal(OVERRIDE_NOT_NOW, ask.verdict);
	ask.shipment = doors_at_door(d, (struct parcel_ask){0});
	doors_code(d, ask.shipment, code);
	world_do(d->w, override_ask_run, &ask);
	assert_int_equal(OVERRIDE_DONE, ask.verdict);
	assert_int_equal(OVERRIDE_SAME_PERSON, approve(d, &ask,
	    (struct id){{1}}));
	assert_int_equal(SHIPMENT_AT_DOOR,
	    doors_row(d, ask.shipment).state.status);
	assert_int_equal(OVERRIDE_DONE, approve(d, &ask, (struct id){{2}}));
	assert_int_equal(OVERRIDE_NOT_NOW, approve(d, &ask,
	    (struct id){{2}}));
	assert_int_equal(SHIPMENT_DELIVERED,
	    doors_row(d, ask.shipment).state.status);
	assert_int_equal(PROOF_OVERRIDE,
	    doors_visit(d, ask.shipment).proof);
	assert_int_equal(DOOR_NOT_NOW, doors_type(d, ask.shipment, 0, code));
}

static struct delegate_row
name_delegate(struct doors *d, struct id shipment)
{
	struct delegate_name n = {.flow = &d->w->flow,
	    .tenant = &d->w->tenant, .arena = d->w->arena,
	    .shipment = shipment, .name = STR("Cy"), .locale = STR("en")};

	assert_true(recipient_parse(CHANNEL_EMAIL, STR("cy@example.com"),
	    &n.recipient));
	OK(delegate_name_prepare(&n));
	world_do(d->w, delegate_name_run, &n);
	assert_int_equal(DELEGATE_DONE, n.verdict);
	return n.row;
}

/* R36: a code of his own; when he is let go of, it is a wrong one. */
static void
test_delegate(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){0});
	struct id t = doors_at_door(d, (struct parcel_ask){0});
	struct delegate_row cy = name_delegate(d, s), of_t;
	struct delegate_revoke r = {.flow = &d->w->flow,
	    .tenant = &d->w->tenant, .arena = d->w->arena, .shipment = t};
	char own[CODE_SIZE], his[CODE_SIZE];

	doors_code(d, s, own);
	world_code(d->w, cy.challenge, his);
	assert_string_not_equal(own, his);
	assert_int_equal(DOOR_DONE, doors_type(d, s, 0, his));
	assert_int_equal(PROOF_DELEGATE, doors_visit(d, s).proof);
	of_t = name_delegate(d, t);
	world_code(d->w, of_t.challenge, his);
	r.delegate = of_t.id;
	world_do(d->w, delegate_revoke_run, &r);
	assert_int_equal(DELEGATE_DONE, r.verdict);
	assert_int_equal(DOOR_WRONG, doors_type(d, t, 0, his));
	assert_int_equal(1, doors_row(d, t).state.failures);
}

/* Good Friday 2027, the weekend, and Easter Monday; as gb.ics has them. */
static void
put_easter(struct doors *d)
{
	static struct holiday days[2] = {
		{{0}, STR_INIT("Good Friday")},
		{{0}, STR_INIT("Easter Monday")},
	};
	struct calendars *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	assert_true(day_of(2027, 3, 26, &days[0].day));
	assert_true(day_of(2027, 3, 29, &days[1].day));
	c->flow = &d->w->flow;
	c->tenant = &d->w->tenant;
	c->arena = d->w->arena;
	c->n = 1;
	c->regions[0] = (struct calendar_region){
		.row = {.region = STR("gb"), .weekdays = 0x3e,
		    .file = STR("gb.ics")},
		.holidays = days, .n = 2,
	};
	OK(calendars_prepare(c));
	world_do(d->w, calendars_put_run, c);
	free(c);
}

/* R33, R34, R40: over bank holidays and a weekend, and the old code is dead. */
static void
test_absent(void **state)
{
	struct doors *d = *state;
	char old[CODE_SIZE], code[CODE_SIZE], day[DAY_TEXT];
	struct shipment_row row;
	struct id s, first;

	put_easter(d);
	/* Thursday 25 March 2027, 10:00 in London. */
	world_advance(d->w, (duration_ms){INT64_C(1805968800000) -
	    world_now(d->w).v});
	s = doors_at_door(d, (struct parcel_ask){.zone = "Europe/London",
	    .region = "gb"});
	doors_code(d, s, old);
	first = doors_visit(d, s).challenge;
	assert_int_equal(DOOR_DONE, doors_say(d, s, 0, VISIT_ABSENT));
	row = doors_row(d, s);
	assert_int_equal(SHIPMENT_ATTEMPTED, row.state.status);
	day_text(row.next_on, day);
	assert_string_equal("2027-03-30", day);
	assert_non_null(memmem(row.why.p, row.why.n, "Good Friday", 11));
	assert_int_equal(CHALLENGE_SUPERSEDED, world_row(d->w, first)
	    .state.status);
	doors_tomorrow(d, s);
	assert_int_equal(SHIPMENT_SCHEDULED, doors_row(d, s).state.status);
	/* Tuesday; summer time has begun. */
	world_advance(d->w, HOURS(24 * 4 + 8));
	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 0));
	day_text(doors_visit(d, s).day, day);
	assert_string_equal("2027-03-30", day);
	assert_int_equal(DOOR_DONE, doors_arrive(d, s, 0));
	doors_code(d, s, code);
	assert_string_not_equal(old, code);
	assert_int_equal(DOOR_WRONG, doors_type(d, s, 0, old));
	assert_int_equal(DOOR_DONE, doors_type(d, s, 0, code));
}

/* Three visits that fail, and it goes back (R33). */
static void
test_three_visits(void **state)
{
	struct doors *d = *state;
	struct id s = doors_ship(d, (struct parcel_ask){0});

	for (int i = 0; i < 3; i++) {
		assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 0));
		if (i != 1) {
			assert_int_equal(DOOR_DONE, doors_arrive(d, s, 0));
			assert_int_equal(DOOR_DONE, doors_say(d, s, 0,
			    VISIT_ABSENT));
		}
		doors_tomorrow(d, s);
	}
	assert_int_equal(SHIPMENT_RETURNING, doors_row(d, s).state.status);
	assert_int_equal(DISPATCH_NOT_NOW, doors_dispatch(d, s, 0));
}

/* R14: to the first moment of the next date there, and no longer. */
static void
test_day_ends(void **state)
{
	static const char *const zones[] = {"Europe/Berlin", "Africa/Cairo",
	    "Australia/Lord_Howe", "Pacific/Apia", "America/Santiago"};
	struct doors *d = *state;

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		struct id s = doors_at_door(d, (struct parcel_ask){
		    .zone = zones[i]});
		struct id t = doors_at_door(d, (struct parcel_ask){
		    .zone = zones[i]});
		struct visit_row v = doors_visit(d, s);
		char of_s[CODE_SIZE], of_t[CODE_SIZE];

		doors_code(d, s, of_s);
		doors_code(d, t, of_t);
		world_advance(d->w, (duration_ms){v.valid_until.v - 1 -
		    world_now(d->w).v});
		assert_int_equal(DOOR_DONE, doors_type(d, s, 0, of_s));
		world_advance(d->w, (duration_ms){1});
		assert_int_equal(DOOR_EXPIRED, doors_type(d, t, 0, of_t));
		assert_int_equal(DOOR_EXPIRED, doors_type(d, t, 0, "000000"));
		assert_int_equal(0, doors_row(d, t).state.failures);
		doors_keep(d);
		assert_int_equal(VISIT_DAY_ENDED, doors_visit(d, t).outcome);
		assert_int_equal(SHIPMENT_SCHEDULED,
		    doors_row(d, t).state.status);
	}
}

/* Nothing is asked for what needs no code (R2). */
static void
test_not_needed(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){.amount = 1});

	assert_int_equal(DOOR_DONE, doors_type(d, s, 0, ""));
	assert_int_equal(PROOF_NOT_NEEDED, doors_visit(d, s).proof);
}

/* Moved to another agent: the first one's code is dead with his visit. */
static void
test_moved(void **state)
{
	struct doors *d = *state;
	struct id s = doors_ship(d, (struct parcel_ask){0});
	char old[CODE_SIZE], code[CODE_SIZE];

	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 0));
	doors_code(d, s, old);
	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 1));
	doors_code(d, s, code);
	assert_string_not_equal(old, code);
	assert_int_equal(DOOR_NOT_YOURS, doors_arrive(d, s, 0));
	assert_int_equal(DOOR_DONE, doors_arrive(d, s, 1));
	assert_int_equal(DOOR_WRONG, doors_type(d, s, 1, old));
	assert_int_equal(DOOR_DONE, doors_type(d, s, 1, code));
	assert_int_equal(DISPATCH_NOT_NOW, doors_order(d, s, ORDER_CANCEL));
}

/* Bug: of two visits of one millisecond the track page showed either. */
static void
test_visits_ascend(void **state)
{
	struct doors *d = *state;
	struct id s = doors_ship(d, (struct parcel_ask){0});

	for (unsigned i = 0; i < 6; i++) {
		struct visit_row rows[16];
		struct shipment_row row;

		if (i == 4) {
			world_advance(d->w, SECONDS(-30));
		}
		assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, i % 2));
		assert_int_equal(i + 1, doors_visits(d, s, rows));
		row = doors_row(d, s);
		assert_true(id_equal(&row.visit, &rows[0].id));
		assert_int_equal(VISIT_OPEN, rows[0].outcome);
	}
}

static struct str
words_of(struct doors *d, struct id one)
{
	struct case_page page = {.flow = &d->w->flow, .arena = d->w->arena,
	    .tenant = d->w->tenant.id, .one = true, .id = one};

	world_read(d->w, case_page_run, &page);
	assert_int_equal(1, page.n);
	return page.words[0];
}

/* S127: the words of a case go half a year after it was closed. */
static void
test_words_forgotten(void **state)
{
	struct doors *d = *state;
	struct world *w = d->w;
	struct case_new made = {.flow = &w->flow, .arena = w->arena,
	    .about = {.tenant = w->tenant.id, .kind = STR("spoof"),
	    .words = STR("He called me by my name.")}};
	struct case_change close = {.flow = &w->flow, .arena = w->arena,
	    .tenant = w->tenant.id, .status = CASE_CLOSED};
	struct keep k = {.flow = &w->flow, .arena = w->arena};

	world_do(w, case_new_run, &made);
	close.id = made.row.id;
	k.now = unix_ms_add(world_now(w), HOURS(24 * 365));
	world_do(w, keep_forget_run, &k);
	assert_true(str_equal(made.about.words, words_of(d, close.id)));
	world_do(w, case_change_run, &close);
	k.now = unix_ms_add(world_now(w), RETENTION_DELIVERY);
	world_do(w, keep_forget_run, &k);
	assert_true(str_equal(made.about.words, words_of(d, close.id)));
	k.now = unix_ms_add(k.now, (duration_ms){1});
	world_do(w, keep_forget_run, &k);
	assert_int_equal(0, words_of(d, close.id).n);
	assert_true(k.done > 0);
	world_do(w, keep_forget_run, &k);
	assert_int_equal(0, k.done);
}

/* S127: after half a year nobody can say to whom, where, or why without code. */
static void
test_forgotten(void **state)
{
	struct doors *d = *state;
	struct override_ask ask = {.flow = &d->w->flow,
	    .tenant = &d->w->tenant, .arena = d->w->arena,
	    .shipment = doors_at_door(d, (struct parcel_ask){0}),
	    .by = &(struct id){{1}}, .reason = STR("He showed his passport.")};
	struct keep k = {.flow = &d->w->flow, .arena = d->w->arena};
	struct shipment_show show = {.flow = &d->w->flow,
	    .tenant = &d->w->tenant, .arena = d->w->arena,
	    .id = ask.shipment};
	char code[CODE_SIZE];

	world_do(d->w, override_ask_run, &ask);
	doors_code(d, ask.shipment, code);
	assert_int_equal(DOOR_DONE, doors_give(d, ask.shipment, 0,
	    (struct handover){.code = str_of(code), .place = {.given = true,
	    .lat_e5 = 5250000, .lon_e5 = 1340000}}).verdict);
	world_do(d->w, keep_forget_run, &k);
	assert_true(doors_visit(d, ask.shipment).signals.n > 0);
	world_advance(d->w, RETENTION_DELIVERY);
	world_advance(d->w, HOURS(1));
	k.now = world_now(d->w);
	world_do(d->w, keep_forget_run, &k);
	assert_int_equal(0, doors_row(d, ask.shipment).recipient.n);
	assert_int_equal(0, doors_visit(d, ask.shipment).signals.n);
	world_read(d->w, shipment_show_run, &show);
	assert_true(show.found);
	assert_int_equal(0, show.view->name.n);
	assert_int_equal(1, show.view->n_overrides);
	assert_int_equal(0, show.view->override_reasons[0].n);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		DOORS_TEST(test_right_code),
		DOORS_TEST(test_five_wrong),
		DOORS_TEST(test_failures_stay),
		DOORS_TEST(test_not_a_code),
		DOORS_TEST(test_before_arrival),
		DOORS_TEST(test_other_agent),
		DOORS_TEST(test_revoked),
		DOORS_TEST(test_guessing_agent),
		DOORS_TEST(test_partial),
		DOORS_TEST(test_refused),
		DOORS_TEST(test_override),
		DOORS_TEST(test_delegate),
		DOORS_TEST(test_absent),
		DOORS_TEST(test_three_visits),
		DOORS_TEST(test_day_ends),
		DOORS_TEST(test_not_needed),
		DOORS_TEST(test_moved),
		DOORS_TEST(test_visits_ascend),
		DOORS_TEST(test_forgotten),
		DOORS_TEST(test_words_forgotten),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, doors_open, doors_close);
}
