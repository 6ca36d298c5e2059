/*
 * Makes the n-th allocation fail, for n from 1 until the body succeeds (S141),
 * and finds what a failing body forgot to free.
 *
 * Link with fault_malloc_dep: the linker sends malloc, calloc, realloc,
 * reallocarray, strdup, strndup and free of everything linked statically (our
 * code) through here.  What shared libraries allocate for themselves is not
 * seen.
 */
#ifndef SUPPORT_FAULT_MALLOC_H
#define SUPPORT_FAULT_MALLOC_H

#include <stdbool.h>

enum fault_mode {
	FAULT_ONCE,	/* the n-th fails, later ones succeed */
	FAULT_ONWARDS	/* the n-th and all later ones fail */
};

/*
 * fault_malloc_arm(n, how): count allocations, of all threads, from now on;
 * n from 1, or 0 to count only.  fault_malloc_disarm ends it.
 */
void fault_malloc_arm(unsigned n, enum fault_mode how);
void fault_malloc_disarm(void);

/* Since fault_malloc_arm: allocations asked for, and those made to fail. */
unsigned fault_malloc_count(void);
unsigned fault_malloc_failed(void);

/* Allocated since fault_malloc_arm and not freed. */
unsigned fault_malloc_live(void);

/*
 * A body allocates, and frees everything before it returns, whatever
 * happened.  True: it did what it should; false: it could not, and said so.
 * It checks for itself that what it built is right when it returns true.
 */
typedef bool fault_body(void *ctx);

/*
 * fault_malloc_each(body, ctx): run body with n = 1, 2, … in both modes until
 * no allocation was made to fail.  Fails the running cmocka test when the body
 * leaks, or fails without a fault.  Returns how many runs met a fault: a test
 * asserts that it is not 0.
 */
unsigned fault_malloc_each(fault_body *body, void *ctx);

#endif
