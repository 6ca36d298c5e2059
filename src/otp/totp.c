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
	int64_t from = totp_step(t, now) + drift - (int64_t)window.back, at = 0;
	unsigned n = window.back + 1 + window.ahead;
	char right[2 * TOTP_WINDOW_MAX + 1][HOTP_CODE_SIZE];
	enum err e;

	assert(window.back <= TOTP_WINDOW_MAX &&
	    window.ahead <= TOTP_WINDOW_MAX);
	assert(drift >= -TOTP_DRIFT_MAX && drift <= TOTP_DRIFT_MAX);
	/* The first steps of 1970 have none before them. */
	for (; from < 0 && n > 0; from++) {
		n--;
	}
	e = hotp_codes(&t->hotp, (uint64_t)from, n, right);
	if (e != ERR_NONE) {
		return e;
	}
	for (unsigned i = 0; i < n; i++) {
		bool match = code.n == t->hotp.digits &&
		    ct_equal(code.p, right[i], code.n);

		/* The lowest good step wins: it burns the fewest. */
		if (match && from + i > last_step && verdict != TOTP_RIGHT) {
			verdict = TOTP_RIGHT;
			at = from + i;
		} else if (match && verdict == TOTP_WRONG) {
			verdict = TOTP_REPLAYED;
		}
	}
	explicit_bzero(right, sizeof(right));
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
