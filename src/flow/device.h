/*
 * Trusted devices (S117): a token, bound to an account and to its factors as
 * they are, for 30 days from the day it was given, and for signing in only.
 */
#ifndef FLOW_DEVICE_H
#define FLOW_DEVICE_H

#include "base/arena.h"
#include "flow/flow.h"
#include "flow/token.h"
#include "store/devices.h"

/*
 * device_trust(tx, f, account, label, token): label is what the
 * person knows it by, "Firefox on Linux"; it may be empty.
 */
enum err device_trust(struct tx *tx, const struct flow *f,
    const struct account_row *account, struct str label,
    const struct token *token) MUST_CHECK NONNULL;

/*
 * device_known(tx, f, account, hash, arena, ret_id, ret_known): the token is
 * one of this account's, and nothing has ended its trust.  Notes its use.
 */
enum err device_known(struct tx *tx, const struct flow *f,
    const struct account_row *account, const uint8_t hash[static TOKEN_HASH],
    struct arena *arena, struct id *ret_id, bool *ret_known) MUST_CHECK
    NONNULL;

/* device_label(f, row, arena, ret_label): in the clear; may be empty. */
enum err device_label(const struct flow *f, const struct device_row *row,
    struct arena *arena, struct str *ret_label) MUST_CHECK NONNULL;

#endif
