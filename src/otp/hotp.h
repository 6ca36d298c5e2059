/*
 * HOTP: codes from a shared secret and a counter (RFC 4226), with the hash
 * functions that RFC 6238 adds.
 *
 * Errors are those of crypto/hmac.h; results are untouched on an error.
 */
#ifndef OTP_HOTP_H
#define OTP_HOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "crypto/hmac.h"

#define HOTP_DIGITS_MIN 6
#define HOTP_DIGITS_MAX 8
#define HOTP_CODE_SIZE (HOTP_DIGITS_MAX + 1)

/* The furthest that a look-ahead goes; S64 has 10, and 50 to find back. */
#define HOTP_WINDOW_MAX 100

struct hotp {
	enum hmac_hash hash;
	unsigned digits;	/* HOTP_DIGITS_MIN to HOTP_DIGITS_MAX */
	struct str secret;	/* borrowed */
};

/* hotp_code(h, counter, ret_code): digits and a NUL (section 5.3). */
enum err hotp_code(const struct hotp *h, uint64_t counter,
    char ret_code[static HOTP_CODE_SIZE]) MUST_CHECK NONNULL;

/*
 * hotp_codes(h, counter, n, ret_codes): the codes of n counters from counter
 * on, at most HOTP_BATCH; cheaper than one by one.
 */
#define HOTP_BATCH 8
enum err hotp_codes(const struct hotp *h, uint64_t counter, unsigned n,
    char ret_codes[][HOTP_CODE_SIZE]) MUST_CHECK NONNULL;

/*
 * hotp_check(h, code, counter, window, ret_found, ret_counter): whether code
 * belongs to a counter in [counter, counter + window] (section 7.4), and to
 * which, the lowest first.  The next acceptable counter is one more.
 * *ret_counter is written when *ret_found is true only.  Takes the same time
 * wherever the match is, or when there is none (S7).
 */
enum err hotp_check(const struct hotp *h, struct str code, uint64_t counter,
    unsigned window, bool *ret_found, uint64_t *ret_counter)
    MUST_CHECK NONNULL;

/*
 * hotp_resync(h, first, second, counter, window, ret_found, ret_counter): the
 * same for two codes of neighbouring counters, as a device shows when its
 * button was pressed too often (section 7.4 and E.4).  *ret_counter is the
 * second's.
 */
enum err hotp_resync(const struct hotp *h, struct str first, struct str second,
    uint64_t counter, unsigned window, bool *ret_found, uint64_t *ret_counter)
    MUST_CHECK NONNULL;

#endif
