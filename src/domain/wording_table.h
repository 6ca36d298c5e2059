/*
 * The templates of wording/, as tables.  For wording.c and its test.
 */
#ifndef DOMAIN_WORDING_TABLE_H
#define DOMAIN_WORDING_TABLE_H

#include "domain/plural.h"

/* One for each purpose. */
enum wording_part {
	PART_SUBJECT,
	PART_HEADING,
	PART_LEAD,
	PART_NOT_YOU,
	PART_SMS,
	PART_SMS_SHORT,
	PART_VOICE,
	/* In notices. */
	PART_NOTICE_FOR,	/* what the code was for, inside a sentence */
	PART_NOTICE_FAILURES,	/* what to do if it was a stranger */
	PART_NOTICE_LATE,
	PART_NOTICE_BRIEF,	/* the same in a text message */
	PART_COUNT
};

/* One for each kind of notice. */
enum wording_notice {
	NOTICE_SUBJECT,
	NOTICE_HEADING,
	NOTICE_LEAD,
	NOTICE_SMS,
	NOTICE_SMS_SHORTER,
	NOTICE_SMS_SHORTEST,
	NOTICE_COUNT
};

/* One for each form of the plural that the language has. */
enum wording_counted {
	COUNTED_VALID_MINUTES,
	COUNTED_VALID_HOURS,
	COUNTED_TIMES,
	COUNTED_FAILURES,
	COUNTED_AFTER,
	COUNTED_COUNT
};

/* Shared by all purposes. */
enum wording_common {
	COMMON_VALID_TODAY,
	COMMON_WARNING_ACCOUNT,
	COMMON_WARNING_DOOR,
	COMMON_FOOTER,
	COMMON_COLON,		/* behind the name of a fact */
	COMMON_FACT_DEVICE,
	COMMON_FACT_PLACE,
	COMMON_FACT_AMOUNT,
	COMMON_FACT_PAYEE,
	COMMON_FACT_CHANGE,
	COMMON_FACT_ORDER,
	COMMON_FACT_PARCELS,
	COMMON_FACT_TIME,
	COMMON_FIRST,		/* of a month: "1", "1er" */
	COMMON_TIME,
	COMMON_MONTHS,		/* twelve, by blanks */
	COMMON_NOTICE_HOUSEHOLD,
	COMMON_NOTICE_INNOCENT,	/* of a change */
	COMMON_NOTICE_GREETING,	/* of a call, and its end */
	COMMON_NOTICE_GOODBYE,
	COMMON_NOTICE_FOOTER,
	COMMON_DATE,		/* the day of a delivery */
	COMMON_CALL_PROMPT,	/* before a key is pressed: no code */
	COMMON_COUNT
};

const char *wording_part(enum locale l, enum purpose p,
    enum wording_part part);
const char *wording_notice(enum locale l, enum message_kind kind,
    enum wording_notice part);
const char *wording_common(enum locale l, enum wording_common part);

/* wording_counted(l, part, n): part in the form that goes with n. */
const char *wording_counted(enum locale l, enum wording_counted part,
    uint64_t n);

/* locale_comma(l): decimals stand behind a comma, not a full stop. */
bool locale_comma(enum locale l);

#endif
