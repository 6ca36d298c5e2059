#include "otp/totp.h"

#include <assert.h>
#include <string.h>

#include "base/ct.h"

int64_t
totp_step(const struct totp *t, unix_ms now)
{
	assert(t->period_s >= 1 && t->period_s <= TOTP_PERIOD_MAX);
	return now.v < 0 ? 0 : now.v / 1000 / (int64_t)t->period_s;
}

enum err
totp_code(const struct totp *t, int64_t step,
    char ret_code[static HOTP_CODE_SIZE])
{
	assert(step >= 0);
	return hotp_code(&t->hotp, (uint64_t)step, ret_code);
}

enum err
totp_check(const struct totp *t, struct str code, unix_ms now,
    struct totp_window window, int drift, int64_t last_step,
    enum totp_verdict *ret_verdict, int64_t *ret_step)
{
	enum totp_verdict verdict = TOTP_WRONG;
	int64_t centre = totp_step(t, now) + drift, at = 0;

	assert(window.back <= TOTP_WINDOW_MAX &&
	    window.ahead <= TOTP_WINDOW_MAX);
	assert(drift >= -TOTP_DRIFT_MAX && drift <= TOTP_DRIFT_MAX);
	for (int64_t step = centre - (int64_t)window.back;
	    step <= centre + (int64_t)window.ahead; step++) {
		char right[HOTP_CODE_SIZE];
		bool match;
		enum err e;

		if (step < 0) {
			continue;
		}
		e = totp_code(t, step, right);
		if (e != ERR_NONE) {
			return e;
		}
		match = code.n == t->hotp.digits &&
		    ct_equal(code.p, right, code.n);
		explicit_bzero(right, sizeof(right));
		/* The lowest good step wins: it burns the fewest. */
		if (match && step > last_step && verdict != TOTP_RIGHT) {
			verdict = TOTP_RIGHT;
			at = step;
		} else if (match && verdict == TOTP_WRONG) {
			verdict = TOTP_REPLAYED;
		}
	}
	*ret_verdict = verdict;
	if (verdict == TOTP_RIGHT) {
		*ret_step = at;
	}
	return ERR_NONE;
}

int
totp_drift(const struct totp *t, unix_ms now, int64_t step)
{
	int64_t drift = step - totp_step(t, now);

	if (drift > TOTP_DRIFT_MAX) {
		return TOTP_DRIFT_MAX;
	}
	return drift < -TOTP_DRIFT_MAX ? -TOTP_DRIFT_MAX : (int)drift;
}
