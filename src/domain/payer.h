/*
 * The profile psd2: wrong codes for payments in a row block a payer's codes
 * for a while (RTS 2018/389 article 4(3)(b), 4(4); S15).
 *
 * After every so many failures in a row there is a block, each twice as long
 * as the one before, a day at most.  What is counted belongs to the payer: a
 * resend, another payment, another channel or a restart finds it as it was,
 * and only a right code, or an operator, ends the row.
 */
#ifndef DOMAIN_PAYER_H
#define DOMAIN_PAYER_H

#include "domain/counter.h"

/* payer_block(p, streak): how long the block is that failure streak begins;
 * zero: it begins none. */
duration_ms payer_block(const struct payer_policy *p, int64_t streak) NONNULL;

/* payer_left(p, streak): failures until the next block; zero: it begins with
 * this one. */
int64_t payer_left(const struct payer_policy *p, int64_t streak) NONNULL;

/* payer_next(p, streak): how long that next block, or this one, is. */
duration_ms payer_next(const struct payer_policy *p, int64_t streak) NONNULL;

/* payer_wait(p, c, now): until a code of the payer whose failures c has is
 * checked again; zero: it is now. */
duration_ms payer_wait(const struct payer_policy *p, const struct counter *c,
    unix_ms now) NONNULL;

#endif
