#include "flow/settle.h"

#include "flow/audit.h"

bool
challenge_settle(const struct flow *f, struct challenge_row *row, unix_ms now)
{
	/* Neither event asks the policy anything. */
	static const struct purpose_policy none;
	enum challenge_event event = row->epoch == f->epoch
	    ? CHALLENGE_TIME_UP : CHALLENGE_CANCEL;

	if (row->state.status != CHALLENGE_PENDING) {
		return false;
	}
	(void)!challenge_step(&row->state, event, &none, now);
	return row->state.status != CHALLENGE_PENDING;
}

enum err
challenge_settled(struct tx *tx, const struct flow *f,
    struct challenge_row *row, unix_ms now)
{
	enum audit_event event = row->state.status == CHALLENGE_EXPIRED
	    ? AUDIT_CHALLENGE_EXPIRED : AUDIT_CHALLENGE_CANCELLED;
	enum err e = challenge_row_update(tx, row);

	if (e == ERR_NONE) {
		e = audit_simple(tx, f, event, row, now);
	}
	return e;
}
