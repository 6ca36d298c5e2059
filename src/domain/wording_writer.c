#include "domain/wording_writer.h"

#include <assert.h>
#include <string.h>

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
	for (size_t i = 0; decimal && locale_comma(w->rq->locale) &&
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
uint64_t
writer_minutes(const struct wording_request *rq)
{
	int64_t n = (rq->expires_in.v + 30000) / 60000;

	return n < 1 ? 1 : (uint64_t)n;
}

/* "20", "November", "20", "11" or "14:05" of the time that a notice tells of, in UTC. */
static void
put_time(const struct writer *w, struct str name)
{
	struct civil t = unix_ms_civil(w->rq->at);
	struct str months = str_of(wording_common(w->rq->locale,
	    COMMON_MONTHS));
	struct str month = {NULL, 0};

	if (str_equal(name, STR("day")) && t.day == 1) {
		buf_z(w->out, wording_common(w->rq->locale, COMMON_FIRST));
	} else if (str_equal(name, STR("day"))) {
		buf_u64(w->out, (uint64_t)t.day);
	} else if (str_equal(name, STR("dd"))) {
		buf_printf(w->out, "%02d", t.day);
	} else if (str_equal(name, STR("mm"))) {
		buf_printf(w->out, "%02d", t.month);
	} else if (str_equal(name, STR("month"))) {
		for (int i = 0; i < t.month; i++) {
			(void)str_split(&months, ' ', &month);
		}
		put(w, month);
	} else {
		buf_printf(w->out, "%02d:%02d", t.hour, t.minute);
	}
}

/* A placeholder of a notice that stands for another template, or NULL. */
static const char *
template_of(const struct wording_request *rq, struct str name)
{
	uint64_t n = (uint64_t)rq->failures;
	enum locale l = rq->locale;

	if (str_equal(name, STR("times"))) {
		return wording_counted(l, COUNTED_TIMES, n);
	}
	if (str_equal(name, STR("failures"))) {
		return wording_counted(l, COUNTED_FAILURES, n);
	}
	if (str_equal(name, STR("after"))) {
		return wording_counted(l, COUNTED_AFTER, n);
	}
	if (str_equal(name, STR("time"))) {
		return wording_common(l, COMMON_TIME);
	}
	if (str_equal(name, STR("date"))) {
		return wording_common(l, COMMON_DATE);
	}
	if (str_equal(name, STR("for"))) {
		return wording_part(l, rq->purpose, PART_NOTICE_FOR);
	}
	if (str_equal(name, STR("brief"))) {
		return wording_part(l, rq->purpose, PART_NOTICE_BRIEF);
	}
	return NULL;
}

/* NOLINTBEGIN(misc-no-recursion): what a placeholder names has none of its own */
static void
put_value(const struct writer *w, struct str name)
{
	const char *template = template_of(w->rq, name);

	if (template != NULL) {
		writer_expand(w, template);
	} else if (str_equal(name, STR("brand"))) {
		put(w, display_text_str(w->rq->brand));
	} else if (str_equal(name, STR("code"))) {
		put_code(w);
	} else if (str_equal(name, STR("count"))) {
		buf_u64(w->out, (uint64_t)w->rq->failures);
	} else if (str_equal(name, STR("day")) ||
	    str_equal(name, STR("month")) || str_equal(name, STR("dd")) ||
	    str_equal(name, STR("mm")) || str_equal(name, STR("clock"))) {
		put_time(w, name);
	} else if (str_equal(name, STR("minutes"))) {
		buf_u64(w->out, writer_minutes(w->rq));
	} else if (str_equal(name, STR("hours"))) {
		buf_u64(w->out, writer_minutes(w->rq) / 60);
	} else if (str_equal(name, STR("amount"))) {
		put_amount(w);
	} else if (str_equal(name, STR("payee"))) {
		put(w, display_text_str(w->rq->facts[FACT_PAYEE]));
	} else if (str_equal(name, STR("order"))) {
		put(w, display_text_str(w->rq->facts[FACT_ORDER]));
	} else if (str_equal(name, STR("receipt"))) {
		put(w, display_text_str(w->rq->receipt));
	} else {
		assert(!"a placeholder that has no value");
	}
}

void
writer_expand(const struct writer *w, const char *template)
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

/* NOLINTEND(misc-no-recursion) */

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

void
writer_paragraph(const struct writer *w, enum block block,
    const char *template)
{
	open_block(w, block);
	writer_expand(w, template);
	close_block(w, block);
}

static void
label_fact(const struct writer *w, enum wording_common label)
{
	buf_z(w->out, w->html ? "<strong>" : "");
	buf_z(w->out, wording_common(w->rq->locale, label));
	buf_z(w->out, wording_common(w->rq->locale, COMMON_COLON));
	buf_z(w->out, w->html ? "</strong>" : "");
}

static void
fact_line(const struct writer *w, enum fact f, enum wording_common label)
{
	label_fact(w, label);
	if (f == FACT_AMOUNT) {
		put_amount(w);
	} else {
		put(w, display_text_str(w->rq->facts[f]));
	}
}

/* All in one paragraph, a line each. */
void
writer_facts(const struct writer *w)
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

void
writer_time(const struct writer *w)
{
	open_block(w, BLOCK_PARAGRAPH);
	label_fact(w, COMMON_FACT_TIME);
	writer_expand(w, "{time}");
	close_block(w, BLOCK_PARAGRAPH);
}
