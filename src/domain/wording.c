#include "domain/wording.h"

#include <assert.h>
#include <string.h>

#include "domain/gsm7.h"
#include "domain/lint.h"
#include "domain/wording_table.h"

/* An e-mail's parts in reading order; both alternatives are made from it. */
enum block { BLOCK_HEADING, BLOCK_PARAGRAPH, BLOCK_CODE };

struct writer {
	const struct wording_request *rq;
	struct buf *out;
	bool html;
};

void
wording_init(struct wording *w)
{
	*w = (struct wording){0};
	buf_init(&w->text, WORDING_TEXT_MAX);
	buf_init(&w->html, WORDING_HTML_MAX);
}

void
wording_done(struct wording *w)
{
	buf_done(&w->text);
	buf_done(&w->html);
	explicit_bzero(&w->subject, sizeof(w->subject));
}

static void
wording_clear(struct wording *w)
{
	buf_clear(&w->text);
	buf_clear(&w->html);
	explicit_bzero(&w->subject, sizeof(w->subject));
}

/* Everything that is not a template of ours goes through here. */
static void
put(const struct writer *w, struct str s)
{
	static const struct { char c; const char *z; } escapes[] = {
		{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"},
		{'"', "&quot;"}, {'\'', "&#39;"},
	};

	for (size_t i = 0; i < s.n; i++) {
		const char *z = NULL;

		for (size_t k = 0; w->html &&
		    k < sizeof(escapes) / sizeof(escapes[0]); k++) {
			if (s.p[i] == escapes[k].c) {
				z = escapes[k].z;
			}
		}
		if (z != NULL) {
			buf_z(w->out, z);
		} else {
			buf_char(w->out, s.p[i]);
		}
	}
}

struct str
wording_code(enum channel channel, struct str code,
    char dst[static WORDING_CODE_SIZE])
{
	/* Where a blank stands, for 6 to 10 digits. */
	static const char *const groups[] = {"3", "3", "4", "36", "37"};
	size_t n = 0;

	assert(code.n <= WORDING_CODE_DIGITS);
	for (size_t i = 0; i < code.n; i++) {
		if (channel == CHANNEL_VOICE && i > 0) {
			dst[n++] = ',';
			dst[n++] = ' ';
		} else if (channel == CHANNEL_EMAIL && code.n >= 6 && i > 0 &&
		    strchr(groups[code.n - 6], (char)('0' + i)) != NULL) {
			dst[n++] = ' ';
		}
		dst[n++] = code.p[i];
	}
	return (struct str){dst, n};
}

static void
put_code(const struct writer *w)
{
	char shown[WORDING_CODE_SIZE];

	buf_str(w->out, wording_code(w->rq->channel, w->rq->code, shown));
	explicit_bzero(shown, sizeof(shown));
}

/* A decimal amount with the language's separator, and its currency. */
static void
put_amount(const struct writer *w)
{
	const struct display_text *amount = w->rq->facts[FACT_AMOUNT];
	const struct display_text *currency = w->rq->facts[FACT_CURRENCY];
	struct display_text local = *amount;
	bool decimal = true;

	for (size_t i = 0; i < local.n; i++) {
		decimal = decimal && local.z[i] != '\0' &&
		    strchr("0123456789.", local.z[i]) != NULL;
	}
	for (size_t i = 0; decimal && w->rq->locale == LOCALE_DE &&
	    i < local.n; i++) {
		if (local.z[i] == '.') {
			local.z[i] = ',';
		}
	}
	put(w, display_text_str(&local));
	if (currency != NULL) {
		put(w, STR(" "));
		put(w, display_text_str(currency));
	}
}

/* Rounded, because a moment has passed since the code was made. */
static uint64_t
minutes(const struct wording_request *rq)
{
	int64_t n = (rq->expires_in.v + 30000) / 60000;

	return n < 1 ? 1 : (uint64_t)n;
}

static void
put_value(const struct writer *w, struct str name)
{
	if (str_equal(name, STR("brand"))) {
		put(w, display_text_str(w->rq->brand));
	} else if (str_equal(name, STR("code"))) {
		put_code(w);
	} else if (str_equal(name, STR("minutes"))) {
		buf_u64(w->out, minutes(w->rq));
	} else if (str_equal(name, STR("hours"))) {
		buf_u64(w->out, minutes(w->rq) / 60);
	} else if (str_equal(name, STR("amount"))) {
		put_amount(w);
	} else if (str_equal(name, STR("payee"))) {
		put(w, display_text_str(w->rq->facts[FACT_PAYEE]));
	} else {
		assert(!"a placeholder that wording.c does not know");
	}
}

static void
expand(const struct writer *w, const char *template)
{
	struct str rest = str_of(template);

	while (rest.n > 0) {
		size_t open = str_find(rest, '{');
		size_t close;

		put(w, str_slice(rest, 0, open));
		rest = str_slice(rest, open, rest.n);
		if (rest.n > 0) {
			close = str_find(rest, '}');
			put_value(w, str_slice(rest, 1, close));
			rest = str_slice(rest, close + 1, rest.n);
		}
	}
}

/*
 * No colours: the reader's own, so that dark mode is right.  Blanks stay
 * ordinary blanks inside a box that does not break, because a code is copied
 * from here.
 */
static void
open_block(const struct writer *w, enum block block)
{
	static const char *const tags[] = {
		[BLOCK_HEADING] =
		    "<h1 style=\"font-size:22px;line-height:1.3;"
		    "margin:0 0 16px\">",
		[BLOCK_PARAGRAPH] = "<p style=\"margin:0 0 16px\">",
		[BLOCK_CODE] =
		    "<p style=\"margin:24px 0;font-size:34px;font-weight:700;"
		    "line-height:1.2;letter-spacing:2px;white-space:nowrap;"
		    "font-variant-numeric:tabular-nums\">",
	};

	if (w->html) {
		buf_z(w->out, tags[block]);
	} else if (block == BLOCK_CODE) {
		buf_z(w->out, "    ");
	}
}

static void
close_block(const struct writer *w, enum block block)
{
	if (w->html) {
		buf_z(w->out, block == BLOCK_HEADING ? "</h1>\n" : "</p>\n");
	} else {
		buf_z(w->out, "\n\n");
	}
}

static void
paragraph(const struct writer *w, enum block block, const char *template)
{
	open_block(w, block);
	expand(w, template);
	close_block(w, block);
}

static void
fact_line(const struct writer *w, enum fact f, enum wording_common label)
{
	buf_z(w->out, w->html ? "<strong>" : "");
	buf_z(w->out, wording_common(w->rq->locale, label));
	buf_z(w->out, w->html ? ":</strong> " : ": ");
	if (f == FACT_AMOUNT) {
		put_amount(w);
	} else {
		put(w, display_text_str(w->rq->facts[f]));
	}
}

/* All in one paragraph, a line each. */
static void
fact_lines(const struct writer *w)
{
	static const struct { enum fact f; enum wording_common label; } lines[] = {
		{FACT_AMOUNT, COMMON_FACT_AMOUNT},
		{FACT_PAYEE, COMMON_FACT_PAYEE},
		{FACT_CHANGE, COMMON_FACT_CHANGE},
		{FACT_ORDER, COMMON_FACT_ORDER},
		{FACT_PARCELS, COMMON_FACT_PARCELS},
		{FACT_DEVICE, COMMON_FACT_DEVICE},
		{FACT_PLACE, COMMON_FACT_PLACE},
	};
	bool any = false;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (w->rq->facts[lines[i].f] == NULL) {
			continue;
		}
		if (!any) {
			open_block(w, BLOCK_PARAGRAPH);
		} else {
			buf_z(w->out, w->html ? "<br>\n" : "\n");
		}
		fact_line(w, lines[i].f, lines[i].label);
		any = true;
	}
	if (any) {
		close_block(w, BLOCK_PARAGRAPH);
	}
}

