/*
 * Checks of authenticator codes, beside liboath in the same process, and
 * decisions; each alone on one core, without store and network.
 *
 *	build/bench/bench_factors [MILLISECONDS]
 *
 * Prints "NAME VALUE UNIT", the median of seven rounds that take turns, of
 * MILLISECONDS each (200 by default).  Exits 1 when an answer is not right.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if WITH_LIBOATH
#include <oath.h>
#endif

#include "base/clock.h"
#include "base/parse.h"
#include "crypto/crypto.h"
#include "domain/decision.h"
#include "otp/totp.h"

enum { ROUNDS = 7, CHUNK = 256, NOW_S = 1795000000, KINDS_MAX = 8,
	STEPS = 3 };

static const char secret[] = "12345678901234567890";
/* Of the present step, the one before and the one after. */
static char right[STEPS][HOTP_CODE_SIZE];
static unsigned turn;
static const char wrong[] = "000000";
static struct rule_book book;
static struct policy policy;
static struct signals signals;
static bool good = true;

static void
ours(const char *code, bool wanted)
{
	const struct totp t = {
		{HMAC_SHA1, 6, {secret, sizeof(secret) - 1}}, 30,
	};
	enum totp_verdict verdict = TOTP_WRONG;
	int64_t step;

	if (totp_check(&t, str_of(code), (unix_ms){NOW_S * INT64_C(1000)},
	    TOTP_WINDOW, 0, TOTP_NO_STEP, &verdict, &step) != ERR_NONE ||
	    (verdict == TOTP_RIGHT) != wanted) {
		good = false;
	}
}

static void
ours_right(void)
{
	ours(right[0], true);
}

/* The codes of the window in turn: a clock is as often slow as fast. */
static void
ours_window(void)
{
	ours(right[turn++ % STEPS], true);
}

static void
ours_wrong(void)
{
	ours(wrong, false);
}

#if WITH_LIBOATH
static void
theirs(const char *code, bool wanted)
{
	int n = oath_totp_validate(secret, sizeof(secret) - 1, NOW_S, 30, 0,
	    1, code);

	if ((n >= 0) != wanted) {
		good = false;
	}
}

static void
theirs_right(void)
{
	theirs(right[0], true);
}

static void
theirs_window(void)
{
	theirs(right[turn++ % STEPS], true);
}

static void
theirs_wrong(void)
{
	theirs(wrong, false);
}
#endif

/* Nothing of the tenant's sixteen rules holds: all of them are asked. */
static void
decide_own(void)
{
	struct decision d = decision_make(DECISION_DELIVERY, &signals,
	    &policy, &book.set);

	good = good && d.code == DECISION_NOT_REQUIRED;
}

static void
decide_builtin(void)
{
	struct decision d = decision_make(DECISION_SIGN_IN, &signals, &policy,
	    NULL);

	good = good && d.code == DECISION_NOT_REQUIRED;
}

static const struct kind {
	const char *name;
	void (*run)(void);
} kinds[] = {
	{"totp_check_right", ours_right},
	{"totp_check_window", ours_window},
	{"totp_check_wrong", ours_wrong},
#if WITH_LIBOATH
	{"oath_totp_validate_right", theirs_right},
	{"oath_totp_validate_window", theirs_window},
	{"oath_totp_validate_wrong", theirs_wrong},
#endif
	{"decision_builtin", decide_builtin},
	{"decision_after_16_rules", decide_own},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };
_Static_assert((int)KINDS <= (int)KINDS_MAX, "rates has room");

static double
rate(const struct kind *k, const struct clock *clock, int64_t ms)
{
	int64_t from = clock_mono(clock).v, took;
	uint64_t n = 0;

	do {
		for (int i = 0; i < CHUNK; i++) {
			k->run();
		}
		n += CHUNK;
		took = clock_mono(clock).v - from;
	} while (took < ms);
	return (double)n * 1000 / (double)took;
}

static void
no_flaw(void *ctx, unsigned line, struct str place, const char *reason)
{
	(void)ctx;
	(void)line;
	(void)fprintf(stderr, "%.*s %s\n", STR_ARG(place), reason);
}

static bool
prepare(void)
{
	const struct hotp h = {HMAC_SHA1, 6, {secret, sizeof(secret) - 1}};
	struct buf rules;
	bool ok;

	buf_init(&rules, RULES_JSON_MAX);
	buf_z(&rules, "{\"rules\":[");
	for (int i = 0; i < 16; i++) {
		buf_printf(&rules, "%s{\"name\":\"r%d\",\"event\":\"delivery\","
		    "\"code\":\"required\",\"when\":{\"country\":[\"GR\","
		    "\"IT\"],\"amount\":{\"at_least\":\"%d\"}}}",
		    i > 0 ? "," : "", i, 50 + i);
	}
	buf_z(&rules, "]}");
	policy = policy_default();
	signals = (struct signals){
		.known_device = true, .has_amount = true, .amount = 10000,
		.country = "DE",
	};
	ok = rules_read(buf_view(&rules), no_flaw, NULL, &book) &&
	    crypto_init() == ERR_NONE &&
	    hotp_code(&h, NOW_S / 30, right[0]) == ERR_NONE &&
	    hotp_code(&h, NOW_S / 30 - 1, right[1]) == ERR_NONE &&
	    hotp_code(&h, NOW_S / 30 + 1, right[2]) == ERR_NONE;
	buf_done(&rules);
#if WITH_LIBOATH
	ok = ok && oath_init() == OATH_OK;
#endif
	return ok;
}

static int
ascending(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

int
main(int argc, char **argv)
{
	static double rates[KINDS_MAX][ROUNDS];
	struct clock clock = clock_system();
	uint64_t ms = 200;

	if (argc > 2 || (argc == 2 && !parse_u64(str_of(argv[1]), &ms))) {
		(void)fprintf(stderr, "usage: bench_factors [MILLISECONDS]\n");
		return 2;
	}
	if (!prepare()) {
		return 1;
	}
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t k = 0; k < KINDS; k++) {
			rates[k][round] = rate(&kinds[k], &clock, (int64_t)ms);
		}
	}
	for (size_t k = 0; k < KINDS; k++) {
		qsort(rates[k], ROUNDS, sizeof(rates[k][0]), ascending);
		printf("%s %.0f /s\n", kinds[k].name, rates[k][ROUNDS / 2]);
	}
	return good ? 0 : 1;
}
