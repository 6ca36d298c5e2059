/*
 * The profile psd2 (domain/payer.h) around a payment's code: whose wrong
 * codes are counted, and what the payer is told (S15).
 */
#ifndef FLOW_PAYER_H
#define FLOW_PAYER_H

#include "flow/outbox.h"
#include "store/counters.h"

/* payer_applies(tenant, purpose): the profile is on, and it is a payment. */
bool payer_applies(const struct tenant *tenant, enum purpose purpose) NONNULL;

/*
 * payer_counter(tx, f, row, now, ret): the wrong codes of the payer whom row
 * is about: of the account, whichever way its codes take; else of the address.
 * payer_counter_of: the same for an account that has no challenge yet.
 */
enum err payer_counter(struct tx *tx, const struct flow *f,
    const struct challenge_row *row, unix_ms now, struct counter_row *ret_row)
    MUST_CHECK NONNULL;
enum err payer_counter_of(struct tx *tx, const struct flow *f,
    const struct id *tenant, const struct id *account, unix_ms now,
    struct counter_row *ret_row) MUST_CHECK NONNULL;

/* payer_limited(p, c, now): rule "payments"; its wait is zero: no block. */
struct limited payer_limited(const struct payer_policy *p,
    const struct counter_row *c, unix_ms now) NONNULL;

/* payer_notice(p, streak): what the payer is told of this failure. */
enum message_kind payer_notice(const struct payer_policy *p, int64_t streak)
    NONNULL;

#endif