static enum wording_common
valid_part(const struct wording_request *rq)
{
	if (wording_door(rq->purpose)) {
		return COMMON_VALID_TODAY;	/* R14 */
	}
	if (minutes(rq) >= 120) {
		return COMMON_VALID_HOURS;
	}
	return minutes(rq) == 1 ? COMMON_VALID_MINUTE : COMMON_VALID_MINUTES;
}

/*
 * What happened and the warning stand before the code, so that a preview on
 * a lock screen ends before it (S90); what to do when it was somebody else
 * (R60 to R66) stands right behind.
 */
static void
email_body(const struct writer *w)
{
	const struct wording_request *rq = w->rq;
	enum locale l = rq->locale;

	paragraph(w, BLOCK_HEADING,
	    wording_part(l, rq->purpose, PART_HEADING));
	paragraph(w, BLOCK_PARAGRAPH, wording_part(l, rq->purpose, PART_LEAD));
	fact_lines(w);
	paragraph(w, BLOCK_PARAGRAPH, wording_common(l,
	    wording_door(rq->purpose) ? COMMON_WARNING_DOOR :
	    COMMON_WARNING_ACCOUNT));
	paragraph(w, BLOCK_CODE, "{code}");
	paragraph(w, BLOCK_PARAGRAPH, wording_common(l, valid_part(rq)));
	paragraph(w, BLOCK_PARAGRAPH,
	    wording_part(l, rq->purpose, PART_NOT_YOU));
	paragraph(w, BLOCK_PARAGRAPH, wording_common(l, COMMON_FOOTER));
}

