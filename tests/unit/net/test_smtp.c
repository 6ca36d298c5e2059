/*
 * net/smtp.h against a server that misbehaves at each step of the dialogue.
 */
#include "net/smtp.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"
#include "scripted_smtp.h"

#define MESSAGE \
	"From: <shop@shop.example>\r\nTo: <ada@example.com>\r\n\r\n" \
	".a line with a dot\r\n..\r\nThe end.\r\n"

static struct scripted_smtp server;

/* What one send came to. */
struct sent {
	unsigned times;
	struct smtp_outcome outcome;
};

static void
done(void *arg, const struct smtp_outcome *outcome)
{
	struct sent *sent = arg;

	sent->times++;
	sent->outcome = *outcome;
}

static struct multi *
new_multi(unsigned in_flight, unsigned queued)
{
	struct multi_limits limits = {in_flight, queued, 8};
	struct multi *m;

	assert_int_equal(multi_new(&limits, clock_system(), &m), ERR_NONE);
	return m;
}

static struct smtp_peer
peer_of(const char *scenario)
{
	static char ca[256];
	struct smtp_peer p = smtp_peer_default();

	(void)snprintf(ca, sizeof(ca), "%s/ca.pem", server.folder);
	p.host = "127.0.0.1";
	p.port = scripted_smtp_port(&server, scenario);
	p.tls = SMTP_TLS_NONE;
	p.ca_file = ca;
	p.helo = "shop.example";
	return p;
}

static mono_ms
in(duration_ms d)
{
	struct clock c = clock_system();

	return mono_ms_add(clock_mono(&c), d);
}

static enum err
start(struct multi *m, const struct smtp_peer *p, struct sent *sent)
{
	*sent = (struct sent){0};
	return smtp_send(m, p, STR("shop@shop.example"),
	    STR("ada@example.com"), STR(MESSAGE), in(MINUTES(1)), done, sent);
}

static void
run(struct multi *m)
{
	while (multi_pending(m) > 0) {
		assert_int_equal(multi_run_once(m, SECONDS(10)), ERR_NONE);
	}
}

static struct smtp_outcome
send_one(struct multi *m, const struct smtp_peer *p)
{
	struct sent sent;

	assert_int_equal(start(m, p, &sent), ERR_NONE);
	assert_int_equal(sent.times, 0);	/* never from within the call */
	run(m);
	assert_int_equal(sent.times, 1);
	return sent.outcome;
}

static void
expect(const struct smtp_outcome *o, const char *what,
    enum smtp_result result, const char *reason)
{
	if (o->result != result || strcmp(o->reason, reason) != 0) {
		fail_msg("%s: got %d %s at %s (%d %s), want %d %s", what,
		    (int)o->result, o->reason, o->step, o->code, o->reply,
		    (int)result, reason);
	}
}

static void
test_accepted_and_reused(void **state)
{
	struct multi *m = new_multi(4, 4);
	struct smtp_peer p = peer_of("ok");
	char body[512] = "";
	FILE *f;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct smtp_outcome o = send_one(m, &p);

		expect(&o, "ok", SMTP_ACCEPTED, "accepted");
		assert_int_equal(o.code, 250);
		assert_string_equal(o.reply, "2.0.0 taken as ****");
	}
	multi_free(m);
	assert_int_equal(scripted_smtp_count(&server, "ok connect"), 1);
	assert_int_equal(scripted_smtp_count(&server, "ok MAIL "), 3);
	assert_int_equal(scripted_smtp_count(&server,
	    "ok RCPT TO:<ada@example.com>"), 3);
	assert_int_equal(scripted_smtp_count(&server, "ok EHLO shop.example"),
	    1);
	f = fopen(scripted_smtp_path(&server, "ok.3.eml"), "r");
	assert_non_null(f);
	assert_true(fread(body, 1, sizeof(body) - 1, f) > 0);
	fclose(f);
	assert_string_equal(body, MESSAGE);	/* dots and all */
}

