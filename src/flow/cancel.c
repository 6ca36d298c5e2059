#include "flow/cancel.h"

#include "flow/audit.h"
#include "flow/check.h"
#include "flow/settle.h"
#include "store/messages.h"

static enum err
apply(struct tx *tx, struct cancel *c, unix_ms now)
{
	const struct purpose_policy *p =
	    &c->tenant->policy.purpose[c->row.purpose];
	enum err e;

	if (challenge_step(&c->row.state, CHALLENGE_CANCEL, p, now) !=
	    CHALLENGE_DONE) {
		return ERR_NONE;
	}
	e = challenge_row_update(tx, &c->row);
	if (e == ERR_NONE) {
		e = message_row_cancel(tx, &c->row.id);
	}
	if (e == ERR_NONE) {
		e = audit_simple(tx, c->flow, AUDIT_CHALLENGE_CANCELLED,
		    &c->row, now);
	}
	return e;
}

enum err
cancel_run(struct tx *tx, void *cancel)
{
	struct cancel *c = cancel;
	unix_ms now = flow_now(c->flow);
	enum err e = challenge_row_get(tx, &c->tenant->id, &c->id, c->arena,
	    &c->row);

	c->found = e == ERR_NONE && !check_is_foreign(c->session, &c->row);
	if (!c->found) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	if (challenge_settle(c->flow, &c->row, now)) {
		return challenge_settled(tx, c->flow, &c->row, now);
	}
	return apply(tx, c, now);
}

enum err
cancel_finish(struct cancel *c)
{
	struct str to;
	enum err e;

	if (!c->found) {
		return ERR_NONE;
	}
	e = recipient_masked(c->flow, &c->row, c->arena, &to);
	if (e == ERR_NONE) {
		c->view = view_of(&c->row, to);
	}
	return e;
}
