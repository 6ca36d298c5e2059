/*
 * Whether a number's SIM was changed, and the token by which one asks (S44).
 */
#include "gateway_fixture.h"

#include "channel/sim_auth.h"

/* S44: asked first, with the number alone; what comes of each answer. */
static void
test_sim_swap(void **state)
{
	static const struct {
		const char *scenario, *failure, *reason;
		enum sent_result result;
	} cases[] = {
		{"sim-same", "refuse", "accepted", SENT_ACCEPTED},
		{"sim-swapped", "send", "sim_swapped", SENT_PERMANENT},
		{"status-500", "send", "accepted", SENT_ACCEPTED},
		{"status-500", "refuse", "sim_unknown", SENT_PERMANENT},
		{"hang", "send", "accepted", SENT_ACCEPTED},
		{"ok", "refuse", "sim_unknown", SENT_PERMANENT},
	};
	char more[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned before = scripted_smtp_count(&server, "ok request");
		struct seen seen;

		(void)snprintf(more, sizeof(more), "sim_swap_failure = %s\n"
		    "sim_swap_url = http://127.0.0.1:%u/check\n",
		    cases[i].failure, (unsigned)scripted_smtp_port(&server,
		    cases[i].scenario));
		use("generic_json", "ok", more);
		seen = send_sms();
		assert_int_equal(cases[i].result, seen.sent.result);
		assert_string_equal(cases[i].reason, seen.reason);
		if (seen.sent.result == SENT_PERMANENT) {
			/* Nothing but the question went out. */
			assert_int_equal(strcmp(cases[i].scenario, "ok") == 0,
			    scripted_smtp_count(&server, "ok request") -
			    before);
			last("/body", more, sizeof(more));
			assert_non_null(strstr(more, "\"maxAge\":240"));
			assert_non_null(strstr(more, "\"phoneNumber\":\"+"));
		}
	}
}

/* So many messages to one carrier, one after the other, or all at once. */
static struct seen
send_so_many(unsigned n, bool at_once)
{
	struct gateway_options o = {
		.provider = &providers.v[0], .secret = &secret,
		.sim_secret = &client_secret, .peer = http_out_peer_default(),
		.limits = {4, 4, 4}, .clock = clock_system(),
	};
	struct seen seen = {0};
	struct fixture f;
	struct carrier c;

	o.peer.whole = (duration_ms){400};
	fixture_sms(&f, 1);
	assert_int_equal(gateway_new(&o, &c), ERR_NONE);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(carrier_submit(c, &f.m, FIXTURE_NOW, done,
		    &seen), ERR_NONE);
		while (!at_once && carrier_pending(c) > 0) {
			assert_int_equal(carrier_run(c, FIXTURE_NOW,
			    SECONDS(1)), ERR_NONE);
		}
	}
	while (carrier_pending(c) > 0) {
		assert_int_equal(carrier_run(c, FIXTURE_NOW, SECONDS(1)),
		    ERR_NONE);
	}
	carrier_free(c);
	fixture_done(&f);
	assert_int_equal(seen.times, n);
	return seen;
}

static void
use_client(const char *giver, const char *check, const char *failure)
{
	char more[512];

	(void)snprintf(more, sizeof(more), "sim_swap_failure = %s\n"
	    "sim_swap_url = http://127.0.0.1:%u/check\n"
	    "sim_swap_token_url = http://127.0.0.1:%u/token\n"
	    "sim_swap_client = shop:1\nsim_swap_secret_file = /nowhere\n",
	    failure, (unsigned)scripted_smtp_port(&server, check),
	    (unsigned)scripted_smtp_port(&server, giver));
	use("generic_json", "ok", more);
}

/* RFC 6749 section 4.4: what is asked, and what goes with the question. */
static void
test_sim_token(void **state)
{
	FILE *file;
	char line[16384];
	unsigned tokens = 0, bearers = 0;

	(void)state;
	use_client("token", "sim-same", "refuse");
	assert_int_equal(send_so_many(3, false).sent.result, SENT_ACCEPTED);
	assert_int_equal(send_so_many(3, true).sent.result, SENT_ACCEPTED);
	/* One for each carrier: kept, and shared by those who wait. */
	assert_int_equal(scripted_smtp_count(&server, "token request"), 2);
	file = fopen(scripted_smtp_path(&server, "requests"), "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (strstr(line, "\"scenario\": \"token\"") != NULL) {
			/* shop%3A1:s3cr3t%2F, in base64 */
			assert_non_null(strstr(line, "Authorization: Basic "
			    "c2hvcCUzQTE6czNjcjN0JTJG"));
			assert_non_null(strstr(line, "\"grant_type="
			    "client_credentials&scope=sim-swap%3Acheck\""));
			tokens++;
		}
		if (strstr(line, "\"sim-same\"") != NULL &&
		    strstr(line, "Authorization: Bearer ey.a-b_c~+/=\"") !=
		    NULL) {
			bearers++;
		}
	}
	fclose(file);
	assert_int_equal(tokens, 2);
	assert_int_equal(bearers, 6);
}

