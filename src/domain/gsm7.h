/*
 * The length of a text message (3GPP TS 23.038): one segment carries 160
 * characters of the GSM 7-bit alphabet, or 70 UTF-16 units as soon as one
 * character is outside it.
 */
#ifndef DOMAIN_GSM7_H
#define DOMAIN_GSM7_H

#include <stdbool.h>

#include "base/str.h"

#define GSM7_SEGMENT 160
#define UCS2_SEGMENT 70

/* gsm7_one_segment(s): well-formed UTF-8 that fits one segment (S92). */
bool gsm7_one_segment(struct str s);

#endif
