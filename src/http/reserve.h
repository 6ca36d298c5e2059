/*
 * The allocator of the libraries that read requests, libevent and jansson:
 * base/wipealloc.h, and behind it a small reserve.
 *
 * Neither survives every failed allocation in good order: libevent's
 * evhttp_request_new frees what it has not made yet, a header that cannot be
 * stored is dropped without a word, and a request would then look as if it
 * had been sent without it.  What they ask for is small, so where the system
 * has nothing left (S141) a fixed piece of memory is lent until there is.
 * Past that, malloc's NULL is theirs to deal with.
 */
#ifndef HTTP_RESERVE_H
#define HTTP_RESERVE_H

#include <stddef.h>

/* How many blocks are lent at once, and of what size. */
#define RESERVE_BLOCKS 512
#define RESERVE_BYTES 1280

/* As malloc, realloc and free; from any thread; wiped when freed (I8). */
void *reserve_malloc(size_t n);
void *reserve_realloc(void *p, size_t n);
void reserve_free(void *p);

#endif