/* S124: the peer's words go into a log, an address or a code does not. */
static void
test_reply_hides_addresses_and_codes(void **state)
{
	struct multi *m = new_multi(1, 1);
	struct smtp_peer p = peer_of("address");
	struct smtp_outcome o = send_one(m, &p);

	(void)state;
	assert_string_equal(o.reply, "2.0.0 taken for <address> as ****");
	multi_free(m);
}

/*
 * Who breaks a kept connection costs nothing but a new one; nor does a write
 * to it, under TLS, end the process.
 */
static void
test_dead_connection_is_replaced(void **state)
{
	static const struct { const char *name; enum smtp_tls tls; } peers[] = {
		{"once", SMTP_TLS_NONE},
		{"starttls-once", SMTP_TLS_STARTTLS},
	};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct multi *m = new_multi(1, 1);
		struct smtp_peer p = peer_of(peers[i].name);

		p.tls = peers[i].tls;
		for (int k = 0; k < 3; k++) {
			struct smtp_outcome o = send_one(m, &p);

			expect(&o, peers[i].name, SMTP_ACCEPTED, "accepted");
		}
		multi_free(m);
	}
	assert_int_equal(scripted_smtp_count(&server, "once connect"), 3);
	assert_int_equal(scripted_smtp_count(&server,
	    "starttls-once connect"), 3);
}

static void
set_tls(struct smtp_peer *p, const char *step, const struct secret *password)
{
	if (strcmp(step, "starttls") == 0 || strcmp(step, "auth") == 0) {
		p->tls = SMTP_TLS_STARTTLS;
	}
	if (strcmp(step, "auth") == 0) {
		p->user = "shop";
		p->password = password;
	}
}

/* From "mail" on a refusal is about the message. */
static const char *const steps[] = {
	"banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body",
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))
#define STEP_MAIL 4

static void
check_refusal(const struct smtp_outcome *o, size_t step, const char *fault)
{
	bool late = step >= STEP_MAIL;

	assert_int_equal(o->result, late && strcmp(fault, "550") == 0 ?
	    SMTP_PERMANENT : SMTP_TEMPORARY);
	if (strcmp(fault, "drop") != 0 && late) {
		assert_string_equal(o->step, steps[step]);
		assert_memory_equal(o->reason, "smtp_", 5);
		assert_string_equal(o->reason + 5, fault);
	}
	assert_null(strchr(o->reply, '@'));
}

/* Every refusal and break at every step; no connection is used again. */
static void
test_refusals(void **state)
{
	static const char *const faults[] = {"450", "550", "drop"};
	struct secret password;
	struct multi *m = new_multi(1, 1);

	(void)state;
	secret_set(&password, "sesame", 6);
	for (size_t i = 0; i < STEPS * 3; i++) {
		char name[32], connects[48];
		struct smtp_peer p;

		(void)snprintf(name, sizeof(name), "%s-%s", steps[i / 3],
		    faults[i % 3]);
		(void)snprintf(connects, sizeof(connects), "%s connect", name);
		p = peer_of(name);
		set_tls(&p, steps[i / 3], &password);
		for (int k = 0; k < 2; k++) {
			struct smtp_outcome o = send_one(m, &p);

			check_refusal(&o, i / 3, faults[i % 3]);
		}
		if (scripted_smtp_count(&server, connects) < 2) {
			fail_msg("%s: a connection was used again", name);
		}
	}
	multi_free(m);
}

