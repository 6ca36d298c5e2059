/*
 * News of shipments (R1, R20, R33), in every language: clean by the linter, in
 * one segment, and never without what they tell.
 */
#include "wording_fixture.h"

#include "domain/gsm7.h"
#include "domain/lint.h"

static struct display_text order, receipt;

static int
news_setup(void **state)
{
	order = display("Bestellung X");
	receipt = display("7KXM-93TA");
	return setup(state);
}

static struct wording_request
news(int kind, enum channel c, int l)
{
	struct wording_request rq = {
		.kind = (enum message_kind)kind, .purpose = PURPOSE_DELIVERY,
		.channel = c, .locale = (enum locale)l, .brand = &brand,
		.at = {INT64_C(1790779500000)},	/* 30 September */
		.receipt = &receipt,
	};

	rq.facts[FACT_ORDER] = &order;
	return rq;
}

static void
look(const struct wording_request *rq, const struct wording *w)
{
	const struct lint_message m = {
		.kind = rq->kind, .purpose = rq->purpose,
		.channel = rq->channel, .locale = rq->locale,
		.subject = header_text_str(&w->subject),
		.text = buf_view(&w->text), .html = buf_view(&w->html),
	};
	enum lint found = lint_message(&m);

	if (found != LINT_CLEAN) {
		fail_msg("%s in %s, kind %d: %s", lint_name(found),
		    locale_name(rq->locale), (int)rq->kind, buf_c(&w->text));
	}
}

static bool
tells_receipt(enum message_kind k)
{
	return k == MESSAGE_NEWS_DELIVERED || k == MESSAGE_NEWS_OVERRIDDEN;
}

static void
test_every_language(void **state)
{
	static const enum channel channels[] = {
		CHANNEL_EMAIL, CHANNEL_SMS, CHANNEL_VOICE,
	};
	struct wording w;

	(void)state;
	wording_init(&w);
	for (int i = 0; i < 5 * LOCALE_COUNT * 3; i++) {
		struct wording_request rq = news(MESSAGE_NEWS_EXPECTED +
		    i / 3 / LOCALE_COUNT, channels[i % 3],
		    i / 3 % LOCALE_COUNT);

		assert_int_equal(wording_render(&rq, &w), ERR_NONE);
		look(&rq, &w);
		if (tells_receipt(rq.kind) && !has(&w.text, receipt.z)) {
			fail_msg("no receipt: %s", buf_c(&w.text));
		}
		if (rq.channel != CHANNEL_VOICE && !has(&w.text, order.z)) {
			fail_msg("no order: %s", buf_c(&w.text));
		}
		/* In its own language, not in the English that helps out. */
		assert_true(rq.channel != CHANNEL_SMS ||
		    rq.locale == LOCALE_EN || !has(&w.text, "your order"));
	}
	wording_done(&w);
}

/* S92: whatever the shop calls itself and its order. */
static void
test_long_names_fit(void **state)
{
	struct display_text long_brand =
	    display("Lindenhofer Versandhandels-Kontor GmbH");
	struct display_text long_order =
	    display("2026-11-ORDER-OF-MANY-THINGS-0000000001");
	struct wording w;

	(void)state;
	wording_init(&w);
	for (int i = 0; i < 5 * LOCALE_COUNT; i++) {
		struct wording_request rq = news(MESSAGE_NEWS_EXPECTED +
		    i / LOCALE_COUNT, CHANNEL_SMS, i % LOCALE_COUNT);

		rq.brand = &long_brand;
		rq.facts[FACT_ORDER] = &long_order;
		assert_int_equal(wording_render(&rq, &w), ERR_NONE);
		assert_true(gsm7_one_segment(buf_view(&w.text)));
		assert_true(!tells_receipt(rq.kind) ||
		    has(&w.text, receipt.z));
	}
	wording_done(&w);
}

/* S5: there is no way to news with a code, or without what they are of. */
static void
test_refused(void **state)
{
	struct wording_request rq = news(MESSAGE_NEWS_DELIVERED,
	    CHANNEL_EMAIL, LOCALE_EN);
	struct wording w;

	(void)state;
	wording_init(&w);
	rq.code = STR("407123");
	assert_int_equal(wording_render(&rq, &w), ERR_RANGE);
	rq.code = STR("");
	rq.receipt = NULL;
	assert_int_equal(wording_render(&rq, &w), ERR_MISSING);
	rq.receipt = &receipt;
	rq.facts[FACT_ORDER] = NULL;
	assert_int_equal(wording_render(&rq, &w), ERR_MISSING);
	wording_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_language),
		cmocka_unit_test(test_long_names_fit),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, news_setup, NULL);
}
