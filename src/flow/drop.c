#include "flow/drop.h"

#include <assert.h>

#include "flow/audit.h"
#include "store/messages.h"

enum err
challenge_drop(struct tx *tx, const struct flow *f, const struct id *tenant,
    const struct id *id, enum challenge_event event, struct arena *arena)
{
	/* Neither event asks the policy anything. */
	static const struct purpose_policy none;
	unix_ms now = flow_now(f);
	struct challenge_row row;
	enum err e = challenge_row_get(tx, tenant, id, arena, &row);

	assert(event == CHALLENGE_CANCEL || event == CHALLENGE_SUPERSEDE);
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	if (challenge_step(&row.state, event, &none, now) != CHALLENGE_DONE) {
		return ERR_NONE;
	}
	e = challenge_row_update(tx, &row);
	if (e == ERR_NONE) {
		e = message_row_cancel(tx, &row.id);
	}
	return e == ERR_NONE ? audit_simple(tx, f,
	    event == CHALLENGE_CANCEL ? AUDIT_CHALLENGE_CANCELLED
	    : AUDIT_CHALLENGE_SUPERSEDED, &row, now) : e;
}
