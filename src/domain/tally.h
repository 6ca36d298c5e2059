/*
 * A tally: how many messages went somewhere, how many codes were asked for
 * and how many of them were used, in buckets of five minutes.
 *
 * It knows no single message, so it stays small however much is sent.  A
 * window is rounded up to whole buckets: no window of its length has more
 * than was counted.  Buckets in the future (the clock was put back) count as
 * the present one (S31).
 */
#ifndef DOMAIN_TALLY_H
#define DOMAIN_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/str.h"

#define TALLY_BUCKETS 13	/* an hour, and the bucket that it began in */
#define TALLY_BUCKET MINUTES(5)

struct tally_bucket {
	int64_t slot;		/* of time, since 1970 */
	uint32_t sent;		/* messages */
	uint32_t asked;		/* codes: their first message */
	uint32_t used;		/* of those, approved */
};

struct tally {
	unsigned n;
	struct tally_bucket v[TALLY_BUCKETS];	/* the oldest first */
};

/* tally_send(t, first, now): a message; first: of its code. */
void tally_send(struct tally *t, bool first, unix_ms now) NONNULL;

/* tally_use(t, asked_at, now): a code that was asked for then was used. */
void tally_use(struct tally *t, unix_ms asked_at, unix_ms now) NONNULL;

/* tally_sent(t, window, now): messages; window is an hour at most. */
int64_t tally_sent(const struct tally *t, duration_ms window, unix_ms now)
    NONNULL;

/* tally_wait(t, window, most, now): until there is room for one more. */
duration_ms tally_wait(const struct tally *t, duration_ms window,
    int64_t most, unix_ms now) NONNULL;

/*
 * tally_conversion(t, now): of an hour, but for the present bucket: whoever
 * was just sent a code has had no time to use it.
 */
struct tally_bucket tally_conversion(const struct tally *t, unix_ms now)
    NONNULL;

/* The stored form: 20 bytes a bucket, big-endian. */
#define TALLY_BUCKET_BYTES 20
#define TALLY_BYTES (TALLY_BUCKETS * TALLY_BUCKET_BYTES)
size_t tally_pack(const struct tally *t, uint8_t dst[static TALLY_BYTES])
    NONNULL;
bool tally_unpack(struct str packed, struct tally *ret_tally)
    MUST_CHECK NONNULL;

#endif
