/*
 * What every use case needs, built once by app/ and borrowed by all.
 *
 * A use case has three parts.  x_prepare runs on the caller's thread and does
 * what costs time and needs no transaction: identifiers, seals, digests.
 * x_run is the transaction, and may be run again.  x_finish, where there is
 * one, runs after the commit: signatures, masks.
 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include <stdatomic.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/rng.h"
#include "crypto/keyring.h"
#include "domain/breaker.h"
#include "domain/dkim_key.h"
#include "domain/policy.h"
#include "domain/rules.h"
#include "domain/sender_id.h"
#include "domain/text.h"
#include "domain/wording.h"
#include "domain/zone.h"
#include "store/store.h"

/* Whether a way is worth asking; its courier writes, everybody reads. */
struct way_health {
	atomic_int state;		/* enum breaker_state */
	atomic_int_fast64_t ask_at;	/* unix_ms; not before, while open */
	atomic_uint_fast64_t opened;	/* how often it opened */
};

/* A way out, as app/ has it: the mail server, or a provider. */
struct way {
	enum channel channel;
	const char *name;	/* of the provider; "": the mail server */
	bool receipts;		/* it says what became of a message */
	/* S39: where it may be written to; NULL: where it is not dear. */
	const char *countries;
	const char *prices;	/* domain/price.h; NULL: not known */
	const char *senders;	/* sender_id_listed; NULL: nothing */
	struct way_health *health;	/* NULL: always well */
};

#define WAYS_MAX 16

/* Where time zones come from: the system's tzdata, read by format/. */
struct zones {
	/* ERR_MISSING: no such zone. */
	enum err (*get)(void *ctx, struct str name, unix_ms near,
	    struct zone *ret_zone);
	void *ctx;
	const char *version;	/* of the data, "2025b" */
};

struct flow {
	struct store *store;
	const struct keyring *ring;
	struct rng rng;
	struct clock clock;
	uint32_t epoch;
	const char *issuer;	/* iss of receipts */
	const struct zones *zones;
	/* Bit c set: there is a channel for enum channel c. */
	uint32_t channels;
	/* None in a sandbox, where every channel is there. */
	struct way ways[WAYS_MAX];
	unsigned n_ways;
};

#define TENANT_NAME_MAX 32
#define TENANT_BRAND_MAX 160

#define TENANT_KEY_SEALED 2304

/* A DKIM key that signs; see flow/sender.h. */
struct tenant_key {
	struct id id;
	enum dkim_key_algorithm algorithm;
	char domain[EMAIL_DOMAIN_MAX + 1];
	char selector[DKIM_KEY_SELECTOR_MAX + 1];
	char public_key[DKIM_KEY_PUBLIC_MAX + 1];
	size_t n;
	uint8_t sealed[TENANT_KEY_SEALED];
};

/* A tenant as the directory knows it; see flow/directory.h for how long. */
struct tenant {
	struct id id;
	char name[TENANT_NAME_MAX + 1];
	char brand[TENANT_BRAND_MAX + 1];
	struct policy policy;
	/* Whom its mail is from, where it is not the installation's sender. */
	bool has_sender;
	struct email sender;
	struct display_text sender_name;	/* n is 0: the brand */
	/* Of its text messages and calls; n is 0: the provider's. */
	struct sender_id sms_sender, voice_sender;
	const struct wording_own *own;	/* his own words */
	unsigned n_own;
	const struct tenant_key *keys;
	unsigned n_keys;
	/* Its own rules (domain/rules.h), by enum rules_mode; NULL: none. */
	const struct rule_set *rules[2];
};

/*
 * way_is_well(w, now): it answers, as far as is known, or it is time to ask
 * again.
 */
bool way_is_well(const struct way *w, unix_ms now) NONNULL;

/* flow_now(f): the time that this use case happens at. */
unix_ms flow_now(const struct flow *f) NONNULL;

/* flow_id_bytes(id): the identifier's bytes, for cells and indexes. */
struct str flow_id_bytes(const struct id *id) NONNULL;

#endif
