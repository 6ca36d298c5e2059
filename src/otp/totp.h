/*
 * TOTP: HOTP whose counter is time (RFC 6238), with T0 = 0.
 *
 * Errors are those of crypto/hmac.h; results are untouched on an error.
 */
#ifndef OTP_TOTP_H
#define OTP_TOTP_H

#include <stdint.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "otp/hotp.h"

/* S28: 30 s; NIST SP 800-63B-4 section 3.1.4.1 allows up to two minutes. */
#define TOTP_PERIOD_DEFAULT 30
#define TOTP_PERIOD_MAX 120

/* As last_step: no code of this secret was ever accepted. */
#define TOTP_NO_STEP (-1)

/* S65: learnt drift, in steps either way. */
#define TOTP_DRIFT_MAX 2

/* The widest window, in steps either way. */
#define TOTP_WINDOW_MAX 2

struct totp {
	struct hotp hotp;	/* hash, digits, secret */
	unsigned period_s;	/* 1 to TOTP_PERIOD_MAX */
};

/* The steps that are good around the present one (S57). */
struct totp_window {
	unsigned back;
	unsigned ahead;
};

#define TOTP_WINDOW ((struct totp_window){1, 1})
#define TOTP_WINDOW_STRICT ((struct totp_window){1, 0})

enum totp_verdict {
	TOTP_RIGHT,	/* of a step in the window, later than last_step */
	TOTP_REPLAYED,	/* of a step in the window, not later (S23) */
	TOTP_WRONG
};

/* totp_step(t, now): the step of a time; never negative. */
int64_t totp_step(const struct totp *t, unix_ms now) NONNULL;

/* totp_code(t, step, ret_code): the code of a step of totp_step. */
enum err totp_code(const struct totp *t, int64_t step,
    char ret_code[static HOTP_CODE_SIZE]) MUST_CHECK NONNULL;

/*
 * totp_check(t, code, now, window, drift, last_step, ret_verdict, ret_step):
 * judge a code at a time, for a device that is drift steps fast (at most
 * TOTP_DRIFT_MAX either way).  Only steps after last_step are right (S58,
 * RFC 6238 section 5.2); the caller stores *ret_step, written when the
 * verdict is TOTP_RIGHT only, by a write that succeeds only while the stored
 * one is lower.  Takes the same time wherever the match is (S7).
 */
enum err totp_check(const struct totp *t, struct str code, unix_ms now,
    struct totp_window window, int drift, int64_t last_step,
    enum totp_verdict *ret_verdict, int64_t *ret_step) MUST_CHECK NONNULL;

/*
 * totp_drift(t, now, step): the drift to remember for a device whose code of
 * step was right at a time (section 6), within TOTP_DRIFT_MAX.
 */
int totp_drift(const struct totp *t, unix_ms now, int64_t step) NONNULL;

#endif