/* One that does not last is asked for anew; one that was refused as well. */
static void
test_sim_token_ends(void **state)
{
	(void)state;
	use_client("token-brief", "sim-same", "refuse");
	assert_int_equal(send_so_many(2, false).sent.result, SENT_ACCEPTED);
	assert_int_equal(scripted_smtp_count(&server, "token-brief request"),
	    2);
	use_client("token", "sim-401", "send");
	assert_int_equal(send_so_many(2, false).sent.result, SENT_ACCEPTED);
	assert_int_equal(scripted_smtp_count(&server, "token request"), 2 + 2);
}

static mono_ms fake_now;

static mono_ms
fake_mono(void *ctx UNUSED)
{
	return fake_now;
}

static void
got_token(void *arg, struct str got)
{
	unsigned *times = arg;

	assert_true(str_equal(got, STR("ey.a-b_c~+/=")));
	(*times)++;
}

/* Of the hour that it is good for, the last half minute is not used. */
static void
test_sim_token_kept(void **state)
{
	const struct multi_limits limits = {1, 1, 1};
	struct http_out_peer peer = http_out_peer_default();
	struct clock fake = clock_system();
	struct sim_auth_options o = {.provider = &providers.v[0],
	    .secret = &client_secret, .peer = &peer};
	unsigned times = 0;
	struct sim_auth_wait wait = {got_token, &times, NULL};
	struct sim_auth *auth;

	(void)state;
	use_client("token", "sim-same", "refuse");
	fake.mono = fake_mono;
	o.clock = fake;
	assert_int_equal(multi_new(&limits, clock_system(), &o.multi),
	    ERR_NONE);
	assert_int_equal(sim_auth_new(&o, &auth), ERR_NONE);
	assert_int_equal(sim_auth_token(auth).n, 0);
	assert_int_equal(sim_auth_fetch(auth, &wait,
	    (mono_ms){INT64_MAX}), ERR_NONE);
	while (multi_pending(o.multi) > 0) {
		assert_int_equal(multi_run_once(o.multi, SECONDS(1)),
		    ERR_NONE);
	}
	assert_int_equal(times, 1);
	fake_now = mono_ms_add(fake_now, SECONDS(3600 - 30 - 1));
	assert_true(sim_auth_token(auth).n > 0);
	fake_now = mono_ms_add(fake_now, SECONDS(1));
	assert_int_equal(sim_auth_token(auth).n, 0);
	multi_free(o.multi);
	sim_auth_free(auth);
}

/* Without a token nobody is asked, and it is as when nobody answers. */
static void
test_no_sim_token(void **state)
{
	static const char *const scenarios[] = {
		"token-mac", "token-lines", "token-long", "token-400",
		"status-500", "hang", "reset", "ok",
	};
	unsigned asked = scripted_smtp_count(&server, "sim-same request");

	(void)state;
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]);
	    i++) {
		struct seen seen;

		use_client(scenarios[i], "sim-same", "refuse");
		seen = send_so_many(2, true);
		assert_int_equal(seen.sent.result, SENT_PERMANENT);
		assert_string_equal(seen.reason, "sim_unknown");
		use_client(scenarios[i], "sim-same", "send");
		assert_int_equal(send_so_many(1, true).sent.result,
		    SENT_ACCEPTED);
	}
	assert_int_equal(scripted_smtp_count(&server, "sim-same request"),
	    asked);
}

/* A carrier that ends while a token is on its way. */
static void
test_sim_token_stops(void **state)
{
	struct gateway_options o = {
		.provider = &providers.v[0], .secret = &secret,
		.sim_secret = &client_secret, .peer = http_out_peer_default(),
		.limits = {4, 4, 4}, .clock = clock_system(),
	};
	struct seen seen = {0};
	struct fixture f;
	struct carrier c;

	(void)state;
	use_client("hang", "sim-same", "send");
	fixture_sms(&f, 1);
	assert_int_equal(gateway_new(&o, &c), ERR_NONE);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(carrier_submit(c, &f.m, FIXTURE_NOW, done,
		    &seen), ERR_NONE);
	}
	carrier_free(c);
	assert_int_equal(seen.times, 2);
	assert_string_equal(seen.reason, "stopped");
	fixture_done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_swap),
		cmocka_unit_test(test_sim_token),
		cmocka_unit_test(test_sim_token_ends),
		cmocka_unit_test(test_sim_token_kept),
		cmocka_unit_test(test_no_sim_token),
		cmocka_unit_test(test_sim_token_stops),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
