/*
 * The key file on disk: created, refused, rotated, and what is there after a
 * failure.
 */
#include "ring.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define NOBODY 65534

static struct place place;
static struct rng rng;

static int
setup(void **state UNUSED)
{
	place_init(&place);
	rng = place_rng(&place);
	return 0;
}

static int
teardown(void **state UNUSED)
{
	place_done(&place);
	return 0;
}

static enum err
load(void)
{
	struct keyring *untouched = (struct keyring *)(void *)&place;
	struct keyring *ring = untouched;
	enum err e = keyring_load(place.path, &ring);

	if (e == ERR_NONE) {
		keyring_free(ring);
	} else {
		assert_ptr_equal(ring, untouched);
	}
	return e;
}

static enum err
create(void)
{
	return keyring_create(place.path, &rng, MADE_AT);
}

static enum err
rotate(enum key_use use)
{
	return keyring_rotate(place.path, use, &rng, MADE_AT);
}

static void
created_readable_by_its_owner_only(void **state UNUSED)
{
	static const mode_t masks[] = {0, 022, 077, 0777};

	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		mode_t before = umask(masks[i]);
		struct stat st;

		assert_int_equal(create(), ERR_NONE);
		assert_int_equal(rotate(KEY_CODE), ERR_NONE);
		(void)umask(before);
		assert_int_equal(stat(place.path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0400);
		assert_int_equal(load(), ERR_NONE);
		assert_int_equal(place_entries(&place), 1);
		assert_int_equal(unlink(place.path), 0);
	}
}

static void
never_over_another_file(void **state UNUSED)
{
	struct buf text;

	place_write(&place, STR("mine"));
	assert_int_equal(create(), ERR_EXISTS);
	buf_init(&text, 100);
	place_read(&place, &text);
	assert_string_equal(buf_c(&text), "mine");
	buf_done(&text);

	/* A link to nowhere does not make us write there. */
	assert_int_equal(unlink(place.path), 0);
	assert_int_equal(symlink("elsewhere", place.path), 0);
	assert_int_equal(create(), ERR_EXISTS);
	assert_int_equal(place_entries(&place), 1);
}

