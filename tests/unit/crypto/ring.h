/*
 * A key ring in a folder of its own, for the tests of crypto/.
 */
#ifndef TESTS_UNIT_CRYPTO_RING_H
#define TESTS_UNIT_CRYPTO_RING_H

#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/rng.h"
#include "crypto/keyring.h"

struct place {
	char folder[64];
	char path[80];		/* of the key file, which need not exist */
	uint64_t seed;		/* of the rng */
	int rng_left;		/* calls that the rng answers; -1: all */
};

#define MADE_AT ((unix_ms){1795338414120})	/* 2026-11-22T09:06:54.120Z */

/* A new folder; removed with all that is in it by place_done. */
void place_init(struct place *p);
void place_done(struct place *p);

/* Bytes that differ at every call and are the same in every run. */
struct rng place_rng(struct place *p);

/* The ring with version 1 of every use, made if it is not there. */
struct keyring *place_ring(struct place *p);

/* The whole file into out. */
void place_read(const struct place *p, struct buf *out);

/* The whole file replaced, mode 0400. */
void place_write(const struct place *p, struct str text);

/* The number of entries of the folder. */
int place_entries(const struct place *p);

#endif
