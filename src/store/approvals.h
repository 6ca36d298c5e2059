/*
 * Rows of approvals: what the approval of a challenge will do.  The row waits
 * beside its challenge, and is done in the transaction that approves it.
 */
#ifndef STORE_APPROVALS_H
#define STORE_APPROVALS_H

#include "store/accounts.h"

/* Stored as a number: add at the end. */
enum approval_kind {
	APPROVAL_PROOF,		/* nothing but the proof */
	APPROVAL_CONTACT,	/* target, a contact, is registered */
	APPROVAL_CHANGE,	/* body is the change of the account */
	APPROVAL_SIGN_IN,	/* body is what the sign-in began with */
	APPROVAL_RESET,		/* a new password may be set */
	APPROVAL_SIGN_UP,	/* the account comes to life */
	APPROVAL_KIND_COUNT
};

struct approval_row {
	struct id challenge;
	struct id tenant;
	bool has_account;	/* false: nobody's, and nothing will happen */
	struct id account;
	enum approval_kind kind;
	bool has_target;
	struct id target;
	struct str body;	/* sealed; may be empty */
	int64_t generation;	/* of the account, when it was asked for */
	unix_ms created_at;
	unix_ms done_at;	/* zero: it waits */
};

enum err approval_row_insert(struct tx *tx, const struct approval_row *row)
    MUST_CHECK NONNULL;

/* approval_row_get(tx, tenant, challenge, …): ERR_MISSING: it does nothing. */
enum err approval_row_get(struct tx *tx, const struct id *tenant,
    const struct id *challenge, struct arena *arena,
    struct approval_row *ret_row) MUST_CHECK NONNULL;

/* approval_row_done(tx, challenge, at): empties body; ERR_CONFLICT: twice. */
enum err approval_row_done(struct tx *tx, const struct id *challenge,
    unix_ms at) MUST_CHECK NONNULL;

/*
 * approval_row_waiting(tx, account, kind, max, ids, ret_n): challenges of the
 * kind that wait for this account's code, newest first.
 */
enum err approval_row_waiting(struct tx *tx, const struct id *account,
    enum approval_kind kind, unsigned max, struct id *ids, unsigned *ret_n)
    MUST_CHECK NONNULL;

/* approval_row_forget(tx, account): empties every body (erasure). */
enum err approval_row_forget(struct tx *tx, const struct id *account)
    MUST_CHECK NONNULL;

/* approval_row_purge(tx, before, max, ret_n): made before a time. */
enum err approval_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

#endif
