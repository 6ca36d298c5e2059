/*
 * What the ring does with its keys: MACs, sealed cells, indexes, signatures;
 * before and after a rotation.
 */
#include "ring.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/encode.h"
#include "crypto/hkdf.h"
#include "crypto/hmac.h"
#include "crypto/keyring_file.h"

static struct place place;
static struct rng rng;
static struct keyring *ring;

static int
setup(void **state UNUSED)
{
	place_init(&place);
	rng = place_rng(&place);
	ring = place_ring(&place);
	return 0;
}

static int
teardown(void **state UNUSED)
{
	keyring_free(ring);
	ring = NULL;
	place_done(&place);
	return 0;
}

static void
rotate(enum key_use use)
{
	assert_int_equal(keyring_rotate(place.path, use, &rng,
	    unix_ms_add(MADE_AT, HOURS(1))), ERR_NONE);
	keyring_free(ring);
	assert_int_equal(keyring_load(place.path, &ring), ERR_NONE);
}

static const struct cell phone = {"contact", "value", STR_INIT("row-0001")};

static void
seal(const struct cell *cell, struct str plain, struct buf *out)
{
	buf_init(out, 4096);
	assert_int_equal(keyring_seal(ring, &rng, cell, plain, out), ERR_NONE);
	assert_int_equal(out->n, plain.n + KEYRING_SEAL_EXTRA);
}

static enum err
unseal(const struct cell *cell, struct str sealed, struct str want)
{
	struct buf out;
	enum err e;

	buf_init(&out, 4096);
	buf_z(&out, "before");
	/* Room behind it that holds zeros: buf_cut wipes. */
	buf_str(&out, want);
	buf_cut(&out, 6);
	e = keyring_unseal(ring, cell, sealed, &out);
	if (e == ERR_NONE) {
		assert_int_equal(out.n, 6 + want.n);
		assert_memory_equal(out.p + 6, want.p, want.n);
	}
	/* Fails closed: nothing of the plain text is left behind. */
	if (e != ERR_NONE) {
		assert_string_equal(buf_c(&out), "before");
		for (size_t i = 6; i < out.cap && i < 6 + want.n; i++) {
			assert_int_equal(out.p[i], 0);
		}
	}
	buf_done(&out);
	return e;
}

static void
seal_round_trip(void **state UNUSED)
{
	static char bytes[300];
	struct buf sealed;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (char)(i * 7);
	}
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		struct str plain = {bytes, n};

		seal(&phone, plain, &sealed);
		assert_memory_equal(sealed.p, "\0\0\0\1", 4);
		assert_int_equal(unseal(&phone, buf_view(&sealed), plain),
		    ERR_NONE);
		buf_done(&sealed);
	}
}

static void
same_plain_never_looks_the_same(void **state UNUSED)
{
	struct str plain = STR("+4915112345678");
	struct buf a, b;

	seal(&phone, plain, &a);
	seal(&phone, plain, &b);
	assert_memory_not_equal(a.p + 4, b.p + 4, 24);
	assert_memory_not_equal(a.p + 28, b.p + 28, plain.n);
	buf_done(&a);
	buf_done(&b);
}

/* S62: a value that was moved does not open. */
static void
moved_cells_fail_closed(void **state UNUSED)
{
	static const struct cell others[] = {
		{"contact", "value", STR_INIT("row-0002")},
		{"contact", "value", STR_INIT("row-000")},
		{"contact", "value", STR_INIT("")},
		{"contact", "label", STR_INIT("row-0001")},
		{"account", "value", STR_INIT("row-0001")},
		/* the same bytes, cut elsewhere */
		{"contactv", "alue", STR_INIT("row-0001")},
		{"contact", "valuer", STR_INIT("ow-0001")},
	};
	struct str plain = STR("ada@example.com");
	struct buf here, there;

	seal(&phone, plain, &here);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		seal(&others[i], plain, &there);
		assert_int_equal(unseal(&others[i], buf_view(&here), plain),
		    ERR_CRYPTO);
		assert_int_equal(unseal(&phone, buf_view(&there), plain),
		    ERR_CRYPTO);
		assert_int_equal(unseal(&others[i], buf_view(&there), plain),
		    ERR_NONE);
		buf_done(&there);
	}
	assert_int_equal(unseal(&phone, buf_view(&here), plain), ERR_NONE);
	buf_done(&here);
}

