/*
 * The hand-over: the one place where a code of the door is compared.
 */
#include <assert.h>
#include <string.h>

#include "base/ct.h"
#include "flow/audit.h"
#include "flow/code.h"
#include "flow/contradiction.h"
#include "flow/door_audit.h"
#include "flow/door_part.h"
#include "flow/far.h"
#include "flow/notice.h"
#include "flow/outbox.h"
#include "flow/pass.h"
#include "flow/proof.h"
#include "flow/settle.h"

/* The customer's code and those of his delegates. */
struct codes {
	struct challenge_row rows[1 + DELEGATES_EVER];
	unsigned n;
};

struct door
handover_door(const struct handover *h)
{
	return (struct door){
		.flow = h->call.flow, .tenant = h->call.tenant,
		.arena = h->call.arena, .shipment = &h->row,
		.visit = &h->visit, .parcels = h->parcels,
		.n_parcels = h->n_parcels, .now = h->now,
	};
}

/* One more, if it can still be right. */
static enum err
load_code(struct tx *tx, struct handover *h, const struct id *id,
    struct codes *codes)
{
	static const struct id none;
	struct challenge_row *row = &codes->rows[codes->n];
	enum err e;

	if (id_equal(id, &none)) {
		return ERR_NONE;
	}
	e = challenge_row_get(tx, &h->call.tenant->id, id, h->call.arena,
	    row);
	if (e == ERR_NONE && !challenge_settle(h->call.flow, row, h->now) &&
	    row->state.status == CHALLENGE_PENDING) {
		codes->n++;
	}
	return e == ERR_MISSING ? ERR_NONE : e;
}

/* The customer's comes first; without it nothing opens. */
static enum err
load_codes(struct tx *tx, struct handover *h, struct codes *codes)
{
	struct delegate_row delegates[DELEGATES_EVER];
	unsigned n = 0;
	enum err e;

	codes->n = 0;
	e = load_code(tx, h, &h->visit.challenge, codes);
	if (e != ERR_NONE || codes->n == 0) {
		return e;
	}
	e = delegate_row_list(tx, &h->row.id, DELEGATES_EVER, h->call.arena,
	    delegates, &n);
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		if (delegates[i].revoked_at.v == 0) {
			e = load_code(tx, h, &delegates[i].challenge, codes);
		}
	}
	return e;
}

/* Every code is compared, in constant time, whichever it is (S7). */
static enum err
compare(const struct handover *h, const struct codes *codes,
    const char typed[static CODE_SIZE], unsigned *ret_match)
{
	enum err e = ERR_NONE;

	*ret_match = codes->n;
	for (unsigned i = 0; e == ERR_NONE && i < codes->n; i++) {
		const struct challenge_row *row = &codes->rows[i];
		char code[CODE_SIZE] = {0};

		e = code_derive(h->call.flow, row, row->digest, code);
		if (e == ERR_NONE &&
		    ct_equal(code, typed, (size_t)row->length)) {
			*ret_match = i;
		}
		explicit_bzero(code, sizeof(code));
	}
	return e;
}

static enum err
record_code(struct tx *tx, const struct handover *h, enum audit_event event,
    const struct challenge_row *code)
{
	struct audit a;
	enum err e = audit_begin(&a, h->call.flow, event,
	    &h->call.tenant->id, h->now);

	if (e != ERR_NONE) {
		return e;
	}
	audit_challenge(&a, code);
	/* At a door only what was sent is typed; the first are channels. */
	jsonw_member_z(&a.json, "method",
	    factor_name((enum factor)code->channel));
	jsonw_member_i64(&a.json, "attempts_left",
	    code->state.attempts_left);
	jsonw_member_i64(&a.json, "failures_in_a_row",
	    h->row.state.failures);
	return audit_commit(&a, tx, h->call.flow);
}

/* S118: each try with its agent. */
static enum err
record_wrong(struct tx *tx, const struct handover *h,
    const struct challenge_row *code)
{
	struct audit a;
	enum err e = door_audit_begin(&a, h->call.flow, AUDIT_DOOR_WRONG,
	    &h->row, h->now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "visit", ID_VISIT, &h->visit.id);
	jsonw_member_id(&a.json, "agent", ID_AGENT, &h->agent.id);
	jsonw_member_id(&a.json, "challenge", ID_CHALLENGE, &code->id);
	jsonw_member_i64(&a.json, "attempts_left",
	    h->row.state.failures_max - h->row.state.failures);
	return audit_commit(&a, tx, h->call.flow);
}

