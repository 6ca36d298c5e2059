/*
 * A counter: how often something happened, and when, for one key (a subject,
 * a recipient, a network address).  It belongs to the key and not to a code:
 * a resend, a new challenge, another channel, node or restart finds it as it
 * was (S13).
 *
 * marks are the last times, oldest first, so windows of any length are exact
 * and slide.  A mark in the future (the clock was put back) counts as now: a
 * jump can neither lengthen a lock nor drop a count (S31).
 */
#ifndef DOMAIN_COUNTER_H
#define DOMAIN_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/policy.h"

/* Stored as a number: add at the end. */
enum counter_kind {
	COUNTER_FAILURES,	/* wrong codes of a subject and factor */
	COUNTER_CREATES,	/* challenges of a subject */
	COUNTER_SENDS,		/* messages to a recipient */
	COUNTER_ADDRESS_CREATES,	/* challenges from a network address */
	COUNTER_ADDRESS_FAILURES,	/* wrong codes from a network address */
	COUNTER_NOTICE_FAILURES,	/* notices to a subject, by their kind */
	COUNTER_NOTICE_LATE_SUCCESS,
	COUNTER_PASSWORD,	/* wrong ones for a person, from one place */
	COUNTER_PASSWORD_ALL,	/* the same from everywhere */
	COUNTER_PAYEE,		/* payments of a person to a payee */
	COUNTER_AGENT_FAILURES,	/* wrong codes and wrong stops of an agent */
	COUNTER_NEWS,		/* what a customer is told of shipments */
	COUNTER_PAYER,		/* wrong codes of a payer: domain/payer.h */
	COUNTER_KIND_COUNT
};

#define COUNTER_MARKS 64

struct counter {
	int64_t streak;		/* in a row, since the last success */
	unsigned n;
	unix_ms marks[COUNTER_MARKS];
};

/*
 * counter_settle(c, now): marks in the future become now.  True when there
 * were any: the row must be kept, or a lock would wait for a date that the
 * clock showed by mistake.
 */
bool counter_settle(struct counter *c, unix_ms now) NONNULL;

/* counter_add(c, now): one more; the oldest mark gives way. */
void counter_add(struct counter *c, unix_ms now) NONNULL;

/* counter_clear(c): success: the streak ends, and the marks with it (S17). */
void counter_clear(struct counter *c) NONNULL;

/* counter_within(c, now, window): marks younger than window. */
unsigned counter_within(const struct counter *c, unix_ms now,
    duration_ms window) NONNULL;

/*
 * counter_wait(c, now, limits, n): how long until every limit allows one
 * more; zero when now is fine.
 */
duration_ms counter_wait(const struct counter *c, unix_ms now,
    const struct rate_limit *limits, unsigned n) NONNULL;

/*
 * counter_throttle(c, now, t): the same for failures of a subject: growing
 * delays, the soft stop per day, the hard stop for ever (S14, S16).
 */
enum throttle_state { THROTTLE_FREE, THROTTLE_WAIT, THROTTLE_STOPPED };
struct throttle {
	enum throttle_state state;
	duration_ms wait;	/* with THROTTLE_WAIT */
};
struct throttle counter_throttle(const struct counter *c, unix_ms now,
    const struct throttle_policy *t) NONNULL;

/*
 * The stored form of the marks: 8 bytes each, big-endian.  counter_unpack
 * keeps c->streak; false, and c as before, when the bytes are not dates, the
 * oldest first: a wait is read off one mark, which must be the right one.
 */
#define COUNTER_BYTES (COUNTER_MARKS * 8)
size_t counter_pack(const struct counter *c, uint8_t dst[static COUNTER_BYTES])
    NONNULL;
bool counter_unpack(struct str packed, struct counter *c) MUST_CHECK NONNULL;

#endif
