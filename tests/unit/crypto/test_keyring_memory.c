/*
 * Where the bytes of the keys are in a process that has made, rotated, loaded
 * and used a ring: in locked memory that is left out of core dumps, and
 * nowhere else (I8, S143).
 *
 * The keys that are looked for come from a child, with every bit flipped, so
 * that looking for them does not put them where they should not be.
 */
#include "ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/encode.h"
#include "crypto/jws.h"
#include "crypto/keyring_file.h"
#include "crypto/keyring_keys.h"

#define NOBODY 65534

enum { NEEDLE = 32, NEEDLES_MAX = 64 };

struct needle {
	const char *what;
	uint8_t flipped[NEEDLE];
	unsigned dumped;	/* times seen where a core dump would show it */
	unsigned locked;	/* times seen in locked memory outside dumps */
};

static struct needle needles[NEEDLES_MAX];
static struct place place;

static void
send_flipped(int to, const char *what, const void *p)
{
	struct needle n = {.what = what};

	memcpy(n.flipped, p, NEEDLE);
	for (size_t i = 0; i < NEEDLE; i++) {
		n.flipped[i] ^= 0xff;
	}
	if (write(to, &n, sizeof(n)) != sizeof(n)) {
		_exit(1);
	}
}

/* In the child: everything that is a key, or could stand for one. */
static void
send_all(int to)
{
	static struct keyring_file f;
	struct keyring *ring = place_ring(&place);
	struct buf text;

	buf_init(&text, KEYRING_FILE_MAX);
	place_read(&place, &text);
	if (keyring_file_parse(buf_view(&text), &f) != ERR_NONE) {
		_exit(1);
	}
	for (enum key_use use = 0; use < KEY_USE_COUNT; use++) {
		for (uint32_t v = 0; v < f.versions[use]; v++) {
			const uint8_t *stored = f.key[use][v].bytes;
			const struct working_key *k = &ring->key[use][v];

			buf_clear(&text);
			base64_encode(&text, stored, KEYRING_KEY);
			send_flipped(to, "stored", stored);
			send_flipped(to, "stored, as text", text.p);
			if (use != KEY_RECEIPT) {
				send_flipped(to, "ring: secret", k->secret);
			}
			if (use == KEY_RECEIPT || use == KEY_AUDIT) {
				send_flipped(to, "ring: seed", k->signer);
			}
		}
	}
}