static void
nothing_there(void **state UNUSED)
{
	struct keyring *ring;
	char long_name[300];

	assert_int_equal(load(), ERR_MISSING);
	assert_int_equal(rotate(KEY_CODE), ERR_MISSING);
	assert_int_equal(keyring_load("/nowhere/keyring", &ring), ERR_MISSING);
	assert_int_equal(keyring_create("/nowhere/keyring", &rng, MADE_AT),
	    ERR_MISSING);
	assert_int_equal(keyring_load("/tmp/", &ring), ERR_RANGE);
	assert_int_equal(keyring_load("", &ring), ERR_RANGE);
	memset(long_name, 'k', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	assert_int_equal(keyring_load(long_name, &ring), ERR_RANGE);
	keyring_free(NULL);
}

static void
a_name_without_a_folder(void **state UNUSED)
{
	struct keyring *ring;
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(chdir(place.folder), 0);
	assert_int_equal(keyring_create("keyring", &rng, MADE_AT), ERR_NONE);
	assert_int_equal(keyring_load("keyring", &ring), ERR_NONE);
	keyring_free(ring);
	assert_int_equal(fchdir(here), 0);
	(void)close(here);
	assert_int_equal(load(), ERR_NONE);
}

static void
others_may_not_touch_it(void **state UNUSED)
{
	assert_int_equal(create(), ERR_NONE);
	for (mode_t bits = 1; bits <= 077; bits++) {
		assert_int_equal(chmod(place.path, 0400 | bits), 0);
		assert_int_equal(load(), ERR_DENIED);
		assert_int_equal(rotate(KEY_CODE), ERR_DENIED);
	}
	assert_int_equal(chmod(place.path, 0600), 0);
	assert_int_equal(load(), ERR_NONE);
}

static void
not_a_plain_file(void **state UNUSED)
{
	char target[100];

	assert_int_equal(mkfifo(place.path, 0400), 0);
	assert_int_equal(load(), ERR_SYNTAX);
	assert_int_equal(unlink(place.path), 0);
	assert_int_equal(mkdir(place.path, 0700), 0);
	assert_int_equal(load(), ERR_SYNTAX);
	assert_int_equal(rmdir(place.path), 0);

	assert_int_equal(create(), ERR_NONE);
	(void)snprintf(target, sizeof(target), "%s.target", place.path);
	assert_int_equal(rename(place.path, target), 0);
	assert_int_equal(symlink(target, place.path), 0);
	assert_int_equal(load(), ERR_DENIED);
	assert_int_equal(rotate(KEY_CODE), ERR_DENIED);
}

/* The test's exit status of a child that is not root. */
static int
as_nobody(int (*body)(void))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		_exit(setresuid(NOBODY, NOBODY, NOBODY) == 0 ? body() : 99);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* May read every file, and owns none of root's. */
static int
load_with_capability(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {{0}};
	struct keyring *ring;

	data[0].permitted = data[0].effective = 1U << CAP_DAC_READ_SEARCH;
	if (syscall(SYS_capset, &head, data) != 0) {
		return 98;
	}
	return (int)keyring_load(place.path, &ring);
}

static int
load_plainly(void)
{
	struct keyring *ring;

	return (int)keyring_load(place.path, &ring);
}

static void
somebody_elses_file(void **state UNUSED)
{
	struct stat st;

	if (geteuid() != 0) {
		skip();
	}
	assert_int_equal(create(), ERR_NONE);
	assert_int_equal(chmod(place.folder, 0755), 0);
	assert_int_equal(as_nobody(load_plainly), ERR_DENIED);
	assert_int_equal(prctl(PR_SET_KEEPCAPS, 1), 0);
	assert_int_equal(as_nobody(load_with_capability), ERR_DENIED);
	assert_int_equal(prctl(PR_SET_KEEPCAPS, 0), 0);

	/* Root loads anybody's, and leaves it to its owner. */
	assert_int_equal(chown(place.path, NOBODY, NOBODY), 0);
	assert_int_equal(load(), ERR_NONE);
	assert_int_equal(rotate(KEY_SEAL), ERR_NONE);
	assert_int_equal(stat(place.path, &st), 0);
	assert_int_equal(st.st_uid, NOBODY);
	assert_int_equal(st.st_mode & 07777, 0400);
	assert_int_equal(as_nobody(load_plainly), ERR_NONE);
}

static void
damaged_file(void **state UNUSED)
{
	static char big[70000];
	struct buf text;

	assert_int_equal(create(), ERR_NONE);
	buf_init(&text, 4096);
	place_read(&place, &text);
	for (size_t i = 0; i < text.n; i++) {
		text.p[i] ^= 1;
		place_write(&place, buf_view(&text));
		assert_int_equal(load(), ERR_SYNTAX);
		text.p[i] ^= 1;
		place_write(&place, str_slice(buf_view(&text), 0, i));
		assert_int_equal(load(), ERR_SYNTAX);
	}
	assert_int_equal(rotate(KEY_CODE), ERR_SYNTAX);
	place_write(&place, buf_view(&text));
	assert_int_equal(load(), ERR_NONE);
	place_write(&place, (struct str){big, sizeof(big)});
	assert_int_equal(load(), ERR_SYNTAX);
	buf_done(&text);
}

static void
no_random_bytes_no_file(void **state UNUSED)
{
	struct buf before, after;

	for (int left = 0; left < KEY_USE_COUNT; left++) {
		place.rng_left = left;
		assert_int_equal(create(), ERR_IO);
		assert_int_equal(place_entries(&place), 0);
	}
	place.rng_left = -1;
	assert_int_equal(create(), ERR_NONE);
	buf_init(&before, 4096);
	buf_init(&after, 4096);
	place_read(&place, &before);
	place.rng_left = 0;
	assert_int_equal(rotate(KEY_CODE), ERR_IO);
	place_read(&place, &after);
	assert_true(str_equal(buf_view(&before), buf_view(&after)));
	assert_int_equal(place_entries(&place), 1);
	buf_done(&before);
	buf_done(&after);
}

/* S141: a disk that takes only so many bytes. */
static void
full_disk(void **state UNUSED)
{
	struct rlimit whole, small;
	struct buf before, after;
	char second[100];

	assert_int_equal(create(), ERR_NONE);
	buf_init(&before, 4096);
	place_read(&place, &before);
	(void)snprintf(second, sizeof(second), "%s-second", place.path);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &whole), 0);
	small = whole;
	(void)signal(SIGXFSZ, SIG_IGN);
	for (rlim_t n = 0; n < before.n; n += 97) {
		small.rlim_cur = n;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		assert_int_equal(rotate(KEY_CODE), ERR_IO);
		assert_int_equal(keyring_create(second, &rng, MADE_AT),
		    ERR_IO);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &whole), 0);
		assert_int_equal(place_entries(&place), 1);
		buf_init(&after, 4096);
		place_read(&place, &after);
		assert_true(str_equal(buf_view(&before), buf_view(&after)));
		buf_done(&after);
	}
	(void)signal(SIGXFSZ, SIG_DFL);
	buf_done(&before);
}

