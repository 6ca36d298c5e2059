/*
 * The model: what each step must answer, and what the order is then, in plain
 * words.  It shares no code with src/.
 */
#ifndef TESTS_SIM_MODEL_H
#define TESTS_SIM_MODEL_H

#include "year.h"

/*
 * model_predict(y, s): fills after, want, again, fails and proof, for the
 * order as it is and y->now; what counts against the agent is counted.
 */
void model_predict(struct year *y, struct step *s);

/* model_settle(y, s): it was answered; the order is what was predicted. */
void model_settle(struct year *y, const struct step *s);

/* model_keep(y): what time has brought by now. */
void model_keep(struct year *y);

/* model_guessed_out(y, agent): he has guessed too often today. */
bool model_guessed_out(const struct year *y, unsigned agent);

/* model_changes(s): the order is another one after it. */
bool model_changes(const struct year *y, const struct step *s);

uint8_t model_all(const struct order *o);

#endif
