/*
 * S141: every allocation of wording, sending and keeping fails once; nothing
 * leaks, and what says "accepted" was accepted.
 */
#include "channel/email.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "channel/sandbox.h"
#include "fault_malloc.h"
#include "fixture.h"
#include "scripted_smtp.h"

static struct scripted_smtp server;
static struct fixture fixture;

static void
done(void *arg, const struct sent *sent)
{
	int *result = arg;

	assert_int_equal(*result, -1);		/* once */
	*result = (int)sent->result;
}

/* Takes the carrier. */
static bool
send_over(struct carrier c)
{
	int result = -1;
	enum err err = carrier_submit(c, &fixture.m, FIXTURE_NOW, done,
	    &result);

	while (err == ERR_NONE && carrier_pending(c) > 0) {
		enum err run = carrier_run(c, FIXTURE_NOW, (duration_ms){20});

		if (run == ERR_NOMEM || run == ERR_IO) {
			break;
		}
		assert_int_equal(run, ERR_NONE);
	}
	carrier_free(c);
	assert_true(err == ERR_NONE ? result >= 0 : result == -1);
	assert_true(result != SENT_PERMANENT);
	return result == SENT_ACCEPTED;
}

static bool
send_email(void *ctx)
{
	struct email_carrier_options o = {
		.peer = smtp_peer_default(), .limits = {1, 1, 1},
		.clock = clock_system(),
	};
	struct carrier c;

	(void)ctx;
	o.peer.host = "127.0.0.1";
	o.peer.port = scripted_smtp_port(&server, "polite");
	o.peer.helo = "shop.example";
	o.peer.tls = SMTP_TLS_NONE;
	if (email_carrier_new(&o, &c) != ERR_NONE) {
		return false;
	}
	return send_over(c);
}

static void
count(void *ctx, const struct inbox_message *m)
{
	(void)ctx;
	assert_true(str_equal(m->code, STR("407123")));
}

static bool
send_sandbox(void *ctx)
{
	struct sandbox *s;
	struct carrier c;
	int result = -1;
	enum err err;

	(void)ctx;
	if (sandbox_new(&s) != ERR_NONE) {
		return false;
	}
	c = sandbox_carrier(s);
	err = carrier_submit(c, &fixture.m, FIXTURE_NOW, done, &result);
	if (err == ERR_NONE) {
		assert_int_equal(carrier_run(c, FIXTURE_NOW,
		    (duration_ms){0}), ERR_NONE);
		assert_int_equal(sandbox_each(s,
		    &(struct inbox_filter){.channel = -1}, FIXTURE_NOW, 10,
		    count, NULL), 1);
	}
	carrier_free(c);
	return err == ERR_NONE;
}

static bool
render(void *ctx)
{
	struct wording_request rq = {
		.purpose = PURPOSE_DELIVERY, .locale = LOCALE_DE,
		.brand = &fixture.brand, .code = STR("407123"),
		.expires_in = HOURS(5),
	};
	struct wording w;
	enum err err;

	(void)ctx;
	wording_init(&w);
	err = wording_render(&rq, &w);
	if (err != ERR_NONE) {
		assert_int_equal(err, ERR_NOMEM);
		assert_int_equal(w.text.n + w.html.n + w.subject.n, 0);
	}
	wording_done(&w);
	return err == ERR_NONE;
}

static void
test_wording(void **state)
{
	(void)state;
	assert_true(fault_malloc_each(render, NULL) > 5);
}

static void
test_sandbox(void **state)
{
	(void)state;
	assert_true(fault_malloc_each(send_sandbox, NULL) >= 2);
}

static void
test_email(void **state)
{
	(void)state;
	assert_true(send_email(NULL));	/* what the library keeps for ever */
	assert_true(fault_malloc_each(send_email, NULL) > 20);
}

static int
setup(void **state)
{
	(void)state;
	scripted_smtp_start(&server);
	fixture_init(&fixture, 1);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	fixture_done(&fixture);
	scripted_smtp_stop(&server);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wording),
		cmocka_unit_test(test_sandbox),
		cmocka_unit_test(test_email),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
