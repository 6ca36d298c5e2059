#include "domain/wording.h"

#include <assert.h>
#include <string.h>

#include "domain/gsm7.h"
#include "domain/lint.h"
#include "domain/wording_own.h"
#include "domain/wording_table.h"
#include "domain/wording_writer.h"

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

void
wording_prompt(enum locale l, const struct display_text *brand,
    struct buf *out)
{
	const struct wording_request rq = {.locale = l, .brand = brand};

	writer_expand(&(struct writer){&rq, out, false},
	    wording_common(l, COMMON_CALL_PROMPT));
}

static const char *
valid_part(const struct wording_request *rq)
{
	uint64_t minutes = writer_minutes(rq);

	if (wording_door(rq->purpose)) {	/* R14 */
		return wording_common(rq->locale, COMMON_VALID_TODAY);
	}
	return minutes >= 120
	    ? wording_counted(rq->locale, COUNTED_VALID_HOURS, minutes / 60)
	    : wording_counted(rq->locale, COUNTED_VALID_MINUTES, minutes);
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

	writer_paragraph(w, BLOCK_HEADING,
	    wording_own_or(rq, OWN_HEADING));
	writer_paragraph(w, BLOCK_PARAGRAPH,
	    wording_own_or(rq, OWN_LEAD));
	writer_facts(w);
	writer_paragraph(w, BLOCK_PARAGRAPH, wording_common(l,
	    wording_door(rq->purpose) ? COMMON_WARNING_DOOR :
	    COMMON_WARNING_ACCOUNT));
	writer_paragraph(w, BLOCK_CODE, "{code}");
	writer_paragraph(w, BLOCK_PARAGRAPH, valid_part(rq));
	writer_paragraph(w, BLOCK_PARAGRAPH,
	    wording_own_or(rq, OWN_NOT_YOU));
	writer_paragraph(w, BLOCK_PARAGRAPH, wording_common(l, COMMON_FOOTER));
}

/* What to do if it was a stranger. */
static const char *
advice(const struct wording_request *rq)
{
	if (rq->kind == MESSAGE_NOTICE_CHANGED) {
		return wording_part(rq->locale, PURPOSE_ACCOUNT_CHANGE,
		    PART_NOTICE_LATE);
	}
	return wording_part(rq->locale, rq->purpose,
	    rq->kind == MESSAGE_NOTICE_LATE_SUCCESS ? PART_NOTICE_LATE
	    : PART_NOTICE_FAILURES);
}

static const char *
innocent(const struct wording_request *rq)
{
	return wording_common(rq->locale, rq->kind == MESSAGE_NOTICE_CHANGED
	    ? COMMON_NOTICE_INNOCENT : COMMON_NOTICE_HOUSEHOLD);
}

/* The innocent explanation first, then what to do (R61 to R65). */
static void
notice_body(const struct writer *w)
{
	const struct wording_request *rq = w->rq;
	enum locale l = rq->locale;

	writer_paragraph(w, BLOCK_HEADING,
	    wording_notice(l, rq->kind, NOTICE_HEADING));
	writer_paragraph(w, BLOCK_PARAGRAPH,
	    wording_notice(l, rq->kind, NOTICE_LEAD));
	writer_time(w);
	writer_paragraph(w, BLOCK_PARAGRAPH, innocent(rq));
	writer_paragraph(w, BLOCK_PARAGRAPH, advice(rq));
	writer_paragraph(w, BLOCK_PARAGRAPH,
	    wording_common(l, COMMON_NOTICE_FOOTER));
}

/* What became of a shipment; its page says the rest. */
static void
news_body(const struct writer *w)
{
	const struct wording_request *rq = w->rq;
	enum locale l = rq->locale;

	writer_paragraph(w, BLOCK_HEADING,
	    wording_notice(l, rq->kind, NOTICE_HEADING));
	writer_paragraph(w, BLOCK_PARAGRAPH,
	    wording_notice(l, rq->kind, NOTICE_LEAD));
	writer_facts(w);
	writer_paragraph(w, BLOCK_PARAGRAPH,
	    wording_common(l, COMMON_NOTICE_FOOTER));
}

static void
body(const struct writer *w)
{
	if (message_is_news(w->rq->kind)) {
		news_body(w);
	} else if (message_is_notice(w->rq->kind)) {
		notice_body(w);
	} else {
		email_body(w);
	}
}

