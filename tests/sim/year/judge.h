/*
 * The judge: holds the rows against the model after each step, and all of
 * them against each other now and then.  README.md has the list.
 */
#ifndef TESTS_SIM_JUDGE_H
#define TESTS_SIM_JUDGE_H

#include "year.h"

/* judge_batch(y): every step of this bite has been answered. */
void judge_batch(struct year *y);

/*
 * judge_left_behind(y): the process before was killed in this bite.  What was
 * acknowledged is there; of the rest each step is done, or not begun.
 */
void judge_left_behind(struct year *y);

/* judge_touched(y): the orders that the keeper has been at. */
void judge_touched(struct year *y);

/* judge_all(y): everything at once; at the end with the audit chain. */
void judge_all(struct year *y, bool end);

/* judge_track_page(y, order): the code on it is that of the message. */
void judge_track_page(struct year *y, uint32_t order);

#endif
