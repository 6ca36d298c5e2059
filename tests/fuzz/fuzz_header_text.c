/*
 * domain/text, and what is made of it: a header that stays one header, and a
 * message that can be worded whatever the names in it are.
 */
#include <string.h>

#include "channel/mime.h"
#include "domain/lint.h"

#include "fuzz.h"

/* Every CR and LF belongs to a fold: CRLF and a blank; but for the last. */
static void
check_header(struct str s)
{
	struct header_text text;
	struct buf out;
	size_t line = 0;

	if (header_text_parse(s, &text) != FLAW_NONE) {
		return;
	}
	buf_init(&out, 8192);
	mime_header(&out, "Subject", header_text_str(&text));
	require(buf_err(&out) == ERR_NONE, "the header fits");
	require(str_ends(buf_view(&out), STR("\r\n")), "it ends in CRLF");
	for (size_t i = 0; i + 2 < out.n; i++, line++) {
		require(out.p[i] == '\r' || out.p[i] == '\n' ||
		    (out.p[i] >= ' ' && out.p[i] <= '~'), "ASCII only");
		if (out.p[i] == '\r') {
			require(out.p[i + 1] == '\n' && out.p[i + 2] == ' ',
			    "a fold, not a second header");
			i++;
			line = 0;
		} else {
			require(out.p[i] != '\n', "no bare LF");
		}
		require(line <= 998, "S83");
	}
	buf_done(&out);
}

static void
check_display(struct str s)
{
	struct display_text text;
	struct display_text plain;
	struct wording_request rq = {
		.purpose = PURPOSE_TRANSACTION, .code = STR("407123"),
		.expires_in = MINUTES(3), .host = STR("shop.example"),
	};
	struct wording w;

	if (display_text_parse(s, &text) != FLAW_NONE) {
		return;
	}
	require(display_text_parse(STR("x"), &plain) == FLAW_NONE, "plain");
	require(text_link(display_text_str(&text)) == text.n, "no link");
	rq.brand = &text;
	rq.facts[FACT_PAYEE] = &text;
	rq.facts[FACT_AMOUNT] = &text;
	rq.facts[FACT_DEVICE] = &text;
	wording_init(&w);
	for (int l = 0; l < LOCALE_COUNT; l++) {
		rq.locale = (enum locale)l;
		rq.channel = CHANNEL_EMAIL;
		require(wording_render(&rq, &w) == ERR_NONE,
		    "a promised e-mail can be worded");
		require(strstr(buf_c(&w.html), "<script") == NULL &&
		    strstr(buf_c(&w.html), "<a") == NULL, "names are data");
	}
	wording_done(&w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};

	check_header(s);
	check_display(s);
	return 0;
}
