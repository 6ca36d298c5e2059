/*
 * What the tests of the gateway share: a peer that does as it is told, a
 * provider that sends to it, and what came of a message.
 */
#ifndef TESTS_UNIT_CHANNEL_GATEWAY_FIXTURE_H
#define TESTS_UNIT_CHANNEL_GATEWAY_FIXTURE_H

#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/json_find.h"
#include "channel/gateway.h"
#include "config/provider_file.h"
#include "fixture.h"
#include "scripted_smtp.h"

static struct scripted_smtp server;
static struct providers providers;
static struct secret secret, token, client_secret;

struct seen {
	unsigned times;
	struct sent sent;
	char reason[64], reference[PROVIDER_READ_MAX + 1];
};

static inline void
done(void *arg, const struct sent *sent)
{
	struct seen *seen = arg;

	seen->times++;
	seen->sent = *sent;
	assert_true(str_copy(str_of(sent->reason), seen->reason,
	    sizeof(seen->reason)));
	assert_true(str_copy(str_of(sent->reference), seen->reference,
	    sizeof(seen->reference)));
	/* Nothing that the peer says freely gets into a log (S124). */
	assert_string_equal(sent->detail, "");
}

/* The provider of a profile, sending to a scenario. */
static inline void
use(const char *profile, const char *scenario, const char *more)
{
	struct buf text, reason;
	bool good;

	buf_init(&text, 4096);
	buf_init(&reason, 4096);
	buf_printf(&text, "[test]\nprofile = %s\n"
	    "url = http://127.0.0.1:%u/{account}/send\n"
	    "account = a/c\nsecret_file = /nowhere\n%s%s",
	    profile, (unsigned)scripted_smtp_port(&server, scenario),
	    strncmp(more, "sender", 6) == 0 ? "" : "sender = Shop & Co\n",
	    more);
	good = provider_file_parse("test", buf_view(&text), &providers,
	    &reason);
	assert_string_equal(buf_c(&reason), "");
	assert_true(good);
	buf_done(&text);
	buf_done(&reason);
}

static inline struct seen
send_by(struct fixture *f)
{
	struct gateway_options o = {
		.provider = &providers.v[0], .secret = &secret,
		.token = &token, .peer = http_out_peer_default(),
		.limits = {4, 4, 4}, .clock = clock_system(),
	};
	struct seen seen = {0};
	struct carrier c;

	o.peer.whole = (duration_ms){400};
	assert_int_equal(gateway_new(&o, &c), ERR_NONE);
	assert_int_equal(carrier_submit(c, &f->m, FIXTURE_NOW, done, &seen),
	    ERR_NONE);
	while (carrier_pending(c) > 0) {
		assert_int_equal(carrier_run(c, FIXTURE_NOW, SECONDS(1)),
		    ERR_NONE);
	}
	carrier_free(c);
	assert_int_equal(seen.times, 1);
	return seen;
}

static inline struct seen
send_sms(void)
{
	struct fixture f;
	struct seen seen;

	fixture_sms(&f, 1);
	seen = send_by(&f);
	fixture_done(&f);
	return seen;
}

/* A member of the last request that the server saw. */
static inline void
last(const char *pointer, char *dst, size_t n)
{
	FILE *file = fopen(scripted_smtp_path(&server, "requests"), "r");
	char line[16384], kept[16384] = "";
	struct buf out;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		memcpy(kept, line, sizeof(kept));
	}
	fclose(file);
	buf_fixed(&out, dst, n);
	assert_true(json_find(str_of(kept), str_of(pointer), &out));
}

static inline int
start_server(void **state)
{
	(void)state;
	scripted_http_start(&server);
	secret_set(&secret, "s3cr3t", 6);
	secret_set(&token, "t0k+", 4);
	secret_set(&client_secret, "s3cr3t/", 7);
	return 0;
}

static inline int
stop_server(void **state)
{
	(void)state;
	scripted_smtp_stop(&server);
	return 0;
}

#endif
