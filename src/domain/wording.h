/*
 * The wording of messages: for each kind, purpose, channel and language, from
 * the templates in wording/.
 *
 * Rendering is pure: the same request gives the same bytes.  What a message
 * must and must not say stands in wording/README.md; domain/lint.h checks it,
 * and wording_render lets nothing out that has a link (R72) or lacks its code
 * (R75).  A notice has no code (S22).
 */
#ifndef DOMAIN_WORDING_H
#define DOMAIN_WORDING_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/notice.h"
#include "domain/purpose.h"
#include "domain/text.h"

/* The languages of the messages: add at the end. */
enum locale {
	LOCALE_EN, LOCALE_DE, LOCALE_FR, LOCALE_ES, LOCALE_IT, LOCALE_PT,
	LOCALE_NL, LOCALE_PL, LOCALE_HI, LOCALE_JA,
	LOCALE_COUNT
};

/* locale_name(l): the language tag, "en".  Never NULL. */
const char *locale_name(enum locale l);

/* locale_language(l): with a region, as voices are named: "en-US", "pt-BR". */
const char *locale_language(enum locale l);

/*
 * locale_best(tag): the language of an RFC 5646 tag ("de", "de-AT", "pt-BR",
 * "DE_at"), English for all that the messages do not have.
 */
enum locale locale_best(struct str tag);

/* What of a binding is said in a message; the rest stays unsaid (S98). */
enum fact {
	FACT_DEVICE,
	FACT_PLACE,
	FACT_AMOUNT,
	FACT_CURRENCY,		/* said behind the amount */
	FACT_PAYEE,
	FACT_CHANGE,		/* what is to be changed, "postal address" */
	FACT_ORDER,
	FACT_PARCELS,
	FACT_COUNT
};

/* fact_parse(key, ret_fact): by its key in a binding: "device", "amount" … */
bool fact_parse(struct str key, enum fact *ret_fact) MUST_CHECK NONNULL;
const char *fact_name(enum fact f);

/* wording_requires(p, f): p cannot be worded without f (S47). */
bool wording_requires(enum purpose p, enum fact f);

/* What a tenant may say in his own words; the rest of a message is ours. */
enum wording_own_part {
	OWN_SUBJECT,		/* of an e-mail */
	OWN_HEADING,
	OWN_LEAD,		/* what happened */
	OWN_NOT_YOU,		/* what to do if it was somebody else */
	OWN_SMS,		/* all of a text message */
	OWN_VOICE,		/* all of a call */
	OWN_PART_COUNT
};

#define OWN_TEXT_CHARS 1000

/* own_part_name(p): "subject", "heading", "lead", "not_you", "text", "text" */
const char *own_part_name(enum wording_own_part p);
enum channel own_part_channel(enum wording_own_part p);

struct wording_own {
	enum purpose purpose;
	enum locale locale;
	enum wording_own_part part;
	const char *text;
};

/*
 * own_flaw(own): why the text of own cannot be used at all: its signs, or its
 * placeholders; NULL: it can.  Whether the message it is in keeps the rules,
 * domain/lint.h says.
 */
const char *own_flaw(const struct wording_own *own) NONNULL;

struct wording_request {
	enum message_kind kind;
	enum purpose purpose;
	enum channel channel;		/* email, sms or voice */
	enum locale locale;
	const struct display_text *brand;	/* the tenant's, not ours */
	const struct wording_own *own;		/* or NULL */
	unsigned n_own;
	/* Of a code. */
	struct str code;		/* 4 to 10 digits; a notice: empty */
	duration_ms expires_in;		/* unused at the door: "today" */
	struct str host;		/* S91: sms only; empty: no last line */
	struct str app_hash;		/* sms only: eleven characters by which
					 * Android gives the message to the
					 * shop's app; empty: no such line */
	const struct display_text *facts[FACT_COUNT];	/* NULL: not given */
	/* Of a notice. */
	int failures;			/* wrong codes in a row, 1 or more */
	unix_ms at;			/* when the last was entered; of news:
					 * a moment of their day, in UTC */
	const struct display_text *receipt;	/* of news; may be NULL */
};

#define WORDING_TEXT_MAX 8192
#define WORDING_HTML_MAX 16384

struct wording {
	struct header_text subject;	/* e-mail only */
	struct buf text;
	struct buf html;		/* e-mail only */
};

/* Made empty once, rendered into any number of times. */
void wording_init(struct wording *w) NONNULL;
void wording_done(struct wording *w) NONNULL;

/*
 * wording_render(rq, w): into w, which is cleared first and is empty after
 * an error.  ERR_MISSING: a required fact is not there.  ERR_RANGE: code is
 * not 4 to 10 digits, a notice has a code or no failures, or the channel
 * carries no messages.  ERR_LIMIT: brand, amount and payee do not fit one
 * text message, not even in English, which is tried last: a script outside
 * the GSM alphabet has 70 characters only (S92).  ERR_DENIED: the result
 * would break a rule of domain/lint.h.  ERR_NOMEM.
 */
enum err wording_render(const struct wording_request *rq, struct wording *w)
    MUST_CHECK NONNULL;

#define WORDING_CODE_DIGITS 10
/* The longest: "1, 2, 3, 4, 5, 6, 7, 8, 9, 0". */
#define WORDING_CODE_SIZE (3 * WORDING_CODE_DIGITS)

/*
 * wording_code(channel, code, dst): the digits as the channel writes them, in
 * dst: "123 456" in an e-mail (4 and 5 digits undivided), "123456" in a text
 * message, "1, 2, 3, 4, 5, 6" for a voice.  code has at most 10 digits.
 */
struct str wording_code(enum channel channel, struct str code,
    char dst[static WORDING_CODE_SIZE]);

/* wording_prompt(l, brand, out): what a call says before a key is pressed. */
void wording_prompt(enum locale l, const struct display_text *brand,
    struct buf *out) NONNULL;

/* wording_door(p): the code is given to an agent at the door (R69). */
bool wording_door(enum purpose p);

/*
 * wording_parts_missing(l, out): names every template that language l lacks,
 * one a line; how many.  For the test that keeps the languages complete.
 */
unsigned wording_parts_missing(enum locale l, struct buf *out) NONNULL;

#endif
