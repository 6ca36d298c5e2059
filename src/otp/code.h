/*
 * Derived codes: a code is computed, never stored (S4, S5).
 *
 *	code = digits(HMAC-SHA-256(K_code, code_message(facts)))
 *
 * The key never comes here: crypto/keyring.h makes the MAC.  Whatever differs
 * in the facts gives an unrelated code (S46, S48).
 */
#ifndef OTP_CODE_H
#define OTP_CODE_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/id.h"

/* Four only for delivery, with three tries and a paired agent. */
#define CODE_LENGTH_MIN 4
#define CODE_LENGTH_MAX 10
#define CODE_SIZE (CODE_LENGTH_MAX + 1)

#define CODE_MAC_SIZE 32
#define CODE_DIGEST_SIZE 32

/* What one code is good for. */
struct code_facts {
	uint32_t epoch;		/* of the store: a restore makes a new one */
	struct id tenant;
	struct id challenge;
	uint32_t generation;	/* a reissue makes a new one (S33) */
	uint16_t purpose;	/* its stored number */
	uint8_t digest[CODE_DIGEST_SIZE];	/* of the binding */
};

#define CODE_MESSAGE_SIZE \
	(16 + 4 + ID_BYTES + ID_BYTES + 4 + 2 + CODE_DIGEST_SIZE)

/*
 * code_message(facts, dst): the facts as bytes.  Every field has a fixed
 * width, so different facts give different bytes.
 */
void code_message(const struct code_facts *facts,
    uint8_t dst[static CODE_MESSAGE_SIZE]) NONNULL;

/*
 * code_digits(mac, length, dst): length decimal digits, leading zeros kept,
 * and a NUL; length is CODE_LENGTH_MIN to CODE_LENGTH_MAX.  No code is
 * likelier than another by more than one part in 2^94 (S2).
 */
void code_digits(const uint8_t mac[static CODE_MAC_SIZE], unsigned length,
    char dst[static CODE_SIZE]) NONNULL;

#endif
