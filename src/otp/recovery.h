/*
 * Recovery codes: ten numbered codes of 80 random bits (S69), shown once, for
 * the day when every other factor is gone.  Written in Crockford's base32 as
 * xxxx-xxxx-xxxx-xxxx.  A person is asked for a code by its number (S71).
 */
#ifndef OTP_RECOVERY_H
#define OTP_RECOVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/str.h"

#define RECOVERY_COUNT 10
#define RECOVERY_BYTES 10
#define RECOVERY_TEXT_SIZE 20	/* 16 symbols, 3 hyphens, NUL */

/* Longer input is not looked at. */
#define RECOVERY_INPUT_MAX 64

struct recovery_code {
	uint8_t b[RECOVERY_BYTES];
};

/* The code with number n, from 1 to RECOVERY_COUNT, is code[n - 1]. */
struct recovery_set {
	struct recovery_code code[RECOVERY_COUNT];
};

/* recovery_new(rng, ret_set): a fresh set; fails as rng does. */
enum err recovery_new(const struct rng *rng, struct recovery_set *ret_set)
    MUST_CHECK NONNULL;

void recovery_wipe(struct recovery_set *set) NONNULL;

/* recovery_text(code, dst): the one way it is printed. */
void recovery_text(const struct recovery_code *code,
    char dst[static RECOVERY_TEXT_SIZE]) NONNULL;

/*
 * recovery_read(typed, ret_code): what a person typed; either case, o for 0,
 * i and l for 1, spaces and hyphens anywhere.  False when it is not 16
 * symbols of the alphabet: then it is no code, and not counted as a try.
 */
bool recovery_read(struct str typed, struct recovery_code *ret_code)
    MUST_CHECK NONNULL;

#endif
