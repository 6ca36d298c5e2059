#include "flow/notice.h"

#include "domain/notice.h"
#include "flow/audit.h"
#include "flow/outbox.h"
#include "flow/tell.h"
#include "store/counters.h"
#include "store/messages.h"

/* False, and nothing counted, when the subject was told often enough. */
static enum err
count(struct tx *tx, const struct challenge_row *row, enum message_kind kind,
    unix_ms now, bool *ret_allowed)
{
	struct counter_row notices;
	enum err e = limited_counter(tx, &row->tenant, notice_counter(kind),
	    row->subject, now, &notices);

	if (e != ERR_NONE) {
		return e;
	}
	*ret_allowed = notice_wait(&notices.state, now).v == 0;
	if (!*ret_allowed) {
		return ERR_NONE;
	}
	counter_add(&notices.state, now);
	return counter_row_put(tx, &notices, now);
}

static enum err
queue(struct tx *tx, const struct flow *f, const struct challenge_row *row,
    enum message_kind kind, int64_t streak, unix_ms now, struct id *ret_id)
{
	struct message_row m = {
		.tenant = row->tenant,
		.challenge = row->id,
		.kind = kind,
		.failures = (int)streak,
		.channel = row->channel,
		.state = MESSAGE_QUEUED,
		.created_at = now,
		.due_at = now,
		.expires_at = unix_ms_add(now, NOTICE_LIFE),
		.detail = STR(""),
	};
	enum err e = id_new(&f->rng, now, &m.id);

	if (e == ERR_NONE) {
		e = message_row_insert(tx, &m);
	}
	if (e == ERR_NONE) {
		tx_messages(tx);
		*ret_id = m.id;
	}
	return e;
}

/* message is NULL where the limits forbade one. */
static enum err
record(struct tx *tx, const struct flow *f, const struct challenge_row *row,
    enum message_kind kind, int64_t streak, const struct id *message,
    unix_ms now)
{
	struct audit a;
	enum err e = audit_begin(&a, f, AUDIT_SUBJECT_WARNED, &row->tenant,
	    now);

	if (e != ERR_NONE) {
		return e;
	}
	audit_challenge(&a, row);
	jsonw_member_z(&a.json, "reason", notice_reason(kind));
	jsonw_member_i64(&a.json, "failures_in_a_row", streak);
	jsonw_member_z(&a.json, "notice", message != NULL ? "queued"
	    : "limited");
	if (message != NULL) {
		jsonw_member_id(&a.json, "message", ID_MESSAGE, message);
	}
	return audit_commit(&a, tx, f);
}

/* allowed: the subject's limits have room for it. */
static enum err
give(struct tx *tx, const struct flow *f, const struct challenge_row *row,
    const struct tell_what *what, bool allowed, unix_ms now)
{
	struct id message;
	enum err e = ERR_NONE;

	if (allowed && row->channel == CHANNEL_TOTP) {
		/* Its codes go nowhere, so the account is asked where to. */
		e = tell_owner(tx, f, &row->tenant, &row->account, what, now,
		    &message, &allowed);
	} else if (allowed) {
		e = queue(tx, f, row, what->kind, what->failures, now,
		    &message);
	}
	return e == ERR_NONE ? record(tx, f, row, what->kind, what->failures,
	    allowed ? &message : NULL, now) : e;
}

enum err
notice_payer(struct tx *tx, const struct flow *f,
    const struct challenge_row *row, enum message_kind kind, int64_t streak,
    unix_ms now)
{
	const struct tell_what what = {kind, (int)streak};

	return give(tx, f, row, &what, true, now);
}

enum err
notice_consider(struct tx *tx, const struct flow *f,
    const struct tenant *tenant, const struct challenge_row *row,
    const struct notice_cause *cause, unix_ms now)
{
	enum message_kind kind = notice_due(&tenant->policy.notice,
	    cause->approved, cause->streak);
	const struct tell_what what = {kind, (int)cause->streak};
	bool allowed = false;
	enum err e;

	if (!message_is_notice(kind)) {
		return ERR_NONE;
	}
	e = count(tx, row, kind, now, &allowed);
	return e == ERR_NONE ? give(tx, f, row, &what, allowed, now) : e;
}