/* S96: hanging peers cost their deadline and nothing more, side by side. */
static void
test_hangs(void **state)
{
	struct multi *m = new_multi(STEPS, 0);
	struct sent sent[STEPS];
	struct secret password;

	(void)state;
	secret_set(&password, "sesame", 6);
	for (size_t i = 0; i < STEPS; i++) {
		char name[32];
		struct smtp_peer p;

		(void)snprintf(name, sizeof(name), "%s-hang", steps[i]);
		p = peer_of(name);
		set_tls(&p, steps[i], &password);
		p.connect = (duration_ms){250};
		p.whole = (duration_ms){300};
		assert_int_equal(start(m, &p, &sent[i]), ERR_NONE);
	}
	run(m);
	for (size_t i = 0; i < STEPS; i++) {
		assert_int_equal(sent[i].times, 1);
		expect(&sent[i].outcome, steps[i], SMTP_TEMPORARY, "timeout");
	}
	multi_free(m);
}

static void
test_nobody_listens(void **state)
{
	struct multi *m = new_multi(1, 1);
	struct smtp_peer p = peer_of("ok");
	struct smtp_outcome o;

	(void)state;
	p.port = 1;
	o = send_one(m, &p);
	expect(&o, "port 1", SMTP_TEMPORARY, "connect");
	multi_free(m);
}

/* S97 */
static void
test_tls(void **state)
{
	static const struct {
		const char *scenario, *ca;
		enum smtp_tls tls;
		const char *reason;
	} cases[] = {
		{"starttls", "ca.pem", SMTP_TLS_STARTTLS, "accepted"},
		{"starttls", "ca.pem", SMTP_TLS_IF_OFFERED, "accepted"},
		{"implicit", "ca.pem", SMTP_TLS_IMPLICIT, "accepted"},
		{"ok2", "ca.pem", SMTP_TLS_IF_OFFERED, "accepted"},
		{"ok2", "ca.pem", SMTP_TLS_STARTTLS, "tls_missing"},
		{"starttls", "other-ca.pem", SMTP_TLS_STARTTLS,
		    "tls_certificate"},
		{"starttls", "other-ca.pem", SMTP_TLS_IF_OFFERED,
		    "tls_certificate"},
		{"implicit", "other-ca.pem", SMTP_TLS_IMPLICIT,
		    "tls_certificate"},
		{"wrongname", "ca.pem", SMTP_TLS_STARTTLS, "tls_certificate"},
		{"ok2", "ca.pem", SMTP_TLS_IMPLICIT, "tls_handshake"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct multi *m = new_multi(1, 1);
		struct smtp_peer p = peer_of(cases[i].scenario);
		struct smtp_outcome o;

		p.tls = cases[i].tls;
		p.ca_file = scripted_smtp_path(&server, cases[i].ca);
		o = send_one(m, &p);
		expect(&o, cases[i].scenario, i < 4 ? SMTP_ACCEPTED :
		    SMTP_TEMPORARY, cases[i].reason);
		multi_free(m);
	}
	/* Not a byte of the message to the peer without STARTTLS. */
	assert_int_equal(scripted_smtp_count(&server, "ok2 MAIL "), 1);
}

/* A connection made under one trust is not used under another. */
static void
test_trust_is_not_shared(void **state)
{
	struct multi *m = new_multi(1, 1);
	struct smtp_peer p = peer_of("starttls");
	struct smtp_outcome o;

	(void)state;
	p.tls = SMTP_TLS_STARTTLS;
	o = send_one(m, &p);
	expect(&o, "right", SMTP_ACCEPTED, "accepted");
	p.ca_file = scripted_smtp_path(&server, "other-ca.pem");
	o = send_one(m, &p);
	expect(&o, "other", SMTP_TEMPORARY, "tls_certificate");
	multi_free(m);
}

/* A connection made in the clear is not used where TLS is asked for. */
static void
test_clear_connection_is_not_upgraded(void **state)
{
	struct multi *m = new_multi(1, 1);
	struct smtp_peer p = peer_of("ok3");
	struct smtp_outcome o;

	(void)state;
	o = send_one(m, &p);
	expect(&o, "clear", SMTP_ACCEPTED, "accepted");
	p.tls = SMTP_TLS_STARTTLS;
	o = send_one(m, &p);
	expect(&o, "required", SMTP_TEMPORARY, "tls_missing");
	multi_free(m);
}

static void
test_authentication(void **state)
{
	struct multi *m = new_multi(1, 1);
	struct smtp_peer p = peer_of("starttls-auth");
	struct secret password;
	struct smtp_outcome o;

	(void)state;
	secret_set(&password, "sesame", 6);
	p.user = "shop";
	p.password = &password;
	assert_int_equal(smtp_peer_check(&p), ERR_DENIED);	/* in clear */
	p.tls = SMTP_TLS_IF_OFFERED;
	assert_int_equal(smtp_peer_check(&p), ERR_DENIED);
	p.tls = SMTP_TLS_STARTTLS;
	secret_set(&password, "a\0b", 3);
	assert_int_equal(smtp_peer_check(&p), ERR_RANGE);
	secret_set(&password, "", 0);
	assert_int_equal(smtp_peer_check(&p), ERR_RANGE);
	secret_set(&password, "sesame", 6);
	o = send_one(m, &p);
	expect(&o, "auth", SMTP_ACCEPTED, "accepted");
	assert_int_equal(scripted_smtp_count(&server, "starttls-auth AUTH"),
	    1);
	multi_free(m);
}

static void
test_bounds(void **state)
{
	struct multi *m = new_multi(2, 2);
	struct smtp_peer p = peer_of("banner-hang");
	struct sent sent[5];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(start(m, &p, &sent[i]), ERR_NONE);
	}
	assert_int_equal(multi_room(m), 0);
	assert_int_equal(start(m, &p, &sent[4]), ERR_BUSY);
	assert_int_equal(multi_run_once(m, (duration_ms){0}), ERR_NONE);
	assert_int_equal(start(m, &p, &sent[4]), ERR_BUSY);
	/* What has not ended is given up at the end. */
	multi_free(m);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(sent[i].times, 1);
		expect(&sent[i].outcome, "free", SMTP_TEMPORARY, "stopped");
	}
	assert_int_equal(sent[4].times, 0);
}

