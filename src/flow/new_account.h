/*
 * A new account: a shop brings in somebody it knows.
 *
 * What the shop registers is the shop's word: its contacts can be written to
 * at once, and count as verified when the first code comes back.  Contacts
 * that people add themselves are worth nothing before that (R22).
 */
#ifndef FLOW_NEW_ACCOUNT_H
#define FLOW_NEW_ACCOUNT_H

#include "flow/account.h"

struct new_account {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	enum account_kind kind;
	struct str external, name, locale, time_zone, country;	/* or empty */
	struct str password_hash;	/* or empty */
	struct recipient email, phone;	/* where has_email, has_phone */
	bool has_email, has_phone;
	bool verified;			/* a code has come back from email */
	/* Made by prepare. */
	struct account_row row;
	struct contact_row contacts[2];
	unsigned n;
	uint8_t lookup[LOOKUP_BYTES];	/* of external */
	/* Made by run. */
	const char *taken;		/* "email", "external_id"; NULL: made */
	struct account account;
};

/* new_account_prepare(n): identifiers and seals. */
enum err new_account_prepare(struct new_account *n) MUST_CHECK NONNULL;

/* new_account_run: a use_case over struct new_account. */
enum err new_account_run(struct tx *tx, void *new_account) MUST_CHECK NONNULL;

#endif