static void
every_flipped_bit_fails(void **state UNUSED)
{
	struct str plain = STR("ada@example.com");
	struct buf sealed;

	seal(&phone, plain, &sealed);
	for (size_t bit = 0; bit < sealed.n * 8; bit++) {
		enum err e;

		sealed.p[bit / 8] = (char)(sealed.p[bit / 8] ^ 1 << bit % 8);
		e = unseal(&phone, buf_view(&sealed), plain);
		assert_int_equal(e, bit < 32 ? ERR_MISSING : ERR_CRYPTO);
		sealed.p[bit / 8] = (char)(sealed.p[bit / 8] ^ 1 << bit % 8);
	}
	for (size_t n = 0; n < sealed.n; n++) {
		assert_int_equal(unseal(&phone,
		    str_slice(buf_view(&sealed), 0, n), plain), ERR_CRYPTO);
	}
	buf_char(&sealed, 'x');
	assert_int_equal(unseal(&phone, buf_view(&sealed), plain), ERR_CRYPTO);
	buf_done(&sealed);
}

static void
seal_limits(void **state UNUSED)
{
	static char row[KEYRING_CELL_MAX];
	struct cell cell = {"t", "c", {row, sizeof(row) - 2}};
	struct buf sealed, small;

	seal(&cell, STR("x"), &sealed);
	assert_int_equal(unseal(&cell, buf_view(&sealed), STR("x")), ERR_NONE);
	cell.row.n++;
	assert_int_equal(unseal(&cell, buf_view(&sealed), STR("x")),
	    ERR_RANGE);
	buf_init(&small, 100);
	assert_int_equal(keyring_seal(ring, &rng, &cell, STR("x"), &small),
	    ERR_RANGE);
	assert_int_equal(small.n, 0);
	buf_done(&small);

	/* No room, and no random bytes. */
	buf_init(&small, KEYRING_SEAL_EXTRA);
	assert_int_equal(keyring_seal(ring, &rng, &phone, STR("x"), &small),
	    ERR_LIMIT);
	assert_int_equal(small.n, 0);
	buf_done(&small);
	buf_init(&small, 100);
	place.rng_left = 0;
	assert_int_equal(keyring_seal(ring, &rng, &phone, STR("x"), &small),
	    ERR_IO);
	place.rng_left = -1;
	assert_int_equal(small.n, 0);
	buf_done(&small);
	cell.row.n--;
	buf_init(&small, 0);
	assert_int_equal(keyring_unseal(ring, &cell, buf_view(&sealed),
	    &small), ERR_LIMIT);
	buf_done(&small);
	buf_done(&sealed);
}

static void
stored_key(enum key_use use, uint32_t version, uint8_t dst[static 32])
{
	struct keyring_file f = {0};
	struct buf text;

	buf_init(&text, KEYRING_FILE_MAX);
	place_read(&place, &text);
	assert_int_equal(keyring_file_parse(buf_view(&text), &f), ERR_NONE);
	memcpy(dst, f.key[use][version - 1].bytes, 32);
	buf_done(&text);
}

/* What is made today must open in ten years: the derivation is a format. */
static void
macs_by_the_book(void **state UNUSED)
{
	static const struct { enum key_use use; struct str label; } cases[] = {
		{KEY_CODE, STR_INIT("watchword code hmac")},
		{KEY_AUDIT, STR_INIT("watchword audit hmac")},
		{KEY_INDEX, STR_INIT("watchword index hmac")},
	};
	struct str message = STR("message");
	struct str index_input = STR("\0\0\0\0\0\0\0\2ip" "\0\0\0\0\0\0\0\1t"
	    "\0\0\0\0\0\0\0\7message");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t stored[32], key[32], want[32], got[32];
		enum err e;

		stored_key(cases[i].use, 1, stored);
		assert_int_equal(hkdf_expand((struct str){(char *)stored, 32},
		    cases[i].label, key, 32), ERR_NONE);
		assert_int_equal(hmac_sha256((struct str){(char *)key, 32},
		    cases[i].use == KEY_INDEX ? &index_input : &message, 1,
		    want), ERR_NONE);
		e = cases[i].use == KEY_CODE ?
		    keyring_code_mac(ring, 1, message, got) :
		    cases[i].use == KEY_AUDIT ?
		    keyring_audit_mac(ring, 1, message, got) :
		    keyring_index(ring, "ip", STR("t"), message, got);
		assert_int_equal(e, ERR_NONE);
		assert_memory_equal(got, want,
		    cases[i].use == KEY_INDEX ? KEYRING_INDEX : KEYRING_MAC);
	}
}

