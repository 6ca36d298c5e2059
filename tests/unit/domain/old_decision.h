#ifndef TESTS_OLD_DECISION_H
#define TESTS_OLD_DECISION_H

#include "domain/decision.h"

struct old_decision {
	enum decision_code code;
	const char *rule;
	const char *reason;
};

struct old_decision old_decision_make(enum decision_event event,
    const struct signals *signals, const struct policy *policy);

#endif
