/* From a step of the model to a use case of src/flow. */
#ifndef TESTS_SIM_RUN_H
#define TESTS_SIM_RUN_H

#include "year.h"

/* run_steps(y): the steps of this phase that are not done, in bites. */
void run_steps(struct year *y);

/* run_mail(y): the courier, until the outbox is empty. */
void run_mail(struct year *y);
void run_keeper(struct year *y);

#endif
