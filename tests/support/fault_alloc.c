/*
 * For LD_PRELOAD: the n-th allocation of a whole program fails, those of the
 * libraries included.
 *
 * FAULT_ALLOC_CONTROL is a file that is shared with the test, which arms,
 * counts and disarms through it while the program runs (struct control, as
 * fault_io.c has it).  Every thread counts.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct control {
	atomic_uint_least32_t armed;
	atomic_uint_least32_t at;	/* the first call that fails, from 1 */
	atomic_uint_least32_t onwards;	/* and all that follow */
	atomic_uint_least32_t counted;
	atomic_uint_least32_t fired;
};

/* The C library's own, under the names that it keeps for this. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

static struct control *control;

__attribute__((constructor)) static void
attach(void)
{
	const char *path = getenv("FAULT_ALLOC_CONTROL");
	int fd;
	void *p;

	if (path == NULL) {
		return;
	}
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		abort();
	}
	p = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	close(fd);
	if (p == MAP_FAILED) {
		abort();
	}
	control = p;
}

static int
is_due(void)
{
	unsigned n, at;

	if (control == NULL || atomic_load(&control->armed) == 0) {
		return 0;
	}
	n = atomic_fetch_add(&control->counted, 1) + 1;
	at = atomic_load(&control->at);
	if (n != at && !(n > at && atomic_load(&control->onwards) != 0)) {
		return 0;
	}
	atomic_fetch_add(&control->fired, 1);
	errno = ENOMEM;
	return 1;
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): libc's */
void *
malloc(size_t n)
{
	return is_due() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return is_due() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return is_due() ? NULL : __libc_realloc(p, n);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
