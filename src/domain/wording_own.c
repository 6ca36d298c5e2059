#include "domain/wording_own.h"

#include <assert.h>

#include "domain/wording_table.h"

static const struct {
	const char *name;
	enum channel channel;
	enum wording_part part;
} parts[OWN_PART_COUNT] = {
	[OWN_SUBJECT] = {"subject", CHANNEL_EMAIL, PART_SUBJECT},
	[OWN_HEADING] = {"heading", CHANNEL_EMAIL, PART_HEADING},
	[OWN_LEAD] = {"lead", CHANNEL_EMAIL, PART_LEAD},
	[OWN_NOT_YOU] = {"not_you", CHANNEL_EMAIL, PART_NOT_YOU},
	[OWN_SMS] = {"text", CHANNEL_SMS, PART_SMS},
	[OWN_VOICE] = {"text", CHANNEL_VOICE, PART_VOICE},
};

const char *
own_part_name(enum wording_own_part p)
{
	assert(p < OWN_PART_COUNT);
	return parts[p].name;
}

enum channel
own_part_channel(enum wording_own_part p)
{
	assert(p < OWN_PART_COUNT);
	return parts[p].channel;
}

const char *
wording_own_or(const struct wording_request *rq, enum wording_own_part part)
{
	for (unsigned i = 0; i < rq->n_own; i++) {
		const struct wording_own *own = &rq->own[i];

		if (own->part == part && own->purpose == rq->purpose &&
		    own->locale == rq->locale) {
			return own->text;
		}
	}
	return wording_part(rq->locale, rq->purpose, parts[part].part);
}

enum { HAS_CODE = 1, HAS_AMOUNT = 2, HAS_PAYEE = 4 };

/* A placeholder that may stand in own; what it is, or -1. */
static int
placeholder(const struct wording_own *own, struct str name)
{
	const bool whole = own->part == OWN_SMS || own->part == OWN_VOICE;
	const bool pays = own->purpose == PURPOSE_TRANSACTION &&
	    own->part != OWN_SUBJECT;

	if (str_equal(name, STR("brand"))) {
		return 0;
	}
	if (whole && str_equal(name, STR("code"))) {
		return HAS_CODE;
	}
	/* At the door it is the day, and not a number of minutes (R14). */
	if (whole && !wording_door(own->purpose) &&
	    str_equal(name, STR("minutes"))) {
		return 0;
	}
	if (pays && str_equal(name, STR("amount"))) {
		return HAS_AMOUNT;
	}
	return pays && str_equal(name, STR("payee")) ? HAS_PAYEE : -1;
}

/* S47: who pays sees what, and to whom. */
static const char *
missing(const struct wording_own *own, int has)
{
	const bool whole = own->part == OWN_SMS || own->part == OWN_VOICE;

	if (whole && (has & HAS_CODE) == 0) {
		return "needs {code}";
	}
	if (own->purpose == PURPOSE_TRANSACTION && (whole ||
	    own->part == OWN_LEAD) && ((has & HAS_AMOUNT) == 0 ||
	    (has & HAS_PAYEE) == 0)) {
		return "needs {amount} and {payee}";
	}
	return NULL;
}

const char *
own_flaw(const struct wording_own *own)
{
	struct str rest = str_of(own->text);
	enum flaw flaw = text_flaw(rest, OWN_TEXT_CHARS);
	int has = 0;

	if (flaw != FLAW_NONE) {
		return flaw_reason(flaw);
	}
	while (rest.n > 0) {
		size_t open = str_find(rest, '{');
		size_t close;
		int found;

		if (str_find(str_slice(rest, 0, open), '}') != open) {
			return "has a brace that was not opened";
		}
		rest = str_slice(rest, open, rest.n);
		if (rest.n == 0) {
			break;
		}
		close = str_find(rest, '}');
		if (close == rest.n) {
			return "has a brace that is not closed";
		}
		found = placeholder(own, str_slice(rest, 1, close));
		if (found < 0) {
			return "has a {placeholder} that is none here";
		}
		has |= found;
		rest = str_slice(rest, close + 1, rest.n);
	}
	return missing(own, has);
}
