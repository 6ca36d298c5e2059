/*
 * The one place where a code is derived from a row (ARCHITECTURE.md).
 */
#ifndef FLOW_CODE_H
#define FLOW_CODE_H

#include "flow/flow.h"
#include "otp/code.h"
#include "store/challenges.h"

/*
 * code_derive(f, row, digest, ret_code): the code of row's challenge for a
 * binding with this digest.  The caller wipes ret_code.  ERR_MISSING: the key
 * version is gone from the ring.
 */
enum err code_derive(const struct flow *f, const struct challenge_row *row,
    const uint8_t digest[static DIGEST_BYTES], char ret_code[static CODE_SIZE])
    MUST_CHECK NONNULL;

#endif