/* Waiting behind others counts: past its deadline nothing is begun. */
static void
test_deadline_includes_waiting(void **state)
{
	struct multi *m = new_multi(1, 2);
	struct smtp_peer slow = peer_of("banner-hang");
	struct smtp_peer good = peer_of("late");
	struct sent first, second = {0};

	(void)state;
	slow.connect = (duration_ms){100};
	slow.whole = (duration_ms){100};
	assert_int_equal(start(m, &slow, &first), ERR_NONE);
	assert_int_equal(smtp_send(m, &good, STR("shop@shop.example"),
	    STR("ada@example.com"), STR(MESSAGE), in((duration_ms){0}), done,
	    &second), ERR_NONE);
	run(m);
	expect(&second.outcome, "late", SMTP_TEMPORARY, "timeout");
	assert_int_equal(scripted_smtp_count(&server, "late connect"), 0);
	multi_free(m);
}

/* S82, S83: the last fence before the wire. */
static void
test_refuses_what_could_break_the_dialogue(void **state)
{
	static const char *const paths[] = {
		"", "a", "ada@example.com\r\nRCPT TO:<eve@evil.example>",
		"ada@example.com>", "<ada@example.com", "a da@example.com",
		"ada@example.com\n", "\x80@example.com", "nobody",
	};
	static const struct str messages[] = {
		STR_INIT(""), STR_INIT("no end"), STR_INIT("bare\nLF\r\n"),
		STR_INIT("bare\rCR\r\n"), STR_INIT("nul\0\r\n"),
		STR_INIT("\n.\r\nMAIL FROM:<x@y.example>\r\n"),
		STR_INIT("\r.\r\n"), STR_INIT("end\r\n\r"),
	};
	struct multi *m = new_multi(1, 1);
	struct smtp_peer p = peer_of("ok");
	struct sent sent;
	struct buf line;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		assert_int_equal(smtp_send(m, &p, str_of(paths[i]),
		    STR("a@b.example"), STR(MESSAGE), in(MINUTES(1)), done,
		    &sent), ERR_RANGE);
		assert_int_equal(smtp_send(m, &p, STR("a@b.example"),
		    str_of(paths[i]), STR(MESSAGE), in(MINUTES(1)), done,
		    &sent), ERR_RANGE);
	}
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		assert_int_equal(smtp_send(m, &p, STR("a@b.example"),
		    STR("a@b.example"), messages[i], in(MINUTES(1)), done,
		    &sent), ERR_SYNTAX);
	}
	buf_init(&line, 2000);
	for (int i = 0; i < 999; i++) {
		buf_char(&line, 'x');
	}
	buf_z(&line, "\r\n");
	assert_int_equal(smtp_send(m, &p, STR("a@b.example"),
	    STR("a@b.example"), buf_view(&line), in(MINUTES(1)), done, &sent),
	    ERR_SYNTAX);
	buf_done(&line);
	assert_int_equal(multi_pending(m), 0);
	multi_free(m);
}

