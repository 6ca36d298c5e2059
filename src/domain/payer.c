#include "domain/payer.h"

#include <assert.h>

#define LONGEST HOURS(24)

/* The n-th block, from 1: doubled with each. */
static duration_ms
block_number(const struct payer_policy *p, int64_t n)
{
	duration_ms length = SECONDS(p->block);

	for (int64_t i = 1; i < n && length.v < LONGEST.v; i++) {
		length.v *= 2;
	}
	return length.v < LONGEST.v ? length : LONGEST;
}

duration_ms
payer_block(const struct payer_policy *p, int64_t streak)
{
	assert(p->failures > 0 && p->block > 0 && streak >= 0);
	return streak > 0 && streak % p->failures == 0
	    ? block_number(p, streak / p->failures) : (duration_ms){0};
}

int64_t
payer_left(const struct payer_policy *p, int64_t streak)
{
	assert(p->failures > 0 && streak > 0);
	return (p->failures - streak % p->failures) % p->failures;
}

duration_ms
payer_next(const struct payer_policy *p, int64_t streak)
{
	return payer_block(p, streak + payer_left(p, streak));
}

duration_ms
payer_wait(const struct payer_policy *p, const struct counter *c, unix_ms now)
{
	duration_ms block = payer_block(p, c->streak);
	int64_t gone;

	if (block.v == 0 || c->n == 0) {
		return (duration_ms){0};
	}
	/* A clock that was put back makes no block longer (S31). */
	gone = unix_ms_since(now, c->marks[c->n - 1]).v;
	gone = gone < 0 ? 0 : gone;
	return (duration_ms){gone < block.v ? block.v - gone : 0};
}
