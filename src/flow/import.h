/*
 * Authenticators that people had in another system (R24), stored with their
 * accounts: all of a list or none.
 */
#ifndef FLOW_IMPORT_H
#define FLOW_IMPORT_H

#include "flow/authenticator.h"

/* What came of one. */
enum import_verdict {
	IMPORT_TAKEN,
	IMPORT_KNOWN,		/* its account has it already; nothing to do */
	IMPORT_NOBODY,		/* no account has that identifier */
	IMPORT_FULL		/* it has as many authenticators as it may */
};

struct import_item {
	/* Given. */
	size_t place;		/* in the file */
	struct str owner;	/* as account_find knows people */
	struct str label;	/* a display_text, or empty */
	struct str secret;
	enum authenticator_kind kind;
	enum hmac_hash hash;
	unsigned digits, period_s;
	uint64_t counter;	/* of HOTP: the next one */
	/* Made by run. */
	enum import_verdict verdict;
};

struct import {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;	/* for one item; reset before each */
	struct import_item *items;
	size_t n;
	bool dry_run;
	/* Made by run. */
	size_t refused;		/* items for nobody, or too many */
	size_t known;
};

/*
 * import_run: every item's verdict is made.  ERR_DENIED, and nothing is
 * stored: some are refused, or it is a dry run.
 */
enum err import_run(struct tx *tx, void *import) MUST_CHECK NONNULL;

#endif