static void
test_peer_names(void **state)
{
	static const char *const bad[] = {
		"", "a b", "a/b", "a@b", "a#b", "a?b", "a\r\nb", "a%41",
	};
	struct smtp_peer p = peer_of("ok");

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		p.host = bad[i];
		assert_int_equal(smtp_peer_check(&p), ERR_RANGE);
		p.host = "ok.example";
		p.helo = bad[i];
		assert_int_equal(smtp_peer_check(&p), ERR_RANGE);
		p.helo = "shop.example";
		assert_int_equal(smtp_peer_check(&p), ERR_NONE);
	}
}

static void *
wake(void *m)
{
	multi_wakeup(m);
	return NULL;
}

static void
test_wakeup(void **state)
{
	struct multi *m = new_multi(1, 1);
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, wake, m), 0);
	/* Without it the suite's limit of time would end this. */
	assert_int_equal(multi_run_once(m, SECONDS(60)), ERR_NONE);
	assert_int_equal(pthread_join(thread, NULL), 0);
	multi_free(m);
}

static void
test_limits(void **state)
{
	static const struct multi_limits bad[] = {
		{0, 1, 1}, {257, 1, 1}, {1, 65537, 1}, {1, 1, 257},
	};
	struct multi *m;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(multi_new(&bad[i], clock_system(), &m),
		    ERR_RANGE);
	}
	multi_free(NULL);
}

static void
test_tls_words(void **state)
{
	enum smtp_tls tls;

	(void)state;
	assert_true(smtp_tls_parse(STR("starttls"), &tls));
	assert_int_equal(tls, SMTP_TLS_STARTTLS);
	assert_true(smtp_tls_parse(STR("none"), &tls));
	assert_int_equal(tls, SMTP_TLS_NONE);
	assert_false(smtp_tls_parse(STR("STARTTLS"), &tls));
	assert_int_equal(smtp_peer_default().tls, SMTP_TLS_STARTTLS);
}

static int
start_server(void **state)
{
	(void)state;
	scripted_smtp_start(&server);
	return 0;
}

static int
stop_server(void **state)
{
	(void)state;
	scripted_smtp_stop(&server);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted_and_reused),
		cmocka_unit_test(test_reply_hides_addresses_and_codes),
		cmocka_unit_test(test_dead_connection_is_replaced),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_hangs),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_tls),
		cmocka_unit_test(test_trust_is_not_shared),
		cmocka_unit_test(test_clear_connection_is_not_upgraded),
		cmocka_unit_test(test_authentication),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_deadline_includes_waiting),
		cmocka_unit_test(test_refuses_what_could_break_the_dialogue),
		cmocka_unit_test(test_peer_names),
		cmocka_unit_test(test_wakeup),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_tls_words),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
