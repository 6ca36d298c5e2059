#include "domain/decision.h"

#include <assert.h>
#include <stddef.h>

enum { WORDS_MAX = 4096 };

static const struct rule *
first(const struct rule_set *set, enum decision_event event,
    const struct signals *signals, const struct policy *policy)
{
	for (size_t i = 0; i < set->n; i++) {
		if (rule_holds(&set->rule[i], event, signals, policy)) {
			return &set->rule[i];
		}
	}
	return NULL;
}

struct decision
decision_make(enum decision_event event, const struct signals *signals,
    const struct policy *policy, const struct rule_set *own)
{
	const struct rule *by = NULL, *floor;

	if (own != NULL) {
		by = first(own, event, signals, policy);
	}
	if (by == NULL) {
		by = first(&rules_builtin, event, signals, policy);
	}
	assert(by != NULL);
	if (by->code == DECISION_NOT_REQUIRED) {
		floor = first(&rules_floor, event, signals, policy);
		by = floor != NULL ? floor : by;
	}
	return (struct decision){by->code, by->name, by};
}

void
decision_reasons(const struct decision *d, const struct policy *policy,
    struct jsonw *w)
{
	const struct rule *r = d->by;
	char text[WORDS_MAX];
	struct buf b;

	jsonw_array(w);
	if (r->reason.n > 0) {
		jsonw_str(w, r->reason);
	} else if (r->n_when == 0) {
		jsonw_z(w, "always");
	}
	for (size_t i = 0; r->reason.n == 0 && i < r->n_when; i++) {
		buf_fixed(&b, text, sizeof(text));
		condition_words(&r->when[i], policy, &b);
		jsonw_str(w, buf_view(&b));
	}
	jsonw_array_end(w);
}
