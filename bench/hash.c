/*
 * bench_hash THREADS SECONDS: Argon2id as accounts have it, alone, on so many
 * threads; prints hashes a second.  What the hash allows is what sign-ins are
 * held against.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/parse.h"
#include "crypto/crypto.h"
#include "crypto/password.h"

enum { THREADS_MAX = 64 };

static atomic_llong hashes;
static mono_ms ends;

static void *
work(void *ctx)
{
	const struct clock clock = clock_system();
	const struct rng rng = rng_system();
	char hash[PASSWORD_HASH_SIZE];
	bool right;

	(void)ctx;
	if (password_hash(&rng, PASSWORD_COST_DEFAULT, STR("seven umbrellas"),
	    hash) != ERR_NONE) {
		return NULL;
	}
	while (mono_ms_since(ends, clock_mono(&clock)).v > 0) {
		if (password_verify(str_of(hash), STR("seven umbrellas"),
		    &right) == ERR_NONE && right) {
			atomic_fetch_add(&hashes, 1);
		}
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	const struct clock clock = clock_system();
	pthread_t threads[THREADS_MAX];
	int64_t n, seconds;

	if (argc != 3 || !parse_i64(str_of(argv[1]), &n) ||
	    !parse_i64(str_of(argv[2]), &seconds) || n < 1 ||
	    n > THREADS_MAX || seconds < 1 || crypto_init() != ERR_NONE) {
		fprintf(stderr, "usage: bench_hash THREADS SECONDS\n");
		return 2;
	}
	ends = mono_ms_add(clock_mono(&clock), SECONDS(seconds));
	for (int64_t i = 0; i < n; i++) {
		if (pthread_create(&threads[i], NULL, work, NULL) != 0) {
			return 3;
		}
	}
	for (int64_t i = 0; i < n; i++) {
		pthread_join(threads[i], NULL);
	}
	printf("%.1f\n", (double)atomic_load(&hashes) / (double)seconds);
	return 0;
}
