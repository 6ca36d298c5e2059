/*
 * Notices: the owner of an address is told of suspicious attempts with its
 * codes (S22, ASVS 6.3.5).
 *
 * A notice holds no code and asks for nothing.  It goes to the recipient of
 * the challenge at hand, lives a day of its own, and goes out whatever becomes
 * of the challenge.
 */
#ifndef DOMAIN_NOTICE_H
#define DOMAIN_NOTICE_H

#include "domain/counter.h"
#include "domain/policy.h"

/* What a message is.  Stored as a number: add at the end. */
enum message_kind {
	MESSAGE_CODE,
	MESSAGE_NOTICE_FAILURES,	/* wrong codes in a row */
	MESSAGE_NOTICE_LATE_SUCCESS,	/* a right one behind wrong ones */
	MESSAGE_NOTICE_CHANGED,	/* of a contact, factor, password (S75) */
	MESSAGE_NEWS_EXPECTED,	/* of a shipment: its day, and a code (R1, R20) */
	MESSAGE_NEWS_DELIVERED,
	MESSAGE_NEWS_ATTEMPTED,	/* and the new day */
	MESSAGE_NEWS_RETURNING,
	MESSAGE_NEWS_OVERRIDDEN,	/* handed over without a code */
	MESSAGE_NOTICE_LAST_TRY,	/* one more, and payments are blocked */
	MESSAGE_NOTICE_BLOCKED,	/* payments are (S15) */
	MESSAGE_KIND_COUNT
};

/* Not longer than the recipient is known after the end (RETENTION_PERSONAL). */
#define NOTICE_LIFE HOURS(24)

/* message_is_notice(k): anything but a message with a code. */
bool message_is_notice(enum message_kind k);

/* message_is_news(k): a notice about a shipment. */
bool message_is_news(enum message_kind k);

/* message_kind_name(k): "code" or "notice". */
const char *message_kind_name(enum message_kind k);

/*
 * news_wait(c, now): how long until one more may be sent to a customer; c
 * counts those of a subject: twelve a day, for all shipments.
 */
duration_ms news_wait(const struct counter *c, unix_ms now) NONNULL;

/* message_is_payer(k): about a block of payments. */
bool message_is_payer(enum message_kind k);

/* notice_reason(k): why, for the audit log; of a notice about codes. */
const char *notice_reason(enum message_kind k);

/*
 * notice_due(p, approved, streak): what a check gives cause for; MESSAGE_CODE:
 * nothing.  streak is the subject's failures in a row, with the one of this
 * check, or those that its success has ended.
 */
enum message_kind notice_due(const struct notice_policy *p, bool approved,
    int64_t streak) NONNULL;

/*
 * notice_wait(c, now): how long until one more may be sent; c counts those of
 * a subject and kind.  Each kind once an hour and three times a day, so that
 * nobody who has challenges can flood the owner with them.
 */
duration_ms notice_wait(const struct counter *c, unix_ms now) NONNULL;

/* notice_counter(k): where it is counted; of a notice about codes. */
enum counter_kind notice_counter(enum message_kind k);

#endif
