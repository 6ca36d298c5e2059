/*
 * What of an account changes without a code: its name, languages and zones,
 * the shop's identifier, and preferences that make it safer; and its end.
 *
 * Whatever protects an account changes by flow/change.h only (R55).
 */
#ifndef FLOW_EDIT_ACCOUNT_H
#define FLOW_EDIT_ACCOUNT_H

#include "flow/account.h"
#include "flow/factor.h"
#include "flow/session.h"

struct show_account {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id id;
	/* Made by run. */
	bool found;
	struct account account;
	struct str external, address;	/* in the clear; may be empty */
	struct factor_set factors;
	struct str labels[AUTHENTICATORS_MAX];	/* of factors.row */
};
enum err show_account_run(struct tx *tx, void *show_account) MUST_CHECK
    NONNULL;

/* p NULL: stays as it is; empty: taken away. */
struct edit_account {
	/* Given; show.id says which account. */
	struct show_account show;
	struct str external, name, locale, time_zone, country;
	bool two_step_on, delivery_codes_on;
	bool has_channel;
	int64_t channel;	/* as account_row's; a list needs a code */
	/* Made by run. */
	bool taken;		/* external is another account's */
	bool weakens;		/* it needs a code; nothing was changed */
};
enum err edit_account_run(struct tx *tx, void *edit_account) MUST_CHECK
    NONNULL;

/*
 * channel_weakens(from, to): codes would go over the telephone network that
 * did not before (S44).  Both as account_row's channel.
 */
bool channel_weakens(int64_t from, int64_t to);

/* Erasure (S128): what is left is the identifier in the audit log. */
struct erase_account {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id id;
	/* Made by run. */
	bool found;
};
enum err erase_account_run(struct tx *tx, void *erase_account) MUST_CHECK
    NONNULL;

/* Trusted devices: list, forget. */
struct device_view {
	struct id id;
	struct str label;
	unix_ms created_at, seen_at, expires_at;
};
struct account_devices {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id account;
	bool forget;		/* device is forgotten first */
	struct id device;
	/* Made by run. */
	bool found;
	struct device_view views[ACCOUNT_DEVICES_MAX];
	unsigned n;
};
enum err account_devices_run(struct tx *tx, void *account_devices) MUST_CHECK
    NONNULL;

#endif
