/*
 * DKIM signatures (RFC 6376), made by libopendkim: rsa-sha256 and
 * ed25519-sha256 (RFC 8463), relaxed/relaxed, the whole body.
 *
 * Every field that we write and that a reader is shown is signed, and signed
 * once more than it occurs, so that nobody can add another (S86).  Reply-To,
 * Cc and Sender, which we never write, are signed as absent.
 *
 * A signer is used by one thread at a time.
 */
#ifndef CHANNEL_DKIM_H
#define CHANNEL_DKIM_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/dkim_key.h"

struct dkim_signer;

/* dkim_signer_new(ret): ERR_CRYPTO: the library lacks an algorithm. */
enum err dkim_signer_new(struct dkim_signer **ret_signer)
    MUST_CHECK NONNULL;
void dkim_signer_free(struct dkim_signer *s);

/* A signature's header field takes less. */
#define DKIM_SIGNER_HEADER_MAX 2048

/*
 * dkim_signer_sign(s, key, message, now, out): appends one DKIM-Signature
 * field, folded, ending in CRLF, to stand in front of message, which is a
 * whole one with CRLF line ends.  now is its t=.  ERR_CRYPTO: the key cannot
 * be used; ERR_SYNTAX: not a message; ERR_NOMEM; ERR_LIMIT.
 */
enum err dkim_signer_sign(struct dkim_signer *s, const struct dkim_key *key,
    struct str message, unix_ms now, struct buf *out) MUST_CHECK NONNULL;

#endif