static size_t
learn_needles(void)
{
	size_t n = 0;
	int pipe_fds[2], status;
	pid_t child;

	assert_int_equal(pipe(pipe_fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		send_all(pipe_fds[1]);
		_exit(0);
	}
	(void)close(pipe_fds[1]);
	while (n < NEEDLES_MAX && read(pipe_fds[0], &needles[n],
	    sizeof(needles[n])) == sizeof(needles[n])) {
		n++;
	}
	(void)close(pipe_fds[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	return n;
}

static bool
is_at(const struct needle *n, const uint8_t *at)
{
	uint8_t difference = 0;

	for (size_t i = 0; i < NEEDLE; i++) {
		difference |= (uint8_t)(at[i] ^ n->flipped[i] ^ 0xff);
	}
	return difference == 0;
}

static void
scan(const uint8_t *from, const uint8_t *to, bool safe, size_t count)
{
	/* One look at a byte decides for nearly all places. */
	static bool first[256];

	for (size_t i = 0; i < count; i++) {
		first[needles[i].flipped[0] ^ 0xff] = true;
	}
	for (const uint8_t *at = from; to - at >= NEEDLE; at++) {
		if (!first[*at]) {
			continue;
		}
		for (size_t i = 0; i < count; i++) {
			if (is_at(&needles[i], at)) {
				needles[i].locked += safe;
				needles[i].dumped += !safe;
			}
		}
	}
}

/* Every readable mapping; smaps names it first and its flags last. */
static void
scan_process(size_t count)
{
	char line[512], access[5] = "";
	unsigned long from = 0, to = 0;
	FILE *f = fopen("/proc/self/smaps", "re");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		char *end;
		unsigned long start = strtoul(line, &end, 16);

		if (end != line && *end == '-') {
			from = start;
			to = strtoul(end + 1, &end, 16);
			memcpy(access, end + 1, 4);
			/* the kernel's own pages cannot all be read */
			if (strstr(line, "[v") != NULL) {
				access[0] = '-';
			}
			continue;
		}
		if (strncmp(line, "VmFlags:", 8) == 0 && access[0] == 'r') {
			bool safe = strstr(line, " dd") != NULL &&
			    strstr(line, " lo") != NULL;

			scan((const uint8_t *)(uintptr_t)from,
			    (const uint8_t *)(uintptr_t)to, safe, count);
		}
	}
	(void)fclose(f);
}

static void
use_everything(struct keyring *ring, const struct rng *rng)
{
	static const struct cell cell = {"t", "c", STR_INIT("row")};
	uint8_t mac[KEYRING_MAC], signature[KEYRING_SIGNATURE];
	struct str text = STR("ada@example.com");
	struct buf sealed, out;
	uint32_t version;

	buf_init(&sealed, 4096);
	buf_init(&out, 4096);
	assert_int_equal(keyring_code_mac(ring, 1, text, mac), 0);
	assert_int_equal(keyring_audit_mac(ring, 1, text, mac), 0);
	assert_int_equal(keyring_index(ring, "x", text, text, mac), 0);
	assert_int_equal(keyring_seal(ring, rng, &cell, text, &sealed), 0);
	assert_int_equal(keyring_unseal(ring, &cell, buf_view(&sealed), &out),
	    0);
	assert_int_equal(keyring_sign(ring, KEY_AUDIT, text, &version,
	    signature), 0);
	assert_int_equal(keyring_verify(ring, KEY_AUDIT, version, text,
	    signature), 0);
	buf_clear(&out);
	assert_int_equal(jws_sign(ring, "t", text, &out), 0);
	assert_int_equal(jws_key_set(ring, &sealed), 0);
	buf_done(&sealed);
	buf_done(&out);
}

static void
keys_are_nowhere_else(void **state UNUSED)
{
	struct rng rng;
	struct keyring *ring;
	size_t count;

	if (UNDER_SANITIZER) {
		skip();
	}
	place_init(&place);
	rng = place_rng(&place);
	keyring_free(place_ring(&place));
	for (enum key_use use = 0; use < KEY_USE_COUNT; use++) {
		if (use != KEY_INDEX) {
			assert_int_equal(keyring_rotate(place.path, use, &rng,
			    MADE_AT), ERR_NONE);
		}
	}
	ring = place_ring(&place);
	use_everything(ring, &rng);
	count = learn_needles();
	assert_int_equal(count, 9 * 3 + 2);
	scan_process(count);
	for (size_t i = 0; i < count; i++) {
		bool in_ring = strncmp(needles[i].what, "ring", 4) == 0;

		/* Found where it is: so the search can find. */
		if (in_ring != (needles[i].locked == 1) ||
		    needles[i].dumped != 0) {
			fail_msg("%s (%zu): %u in dumps, %u locked",
			    needles[i].what, i, needles[i].dumped,
			    needles[i].locked);
		}
	}
	keyring_free(ring);
	place_done(&place);
}

/* What keyring_load says in a process that may lock so many bytes. */
static enum err
load_with_limit(rlim_t bytes)
{
	struct rlimit limit = {bytes, bytes};
	struct keyring *ring;
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		/* Root may lock as much as it likes. */
		if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0 ||
		    (geteuid() == 0 && setuid(NOBODY) != 0)) {
			_exit(99);
		}
		_exit((int)keyring_load(place.path, &ring));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return (enum err)WEXITSTATUS(status);
}

static void
no_lock_no_keys(void **state UNUSED)
{
	struct rng rng;

	/* The sanitizers turn mlock off. */
	if (UNDER_SANITIZER) {
		skip();
	}
	place_init(&place);
	rng = place_rng(&place);
	assert_int_equal(keyring_create(place.path, &rng, MADE_AT), ERR_NONE);
	if (geteuid() == 0) {
		assert_int_equal(chown(place.folder, NOBODY, NOBODY), 0);
		assert_int_equal(chown(place.path, NOBODY, NOBODY), 0);
	}
	assert_int_equal(load_with_limit(0), ERR_NOMEM);
	assert_int_equal(load_with_limit(4096), ERR_NOMEM);
	assert_int_equal(load_with_limit(65536), ERR_NONE);
	place_done(&place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* First, in a process that has done nothing else. */
		cmocka_unit_test(keys_are_nowhere_else),
		cmocka_unit_test(no_lock_no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
