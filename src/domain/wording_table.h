/*
 * The templates of wording/, as tables.  For wording.c and its test.
 */
#ifndef DOMAIN_WORDING_TABLE_H
#define DOMAIN_WORDING_TABLE_H

#include "domain/wording.h"

/* One for each purpose. */
enum wording_part {
	PART_SUBJECT,
	PART_HEADING,
	PART_LEAD,
	PART_NOT_YOU,
	PART_SMS,
	PART_SMS_SHORT,
	PART_VOICE,
	PART_COUNT
};

/* Shared by all purposes. */
enum wording_common {
	COMMON_VALID_MINUTES,
	COMMON_VALID_MINUTE,
	COMMON_VALID_HOURS,
	COMMON_VALID_TODAY,
	COMMON_WARNING_ACCOUNT,
	COMMON_WARNING_DOOR,
	COMMON_FOOTER,
	COMMON_FACT_DEVICE,
	COMMON_FACT_PLACE,
	COMMON_FACT_AMOUNT,
	COMMON_FACT_PAYEE,
	COMMON_FACT_CHANGE,
	COMMON_FACT_ORDER,
	COMMON_FACT_PARCELS,
	COMMON_COUNT
};

const char *wording_part(enum locale l, enum purpose p,
    enum wording_part part);
const char *wording_common(enum locale l, enum wording_common part);

#endif
