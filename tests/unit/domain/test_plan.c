/*
 * Plans are read and written, and the road goes only forward: the whole matrix
 * of states and events, with every set of steps that can be taken.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "domain/plan.h"

static void
reads(const char *text, const char *again)
{
	struct plan p, q;
	char room[PLAN_TEXT_MAX + 1];
	struct buf out, reason;

	buf_init(&reason, 256);
	buf_fixed(&out, room, sizeof(room));
	assert_true(plan_parse(str_of(text), &p, &reason));
	plan_print(&p, &out);
	assert_string_equal(again, buf_c(&out));
	assert_true(plan_parse(str_of(again), &q, &reason));
	assert_int_equal(p.n, q.n);
	buf_done(&reason);
}

static void
refused(const char *text, const char *why)
{
	struct plan p = {.n = 4};
	struct buf reason;

	buf_init(&reason, 256);
	assert_false(plan_parse(str_of(text), &p, &reason));
	assert_string_equal(why, buf_c(&reason));
	assert_int_equal(4, p.n);
	buf_done(&reason);
}

static void
test_text(void **state)
{
	(void)state;
	reads("", "");
	reads("  ", "");
	reads("email", "email");
	reads("sms:kannel 20s > sms:twilio 30s > voice 60s > email",
	    "sms:kannel 20s > sms:twilio 30s > voice 60s > email");
	reads(" sms>voice  5s>email 3600s ",
	    "sms 30s > voice 5s > email");
	reads("sms > sms:a > sms:b > voice > voice:c > email",
	    "sms 30s > sms:a 30s > sms:b 30s > voice 30s > voice:c 30s > "
	    "email");
	refused("pigeon", "step 1 must begin with email, sms or voice");
	refused("totp", "step 1 must begin with email, sms or voice");
	refused("sms > > email", "step 2 is empty");
	refused("sms >", "step 2 is empty");
	refused("sms:", "step 1 must name a provider as [a-z0-9_-]{1,32}");
	refused("sms:A", "step 1 must name a provider as [a-z0-9_-]{1,32}");
	refused("email:x",
	    "step 1 must not name a provider: there is one mail server");
	refused("sms 4s",
	    "step 1 must end in a time from 5s to 3600s, or in none");
	refused("sms 3601s",
	    "step 1 must end in a time from 5s to 3600s, or in none");
	refused("sms 20",
	    "step 1 must end in a time from 5s to 3600s, or in none");
	refused("sms 20s 20s",
	    "step 1 must end in a time from 5s to 3600s, or in none");
	refused("sms 20s > voice > sms 30s", "step 3 stands there twice");
	refused("sms > sms:a > sms:b > sms:c > sms:d > sms:e > sms:f",
	    "step 7 is one too many");
}

/* The longest plan that can be said fits into what it is written to. */
static void
test_longest(void **state)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyz012345";
	struct plan p = {.n = PLAN_STEPS_MAX};
	char room[PLAN_TEXT_MAX + 1];
	struct buf out;

	(void)state;
	for (unsigned i = 0; i < p.n; i++) {
		p.step[i] = (struct plan_step){.channel = CHANNEL_VOICE,
		    .patience = PLAN_PATIENCE_MAX};
		memcpy(p.step[i].provider, name, sizeof(name));
	}
	buf_fixed(&out, room, sizeof(room));
	plan_print(&p, &out);
	assert_int_equal(ERR_NONE, buf_err(&out));
}

/* What the drawing above enum road_state says. */
static enum road_state
drawn(enum road_event event)
{
	return event == ROAD_RECEIPT ? ROAD_ARRIVED
	    : event == ROAD_CODE_DIED ? ROAD_DEAD : ROAD_ENDED;
}

static void
one_step(unsigned step, enum road_event event, unsigned n, uint32_t usable)
{
	struct road r = {.state = ROAD_UNDER_WAY, .step = step};
	bool moves = event == ROAD_REFUSED || event == ROAD_NO_RECEIPT ||
	    event == ROAD_CIRCUIT_OPEN;
	unsigned next = step + 1;

	while (next < n && (usable & 1U << next) == 0) {
		next++;
	}
	moves = moves && next < n;
	assert_int_equal(moves, road_step(&r, event, n, usable));
	if (moves) {
		assert_int_equal(next, r.step);
		assert_int_equal(ROAD_UNDER_WAY, r.state);
	} else {
		assert_int_equal(step, r.step);
		assert_int_equal(drawn(event), r.state);
	}
}

static void
test_matrix(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= PLAN_STEPS_MAX; n++) {
		for (unsigned step = 0; step < n; step++) {
			for (int e = 0; e < ROAD_EVENT_COUNT; e++) {
				for (uint32_t u = 0; u < 1U << n; u++) {
					one_step(step, (enum road_event)e, n,
					    u);
				}
			}
		}
	}
}

/* No event leaves a final state: nothing is sent after the code has died. */
static void
test_final(void **state)
{
	(void)state;
	for (int s = ROAD_ARRIVED; s < ROAD_STATE_COUNT; s++) {
		for (int e = 0; e < ROAD_EVENT_COUNT; e++) {
			struct road r = {.state = (enum road_state)s};

			assert_false(road_step(&r, (enum road_event)e, 3, 7));
			assert_int_equal(s, r.state);
			assert_int_equal(0, r.step);
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_final),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
