#include "flow/check.h"

#include <assert.h>
#include <string.h>

#include "base/ct.h"
#include "flow/audit.h"
#include "flow/code.h"
#include "flow/door_code.h"
#include "flow/factor.h"
#include "flow/guard.h"
#include "flow/notice.h"
#include "flow/payer.h"
#include "flow/receipt.h"
#include "flow/settle.h"
#include "store/counters.h"

/* The counters that a wrong code adds to. */
struct failures {
	struct counter_row subject;
	struct counter_row address;
	struct counter_row payer;
	bool has_address, has_payer;
};

const char *
check_verdict_name(enum check_verdict v)
{
	static const char *const names[] = {
		[CHECK_APPROVED] = "approved",
		[CHECK_WRONG] = "wrong",
		[CHECK_EXHAUSTED] = "exhausted",
		[CHECK_EXPIRED] = "expired",
		[CHECK_CONSUMED] = "consumed",
		[CHECK_SUPERSEDED] = "superseded",
		[CHECK_CANCELLED] = "cancelled",
		[CHECK_MISMATCH] = "mismatch",
	};

	assert(v <= CHECK_MISMATCH);
	return names[v];
}

enum check_verdict
check_over(enum challenge_status status)
{
	switch (status) {
	case CHALLENGE_APPROVED:
		return CHECK_CONSUMED;
	case CHALLENGE_EXHAUSTED:
		return CHECK_EXHAUSTED;
	case CHALLENGE_EXPIRED:
		return CHECK_EXPIRED;
	case CHALLENGE_SUPERSEDED:
		return CHECK_SUPERSEDED;
	case CHALLENGE_CANCELLED:
		return CHECK_CANCELLED;
	case CHALLENGE_MISMATCH:
		return CHECK_MISMATCH;
	case CHALLENGE_PENDING:
	case CHALLENGE_STATUS_COUNT:
	default:
		assert(!"a pending challenge is not over");
		return CHECK_EXPIRED;
	}
}

/* Whose tries: of the person, and of the factor that answers (S13, S17). */
static enum err
subject_of(const struct check *c, uint8_t ret[static SUBJECT_BYTES])
{
	if (c->by == NULL || *c->by < FACTOR_TOTP || !c->row.has_account) {
		memcpy(ret, c->row.subject, SUBJECT_BYTES);
		return ERR_NONE;
	}
	return account_subject(c->flow, &c->row.tenant, &c->row.account,
	    *c->by == FACTOR_TOTP ? "totp" : "recovery", ret);
}

static enum err
load_failures(struct tx *tx, const struct check *c, struct failures *f)
{
	static const uint8_t none[SUBJECT_BYTES];
	uint8_t subject[SUBJECT_BYTES];
	enum err e = subject_of(c, subject);

	if (e == ERR_NONE) {
		e = limited_counter(tx, &c->row.tenant, COUNTER_FAILURES,
		    subject, c->now, &f->subject);
	}

	f->has_address = memcmp(c->row.address, none, SUBJECT_BYTES) != 0;
	if (e == ERR_NONE && f->has_address) {
		e = limited_counter(tx, &c->row.tenant,
		    COUNTER_ADDRESS_FAILURES, c->row.address, c->now,
		    &f->address);
	}
	f->has_payer = payer_applies(c->tenant, c->row.purpose);
	if (e == ERR_NONE && f->has_payer) {
		e = payer_counter(tx, c->flow, &c->row, c->now, &f->payer);
	}
	return e;
}

/*
 * Must the subject, or the network address, wait (S16)?  Obeyed even for the
 * right code.
 */
static void
throttle(struct check *c, const struct failures *f)
{
	const struct policy *p = &c->tenant->policy;

	c->limited = limited_throttle(&f->subject, c->now, p);
	if (c->limited.wait.v == 0 && f->has_payer) {
		c->limited = payer_limited(&p->payer, &f->payer, c->now);
	}
	if (c->limited.wait.v == 0 && f->has_address) {
		c->limited = limited_by("address",
		    counter_wait(&f->address.state, c->now,
		    &p->address_failures, 1), &p->address_failures);
	}
}

static enum err
refuse(struct tx *tx, struct check *c)
{
	struct audit a;
	enum err e = audit_begin(&a, c->flow, c->limited.for_good
	    ? AUDIT_SUBJECT_STOPPED : AUDIT_SUBJECT_THROTTLED,
	    &c->row.tenant, c->now);

	c->verdict = CHECK_THROTTLED;
	if (e != ERR_NONE) {
		return e;
	}
	audit_challenge(&a, &c->row);
	jsonw_member_z(&a.json, "rule", c->limited.rule);
	jsonw_member_i64(&a.json, "wait_ms", c->limited.wait.v);
	return audit_commit(&a, tx, c->flow);
}

