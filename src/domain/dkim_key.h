/*
 * What is public of a DKIM key (RFC 6376, RFC 8463): its algorithm, its name
 * in the DNS, and the record that stands there.  Pure.
 */
#ifndef DOMAIN_DKIM_KEY_H
#define DOMAIN_DKIM_KEY_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/address.h"

/* Stored as a number: add at the end. */
enum dkim_key_algorithm {
	DKIM_KEY_RSA,		/* rsa-sha256 with 2048 bits (S86) */
	DKIM_KEY_ED25519,	/* ed25519-sha256 */
	DKIM_KEY_ALGORITHMS
};

/* dkim_key_algorithm_name(a): the record's tag k: "rsa", "ed25519". */
const char *dkim_key_algorithm_name(enum dkim_key_algorithm a);

#define DKIM_KEY_SELECTOR_MAX 63

/* dkim_key_selector_ok(s): one label of a-z, 0-9 and inner hyphens. */
bool dkim_key_selector_ok(struct str s);

/* A key that signs; everything is borrowed. */
struct dkim_key {
	enum dkim_key_algorithm algorithm;
	const char *domain;	/* a domain_name */
	const char *selector;
	const char *pem;	/* its private key, PKCS #8, of the algorithm */
};

/* The most a public key takes, in base64 (RSA of 2048 bits: 392). */
#define DKIM_KEY_PUBLIC_MAX 512

/* dkim_key_put_name(out, …): "selector._domainkey.domain". */
void dkim_key_put_name(struct buf *out, struct str selector,
    struct str domain) NONNULL;

/*
 * dkim_key_put_value(out, a, public_key): "v=DKIM1; k=…; p=…" as one text.
 * public_key is the base64 of the record's p (RFC 6376 section 3.6.1,
 * RFC 8463 section 4.2).
 */
void dkim_key_put_value(struct buf *out, enum dkim_key_algorithm a,
    struct str public_key) NONNULL;

/*
 * dkim_key_put_strings(out, value): as a zone file has it: in quotes, cut
 * into strings of at most 255 bytes (RFC 1035 section 3.3.14).  value has no
 * quotes and no backslashes.
 */
void dkim_key_put_strings(struct buf *out, struct str value) NONNULL;

#endif
