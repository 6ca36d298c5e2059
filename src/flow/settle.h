/*
 * What time and a restore do to a challenge before any use case looks at it.
 */
#ifndef FLOW_SETTLE_H
#define FLOW_SETTLE_H

#include "flow/flow.h"
#include "store/challenges.h"

/*
 * challenge_settle(f, row, now): true when row was pending and is over now,
 * because its time is up, or because it was made before a restore and may
 * have been used after the backup (S136: it is cancelled).  The caller writes
 * the row and its event.
 */
bool challenge_settle(const struct flow *f, struct challenge_row *row,
    unix_ms now) MUST_CHECK NONNULL;

/* challenge_settled(tx, f, row, now): writes both. */
enum err challenge_settled(struct tx *tx, const struct flow *f,
    struct challenge_row *row, unix_ms now) MUST_CHECK NONNULL;

#endif
