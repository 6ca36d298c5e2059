/*
 * Whom a tenant's messages are from; of its mail also the DKIM keys that prove it: a dedicated
 * sending domain (R76) of which the key's domain is the same or a parent, at
 * a label's boundary (R77).
 *
 * Every key of a tenant that is not retired and covers the sender signs.  So
 * a key is changed without a gap: make the new one, publish it, and retire
 * the old one when the world has seen the record.
 */
#ifndef FLOW_SENDER_H
#define FLOW_SENDER_H

#include "channel/channel.h"
#include "domain/dkim_key.h"
#include "domain/text.h"
#include "flow/flow.h"

/* Of a tenant, retired ones too. */
#define SENDER_KEYS_MAX 256

struct dkim_new {
	/* Given. */
	const struct flow *flow;
	struct id tenant;
	struct domain_name domain;
	struct str selector;	/* dkim_key_selector_ok */
	enum dkim_key_algorithm algorithm;
	/* Made by prepare. */
	struct id id;
	struct buf public_key;	/* as the DNS has it */
	struct buf private_key;	/* sealed */
};
void dkim_new_init(struct dkim_new *k) NONNULL;
void dkim_new_done(struct dkim_new *k) NONNULL;
/* Takes up to a second where RSA's primes are rare. */
enum err dkim_new_prepare(struct dkim_new *k) MUST_CHECK NONNULL;
/*
 * ERR_EXISTS: this name in the DNS is or was in use.  ERR_LIMIT: OUTGOING_KEYS
 * of the tenant sign already, or it has SENDER_KEYS_MAX.
 */
enum err dkim_new_run(struct tx *tx, void *dkim_new) MUST_CHECK NONNULL;

struct dkim_retire {
	const struct flow *flow;
	struct id tenant;
	struct domain_name domain;
	struct str selector;
};
/* The private key is gone afterwards.  ERR_MISSING: no such key signs. */
enum err dkim_retire_run(struct tx *tx, void *dkim_retire) MUST_CHECK NONNULL;

struct sender_put {
	const struct flow *flow;
	struct id tenant;
	enum channel channel;	/* e-mail, text message or call */
	/* An email or a sender_id; empty: back to the installation's. */
	struct str address;
	struct str name;	/* a shop_name; empty: the brand */
};
/* ERR_MISSING: there is none to take away. */
enum err sender_put_run(struct tx *tx, void *sender_put) MUST_CHECK NONNULL;

#define SENDER_CHANNELS 3

/* One for each channel, as a whole; what is not there need not be taken away. */
struct senders_put {
	struct sender_put each[SENDER_CHANNELS];
};
enum err senders_put_run(struct tx *tx, void *senders_put) MUST_CHECK
    NONNULL;

/*
 * sender_has_way(f, channel, sender): some provider sends as that, for
 * the tenant that asks for it; in a sandbox every one.
 */
bool sender_has_way(const struct flow *f, enum channel channel,
    struct str sender) MUST_CHECK NONNULL;

enum sender_proof {
	SENDER_SIGNED,		/* a key of the tenant covers it */
	SENDER_UNSIGNED,	/* the tenant has no key at all */
	SENDER_FOREIGN		/* its keys are for other domains (R77) */
};

/* sender_proof(tenant, address): what mail from it would carry. */
enum sender_proof sender_proof(const struct tenant *t,
    const struct email *address) NONNULL;

/* The private keys of a sender in the clear, as long as one message takes. */
struct sender_keys {
	struct dkim_key keys[OUTGOING_KEYS];
	struct buf pems[OUTGOING_KEYS];
	unsigned n;
};
void sender_keys_init(struct sender_keys *k) NONNULL;
void sender_keys_done(struct sender_keys *k) NONNULL;

/*
 * sender_keys_open(k, f, tenant, from): those that cover from.  domain and
 * selector are borrowed from the tenant.
 */
enum err sender_keys_open(struct sender_keys *k, const struct flow *f,
    const struct tenant *t, const struct email *from) MUST_CHECK NONNULL;

#endif