static void
index_keeps_its_parts_apart(void **state UNUSED)
{
	uint8_t a[KEYRING_INDEX], b[KEYRING_INDEX];

	assert_int_equal(keyring_index(ring, "recipient", STR("t1"),
	    STR("ada"), a), ERR_NONE);
	assert_int_equal(keyring_index(ring, "recipient", STR("t1"),
	    STR("ada"), b), ERR_NONE);
	assert_memory_equal(a, b, sizeof(a));
	assert_int_equal(keyring_index(ring, "recipient", STR("t1a"),
	    STR("da"), b), ERR_NONE);
	assert_memory_not_equal(a, b, sizeof(a));
	assert_int_equal(keyring_index(ring, "recipientt", STR("1"),
	    STR("ada"), b), ERR_NONE);
	assert_memory_not_equal(a, b, sizeof(a));
	assert_int_equal(keyring_index(ring, "ip", STR("t1"), STR("ada"), b),
	    ERR_NONE);
	assert_memory_not_equal(a, b, sizeof(a));
}

static void
signatures(void **state UNUSED)
{
	static const enum key_use uses[] = {KEY_RECEIPT, KEY_AUDIT};
	uint8_t signature[2][KEYRING_SIGNATURE];
	struct str message = STR("what was decided");
	uint32_t version;

	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(keyring_sign(ring, uses[i], message, &version,
		    signature[i]), ERR_NONE);
		assert_int_equal(version, 1);
		assert_int_equal(keyring_verify(ring, uses[i], 1, message,
		    signature[i]), ERR_NONE);
		assert_int_equal(keyring_verify(ring, uses[i], 2, message,
		    signature[i]), ERR_MISSING);
		assert_int_equal(keyring_verify(ring, uses[i], 1,
		    STR("what was decideD"), signature[i]), ERR_CRYPTO);
	}
	/* One use's signature is nothing to the other. */
	assert_int_equal(keyring_verify(ring, KEY_RECEIPT, 1, message,
	    signature[1]), ERR_CRYPTO);
	assert_int_equal(keyring_verify(ring, KEY_AUDIT, 1, message,
	    signature[0]), ERR_CRYPTO);
	for (size_t bit = 0; bit < sizeof(signature[0]) * 8; bit++) {
		signature[0][bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(keyring_verify(ring, KEY_RECEIPT, 1, message,
		    signature[0]), ERR_CRYPTO);
		signature[0][bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void
wrong_versions(void **state UNUSED)
{
	static const uint32_t wrong[] = {0, 2, 64, 65, UINT32_MAX};
	uint8_t bytes[32], untouched[32];
	unix_ms at = {-1};

	memset(bytes, 0x5a, sizeof(bytes));
	memset(untouched, 0x5a, sizeof(untouched));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint32_t v = wrong[i];

		assert_int_equal(keyring_code_mac(ring, v, STR("x"), bytes),
		    ERR_MISSING);
		assert_int_equal(keyring_audit_mac(ring, v, STR("x"), bytes),
		    ERR_MISSING);
		assert_int_equal(keyring_public(ring, KEY_RECEIPT, v, bytes),
		    ERR_MISSING);
		assert_int_equal(keyring_made_at(ring, KEY_INDEX, v, &at),
		    ERR_MISSING);
	}
	assert_memory_equal(bytes, untouched, sizeof(bytes));
	assert_int_equal(at.v, -1);
}

/* S123: new work with the new version, old work still good. */
static void
rotation(void **state UNUSED)
{
	struct str plain = STR("ada@example.com"), message = STR("message");
	uint8_t mac[2][KEYRING_MAC], index[2][KEYRING_INDEX];
	uint8_t audit[2][KEYRING_MAC], public_half[2][KEYRING_PUBLIC];
	uint8_t signature[KEYRING_SIGNATURE];
	struct buf old, new;
	uint32_t version;
	unix_ms at;

	seal(&phone, plain, &old);
	assert_int_equal(keyring_code_mac(ring, 1, message, mac[0]), 0);
	assert_int_equal(keyring_audit_mac(ring, 1, message, audit[0]), 0);
	assert_int_equal(keyring_index(ring, "ip", plain, plain, index[0]), 0);
	assert_int_equal(keyring_sign(ring, KEY_RECEIPT, message, &version,
	    signature), ERR_NONE);
	for (enum key_use use = 0; use < KEY_USE_COUNT; use++) {
		if (use != KEY_INDEX) {
			rotate(use);
			assert_int_equal(keyring_version(ring, use), 2);
			assert_int_equal(keyring_made_at(ring, use, 1, &at), 0);
			assert_int_equal(at.v, MADE_AT.v);
			assert_int_equal(keyring_made_at(ring, use, 2, &at), 0);
			assert_int_equal(at.v, MADE_AT.v + 3600000);
		}
	}
	assert_int_equal(keyring_code_mac(ring, 1, message, mac[1]), 0);
	assert_memory_equal(mac[0], mac[1], KEYRING_MAC);
	assert_int_equal(keyring_code_mac(ring, 2, message, mac[1]), 0);
	assert_memory_not_equal(mac[0], mac[1], KEYRING_MAC);
	assert_int_equal(keyring_audit_mac(ring, 1, message, audit[1]), 0);
	assert_memory_equal(audit[0], audit[1], KEYRING_MAC);
	assert_int_equal(keyring_index(ring, "ip", plain, plain, index[1]), 0);
	assert_memory_equal(index[0], index[1], KEYRING_INDEX);
	assert_int_equal(keyring_verify(ring, KEY_RECEIPT, 1, message,
	    signature), ERR_NONE);
	assert_int_equal(keyring_sign(ring, KEY_RECEIPT, message, &version,
	    signature), ERR_NONE);
	assert_int_equal(version, 2);
	assert_int_equal(keyring_verify(ring, KEY_RECEIPT, 1, message,
	    signature), ERR_CRYPTO);
	for (uint32_t v = 1; v <= 2; v++) {
		assert_int_equal(keyring_public(ring, KEY_RECEIPT, v,
		    public_half[v - 1]), ERR_NONE);
	}
	assert_memory_not_equal(public_half[0], public_half[1], 32);

	assert_int_equal(unseal(&phone, buf_view(&old), plain), ERR_NONE);
	seal(&phone, plain, &new);
	assert_memory_equal(new.p, "\0\0\0\2", 4);
	assert_int_equal(unseal(&phone, buf_view(&new), plain), ERR_NONE);
	new.p[3] = 1;
	assert_int_equal(unseal(&phone, buf_view(&new), plain), ERR_CRYPTO);
	buf_done(&old);
	buf_done(&new);
}

static void
names_of_uses(void **state UNUSED)
{
	enum key_use back = KEY_USE_COUNT;

	for (enum key_use use = 0; use < KEY_USE_COUNT; use++) {
		assert_true(keyring_use_parse(str_of(keyring_use_name(use)),
		    &back));
		assert_int_equal(back, use);
	}
	assert_false(keyring_use_parse(STR(""), &back));
	assert_false(keyring_use_parse(STR("codes"), &back));
	assert_false(keyring_use_parse(STR("Code"), &back));
	assert_int_equal(back, KEY_AUDIT);
}

/* A stray write into the keys is a fault, not another key. */
static void
loaded_ring_is_read_only(void **state UNUSED)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		(void)signal(SIGSEGV, SIG_DFL);
		memset((void *)ring, 0, 1);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
}

enum { THREADS = 8, ROUNDS = 200 };

/* Everything at once; returns NULL when all of it was right. */
static void *
thread_body(void *arg)
{
	struct place mine = {.seed = (uint64_t)(uintptr_t)arg, .rng_left = -1};
	struct rng my_rng = place_rng(&mine);
	struct str plain = STR("ada@example.com");
	uint8_t first[KEYRING_MAC], mac[KEYRING_MAC];
	uint8_t signature[KEYRING_SIGNATURE], index[KEYRING_INDEX];
	struct buf sealed, out;
	bool good = keyring_code_mac(ring, 1, plain, first) == ERR_NONE;
	uint32_t v;

	buf_init(&sealed, 256);
	buf_init(&out, 256);
	for (int i = 0; i < ROUNDS && good; i++) {
		buf_clear(&sealed);
		buf_clear(&out);
		good = keyring_code_mac(ring, 1, plain, mac) == ERR_NONE &&
		    memcmp(mac, first, sizeof(mac)) == 0 &&
		    keyring_seal(ring, &my_rng, &phone, plain, &sealed) == 0 &&
		    keyring_unseal(ring, &phone, buf_view(&sealed), &out) == 0 &&
		    str_equal(buf_view(&out), plain) &&
		    keyring_index(ring, "ip", plain, plain, index) == 0 &&
		    keyring_sign(ring, KEY_AUDIT, plain, &v, signature) == 0 &&
		    keyring_verify(ring, KEY_AUDIT, v, plain, signature) == 0;
	}
	buf_done(&sealed);
	buf_done(&out);
	return good ? NULL : arg;
}

static void
threads_share_a_ring(void **state UNUSED)
{
	pthread_t threads[THREADS];
	void *failed;

	for (uintptr_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, thread_body,
		    (void *)(i + 1)), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
}

#define RING_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(seal_round_trip),
		RING_TEST(same_plain_never_looks_the_same),
		RING_TEST(moved_cells_fail_closed),
		RING_TEST(every_flipped_bit_fails),
		RING_TEST(seal_limits),
		RING_TEST(macs_by_the_book),
		RING_TEST(index_keeps_its_parts_apart),
		RING_TEST(signatures),
		RING_TEST(wrong_versions),
		RING_TEST(rotation),
		RING_TEST(loaded_ring_is_read_only),
		RING_TEST(threads_share_a_ring),
		cmocka_unit_test(names_of_uses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
