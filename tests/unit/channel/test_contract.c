/*
 * What channel/channel.h promises, held against every carrier: e-mail over
 * the scripted SMTP server, text messages over the scripted HTTP server, and
 * the sandbox.
 */
#include "channel/channel.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "channel/email.h"
#include "channel/gateway.h"
#include "channel/sandbox.h"
#include "fixture.h"
#include "scripted_smtp.h"

/* What the peer does with a message. */
enum mood { MOOD_TAKES, MOOD_REFUSES, MOOD_BUSY, MOOD_HANGS };

struct made {
	struct carrier (*make)(enum mood mood);
	bool sms;			/* instead of e-mail */
	struct fixture fixture;
	struct carrier carrier;
	unix_ms now;
	duration_ms step;		/* of the time that is given */
	unsigned times;
	enum sent_result result;
	char reason[64];
	unsigned submits_left;		/* from within the completion */
};

static struct scripted_smtp server, gateway;
static struct provider provider;

static struct carrier
make_email(enum mood mood)
{
	static const char *const scenarios[] = {
		[MOOD_TAKES] = "ok", [MOOD_REFUSES] = "rcpt-550",
		[MOOD_BUSY] = "rcpt-450", [MOOD_HANGS] = "mail-hang",
	};
	struct email_carrier_options o = {
		.peer = smtp_peer_default(), .limits = {4, 4, 4},
		.clock = clock_system(),
	};
	struct carrier c;

	o.peer.host = "127.0.0.1";
	o.peer.port = scripted_smtp_port(&server, scenarios[mood]);
	o.peer.helo = "shop.example";
	o.peer.tls = SMTP_TLS_NONE;
	if (mood == MOOD_HANGS) {
		o.peer.whole = (duration_ms){150};
	}
	assert_int_equal(email_carrier_new(&o, &c), ERR_NONE);
	return c;
}

static struct carrier
make_gateway(enum mood mood)
{
	static const char *const scenarios[] = {
		[MOOD_TAKES] = "ok", [MOOD_REFUSES] = "status-404",
		[MOOD_BUSY] = "status-429", [MOOD_HANGS] = "hang",
	};
	struct gateway_options o = {
		.provider = &provider, .peer = http_out_peer_default(),
		.limits = {4, 4, 4}, .clock = clock_system(),
	};
	struct carrier c;
	struct buf url;

	buf_init(&url, 100);
	buf_printf(&url, "http://127.0.0.1:%u/",
	    (unsigned)scripted_smtp_port(&gateway, scenarios[mood]));
	assert_true(provider_init(&provider, STR("test")));
	assert_true(provider_set(&provider, STR("url"), buf_view(&url), &url));
	assert_true(provider_set(&provider, STR("field.to"), STR("{to}"),
	    &url));
	assert_true(provider_set(&provider, STR("field.text"), STR("{text}"),
	    &url));
	buf_done(&url);
	if (mood == MOOD_HANGS) {
		o.peer.whole = (duration_ms){150};
	}
	assert_int_equal(gateway_new(&o, &c), ERR_NONE);
	return c;
}

static struct carrier
make_sandbox(enum mood mood)
{
	static const enum fault faults[] = {
		[MOOD_TAKES] = FAULT_NONE, [MOOD_REFUSES] = FAULT_FAIL,
		[MOOD_BUSY] = FAULT_BUSY, [MOOD_HANGS] = FAULT_HANG,
	};
	struct sandbox *s;

	assert_int_equal(sandbox_new(&s), ERR_NONE);
	sandbox_fault(s, CHANNEL_EMAIL, faults[mood], 100);
	return sandbox_carrier(s);
}

static void
start(struct made *made, enum mood mood)
{
	made->carrier = made->make(mood);
	made->now = FIXTURE_NOW;
	made->step = mood == MOOD_HANGS ? SECONDS(30) : (duration_ms){1};
	made->times = 0;
	made->submits_left = 0;
	if (made->sms) {
		fixture_sms(&made->fixture, 1);
	} else {
		fixture_init(&made->fixture, 1);
	}
}

static void
done(void *arg, const struct sent *sent)
{
	struct made *made = arg;

	made->times++;
	made->result = sent->result;
	assert_non_null(sent->detail);
	assert_true(str_copy(str_of(sent->reason), made->reason,
	    sizeof(made->reason)));
	if (made->submits_left > 0) {
		made->submits_left--;
		assert_int_equal(carrier_submit(made->carrier,
		    &made->fixture.m, made->now, done, made), ERR_NONE);
	}
}

static enum err
submit(struct made *made)
{
	return carrier_submit(made->carrier, &made->fixture.m, made->now,
	    done, made);
}

/* Runs until nothing is under way; the sandbox's time moves with it. */
static void
run(struct made *made)
{
	while (carrier_pending(made->carrier) > 0) {
		assert_int_equal(carrier_run(made->carrier, made->now,
		    (duration_ms){1000}), ERR_NONE);
		made->now = unix_ms_add(made->now, made->step);
	}
}

