/*
 * A new password for who has forgotten it (R52): a code to a registered
 * contact.  Whoever asks gets the same answer for everybody, and for nobody a
 * challenge that behaves like a real one (S78).  The right code sets the
 * password and ends all sessions; it signs nobody in, and two-step
 * verification stays what it was (S53).
 */
#ifndef FLOW_RESET_H
#define FLOW_RESET_H

#include "flow/check.h"
#include "flow/client.h"
#include "flow/issue.h"

struct reset {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct account_identifier who;
	struct client client;
	/* Made by run; the challenge's identifier is the reset's. */
	struct issue issue;
};
enum err reset_run(struct tx *tx, void *reset) MUST_CHECK NONNULL;

struct reset_complete {
	/* Given; check.id and check.typed are. */
	struct check check;
	struct str password;	/* for what it must not be made of */
	struct str hash;	/* of it */
	/* Made by run. */
	const char *flaw;	/* run is ERR_DENIED: the code is as it was */
	bool done;
};
enum err reset_complete_run(struct tx *tx, void *complete) MUST_CHECK NONNULL;

/*
 * account_password_flaw(tenant, a, password): as password_flaw, about the
 * person and the shop; NULL: it may be used.
 */
const char *account_password_flaw(const struct tenant *tenant,
    const struct account *a, struct str password) NONNULL;

#endif