static const char *
subject_of(const struct wording_request *rq)
{
	return message_is_notice(rq->kind)
	    ? wording_notice(rq->locale, rq->kind, NOTICE_SUBJECT)
	    : wording_own_or(rq, OWN_SUBJECT);
}

static enum err
render_subject(const struct wording_request *rq, struct wording *w)
{
	struct buf line;
	enum err err = ERR_NONE;

	buf_init(&line, HEADER_TEXT_MAX);
	writer_expand(&(struct writer){rq, &line, false}, subject_of(rq));
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

	body(&text);
	buf_cut(&w->text, w->text.n > 0 ? w->text.n - 1 : 0);
	buf_printf(&w->html, "<!doctype html>\n<html lang=\"%s\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta name=\"format-detection\" content=\"telephone=no, date=no, "
	    "address=no, email=no, url=no\">\n<title>",
	    locale_name(rq->locale));
	writer_expand(&html, subject_of(rq));
	buf_z(&w->html, "</title>\n</head>\n"
	    "<body style=\"margin:0 auto;padding:24px;max-width:560px;"
	    "font:16px/1.5 system-ui,sans-serif\">\n");
	body(&html);
	buf_z(&w->html, "</body>\n</html>\n");
	return render_subject(rq, w);
}

/* A line of its own, before that of the host, which must be the last. */
static void
put_app_hash(const struct wording_request *rq, struct buf *text)
{
	if (rq->app_hash.n > 0) {
		buf_char(text, '\n');
		buf_str(text, rq->app_hash);
	}
}

/* What a form of a text message leaves out. */
enum { NO_HOST = 1, NO_WORDS = 2, NO_HASH = 4, FORMS = 8 };

/*
 * The fullest form that fits one segment; the host's line is dropped first,
 * and the app's only where the shortest words do not fit with it.
 */