static void
stop(struct made *made)
{
	carrier_free(made->carrier);
	fixture_done(&made->fixture);
}

static void
one(struct made *made, enum mood mood, enum sent_result result,
    const char *reason)
{
	start(made, mood);
	assert_int_equal(submit(made), ERR_NONE);
	assert_int_equal(made->times, 0);	/* not from within */
	assert_int_equal(carrier_pending(made->carrier), 1);
	run(made);
	assert_int_equal(made->times, 1);
	assert_int_equal(made->result, result);
	if (reason != NULL) {
		assert_string_equal(made->reason, reason);
	}
	stop(made);
	assert_int_equal(made->times, 1);
}

static void
test_results(void **state)
{
	one(*state, MOOD_TAKES, SENT_ACCEPTED, "accepted");
	one(*state, MOOD_REFUSES, SENT_PERMANENT, NULL);
	one(*state, MOOD_BUSY, SENT_TEMPORARY, NULL);
	one(*state, MOOD_HANGS, SENT_TEMPORARY, "timeout");
}

static void
test_many_each_once(void **state)
{
	struct made *made = *state;

	start(made, MOOD_TAKES);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(submit(made), ERR_NONE);
	}
	run(made);
	assert_int_equal(made->times, 5);
	stop(made);
}

static void
test_completion_may_submit(void **state)
{
	struct made *made = *state;

	start(made, MOOD_TAKES);
	made->submits_left = 3;
	assert_int_equal(submit(made), ERR_NONE);
	run(made);
	assert_int_equal(made->times, 4);
	stop(made);
}

/* S96: never past the code's life. */
static void
test_dead_code_is_not_sent(void **state)
{
	struct made *made = *state;

	start(made, MOOD_TAKES);
	made->now = made->fixture.m.expires_at;
	assert_int_equal(submit(made), ERR_TIMEOUT);
	assert_int_equal(carrier_pending(made->carrier), 0);
	stop(made);
	assert_int_equal(made->times, 0);
}

static void
test_refuses_what_it_cannot_carry(void **state)
{
	struct made *made = *state;

	start(made, MOOD_TAKES);
	made->fixture.m.to_email = NULL;
	made->fixture.m.to_phone = NULL;
	assert_int_equal(submit(made), ERR_RANGE);
	made->fixture.m.to_email = &made->fixture.to;
	made->fixture.m.to_phone = &made->fixture.phone;
	made->fixture.m.channel = CHANNEL_TOTP;
	assert_int_equal(submit(made), ERR_RANGE);
	stop(made);
	assert_int_equal(made->times, 0);
}

static void
test_bounded(void **state)
{
	struct made *made = *state;
	enum err err = ERR_NONE;
	unsigned taken = 0;

	start(made, MOOD_HANGS);
	while (taken < 100000) {
		err = submit(made);
		if (err != ERR_NONE) {
			break;
		}
		taken++;
	}
	assert_int_equal(err, ERR_BUSY);
	/* What is under way when it ends has one end too. */
	stop(made);
	assert_int_equal(made->times, taken);
	assert_int_equal(made->result, SENT_TEMPORARY);
	assert_string_equal(made->reason, "stopped");
}

static void *
wake(void *arg)
{
	struct made *made = arg;

	carrier_wakeup(made->carrier);
	return NULL;
}

static void
test_wakeup(void **state)
{
	struct made *made = *state;
	pthread_t thread;

	start(made, MOOD_TAKES);
	assert_int_equal(pthread_create(&thread, NULL, wake, made), 0);
	/* Without it the suite's limit of time would end this. */
	assert_int_equal(carrier_run(made->carrier, made->now, SECONDS(60)),
	    ERR_NONE);
	assert_int_equal(pthread_join(thread, NULL), 0);
	stop(made);
}

static int
start_server(void **state)
{
	(void)state;
	scripted_smtp_start(&server);
	scripted_http_start(&gateway);
	return 0;
}

static int
stop_server(void **state)
{
	(void)state;
	scripted_smtp_stop(&server);
	scripted_smtp_stop(&gateway);
	return 0;
}

#define SUITE(carrier) \
	cmocka_unit_test_prestate(test_results, carrier), \
	cmocka_unit_test_prestate(test_many_each_once, carrier), \
	cmocka_unit_test_prestate(test_completion_may_submit, carrier), \
	cmocka_unit_test_prestate(test_dead_code_is_not_sent, carrier), \
	cmocka_unit_test_prestate(test_refuses_what_it_cannot_carry, \
	    carrier), \
	cmocka_unit_test_prestate(test_bounded, carrier), \
	cmocka_unit_test_prestate(test_wakeup, carrier)

int
main(void)
{
	static struct made email = {.make = make_email};
	static struct made sms = {.make = make_gateway, .sms = true};
	static struct made sandbox = {.make = make_sandbox};
	const struct CMUnitTest tests[] = {
		SUITE(&email), SUITE(&sms), SUITE(&sandbox),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