static void
one_rotation_at_a_time(void **state UNUSED)
{
	int other;

	assert_int_equal(create(), ERR_NONE);
	other = open(place.path, O_RDONLY | O_CLOEXEC);
	assert_true(other >= 0);
	assert_int_equal(flock(other, LOCK_EX), 0);
	assert_int_equal(rotate(KEY_CODE), ERR_BUSY);
	assert_int_equal(load(), ERR_NONE);
	(void)close(other);
	assert_int_equal(rotate(KEY_CODE), ERR_NONE);
}

/* What a crash left behind neither stops the next rotation nor stays. */
static void
after_a_crash(void **state UNUSED)
{
	char name[100];
	FILE *f;

	assert_int_equal(create(), ERR_NONE);
	(void)snprintf(name, sizeof(name), "%s.new", place.path);
	f = fopen(name, "we");
	assert_non_null(f);
	(void)fputs("half of a ke", f);
	(void)fclose(f);
	assert_int_equal(load(), ERR_NONE);
	assert_int_equal(rotate(KEY_CODE), ERR_NONE);
	assert_int_equal(place_entries(&place), 1);
	assert_int_equal(load(), ERR_NONE);
}

static void
as_often_as_allowed(void **state UNUSED)
{
	struct keyring *ring;

	assert_int_equal(create(), ERR_NONE);
	assert_int_equal(rotate(KEY_INDEX), ERR_RANGE);
	for (unsigned v = 2; v <= KEYRING_VERSIONS_MAX; v++) {
		assert_int_equal(rotate(KEY_RECEIPT), ERR_NONE);
	}
	assert_int_equal(rotate(KEY_RECEIPT), ERR_LIMIT);
	assert_int_equal(keyring_load(place.path, &ring), ERR_NONE);
	assert_int_equal(keyring_version(ring, KEY_RECEIPT),
	    KEYRING_VERSIONS_MAX);
	assert_int_equal(keyring_version(ring, KEY_CODE), 1);
	keyring_free(ring);
}

#define DISK_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DISK_TEST(created_readable_by_its_owner_only),
		DISK_TEST(never_over_another_file),
		DISK_TEST(nothing_there),
		DISK_TEST(a_name_without_a_folder),
		DISK_TEST(others_may_not_touch_it),
		DISK_TEST(not_a_plain_file),
		DISK_TEST(somebody_elses_file),
		DISK_TEST(damaged_file),
		DISK_TEST(no_random_bytes_no_file),
		DISK_TEST(full_disk),
		DISK_TEST(one_rotation_at_a_time),
		DISK_TEST(after_a_crash),
		DISK_TEST(as_often_as_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