/* One more against the agent; an alert when that is the last he has. */
enum err
handover_guess(struct tx *tx, const struct handover *h)
{
	const struct rate_limit *limit =
	    &h->call.tenant->policy.agent_failures;
	struct counter_row guesses;
	enum err e = door_agent_counter(tx, h->call.flow,
	    &h->call.tenant->id, &h->agent.id, h->now, &guesses);

	if (e != ERR_NONE) {
		return e;
	}
	counter_add(&guesses.state, h->now);
	e = counter_row_put(tx, &guesses, h->now);
	if (e == ERR_NONE && counter_within(&guesses.state, h->now,
	    limit->window) == (unsigned)limit->n) {
		e = door_alert(tx, &h->call, &h->row, &h->agent.id,
		    DOOR_ALERT_GUESSING, h->now);
	}
	return e;
}

/* The last try was wrong: a person must look before anything else happens. */
static enum err
hold(struct tx *tx, struct handover *h)
{
	struct door door = handover_door(h);
	enum err e = door_codes_end(tx, &door, CHALLENGE_SUPERSEDE, NULL);

	h->verdict = DOOR_LOCKED;
	h->visit.outcome = VISIT_LOCKED;
	h->visit.ended_at = h->visit.told_at = h->now;
	h->row.due_at = (unix_ms){0};
	if (e == ERR_NONE) {
		e = visit_row_update(tx, &h->visit);
	}
	if (e == ERR_NONE) {
		e = door_audit_simple(tx, h->call.flow, AUDIT_SHIPMENT_HELD,
		    &h->row, h->now);
	}
	return e == ERR_NONE ? door_alert(tx, &h->call, &h->row,
	    &h->agent.id, DOOR_ALERT_LOCKED, h->now) : e;
}

static enum err
wrong(struct tx *tx, struct handover *h, struct challenge_row *code)
{
	const struct notice_cause cause = {false, h->row.state.failures + 1};
	struct purpose_policy policy =
	    h->call.tenant->policy.purpose[PURPOSE_DELIVERY];
	enum shipment_step done = shipment_step(&h->row.state,
	    SHIPMENT_WRONG);
	enum challenge_step step;
	enum err e;

	assert(done == SHIPMENT_DONE);
	h->verdict = DOOR_WRONG;
	step = challenge_step(&code->state, CHALLENGE_CODE_WRONG, &policy,
	    h->now);
	assert(step == CHALLENGE_DONE);
	e = challenge_row_update(tx, code);
	if (e == ERR_NONE) {
		e = record_code(tx, h,
		    code->state.status == CHALLENGE_EXHAUSTED
		    ? AUDIT_CHALLENGE_EXHAUSTED : AUDIT_CHALLENGE_WRONG, code);
	}
	if (e == ERR_NONE) {
		e = record_wrong(tx, h, code);
	}
	if (e == ERR_NONE) {
		e = handover_guess(tx, h);
	}
	if (e == ERR_NONE) {
		e = notice_consider(tx, h->call.flow, h->call.tenant, code,
		    &cause, h->now);
	}
	if (e == ERR_NONE && h->row.state.status == SHIPMENT_HELD) {
		e = hold(tx, h);
	}
	return e == ERR_NONE ? shipment_row_update(tx, &h->row) : e;
}

/* The parcels by their numbers; false: one is not expected here. */
static bool
mark(const struct handover *h, const struct str *tracking, unsigned n,
    bool marks[static PARCELS_MAX])
{
	for (unsigned i = 0; i < n; i++) {
		unsigned k = 0;

		while (k < h->n_parcels && (marks[k] ||
		    h->parcels[k].state != PARCEL_EXPECTED ||
		    !str_equal(h->parcels[k].tracking, tracking[i]))) {
			k++;
		}
		if (k == h->n_parcels) {
			return false;
		}
		marks[k] = true;
	}
	return true;
}

