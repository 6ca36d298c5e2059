/*
 * A change of what protects an account, or of how it is reached: it waits,
 * sealed, for the code that goes to a registered contact (R51, R55).  A new
 * one replaces those that wait.  flow/approval.h applies it.
 */
#ifndef FLOW_CHANGE_H
#define FLOW_CHANGE_H

#include "flow/client.h"
#include "flow/issue.h"

enum change_verdict {
	CHANGE_ISSUED,
	CHANGE_LIMITED,		/* see issue.limited */
	CHANGE_NO_WAY,		/* there is no contact to ask */
	CHANGE_UNKNOWN,		/* no such account */
	CHANGE_FLAWED		/* see flaw, of field */
};

struct change {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id account;
	struct account_change change;	/* its password is a hash */
	struct str password;		/* which it is made of */
	struct client client;
	const enum channel *channel;	/* NULL: the preference */
	/* Made by run. */
	enum change_verdict verdict;
	enum change_field field;
	const char *flaw;
	struct issue issue;
};

enum err change_run(struct tx *tx, void *change) MUST_CHECK NONNULL;

/*
 * A contact that the shop, or somebody who has just given a code, adds: its
 * own code proves it (R22).  A phone serves text messages, calls, or both
 * (R23); the same number twice serves each for itself.
 */
struct add_contact {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id account;
	struct recipient to;
	uint32_t uses;		/* bit c: enum channel c */
	struct client client;
	/* Made by run; its channel is by its first use. */
	enum change_verdict verdict;
	struct id contact;
	struct issue issue;
};

enum err add_contact_run(struct tx *tx, void *add_contact) MUST_CHECK NONNULL;

#endif
