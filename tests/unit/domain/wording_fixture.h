/*
 * What the tests of the wording share: the facts of a message, and requests
 * made of them.
 */
#ifndef TESTS_UNIT_DOMAIN_WORDING_FIXTURE_H
#define TESTS_UNIT_DOMAIN_WORDING_FIXTURE_H

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "base/compiler.h"
#include "domain/wording.h"

static struct display_text brand, amount, currency, payee, device;

static inline struct display_text
display(const char *z)
{
	struct display_text t;

	assert_int_equal(display_text_parse(str_of(z), &t), FLAW_NONE);
	return t;
}

static inline struct wording_request
request(enum purpose p, enum channel c, enum locale l)
{
	struct wording_request rq = {
		.purpose = p, .channel = c, .locale = l, .brand = &brand,
		.code = STR("407123"), .expires_in = MINUTES(5),
		.host = STR("shop.example"),
	};

	rq.facts[FACT_DEVICE] = &device;
	if (p == PURPOSE_TRANSACTION) {
		rq.facts[FACT_AMOUNT] = &amount;
		rq.facts[FACT_CURRENCY] = &currency;
		rq.facts[FACT_PAYEE] = &payee;
	}
	return rq;
}

static inline struct wording_request
notice(enum message_kind k, enum purpose p, enum channel c, enum locale l)
{
	return (struct wording_request){
		.kind = k, .purpose = p, .channel = c, .locale = l,
		.brand = &brand, .failures = 5,
		.at = {INT64_C(1795000000000)},	/* 2026-11-18 11:06 */
	};
}

static inline int
setup(void **state)
{
	(void)state;
	brand = display("Lindenhof");
	amount = display("129.00");
	currency = display("EUR");
	payee = display("Stadtwerke Bad M\xc3\xbcnster");
	device = display("Firefox on Linux");
	return 0;
}

static inline bool
has(const struct buf *b, const char *z)
{
	return strstr(buf_c(b), z) != NULL;
}

#endif