/* What is not named: everything that is expected and not left. */
bool
handover_choose(const struct handover *h, struct door_give *g)
{
	unsigned n = 0;

	if (!mark(h, h->refused, h->n_refused, g->refused) ||
	    !mark(h, h->tracking, h->n, g->give)) {
		return false;
	}
	for (unsigned i = 0; i < h->n_parcels; i++) {
		if (g->give[i] && g->refused[i]) {
			return false;
		}
		if (h->n == 0) {
			g->give[i] = !g->refused[i] &&
			    h->parcels[i].state == PARCEL_EXPECTED;
		}
		n += g->give[i] ? 1 : 0;
	}
	return n > 0;
}

enum err
handover_give(struct tx *tx, struct handover *h, struct door_give *g,
    enum visit_proof proof)
{
	enum err e = door_seal_signals(&h->call, &h->visit, &h->place,
	    STR(""));

	g->proof = proof;
	h->visit.device = h->call.device;
	h->visit.typed_by = h->typed_by;
	if (e == ERR_NONE) {
		e = door_give(tx, g);
	}
	h->verdict = g->partial ? DOOR_PARTIAL : DOOR_DONE;
	return e;
}

/* An attempt is gone before anything is compared (S12). */
static void
spend(const struct handover *h, struct challenge_row *code)
{
	enum challenge_step step = challenge_step(&code->state,
	    CHALLENGE_SPEND, &h->call.tenant->policy.purpose[PURPOSE_DELIVERY],
	    h->now);

	assert(step == CHALLENGE_DONE);
}

/* The right code: it is used up, and the others of this visit are dead. */
static enum err
right(struct tx *tx, struct handover *h, struct door_give *g,
    struct codes *codes, unsigned match)
{
	const struct notice_cause cause = {true, h->row.state.failures};
	struct purpose_policy policy =
	    h->call.tenant->policy.purpose[PURPOSE_DELIVERY];
	struct challenge_row *code = &codes->rows[match];
	struct door door = handover_door(h);
	enum challenge_step step;
	enum err e;

	if (match > 0) {
		spend(h, code);
	}
	step = challenge_step(&code->state, CHALLENGE_CODE_RIGHT, &policy,
	    h->now);
	assert(step == CHALLENGE_DONE);
	e = challenge_row_update(tx, code);
	if (e == ERR_NONE) {
		e = record_code(tx, h, AUDIT_CHALLENGE_APPROVED, code);
	}
	if (e == ERR_NONE) {
		e = notice_consider(tx, h->call.flow, h->call.tenant, code,
		    &cause, h->now);
	}
	if (e == ERR_NONE) {
		e = door_codes_end(tx, &door, CHALLENGE_SUPERSEDE, &code->id);
	}
	return e == ERR_NONE ? handover_give(tx, h, g, match == 0 ? PROOF_CODE
	    : PROOF_DELEGATE) : e;
}

static void
wipe_code(char (*code)[CODE_SIZE])
{
	explicit_bzero(*code, sizeof(*code));
}

static enum err
by_code(struct tx *tx, struct handover *h, struct door_give *g)
{
	char CLEANUP(wipe_code) typed[CODE_SIZE] = {0};
	struct codes codes;
	unsigned match;
	enum err e = load_codes(tx, h, &codes);

	if (e != ERR_NONE) {
		return e;
	}
	if (codes.n == 0) {
		h->verdict = DOOR_EXPIRED;
		return ERR_NONE;
	}
	h->input = code_input_read(h->code, (unsigned)codes.rows[0].length,
	    typed);
	if (h->input != CODE_INPUT_OK) {
		h->verdict = DOOR_NOT_A_CODE;
		return ERR_NONE;
	}
	spend(h, &codes.rows[0]);
	e = compare(h, &codes, typed, &match);
	if (e != ERR_NONE) {
		return e;
	}
	return match < codes.n ? right(tx, h, g, &codes, match)
	    : wrong(tx, h, &codes.rows[0]);
}

