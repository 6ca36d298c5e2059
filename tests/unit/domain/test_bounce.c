/*
 * What a bounce says (RFC 3464), and what only looks like one.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "domain/bounce.h"

#define ID "msg_041060000000000000000000000000000000"
#define TAG "abcd0000000000000000000000000001"
#define OURS "<" ID "." TAG "@shop.example>"

#define HEAD "Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.example\r\n" \
    "Content-Type: multipart/report; report-type=delivery-status;\r\n" \
    "\tboundary=\"b/1\"\r\n\r\nThis is MIME.\r\n"
#define STATUS(action, status) "--b/1\r\nContent-Type: " \
    "message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n" \
    "\r\nFinal-Recipient: rfc822; ada@example.com\r\n" \
    "Action: " action "\r\nStatus: " status "\r\n" \
    "Diagnostic-Code: smtp; 550 5.1.1 no such person\r\n\r\n"
#define RETURNED "--b/1\r\nContent-Type: message/rfc822\r\n\r\n" \
    "From: code@shop.example\r\nMessage-ID:\r\n " OURS "\r\n" \
    "Subject: Your code\r\n\r\nYour code: 407 123\r\n"
#define END "--b/1--\r\n"

static bool
parse(const char *mail, struct bounce *b)
{
	/* At its exact size, so that a sanitizer sees a read past the end. */
	size_t n = strlen(mail);
	char *copy = malloc(n + (n == 0));
	bool ok;

	assert_non_null(copy);
	memcpy(copy, mail, n);
	*b = (struct bounce){0};
	ok = bounce_parse((struct str){copy, n}, b);
	free(copy);
	return ok;
}

static void
test_good(void **state)
{
	static const struct { const char *mail, *status; } cases[] = {
		{HEAD STATUS("failed", "5.1.1") RETURNED END, "5.1.1"},
		{HEAD STATUS("Failed (bad)", "5.7.26 (x)") RETURNED END,
		    "5.7.26"},
		{HEAD RETURNED STATUS("failed", "5.2.2") END, "5.2.2"},
		/* Cut short behind what matters. */
		{HEAD STATUS("failed", "5.1.1") RETURNED, "5.1.1"},
		{HEAD "--b/1\nContent-Type: text/plain\n\n550 4.0.0\n"
		    STATUS("failed", "5.1.10") "--b/1\r\n"
		    "content-type: Text/RFC822-Headers\r\n\r\n"
		    "message-id: " OURS "\r\n" END, "5.1.10"},
		{"content-type: Multipart/Report; boundary=q; x=y\n\n"
		    "--q\nContent-Type: message/delivery-status\n\n"
		    "Action: delayed\nStatus: 4.4.1\n\n"
		    "Action: failed\nStatus: 5.4.7\n\n"
		    "--q\nContent-Type: message/rfc822\n\n"
		    "Message-Id: " OURS "\n\n--q--", "5.4.7"},
		/* Plain ones. */
		{"Return-Path: <>\n\nHi. 550-5.1.1 no such user\n\n"
		    "Message-ID: " OURS "\n", "5.1.1"},
		{"From: Mail <Mailer-Daemon@x.example>\r\n\r\n"
		    "host said: 554 refused\r\n> Message-ID:\r\n>  " OURS
		    "\r\n", "554"},
	};
	struct bounce b;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char id[ID_TEXT_MAX];

		assert_true(parse(cases[i].mail, &b));
		id_text(ID_MESSAGE, &b.message, id);
		assert_string_equal(id, ID);
		assert_int_equal(b.tag[0], 0xab);
		assert_int_equal(b.tag[15], 1);
		assert_string_equal(b.status, cases[i].status);
	}
}

static void
test_not_a_bounce(void **state)
{
	static const char *const mails[] = {
		"", "\n", "\r\n\r\n", ":", " \n :\n\n", "Hello\n\n" OURS,
		/* Delayed, delivered, not final, no status. */
		HEAD STATUS("delayed", "4.4.1") RETURNED END,
		HEAD STATUS("delayed", "5.4.1") RETURNED END,
		HEAD STATUS("delivered", "2.0.0") RETURNED END,
		HEAD STATUS("failed", "4.4.1") RETURNED END,
		HEAD STATUS("failed", "5.1") RETURNED END,
		HEAD STATUS("failed", "5.1111.1") RETURNED END,
		HEAD STATUS("failed", "") RETURNED END,
		HEAD STATUS("failed", "5.1.1") END,
		HEAD RETURNED END, HEAD, HEAD END,
		/* The Message-ID of the report itself, or in a body. */
		"Message-ID: " OURS "\r\n" HEAD STATUS("failed", "5.1.1") END,
		HEAD STATUS("failed", "5.1.1") "--b/1\r\nContent-Type: "
		    "message/rfc822\r\n\r\nSubject: x\r\n\r\nMessage-ID: "
		    OURS "\r\n" END,
		/* Of somebody else. */
		HEAD STATUS("failed", "5.1.1") "--b/1\r\nContent-Type: "
		    "message/rfc822\r\n\r\nMessage-ID: <1@x.example>\r\n" END,
		HEAD STATUS("failed", "5.1.1") "--b/1\r\nContent-Type: "
		    "message/rfc822\r\n\r\nMessage-ID: <" ID ".abcd@x>\r\n"
		    END,
		HEAD STATUS("failed", "5.1.1") "--b/1\r\nContent-Type: "
		    "message/rfc822\r\n\r\nMessage-ID: <" ID ".",
		/* Without a boundary, or with one that is too long. */
		"Content-Type: multipart/report\r\n\r\n" STATUS("failed",
		    "5.1.1") RETURNED END,
		"Content-Type: multipart/report; boundary=\"\"\r\n\r\n"
		    STATUS("failed", "5.1.1") RETURNED END,
		/* A person's answer that quotes us, or no reason in it. */
		"From: ada@example.com\n\n550 5.1.1 ha\n" OURS "\n",
		"Return-Path: <>\n\nI am away until 15.5.2027\n" OURS "\n",
		"Return-Path: <>\n\n407 550123 x5.1.1 5.1.1x 1550\n" OURS "\n",
	};
	struct bounce b;

	(void)state;
	for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
		if (parse(mails[i], &b)) {
			fail_msg("case %zu: %s", i, mails[i]);
		}
		assert_int_equal(b.status[0], 0);
	}
}

static void
test_status(void **state)
{
	(void)state;
	assert_true(bounce_status_ok(STR("5.1.1")));
	assert_true(bounce_status_ok(STR("5.123.456")));
	assert_true(bounce_status_ok(STR("550")));
	assert_false(bounce_status_ok(STR("")));
	assert_false(bounce_status_ok(STR("4.1.1")));
	assert_false(bounce_status_ok(STR("450")));
	assert_false(bounce_status_ok(STR("5.1.1 x")));
	assert_false(bounce_status_ok(STR("5.1.")));
	assert_false(bounce_status_ok(STR("5500")));
	assert_false(bounce_status_ok(STR("55")));
}

/* Every prefix of a good one: never past its end, never half an answer. */
static void
test_prefixes(void **state)
{
	static const char mail[] = HEAD STATUS("failed", "5.1.1") RETURNED END;
	struct bounce b;
	size_t good = 0;

	(void)state;
	for (size_t n = 0; n < sizeof(mail); n++) {
		char *copy = malloc(n + (n == 0));

		assert_non_null(copy);
		memcpy(copy, mail, n);
		good += bounce_parse((struct str){copy, n}, &b) ? 1 : 0;
		free(copy);
	}
	assert_true(good > 0 && good < 120);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_not_a_bounce),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