static enum err
render_subject(const struct wording_request *rq, struct wording *w)
{
	struct buf line;
	enum err err = ERR_NONE;

	buf_init(&line, HEADER_TEXT_MAX);
	expand(&(struct writer){rq, &line, false},
	    wording_part(rq->locale, rq->purpose, PART_SUBJECT));
	if (buf_err(&line) != ERR_NONE) {
		err = buf_err(&line);
	} else if (header_text_parse(buf_view(&line), &w->subject) !=
	    FLAW_NONE) {
		err = ERR_LIMIT;
	}
	buf_done(&line);
	return err;
}

static enum err
render_email(const struct wording_request *rq, struct wording *w)
{
	struct writer text = {rq, &w->text, false};
	struct writer html = {rq, &w->html, true};

	email_body(&text);
	buf_cut(&w->text, w->text.n > 0 ? w->text.n - 1 : 0);
	buf_printf(&w->html, "<!doctype html>\n<html lang=\"%s\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta name=\"format-detection\" content=\"telephone=no, date=no, "
	    "address=no, email=no, url=no\">\n<title>",
	    locale_name(rq->locale));
	expand(&html, wording_part(rq->locale, rq->purpose, PART_SUBJECT));
	buf_z(&w->html, "</title>\n</head>\n"
	    "<body style=\"margin:0 auto;padding:24px;max-width:560px;"
	    "font:16px/1.5 system-ui,sans-serif\">\n");
	email_body(&html);
	buf_z(&w->html, "</body>\n</html>\n");
	return render_subject(rq, w);
}

/* The fullest form that fits one segment; the host's line is dropped first. */
static enum err
render_sms(const struct wording_request *rq, struct wording *w)
{
	struct writer text = {rq, &w->text, false};

	for (int form = rq->host.n > 0 ? 0 : 1; form < 4; form++) {
		if (form == 2 && rq->host.n == 0) {
			continue;
		}
		buf_clear(&w->text);
		expand(&text, wording_part(rq->locale, rq->purpose,
		    form < 2 ? PART_SMS : PART_SMS_SHORT));
		if (form == 0 || form == 2) {
			/* S91: host, one blank, code; nothing behind. */
			buf_z(&w->text, "\n@");
			buf_str(&w->text, rq->host);
			buf_z(&w->text, " #");
			buf_str(&w->text, rq->code);
		}
		if (buf_err(&w->text) == ERR_NONE &&
		    gsm7_one_segment(buf_view(&w->text))) {
			return ERR_NONE;
		}
	}
	return ERR_LIMIT;
}

static enum err
check_request(const struct wording_request *rq)
{
	assert(rq->purpose < PURPOSE_COUNT && rq->locale < LOCALE_COUNT);
	if (rq->code.n < 4 || rq->code.n > WORDING_CODE_DIGITS) {
		return ERR_RANGE;
	}
	for (size_t i = 0; i < rq->code.n; i++) {
		if (rq->code.p[i] < '0' || rq->code.p[i] > '9') {
			return ERR_RANGE;
		}
	}
	for (int f = 0; f < FACT_COUNT; f++) {
		if (wording_requires(rq->purpose, (enum fact)f) &&
		    rq->facts[f] == NULL) {
			return ERR_MISSING;
		}
	}
	return ERR_NONE;
}

static enum err
check_result(const struct wording_request *rq, const struct wording *w)
{
	struct lint_message m = {
		.purpose = rq->purpose, .channel = rq->channel,
		.locale = rq->locale, .subject = header_text_str(&w->subject),
		.text = buf_view(&w->text), .html = buf_view(&w->html),
		.code = rq->code,
	};

	if (buf_err(&w->text) != ERR_NONE) {
		return buf_err(&w->text);
	}
	if (buf_err(&w->html) != ERR_NONE) {
		return buf_err(&w->html);
	}
	return lint_outgoing(&m) == LINT_CLEAN ? ERR_NONE : ERR_DENIED;
}

enum err
wording_render(const struct wording_request *rq, struct wording *w)
{
	enum err err = check_request(rq);

	wording_clear(w);
	if (err != ERR_NONE) {
		return err;
	}
	switch (rq->channel) {
	case CHANNEL_EMAIL:
		err = render_email(rq, w);
		break;
	case CHANNEL_SMS:
		err = render_sms(rq, w);
		break;
	case CHANNEL_VOICE:
		expand(&(struct writer){rq, &w->text, false},
		    wording_part(rq->locale, rq->purpose, PART_VOICE));
		break;
	case CHANNEL_TOTP:
	case CHANNEL_COUNT:
	default:
		err = ERR_RANGE;
		break;
	}
	if (err == ERR_NONE) {
		err = check_result(rq, w);
	}
	if (err != ERR_NONE) {
		wording_clear(w);
	}
	return err;
}
