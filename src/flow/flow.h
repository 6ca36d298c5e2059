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

#include "base/clock.h"
#include "base/id.h"
#include "base/rng.h"
#include "crypto/keyring.h"
#include "domain/dkim_key.h"
#include "domain/policy.h"
#include "domain/rules.h"
#include "domain/text.h"
#include "store/store.h"

struct flow {
	struct store *store;
	const struct keyring *ring;
	struct rng rng;
	struct clock clock;
	uint32_t epoch;
	const char *issuer;	/* iss of receipts */
	/* Bit c set: there is a channel for enum channel c. */
	uint32_t channels;
	/*
	 * S39: the prefixes that each channel may write to; NULL: everywhere
	 * but where it is dear (a sandbox, e-mail).
	 */
	const char *countries[CHANNEL_COUNT];
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
	const struct tenant_key *keys;
	unsigned n_keys;
	/* Its own rules (domain/rules.h), by enum rules_mode; NULL: none. */
	const struct rule_set *rules[2];
};

/* flow_now(f): the time that this use case happens at. */
unix_ms flow_now(const struct flow *f) NONNULL;

/* flow_id_bytes(id): the identifier's bytes, for cells and indexes. */
struct str flow_id_bytes(const struct id *id) NONNULL;

#endif
