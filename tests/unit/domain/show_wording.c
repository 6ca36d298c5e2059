/*
 * Every message in every language, once, as a page for a reader (R71): each
 * purpose, channel and notice as it would arrive.  Fails when one cannot be
 * worded, or breaks a rule of the linter.
 *
 *	show_wording > words.html
 */
#include <stdio.h>

#include "domain/lint.h"
#include "domain/wording_own.h"

static struct display_text brand, amount, currency, payee, device;
static int failed;

static struct display_text
display(const char *z)
{
	struct display_text t = {0};

	failed += display_text_parse(str_of(z), &t) != FLAW_NONE;
	return t;
}

static void
escaped(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '<':
			fputs("&lt;", stdout);
			break;
		case '&':
			fputs("&amp;", stdout);
			break;
		default:
			putchar(s.p[i]);
			break;
		}
	}
}

static void
show(const struct wording_request *rq, const char *name, struct wording *w)
{
	enum lint lint = LINT_CLEAN;
	enum err e = message_is_notice(rq->kind) ? wording_render(rq, w)
	    : wording_preview(rq, w, &lint);

	printf("<section><h3>%s, %s</h3>\n", name, channel_name(rq->channel));
	if (e != ERR_NONE || (lint != LINT_CLEAN && lint != LINT_LENGTH)) {
		printf("<p class=bad>%s %s</p>", err_name(e), lint_name(lint));
		failed++;
	}
	if (rq->channel == CHANNEL_EMAIL) {
		fputs("<p><b>", stdout);
		escaped(header_text_str(&w->subject));
		fputs("</b></p>", stdout);
	}
	fputs("<pre>", stdout);
	escaped(buf_view(&w->text));
	fputs("</pre></section>\n", stdout);
}

static void
show_language(enum locale l, struct wording *w)
{
	printf("<h2 lang=en id=%s>%s</h2><div lang=%s>\n", locale_name(l),
	    locale_language(l), locale_name(l));
	for (int p = 0; p < PURPOSE_COUNT; p++) {
		for (int c = CHANNEL_EMAIL; c < CHANNEL_TOTP; c++) {
			struct wording_request rq = {
				.purpose = (enum purpose)p,
				.channel = (enum channel)c,
				.locale = l, .brand = &brand,
				.code = STR("407123"),
				.expires_in = MINUTES(5),
			};

			rq.facts[FACT_DEVICE] = &device;
			if (p == PURPOSE_TRANSACTION) {
				rq.facts[FACT_AMOUNT] = &amount;
				rq.facts[FACT_CURRENCY] = &currency;
				rq.facts[FACT_PAYEE] = &payee;
			}
			show(&rq, purpose_name(rq.purpose), w);
			rq.kind = MESSAGE_NOTICE_FAILURES;
			rq.code = STR("");
			rq.failures = 5;
			rq.at = (unix_ms){INT64_C(1795000000000)};
			show(&rq, "notice of failures", w);
		}
	}
	puts("</div>");
}

int
main(void)
{
	struct wording w;

	brand = display("Lindenhof");
	amount = display("129.00");
	currency = display("EUR");
	payee = display("Stadtwerke");
	device = display("Firefox on Linux");
	wording_init(&w);
	puts("<!doctype html><meta charset=utf-8><title>Words</title><style>"
	    "body{font:16px/1.5 system-ui;max-width:60rem;margin:auto}"
	    "pre{white-space:pre-wrap;background:#eee;padding:1rem}"
	    ".bad{color:#a00}</style>");
	for (int l = 0; l < LOCALE_COUNT; l++) {
		show_language((enum locale)l, &w);
	}
	wording_done(&w);
	return failed > 0;
}
