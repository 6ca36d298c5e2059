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

/*
 * tell_owner(tx, f, tenant, account, what, now, ret_message, ret_told): what
 * is a notice about tries (S22); to the one contact that is reached most
 * quietly, where there is one.
 */
struct tell_what {
	enum message_kind kind;
	int failures;
};
enum err tell_owner(struct tx *tx, const struct flow *f,
    const struct id *tenant, const struct id *account,
    const struct tell_what *what, unix_ms now, struct id *ret_message,
    bool *ret_told) MUST_CHECK NONNULL;

/*
 * tell_letter(tx, f, letter, now, ret_id): queues one notice that has an
 * address of its own, with the lines that its words are made of.
 */
struct tell_letter {
	const struct id *tenant;
	const struct recipient *to;
	struct str locale;
	enum message_kind kind;
	int failures;
	struct str lines;	/* of news; otherwise empty */
};
enum err tell_letter(struct tx *tx, const struct flow *f,
    const struct tell_letter *letter, unix_ms now, struct id *ret_id)
    MUST_CHECK NONNULL;

/*
 * tell_recipient(f, m, ret): whom such a notice goes to.
 * tell_lines(f, m, out): its lines.
 */
enum err tell_lines(const struct flow *f, const struct message_row *m,
    struct buf *out) MUST_CHECK NONNULL;
enum err tell_recipient(const struct flow *f, const struct message_row *m,
    struct recipient *ret_recipient) MUST_CHECK NONNULL;

#endif
