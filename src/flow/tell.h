/*
 * Telling the owner of an account, at every registered address, that its
 * protection or its contacts have changed (S45, S75): also the address that
 * has just been removed.
 */
#ifndef FLOW_TELL_H
#define FLOW_TELL_H

#include "flow/account.h"
#include "store/messages.h"

/*
 * tell_changed(tx, f, before, after, now): a notice to each contact of both,
 * in the transaction that makes the change.
 */
enum err tell_changed(struct tx *tx, const struct flow *f,
    const struct account *before, const struct account *after, unix_ms now)
    MUST_CHECK NONNULL;

/* tell_recipient(f, m, ret): whom such a notice goes to. */
enum err tell_recipient(const struct flow *f, const struct message_row *m,
    struct recipient *ret_recipient) MUST_CHECK NONNULL;

#endif
