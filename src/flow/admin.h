/*
 * What an operator does to an installation: tenants, keys, policies.
 * Each is an audit event.
 */
#ifndef FLOW_ADMIN_H
#define FLOW_ADMIN_H

#include "base/arena.h"
#include "domain/counter.h"
#include "flow/flow.h"
#include "flow/recipient.h"
#include "store/tenants.h"

/* "wwk_" and 32 random bytes in Crockford base32, terminated. */
#define API_KEY_TEXT 57

/* tenant_name_ok(s): 1 to 32 of a-z, 0-9 and -. */
bool tenant_name_ok(struct str s);

struct tenant_new {
	/* Given. */
	const struct flow *flow;
	struct str name;	/* tenant_name_ok */
	struct str brand;	/* a display_text */
	/* Made by prepare. */
	struct id id;
};
enum err tenant_new_prepare(struct tenant_new *t) MUST_CHECK NONNULL;
/* ERR_EXISTS: the name is taken. */
enum err tenant_new_run(struct tx *tx, void *tenant_new) MUST_CHECK NONNULL;

struct key_new {
	/* Given. */
	const struct flow *flow;
	struct id tenant;
	uint32_t scopes;
	struct str label;
	/* Made by prepare; text is shown once and wiped by the caller. */
	struct id id;
	char text[API_KEY_TEXT];
};
enum err key_new_prepare(struct key_new *k) MUST_CHECK NONNULL;
enum err key_new_run(struct tx *tx, void *key_new) MUST_CHECK NONNULL;

struct key_revoke {
	const struct flow *flow;
	struct id id;
};
/* ERR_MISSING: no such key, or revoked before. */
enum err key_revoke_run(struct tx *tx, void *key_revoke) MUST_CHECK NONNULL;

/*
 * What is counted against a person, looked at or forgiven by an operator:
 * the way out of the hard stop (S14).
 */
struct subject_admin {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct recipient recipient;
	bool clear;
	/* Made by run: as it was before. */
	int64_t streak;			/* failures in a row */
	unsigned failures, creates, sends;	/* in the last 24 hours */
	struct throttle throttle;
};
enum err subject_admin_run(struct tx *tx, void *subject_admin) MUST_CHECK
    NONNULL;

struct policy_put {
	const struct flow *flow;
	struct id tenant;
	const struct policy *policy;	/* policy_valid; stored as a whole */
};
enum err policy_put_run(struct tx *tx, void *policy_put) MUST_CHECK NONNULL;

/* store_event_run: an event of the installation itself. */
struct store_event {
	const struct flow *flow;
	bool restored;		/* or created */
};
enum err store_event_run(struct tx *tx, void *store_event) MUST_CHECK NONNULL;

#endif