/* Constant time over the whole width, terminator included (S7). */
static enum err
compare(const struct check *c, const char typed[static CODE_SIZE],
    bool *ret_right)
{
	char code[CODE_SIZE] = {0};
	enum err e = code_derive(c->flow, &c->row, c->row.digest, code);

	*ret_right = e == ERR_NONE &&
	    ct_equal(code, typed, (size_t)c->row.length);
	explicit_bzero(code, sizeof(code));
	return e;
}

/* What somebody has may stand in for a code that was sent: where? */
static bool
may_stand_in(const struct check *c)
{
	return c->row.has_account && (c->row.purpose == PURPOSE_SIGN_IN ||
	    c->row.purpose == PURPOSE_ACCOUNT_CHANGE);
}

static bool
is_by(const struct check *c, enum factor factor)
{
	if (factor == FACTOR_TOTP && c->row.channel == CHANNEL_TOTP) {
		return c->by == NULL || *c->by == factor;
	}
	return c->by != NULL && *c->by == factor;
}

enum factor
check_factor(const struct check *c)
{
	return is_by(c, FACTOR_RECOVERY_CODE) ? FACTOR_RECOVERY_CODE
	    : is_by(c, FACTOR_TOTP) ? FACTOR_TOTP
	    : (enum factor)c->row.channel;
}

static enum err
compare_recovery(struct tx *tx, struct check *c, bool *ret_right)
{
	enum factor_verdict verdict = FACTOR_WRONG;
	enum err e = ERR_NONE;

	if (may_stand_in(c)) {
		e = recovery_use(tx, c->flow, &c->row.tenant, &c->row.account,
		    &c->proof, c->arena, &verdict);
	}
	*ret_right = e == ERR_NONE && verdict == FACTOR_RIGHT;
	if (e == ERR_NONE && verdict == FACTOR_REPLAYED) {
		e = audit_simple(tx, c->flow, AUDIT_CODE_REPLAYED, &c->row,
		    c->now);
	}
	return e;
}

/* A code that the person's authenticator made: accepted once (I1, S58). */
static enum err
compare_totp(struct tx *tx, struct check *c,
    const char typed[static CODE_SIZE], bool *ret_right)
{
	struct factor_try t = {
		.flow = c->flow,
		.account = &c->row.account,
		.code = str_of(typed),
		.now = c->now,
		.arena = c->arena,
	};
	enum err e;

	if (c->row.channel != CHANNEL_TOTP && !may_stand_in(c)) {
		return ERR_NONE;
	}
	e = factor_authenticators(tx, &t);
	*ret_right = e == ERR_NONE && t.verdict == FACTOR_RIGHT;
	if (e == ERR_NONE && t.verdict == FACTOR_REPLAYED) {
		/* S23 */
		e = audit_simple(tx, c->flow, AUDIT_CODE_REPLAYED, &c->row,
		    c->now);
	}
	return e;
}

/* The event that judges the attempt which was spent. */
static enum err
judge(struct tx *tx, struct check *c, const char typed[static CODE_SIZE],
    enum challenge_event *ret_event)
{
	bool right = false;
	enum err e;

	if (c->has_binding &&
	    !ct_equal(c->digest, c->row.digest, DIGEST_BYTES)) {
		*ret_event = CHALLENGE_BINDING_DIFFERS;
		return ERR_NONE;
	}
	if (is_by(c, FACTOR_RECOVERY_CODE)) {
		e = compare_recovery(tx, c, &right);
	} else if (is_by(c, FACTOR_TOTP)) {
		e = compare_totp(tx, c, typed, &right);
	} else {
		e = compare(c, typed, &right);
	}
	*ret_event = right ? CHALLENGE_CODE_RIGHT : CHALLENGE_CODE_WRONG;
	return e;
}

static enum check_verdict
verdict_after(enum challenge_status status)
{
	switch (status) {
	case CHALLENGE_PENDING:
		return CHECK_WRONG;
	case CHALLENGE_APPROVED:
		return CHECK_APPROVED;
	case CHALLENGE_EXHAUSTED:
	case CHALLENGE_EXPIRED:
	case CHALLENGE_SUPERSEDED:
	case CHALLENGE_CANCELLED:
	case CHALLENGE_MISMATCH:
	case CHALLENGE_STATUS_COUNT:
	default:
		return check_over(status);
	}
}