static enum err
render_code_sms(const struct wording_request *rq, struct wording *w)
{
	struct writer text = {rq, &w->text, false};

	for (int form = 0; form < FORMS; form++) {
		if (((form & NO_HOST) == 0 && rq->host.n == 0) ||
		    ((form & NO_HASH) != 0 && rq->app_hash.n == 0)) {
			continue;
		}
		buf_clear(&w->text);
		writer_expand(&text, (form & NO_WORDS) == 0
		    ? wording_own_or(rq, OWN_SMS)
		    : wording_part(rq->locale, rq->purpose, PART_SMS_SHORT));
		if ((form & NO_HASH) == 0) {
			put_app_hash(rq, &w->text);
		}
		if ((form & NO_HOST) == 0) {
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

/* The fullest form of a notice that fits one segment. */
static enum err
render_notice_sms(const struct wording_request *rq, struct wording *w)
{
	struct writer text = {rq, &w->text, false};

	for (int form = NOTICE_SMS; form <= NOTICE_SMS_SHORTEST; form++) {
		buf_clear(&w->text);
		writer_expand(&text, wording_notice(rq->locale, rq->kind,
		    (enum wording_notice)form));
		if (buf_err(&w->text) == ERR_NONE &&
		    gsm7_one_segment(buf_view(&w->text))) {
			return ERR_NONE;
		}
	}
	return ERR_LIMIT;
}

/*
 * What fits in no form of its language goes out in English: amount and payee
 * may take more than the 70 characters that its script has, and a message in
 * another language is better than none.
 */
static enum err
render_sms(const struct wording_request *rq, struct wording *w)
{
	struct wording_request english = *rq;
	enum err err;

	english.locale = LOCALE_EN;
	if (message_is_notice(rq->kind)) {
		err = render_notice_sms(rq, w);
		return err == ERR_LIMIT ? render_notice_sms(&english, w) : err;
	}
	err = render_code_sms(rq, w);
	return err == ERR_LIMIT ? render_code_sms(&english, w) : err;
}

static void
render_voice(const struct wording_request *rq, struct wording *w)
{
	struct writer text = {rq, &w->text, false};
	enum locale l = rq->locale;

	if (!message_is_notice(rq->kind)) {
		writer_expand(&text, wording_own_or(rq, OWN_VOICE));
		return;
	}
	writer_expand(&text, wording_common(l, COMMON_NOTICE_GREETING));
	buf_char(&w->text, ' ');
	writer_expand(&text, wording_notice(l, rq->kind, NOTICE_LEAD));
	if (message_is_news(rq->kind)) {
		return;
	}
	buf_char(&w->text, ' ');
	writer_expand(&text, innocent(rq));
	buf_char(&w->text, ' ');
	writer_expand(&text, advice(rq));
	buf_char(&w->text, ' ');
	writer_expand(&text, wording_common(l, COMMON_NOTICE_GOODBYE));
}

static enum err
check_news(const struct wording_request *rq)
{
	bool has_receipt = rq->kind == MESSAGE_NEWS_DELIVERED ||
	    rq->kind == MESSAGE_NEWS_OVERRIDDEN;

	if (rq->code.n > 0) {
		return ERR_RANGE;
	}
	return rq->facts[FACT_ORDER] == NULL ||
	    (has_receipt && rq->receipt == NULL) ? ERR_MISSING : ERR_NONE;
}

static enum err
check_request(const struct wording_request *rq)
{
	assert(rq->purpose < PURPOSE_COUNT && rq->locale < LOCALE_COUNT);
	if (message_is_news(rq->kind)) {
		return check_news(rq);
	}
	if (message_is_notice(rq->kind)) {
		return rq->code.n == 0 && (rq->failures > 0 ||
		    rq->kind == MESSAGE_NOTICE_CHANGED) ? ERR_NONE
		    : ERR_RANGE;
	}
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

static struct lint_message
as_read(const struct wording_request *rq, const struct wording *w)
{
	return (struct lint_message){
		.kind = rq->kind,
		.purpose = rq->purpose, .channel = rq->channel,
		.locale = rq->locale, .subject = header_text_str(&w->subject),
		.text = buf_view(&w->text), .html = buf_view(&w->html),
		.code = rq->code,
	};
}

static enum err
check_result(const struct wording_request *rq, const struct wording *w)
{
	const struct lint_message m = as_read(rq, w);

	if (buf_err(&w->text) != ERR_NONE) {
		return buf_err(&w->text);
	}
	if (buf_err(&w->html) != ERR_NONE) {
		return buf_err(&w->html);
	}
	return lint_outgoing(&m) == LINT_CLEAN ? ERR_NONE : ERR_DENIED;
}

enum err
wording_preview(const struct wording_request *rq, struct wording *w,
    enum lint *ret_lint)
{
	struct lint_message m;
	enum err err = check_request(rq);

	wording_clear(w);
	if (err == ERR_NONE && rq->channel == CHANNEL_EMAIL) {
		err = render_email(rq, w);
	} else if (err == ERR_NONE && rq->channel == CHANNEL_SMS) {
		writer_expand(&(struct writer){rq, &w->text, false},
		    wording_own_or(rq, OWN_SMS));
		put_app_hash(rq, &w->text);
	} else if (err == ERR_NONE) {
		render_voice(rq, w);
	}
	if (err == ERR_NONE) {
		err = buf_err(&w->text) != ERR_NONE ? buf_err(&w->text)
		    : buf_err(&w->html);
	}
	if (err == ERR_NONE) {
		m = as_read(rq, w);
		*ret_lint = lint_message(&m);
	}
	return err;
}

static enum err
render_in_locale(const struct wording_request *rq, struct wording *w)
{
	enum err err = ERR_NONE;

	wording_clear(w);
	switch (rq->channel) {
	case CHANNEL_EMAIL:
		err = render_email(rq, w);
		break;
	case CHANNEL_SMS:
		err = render_sms(rq, w);
		break;
	case CHANNEL_VOICE:
		render_voice(rq, w);
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

/*
 * A name that is fine by itself may look like a link beside the letters of a
 * language without blanks ("y@" and a kana): then it is said in English.
 */
enum err
wording_render(const struct wording_request *rq, struct wording *w)
{
	struct wording_request english = *rq;
	enum err err = check_request(rq);

	wording_clear(w);
	if (err == ERR_NONE) {
		err = render_in_locale(rq, w);
	}
	if (err == ERR_DENIED && rq->locale != LOCALE_EN) {
		english.locale = LOCALE_EN;
		err = render_in_locale(&english, w);
	}
	return err;
}
