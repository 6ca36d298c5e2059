/*
 * DKIM signatures (RFC 6376): rsa-sha256 and ed25519-sha256 (RFC 8463),
 * relaxed/relaxed, the whole body.
 *
 * Every field that we write and that a reader is shown is signed, and signed
 * once more than it occurs, so that nobody can add another (S86).  Reply-To,
 * Cc and Sender, which we never write, are signed as absent.
 *
 * It signs messages of channel/mime.c, which are well-formed and have each
 * field once.  Why this is not a library: docs/decisions/0016.
 */
#ifndef CHANNEL_DKIM_H
#define CHANNEL_DKIM_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/dkim_key.h"

/* A signature's header field takes less. */
#define DKIM_HEADER_MAX 2048

/*
 * dkim_sign(key, message, now, out): appends one DKIM-Signature field,
 * folded, ending in CRLF, to stand in front of message, which is a whole one
 * with CRLF line ends.  now is its t=.  ERR_CRYPTO: the key cannot be used;
 * ERR_SYNTAX: not a message; ERR_NOMEM; ERR_LIMIT.  Any thread may call.
 */
enum err dkim_sign(const struct dkim_key *key, struct str message,
    unix_ms now, struct buf *out) MUST_CHECK NONNULL;

#endif