static enum audit_event
event_of(enum check_verdict v)
{
	switch ((int)v) {
	case CHECK_APPROVED:
		return AUDIT_CHALLENGE_APPROVED;
	case CHECK_EXHAUSTED:
		return AUDIT_CHALLENGE_EXHAUSTED;
	case CHECK_MISMATCH:
		return AUDIT_CHALLENGE_MISMATCH;
	default:
		return AUDIT_CHALLENGE_WRONG;
	}
}

/* A right code ends the row of wrong ones. */
static enum err
forgive(struct tx *tx, const struct check *c, struct counter_row *row)
{
	if (row->state.streak == 0) {
		return ERR_NONE;
	}
	counter_clear(&row->state);
	return counter_row_put(tx, row, c->now);
}

static enum err
blame(struct tx *tx, const struct check *c, struct counter_row *row)
{
	counter_add(&row->state, c->now);
	return counter_row_put(tx, row, c->now);
}

/* Success ends the subject's streak; anything else adds to all (S13, S17). */
static enum err
count(struct tx *tx, const struct check *c, struct failures *f)
{
	bool approved = c->verdict == CHECK_APPROVED;
	enum err e = approved ? forgive(tx, c, &f->subject)
	    : blame(tx, c, &f->subject);

	if (e == ERR_NONE && f->has_payer) {
		e = approved ? forgive(tx, c, &f->payer)
		    : blame(tx, c, &f->payer);
	}
	if (e == ERR_NONE && f->has_address && !approved) {
		e = blame(tx, c, &f->address);
	}
	return e;
}

/* S15: the payer is told before the last try, and of the block. */
static enum err
tell(struct tx *tx, struct check *c, const struct failures *f, int64_t streak)
{
	const struct payer_policy *p = &c->tenant->policy.payer;
	enum message_kind kind = MESSAGE_CODE;

	if (f->has_payer && c->verdict != CHECK_APPROVED) {
		c->payer_streak = f->payer.state.streak;
		kind = payer_notice(p, c->payer_streak);
	}
	if (message_is_notice(kind)) {
		return notice_payer(tx, c->flow, &c->row, kind,
		    c->payer_streak, c->now);
	}
	return notice_consider(tx, c->flow, c->tenant, &c->row,
	    &(struct notice_cause){c->verdict == CHECK_APPROVED, streak},
	    c->now);
}

static enum err
record(struct tx *tx, const struct check *c, const struct failures *f)
{
	struct audit a;
	enum err e = audit_begin(&a, c->flow, event_of(c->verdict),
	    &c->row.tenant, c->now);

	if (e != ERR_NONE) {
		return e;
	}
	audit_challenge(&a, &c->row);
	jsonw_member_z(&a.json, "method", factor_name(check_factor(c)));
	jsonw_member_i64(&a.json, "attempts_left",
	    c->row.state.attempts_left);
	jsonw_member_i64(&a.json, "failures_in_a_row",
	    f->subject.state.streak);
	return audit_commit(&a, tx, c->flow);
}

/*
 * Counts, records, and tells the owner where there is cause (S22): streak is
 * with this failure, or what this success has ended.
 */
static enum err
conclude(struct tx *tx, struct check *c, struct failures *f)
{
	bool approved = c->verdict == CHECK_APPROVED;
	int64_t streak = f->subject.state.streak + (approved ? 0 : 1);
	enum err e = count(tx, c, f);

	if (e == ERR_NONE && approved) {
		e = guard_used(tx, c->flow, &c->row, c->now);
	}
	if (e == ERR_NONE) {
		e = record(tx, c, f);
	}
	return e == ERR_NONE ? tell(tx, c, f, streak) : e;
}

/*
 * While the approval is written to disk; nobody sees the receipt before it is
 * there.  What fails is tried again by check_finish.
 */
static void
sign_beside(void *check)
{
	enum err e = check_finish(check);

	(void)e;
}

/* What waited for this code happens now or not at all (R55). */
static enum err
apply(struct tx *tx, struct check *c)
{
	c->done = (struct approved){
		.flow = c->flow,
		.tenant = c->tenant,
		.arena = c->arena,
		.challenge = &c->row,
		.session = c->session,
		.now = c->now,
	};
	return approval_apply(tx, &c->done);
}

