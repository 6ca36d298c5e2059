/*
 * HOTP and TOTP against oathtool of the OATH Toolkit:
 *
 *	test_otp_oathtool SECRETS CODES
 *
 * draws SECRETS random settings and compares CODES codes of each, which
 * oathtool prints in one process.  The settings come from a fixed seed; what
 * is printed on a failure can be run again by hand.
 */
#include "otp/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/parse.h"

enum { SEED = 20261122, SECRET_BYTES_MAX = 128, OUTPUT_MAX = 4096 };

static uint64_t secrets, codes;

/* SplitMix64: only has to be the same everywhere. */
static uint64_t
draw(void)
{
	static uint64_t state = SEED;
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

struct setting {
	struct totp totp;
	bool by_time;
	uint64_t at;		/* seconds, or the counter */
	char secret[SECRET_BYTES_MAX];
};

static void
draw_setting(struct setting *s)
{
	*s = (struct setting){
		.by_time = draw() % 4 != 0,
		.totp.hotp.hash = (enum hmac_hash)(draw() % 3),
		.totp.hotp.digits = (unsigned)(6 + draw() % 3),
		.totp.period_s = (unsigned)(1 + draw() % TOTP_PERIOD_MAX),
	};
	s->totp.hotp.secret = (struct str){
		s->secret, 1 + draw() % SECRET_BYTES_MAX,
	};
	for (size_t i = 0; i < s->totp.hotp.secret.n; i++) {
		s->secret[i] = (char)draw();
	}
	if (s->by_time) {
		/* To the end of the year 9999, half of them before 2100. */
		s->at = draw() % (draw() % 2 == 0 ? 4102444800 :
		    (uint64_t)UNIX_MS_MAX / 1000);
	} else {
		s->totp.hotp.hash = HMAC_SHA1;
		s->at = draw() >> (draw() % 63 + 1);
	}
}

/* What oathtool prints, terminated; argv[0] is its name. */
static void
run(char *const argv[], char out[static OUTPUT_MAX])
{
	posix_spawn_file_actions_t actions;
	int ends[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	assert_int_equal(posix_spawn_file_actions_adddup2(&actions, ends[1], 1),
	    0);
	assert_int_equal(posix_spawn_file_actions_addclose(&actions, ends[0]),
	    0);
	assert_int_equal(posix_spawn_file_actions_addclose(&actions, ends[1]),
	    0);
	if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) != 0) {
		fail_msg("%s is not there: apt-get install oathtool", argv[0]);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(ends[1]);
	while (n < OUTPUT_MAX - 1 &&
	    (got = read(ends[0], out + n, OUTPUT_MAX - 1 - n)) > 0) {
		n += (size_t)got;
	}
	out[n] = '\0';
	(void)close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
ask_oathtool(const struct setting *s, char out[static OUTPUT_MAX])
{
	static const char *const modes[] = {
		"--totp=SHA1", "--totp=SHA256", "--totp=SHA512",
	};
	char mode[16], digits[24], period[24], at[32], window[24];
	char name[] = "oathtool", end[] = "--";
	struct buf key;

	buf_init(&key, 1000);
	hex_encode(&key, s->totp.hotp.secret.p, s->totp.hotp.secret.n);
	(void)snprintf(mode, sizeof(mode), "%s", s->by_time ?
	    modes[s->totp.hotp.hash] : "--hotp");
	(void)snprintf(digits, sizeof(digits), "-d%u", s->totp.hotp.digits);
	(void)snprintf(period, sizeof(period), "-s%us", s->totp.period_s);
	(void)snprintf(window, sizeof(window), "-w%u", (unsigned)codes - 1);
	(void)snprintf(at, sizeof(at), s->by_time ? "-N@%llu" : "-c%llu",
	    (unsigned long long)s->at);
	run((char *[]){name, mode, digits, at, window,
	    s->by_time ? period : end, s->by_time ? end : key.p,
	    s->by_time ? key.p : NULL, NULL}, out);
	buf_done(&key);
}

static void
oathtool_agrees(void **state UNUSED)
{
	for (uint64_t i = 0; i < secrets; i++) {
		char out[OUTPUT_MAX];
		struct str rest, line;
		struct setting s;
		uint64_t counter;

		draw_setting(&s);
		counter = s.by_time ? (uint64_t)totp_step(&s.totp,
		    (unix_ms){(int64_t)s.at * 1000}) : s.at;
		ask_oathtool(&s, out);
		rest = str_of(out);
		for (uint64_t k = 0; k < codes; k++) {
			char code[HOTP_CODE_SIZE];

			assert_int_equal(hotp_code(&s.totp.hotp, counter + k,
			    code), ERR_NONE);
			if (!str_split(&rest, '\n', &line) ||
			    !str_equal(line, str_of(code))) {
				fail_msg("seed %d, setting %llu, code %llu: "
				    "ours is %s, oathtool's %.*s", SEED,
				    (unsigned long long)i,
				    (unsigned long long)k, code, STR_ARG(line));
			}
		}
		assert_int_equal(rest.n, 0);
	}
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oathtool_agrees),
	};

	if (argc != 3 || !parse_u64(str_of(argv[1]), &secrets) ||
	    !parse_u64(str_of(argv[2]), &codes) || codes < 1 || codes > 100) {
		(void)fprintf(stderr, "usage: %s SECRETS CODES\n", argv[0]);
		return 2;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
