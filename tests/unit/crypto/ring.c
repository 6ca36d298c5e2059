#include "ring.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

void
place_init(struct place *p)
{
	*p = (struct place){.folder = "/tmp/watchword-ring-XXXXXX",
	    .seed = 1, .rng_left = -1};
	assert_non_null(mkdtemp(p->folder));
	(void)snprintf(p->path, sizeof(p->path), "%s/keyring", p->folder);
}

static int
each_entry(const struct place *p, int remove_them)
{
	DIR *d = opendir(p->folder);
	struct dirent *e;
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.') {
			continue;
		}
		n++;
		if (remove_them) {
			assert_int_equal(unlinkat(dirfd(d), e->d_name, 0), 0);
		}
	}
	(void)closedir(d);
	return n;
}

void
place_done(struct place *p)
{
	(void)each_entry(p, 1);
	assert_int_equal(rmdir(p->folder), 0);
}

int
place_entries(const struct place *p)
{
	return each_entry(p, 0);
}

/* splitmix64 */
static enum err
fill(void *ctx, void *dst, size_t n)
{
	struct place *p = ctx;
	uint8_t *bytes = dst;

	if (p->rng_left == 0) {
		return ERR_IO;
	}
	if (p->rng_left > 0) {
		p->rng_left--;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t z = p->seed += UINT64_C(0x9e3779b97f4a7c15);

		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		bytes[i] = (uint8_t)(z >> 56);
	}
	return ERR_NONE;
}

struct rng
place_rng(struct place *p)
{
	return (struct rng){.fill = fill, .ctx = p};
}

struct keyring *
place_ring(struct place *p)
{
	struct rng rng = place_rng(p);
	struct keyring *ring = NULL;

	if (access(p->path, F_OK) != 0) {
		assert_int_equal(keyring_create(p->path, &rng, MADE_AT),
		    ERR_NONE);
	}
	assert_int_equal(keyring_load(p->path, &ring), ERR_NONE);
	return ring;
}

void
place_read(const struct place *p, struct buf *out)
{
	char bytes[4096];
	size_t n;
	FILE *f = fopen(p->path, "re");

	assert_non_null(f);
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0) {
		buf_put(out, bytes, n);
	}
	(void)fclose(f);
	assert_int_equal(buf_err(out), ERR_NONE);
}

void
place_write(const struct place *p, struct str text)
{
	int fd;

	(void)unlink(p->path);
	fd = open(p->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
	(void)close(fd);
}