/* Spend, then judge: in this order, in one transaction (S12). */
static enum err
carry_out(struct tx *tx, struct check *c, struct failures *f,
    const char typed[static CODE_SIZE])
{
	const struct purpose_policy *p =
	    &c->tenant->policy.purpose[c->row.purpose];
	enum challenge_event event;
	enum challenge_step step;
	enum err e;

	step = challenge_step(&c->row.state, CHALLENGE_SPEND, p, c->now);
	assert(step == CHALLENGE_DONE);
	e = judge(tx, c, typed, &event);
	if (e != ERR_NONE) {
		return e;
	}
	step = challenge_step(&c->row.state, event, p, c->now);
	assert(step == CHALLENGE_DONE);
	c->verdict = verdict_after(c->row.state.status);
	c->row.answered = c->verdict == CHECK_APPROVED
	    ? (unsigned)check_factor(c) + 1 : 0;
	e = challenge_row_update(tx, &c->row);
	if (e == ERR_NONE) {
		e = conclude(tx, c, f);
	}
	if (e != ERR_NONE || c->verdict != CHECK_APPROVED) {
		return e;
	}
	tx_beside(tx, sign_beside, c);
	return apply(tx, c);
}

/* Over before: no attempt is at stake. */
static enum err
over(struct tx *tx, struct check *c)
{
	c->verdict = check_over(c->row.state.status);
	if (c->verdict != CHECK_CONSUMED) {
		return ERR_NONE;
	}
	/* S23: a code is presented again. */
	return audit_simple(tx, c->flow, AUDIT_CODE_REPLAYED, &c->row,
	    c->now);
}

bool
check_is_foreign(const struct session_row *session,
    const struct challenge_row *row)
{
	return session != NULL && (!row->has_account ||
	    !id_equal(&row->account, &session->account));
}

/* Authenticators differ in their digits. */
static enum code_input
read_typed(const struct check *c, char typed[static CODE_SIZE])
{
	if (is_by(c, FACTOR_RECOVERY_CODE)) {
		/* Read before it was hashed; nothing compares these. */
		return CODE_INPUT_OK;
	}
	if (is_by(c, FACTOR_TOTP) && factor_digits(c->typed, typed)) {
		return CODE_INPUT_OK;
	}
	return code_input_read(c->typed, (unsigned)c->row.length, typed);
}

/* What was typed is wiped however check_run ends. */
static void
wipe_code(char (*code)[CODE_SIZE])
{
	explicit_bzero(*code, sizeof(*code));
}

enum err
check_run(struct tx *tx, void *check)
{
	struct check *c = check;
	char CLEANUP(wipe_code) typed[CODE_SIZE] = {0};
	struct failures f = {0};
	enum err e;

	c->now = flow_now(c->flow);
	c->receipt = (struct str){NULL, 0};
	c->payer_streak = 0;
	e = challenge_row_get(tx, &c->tenant->id, &c->id, c->arena, &c->row);
	if (e == ERR_MISSING ||
	    (e == ERR_NONE && check_is_foreign(c->session, &c->row))) {
		c->verdict = CHECK_UNKNOWN;
		return ERR_NONE;
	}
	if (e != ERR_NONE) {
		return e;
	}
	if (door_code_is(c->flow, &c->row)) {
		/* It opens at its door only: flow/door.h (R29). */
		c->verdict = CHECK_UNKNOWN;
		return ERR_NONE;
	}
	if (payer_applies(c->tenant, c->row.purpose) && !c->has_binding) {
		/* S48: nobody may forget to say what it is to be good for. */
		c->verdict = CHECK_NEEDS_BINDING;
		return ERR_NONE;
	}
	c->input = read_typed(c, typed);
	if (c->input != CODE_INPUT_OK) {
		c->verdict = CHECK_NOT_A_CODE;
		return ERR_NONE;
	}
	if (challenge_settle(c->flow, &c->row, c->now)) {
		c->verdict = check_over(c->row.state.status);
		return challenge_settled(tx, c->flow, &c->row, c->now);
	}
	if (c->row.state.status != CHALLENGE_PENDING) {
		return over(tx, c);
	}
	e = load_failures(tx, c, &f);
	if (e != ERR_NONE) {
		return e;
	}
	throttle(c, &f);
	if (c->limited.wait.v > 0) {
		return refuse(tx, c);
	}
	return carry_out(tx, c, &f, typed);
}

enum err
check_finish(struct check *c)
{
	if (c->verdict != CHECK_APPROVED || c->receipt.n > 0) {
		return ERR_NONE;
	}
	return receipt_sign(c->flow, c->tenant, &c->row, c->arena,
	    &c->receipt);
}