/* A pass that is not of this visit is as good as a wrong code, and no try. */
static enum err
by_pass(struct tx *tx, struct handover *h, struct door_give *g)
{
	struct door door = handover_door(h);
	enum err e = pass_check(h->call.flow, h->call.tenant, &h->visit,
	    h->pass);

	if (e == ERR_DENIED) {
		h->verdict = DOOR_WRONG;
		e = handover_guess(tx, h);
		return e == ERR_NONE ? door_alert(tx, &h->call, &h->row,
		    &h->agent.id, DOOR_ALERT_PASS, h->now) : e;
	}
	if (e == ERR_NONE) {
		e = door_codes_end(tx, &door, CHALLENGE_SUPERSEDE, NULL);
	}
	return e == ERR_NONE ? handover_give(tx, h, g, PROOF_PASS) : e;
}

/* Is this the moment?  The verdict where it is not. */
static enum err
look_at_moment(struct tx *tx, struct handover *h, bool *ret_good)
{
	bool early = h->row.state.status == SHIPMENT_OUT_FOR_DELIVERY;
	struct counter_row guesses;
	enum err e;

	*ret_good = false;
	if (h->row.state.status != SHIPMENT_AT_DOOR) {
		h->verdict = h->row.state.status == SHIPMENT_HELD
		    ? DOOR_LOCKED : DOOR_NOT_NOW;
		/* A code before the door: who has it, and why? */
		return early ? door_alert(tx, &h->call, &h->row,
		    &h->agent.id, DOOR_ALERT_NOT_NOW, h->now) : ERR_NONE;
	}
	if (!unix_ms_before(h->now, h->visit.valid_until)) {
		h->verdict = DOOR_EXPIRED;
		return ERR_NONE;
	}
	e = door_agent_counter(tx, h->call.flow, &h->call.tenant->id,
	    &h->agent.id, h->now, &guesses);
	if (e == ERR_NONE && counter_wait(&guesses.state, h->now,
	    &h->call.tenant->policy.agent_failures, 1).v > 0) {
		h->verdict = DOOR_LOCKED;
		return ERR_NONE;
	}
	*ret_good = e == ERR_NONE;
	return e;
}

static enum err
carry_out(struct tx *tx, struct handover *h)
{
	struct door_give g = {
		.call = &h->call, .row = &h->row, .visit = &h->visit,
		.parcels = h->parcels, .event = SHIPMENT_HAND_OVER,
		.at = h->now, .now = h->now,
	};
	enum err e = parcel_row_list(tx, &h->row.id, h->call.arena,
	    h->parcels, &h->n_parcels);

	g.n_parcels = h->n_parcels;
	if (e != ERR_NONE) {
		return e;
	}
	if (!handover_choose(h, &g)) {
		h->verdict = DOOR_PARCELS;
		return contradiction_look(tx, h);
	}
	if (h->row.code != DECISION_REQUIRED) {
		return handover_give(tx, h, &g, PROOF_NOT_NEEDED);
	}
	if (h->pass.n > 0) {
		return by_pass(tx, h, &g);
	}
	if (h->code.n == 0) {
		h->verdict = DOOR_NO_CODE;
		return ERR_NONE;
	}
	return by_code(tx, h, &g);
}

enum err
handover_run(struct tx *tx, void *handover)
{
	struct handover *h = handover;
	struct door_entered in = {0};
	bool good;
	enum err e;

	h->now = flow_now(h->call.flow);
	h->again = false;
	h->alerts = (struct door_alerts){0};
	h->call.alerts = &h->alerts;
	e = door_enter(tx, &h->call, h->now, &in);
	h->verdict = in.verdict;
	h->agent = in.agent;
	h->row = in.row;
	h->visit = in.visit;
	if (e != ERR_NONE || h->verdict != DOOR_DONE) {
		return e;
	}
	e = look_at_moment(tx, h, &good);
	if (e == ERR_NONE && good) {
		e = carry_out(tx, h);
	}
	if (e == ERR_NONE) {
		e = far_handover(tx, h);
	}
	h->attempts_left = h->row.state.failures_max -
	    h->row.state.failures;
	return e;
}

enum err
handover_finish(struct handover *h)
{
	const struct proof p = {
		.flow = h->call.flow, .tenant = h->call.tenant,
		.row = &h->row, .visit = &h->visit, .parcels = h->parcels,
		.n_parcels = h->n_parcels,
	};

	if (h->verdict != DOOR_DONE && h->verdict != DOOR_PARTIAL) {
		return ERR_NONE;
	}
	return proof_sign(&p, h->call.arena, &h->receipt);
}
