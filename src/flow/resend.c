#include "flow/resend.h"

#include <assert.h>
#include <string.h>

#include "flow/audit.h"
#include "flow/check.h"
#include "flow/road.h"
#include "flow/settle.h"

enum err
resend_prepare(struct resend *r)
{
	return id_new(&r->flow->rng, flow_now(r->flow), &r->message);
}

/*
 * The challenge allows one more; does the recipient's budget (S36)?  Where it
 * does not, the challenge is as it was before.
 */
static enum err
send(struct tx *tx, struct resend *r, const struct challenge *before)
{
	enum audit_event event = r->reissue ? AUDIT_CHALLENGE_REISSUED
	    : AUDIT_CHALLENGE_RESENT;
	struct contacts contacts;
	struct road_begin b = {
		.flow = r->flow, .tenant = r->tenant, .contacts = &contacts,
		.message = r->message, .now = r->now,
	};
	enum err e = contacts_open(r->flow, &r->row, &contacts);

	if (e == ERR_NONE) {
		if (r->has_channel) {
			r->row.channel = r->channel;
		}
		e = outbox_send(tx, &b, &r->row);
	}
	explicit_bzero(&contacts, sizeof(contacts));
	r->limited = b.limited;
	if (e == ERR_MISSING) {
		r->verdict = RESEND_CHANNEL;
		r->row.state = *before;
		return ERR_NONE;
	}
	if (e != ERR_NONE) {
		return e;
	}
	if (r->limited.wait.v > 0) {
		r->row.state = *before;
		r->verdict = RESEND_LIMITED;
		return ERR_NONE;
	}
	r->verdict = RESEND_QUEUED;
	e = challenge_row_update(tx, &r->row);
	if (e == ERR_NONE) {
		e = audit_simple(tx, r->flow, event, &r->row, r->now);
	}
	return e;
}

static enum err
apply(struct tx *tx, struct resend *r)
{
	const struct purpose_policy *p =
	    &r->tenant->policy.purpose[r->row.purpose];
	const struct challenge before = r->row.state;

	switch (challenge_step(&r->row.state,
	    r->reissue ? CHALLENGE_REISSUE : CHALLENGE_SEND, p, r->now)) {
	case CHALLENGE_DONE:
		return send(tx, r, &before);
	case CHALLENGE_TOO_EARLY:
		r->verdict = RESEND_LIMITED;
		r->limited = (struct limited){
			.rule = "cooldown",
			.wait = unix_ms_since(r->row.state.resend_at, r->now),
		};
		return ERR_NONE;
	case CHALLENGE_NO_SENDS:
		r->verdict = RESEND_NO_SENDS;
		return ERR_NONE;
	case CHALLENGE_OVER:
	default:
		r->verdict = RESEND_OVER;
		return ERR_NONE;
	}
}

/*
 * Does the channel that is asked for reach a contact of the challenge?  Of a
 * challenge that is forgotten, or nobody's, its own does.
 */
static bool
is_reached(const struct resend *r)
{
	struct recipient to;
	enum err e;

	if (r->channel == r->row.channel) {
		return true;
	}
	if ((r->flow->channels & 1U << r->channel) == 0 ||
	    r->row.recipient.n == 0) {
		return false;
	}
	e = recipient_by(r->flow, &r->row, r->channel, &to);
	explicit_bzero(&to, sizeof(to));
	return e == ERR_NONE;
}

enum err
resend_run(struct tx *tx, void *resend)
{
	struct resend *r = resend;
	enum err e;

	r->now = flow_now(r->flow);
	r->limited = (struct limited){0};
	e = challenge_row_get(tx, &r->tenant->id, &r->id, r->arena, &r->row);
	if (e == ERR_MISSING || (e == ERR_NONE &&
	    check_is_foreign(r->session, &r->row))) {
		r->verdict = RESEND_UNKNOWN;
		return ERR_NONE;
	}
	if (e != ERR_NONE) {
		return e;
	}
	if (r->has_channel && !is_reached(r)) {
		r->verdict = RESEND_CHANNEL;
		return ERR_NONE;
	}
	if (challenge_settle(r->flow, &r->row, r->now)) {
		r->verdict = RESEND_OVER;
		return challenge_settled(tx, r->flow, &r->row, r->now);
	}
	return apply(tx, r);
}

enum err
resend_finish(struct resend *r)
{
	struct str to;
	enum err e;

	if (r->verdict == RESEND_UNKNOWN) {
		return ERR_NONE;
	}
	e = recipient_masked(r->flow, &r->row, r->arena, &to);
	if (e == ERR_NONE) {
		r->view = view_of(&r->row, to);
	}
	return e;
}
