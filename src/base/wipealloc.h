/*
 * An allocator for libraries that handle codes and addresses (the JSON
 * parser, the HTTP server, the mail client): memory is wiped before it goes
 * back to the heap, so that a core dump or a later read finds nothing (I8).
 */
#ifndef BASE_WIPEALLOC_H
#define BASE_WIPEALLOC_H

#include <stddef.h>

void *wipe_malloc(size_t n);
void *wipe_calloc(size_t n, size_t size);
void *wipe_realloc(void *p, size_t n);
void wipe_free(void *p);
char *wipe_strdup(const char *z);

#endif
