/*
 * Sign-up: somebody makes an account for himself.  His e-mail address is
 * proved first, and until then there is none: what he typed waits, sealed,
 * beside the challenge.  Whoever asks gets the same answer whether there is
 * an account with that address or not (S78); who reads its mail is told.
 */
#ifndef FLOW_SIGN_UP_H
#define FLOW_SIGN_UP_H

#include "flow/check.h"
#include "flow/client.h"
#include "flow/new_account.h"
#include "flow/resend.h"
#include "flow/start.h"

struct sign_up {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct recipient email;
	struct str name, locale, time_zone, country;	/* or empty */
	struct str hash;				/* of the password */
	struct client client;
	/* Made by prepare and run; the challenge's identifier is its own. */
	struct start start;
};
enum err sign_up_prepare(struct sign_up *s) MUST_CHECK NONNULL;
enum err sign_up_run(struct tx *tx, void *sign_up) MUST_CHECK NONNULL;

struct sign_up_complete {
	/* Given; check.id and check.typed are. */
	struct check check;
	struct client client;
	const struct session_row *replaces;
	/* Made by prepare. */
	struct token token;
	/* Made by run, with CHECK_APPROVED. */
	bool taken;		/* the address has an account already */
	bool signed_in;
	struct session_row session;
};
enum err sign_up_complete_prepare(struct sign_up_complete *c) MUST_CHECK
    NONNULL;
enum err sign_up_complete_run(struct tx *tx, void *complete) MUST_CHECK
    NONNULL;

/* Another message for a sign-in, a reset or a sign-up that waits. */
struct again {
	/* Given; resend.id is. */
	struct resend *resend;
	enum approval_kind kind;
};
enum err again_run(struct tx *tx, void *again) MUST_CHECK NONNULL;

#endif
