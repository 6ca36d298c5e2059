#include "flow/decide.h"

#include "flow/audit.h"

enum err
decide_run(struct tx *tx, void *decide)
{
	struct decide *d = decide;
	struct audit a;
	enum err e;

	d->decision = decision_make(d->event, &d->signals,
	    &d->tenant->policy);
	e = audit_begin(&a, d->flow, AUDIT_DECISION_MADE, &d->tenant->id,
	    flow_now(d->flow));
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_z(&a.json, "about", decision_event_name(d->event));
	jsonw_member_z(&a.json, "code", decision_code_name(d->decision.code));
	jsonw_member_z(&a.json, "rule", d->decision.rule);
	return audit_commit(&a, tx, d->flow);
}
