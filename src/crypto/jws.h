/*
 * Compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037), signed and
 * verified with the receipt keys of the ring, and their JWK set (RFC 7517).
 *
 * The protected header is always {"alg":"EdDSA","kid":"r<version>",
 * "typ":<typ>}: what arrives with any other member, order or algorithm is
 * refused, so that there is one way to write a receipt and no negotiation.
 */
#ifndef CRYPTO_JWS_H
#define CRYPTO_JWS_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "crypto/keyring.h"

#define JWS_MAX 8192
#define JWS_TYP_MAX 32

/*
 * jws_sign(ring, typ, payload, out): appends the compact form, signed with the
 * current version.  typ is a media type without "application/", of lower-case
 * letters, digits, '+', '-' and '.', 1 to JWS_TYP_MAX of them.  ERR_LIMIT: the
 * compact form would be longer than JWS_MAX, or than out allows.
 */
enum err jws_sign(const struct keyring *ring, const char *typ,
    struct str payload, struct buf *out) MUST_CHECK NONNULL;

/*
 * jws_head(ring, typ, payload, out): appends what jws_sign would, but for the
 * signature and the dot before it.  ERR_LIMIT as there.
 */
enum err jws_head(const struct keyring *ring, const char *typ,
    struct str payload, struct buf *out) MUST_CHECK NONNULL;

/*
 * jws_verify(ring, typ, jws, payload): appends the payload once the signature
 * is verified.  ERR_SYNTAX: not a compact JWS of ours with this typ, in the
 * one spelling that jws_sign gives, at most JWS_MAX long; ERR_MISSING: signed
 * by a version that the ring does not have; ERR_CRYPTO: not what was signed;
 * ERR_LIMIT: payload has no room for it.
 */
enum err jws_verify(const struct keyring *ring, const char *typ,
    struct str jws, struct buf *payload) MUST_CHECK NONNULL;

/*
 * jws_key_set(ring, out): appends {"keys":[…]}, the public half of every
 * version of the receipt key, oldest first.
 */
enum err jws_key_set(const struct keyring *ring, struct buf *out)
    MUST_CHECK NONNULL;

#endif
