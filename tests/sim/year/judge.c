#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "flow/code.h"
#include "flow/track_page.h"
#include "model.h"
#include "server.h"
#include "store/challenges.h"

/* What is in the store of one order. */
struct seen {
	struct id id;
	bool there;
	struct shipment_row row;
	bool visited;
	struct visit_row visit;
	uint8_t given;
	struct challenge_row code, his;
	bool has_code, has_his;
};

struct look {
	struct seen *seen;
	unsigned n;
	bool codes;
};

static const struct id none;

static enum err
look_at_code(struct tx *tx, const struct id *id, struct challenge_row *row,
    bool *ret_there)
{
	enum err e = id_equal(id, &none) ? ERR_MISSING
	    : challenge_row_get(tx, &server.tenant.id, id, server.arena, row);

	*ret_there = e == ERR_NONE;
	return e == ERR_MISSING ? ERR_NONE : e;
}

static enum err
look_at_delegate(struct tx *tx, struct seen *s)
{
	struct delegate_row delegates[DELEGATES_EVER];
	unsigned n = 0;
	enum err e = delegate_row_list(tx, &s->id, DELEGATES_EVER,
	    server.arena, delegates, &n);

	return e == ERR_NONE && n > 0 ? look_at_code(tx,
	    &delegates[0].challenge, &s->his, &s->has_his) : e;
}

static enum err
look_at_parcels(struct tx *tx, struct seen *s)
{
	struct parcel_row parcels[PARCELS_MAX];
	unsigned n = 0;
	enum err e = parcel_row_list(tx, &s->id, server.arena, parcels, &n);

	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		s->given |= (uint8_t)((parcels[i].state == PARCEL_DELIVERED)
		    << i);
	}
	return e;
}

static enum err
look_run(struct tx *tx, void *arg)
{
	struct look *l = arg;
	enum err e = ERR_NONE;

	for (unsigned i = 0; e == ERR_NONE && i < l->n; i++) {
		struct seen *s = &l->seen[i];

		e = shipment_row_get(tx, &server.tenant.id, &s->id,
		    server.arena, &s->row);
		s->there = e == ERR_NONE;
		if (e == ERR_MISSING) {
			e = ERR_NONE;
			continue;
		}
		s->visited = e == ERR_NONE && !id_equal(&s->row.visit, &none);
		if (s->visited) {
			e = visit_row_get(tx, &server.tenant.id,
			    &s->row.visit, server.arena, &s->visit);
		}
		if (e == ERR_NONE) {
			e = look_at_parcels(tx, s);
		}
		if (e == ERR_NONE && s->visited) {
			e = look_at_code(tx, &s->visit.challenge, &s->code,
			    &s->has_code);
		}
		if (e == ERR_NONE && l->codes && s->visited) {
			e = look_at_delegate(tx, s);
		}
	}
	return e;
}

/* For at most JOBS_MAX identifiers at a time; in the server's arena. */
static struct seen *
look(struct year *y, const struct id *ids, unsigned n, bool codes)
{
	struct look l = {.n = n, .codes = codes};

	arena_reset(server.arena);
	l.seen = arena_get(server.arena, n * sizeof(*l.seen) + 1);
	if (l.seen == NULL) {
		abort();
	}
	for (unsigned i = 0; i < n; i++) {
		l.seen[i].id = ids[i];
	}
	server_read(y, look_run, &l);
	return l.seen;
}

static bool
is_like(const struct seen *s, const struct order *o)
{
	return s->there && (int)s->row.state.status == o->status &&
	    s->row.state.failures == o->failures && s->given == o->given &&
	    s->row.state.visits == o->visits;
}

/* D1 to D6: what the rows say of one order. */
static void
hold(struct year *y, uint32_t n, const struct seen *s)
{
	const struct order *o = &y->orders[n];

	HOLDS(y, 1, s->there, n, 0, 1);
	HOLDS(y, 1, (int)s->row.state.status == o->status, n,
	    s->row.state.status, o->status);
	HOLDS(y, 2, s->row.state.visits == o->visits, n,
	    s->row.state.visits, o->visits);
	HOLDS(y, 2, s->row.state.failures == o->failures &&
	    o->failures <= TRIES, n, s->row.state.failures, o->failures);
	HOLDS(y, 3, s->given == o->given, n, s->given, o->given);
	HOLDS(y, 3, o->status != SHIPMENT_DELIVERED ||
	    s->given == model_all(o), n, s->given, model_all(o));
	HOLDS(y, 4, s->visited == (o->day != 0), n, s->visited, o->day);
	HOLDS(y, 6, (s->row.code == DECISION_REQUIRED) == o->needs_code, n,
	    s->row.code, o->needs_code);
	if (o->status == SHIPMENT_SCHEDULED ||
	    o->status == SHIPMENT_ATTEMPTED) {
		HOLDS(y, 5, s->row.next_on.v == o->next_on, n,
		    s->row.next_on.v, o->next_on);
	}
	if (s->visited) {
		HOLDS(y, 4, (s->visit.outcome == VISIT_OPEN) == o->open, n,
		    s->visit.outcome, o->open);
		HOLDS(y, 5, s->visit.day.v == o->day, n, s->visit.day.v,
		    o->day);
		HOLDS(y, 5, s->visit.valid_until.v == o->ends, n,
		    s->visit.valid_until.v, o->ends);
	}
	if (s->has_code) {
		HOLDS(y, 6, (s->code.state.status == CHALLENGE_PENDING) ==
		    o->open, n, s->code.state.status, o->open);
	}
	/* Final, and nothing will come to it; or something will. */
	HOLDS(y, 12, (s->row.ended_at.v != 0) ==
	    shipment_is_final(s->row.state.status), n, s->row.ended_at.v,
	    o->status);
	HOLDS(y, 12, (s->row.due_at.v != 0) == (o->open ||
	    o->status == SHIPMENT_ATTEMPTED), n, s->row.due_at.v, o->status);
}

/* What is the right code of a new visit?  The old one is another. */
static void
learn(struct year *y, struct step *step, const struct seen *s)
{
	struct order *o = &y->orders[step->order];

	o->visit = s->visit.id;
	o->challenge = s->visit.challenge;
	o->truth[0] = o->his_truth[0] = '\0';
	if (s->has_code) {
		server_ok(code_derive(&server.flow, &s->code, s->code.digest,
		    o->truth));
	}
	if (s->has_his) {
		server_ok(code_derive(&server.flow, &s->his, s->his.digest,
		    o->his_truth));
	}
	HOLDS(y, 6, s->has_code == o->needs_code, step->order, s->has_code,
	    o->needs_code);
}

static void
settle(struct year *y, struct step *step, const struct seen *s)
{
	HOLDS(y, 7, step->got == step->want, step->order, step->got,
	    step->want);
	HOLDS(y, 8, step->got_again == step->again, step->order,
	    step->got_again, step->again);
	model_settle(y, step);
	if (step->kind == STEP_SHIP) {
		y->orders[step->order].id = step->made;
	}
	if (step->kind == STEP_DELEGATE) {
		y->orders[step->order].delegate = true;
	}
	if (step->kind == STEP_DISPATCH || step->kind == STEP_DELEGATE) {
		learn(y, step, s);
	}
	hold(y, step->order, s);
}

static unsigned
ids_of(const struct year *y, struct id ids[static JOBS_MAX])
{
	for (uint32_t i = 0; i < y->n_batch; i++) {
		const struct step *s = &y->steps[y->n_done + i];

		ids[i] = s->kind == STEP_SHIP ? s->made
		    : y->orders[s->order].id;
	}
	return y->n_batch;
}

void
judge_batch(struct year *y)
{
	struct id ids[JOBS_MAX];
	unsigned n = ids_of(y, ids);
	enum step_kind kind = y->steps[y->n_done].kind;
	const struct seen *seen = look(y, ids, n, kind == STEP_DISPATCH ||
	    kind == STEP_DELEGATE);

	for (unsigned i = 0; i < n; i++) {
		settle(y, &y->steps[y->n_done + i], &seen[i]);
	}
}

void
judge_left_behind(struct year *y)
{
	struct id ids[JOBS_MAX];
	unsigned n = ids_of(y, ids);
	const struct seen *seen = look(y, ids, n, false);

	for (unsigned i = 0; i < n; i++) {
		struct step *s = &y->steps[y->n_done + i];
		bool done = is_like(&seen[i], &s->after);

		/* D9: nothing that was acknowledged is lost. */
		HOLDS(y, 9, !s->answered || done, s->order,
		    seen[i].row.state.status, s->after.status);
		HOLDS(y, 9, done || is_like(&seen[i], &y->orders[s->order]) ||
		    (s->kind == STEP_SHIP && !seen[i].there), s->order,
		    seen[i].row.state.status, s->after.status);
		if (done && !s->answered) {
			s->answered = true;
			s->got = s->want;
			s->got_again = s->again;
		}
	}
}

void
judge_touched(struct year *y)
{
	struct id ids[JOBS_MAX];
	uint32_t which[JOBS_MAX];
	unsigned n = 0;

	for (uint32_t i = 0; i <= y->n_live; i++) {
		if (n == JOBS_MAX || (i == y->n_live && n > 0)) {
			const struct seen *seen = look(y, ids, n, false);

			for (unsigned k = 0; k < n; k++) {
				hold(y, which[k], &seen[k]);
				y->orders[which[k]].touched = false;
			}
			n = 0;
		}
		if (i < y->n_live && y->orders[y->live[i]].touched) {
			which[n] = y->live[i];
			ids[n++] = y->orders[y->live[i]].id;
		}
	}
}

/* R21, R47: who did not get the message finds the same code there. */
void
judge_track_page(struct year *y, uint32_t order)
{
	static const struct id nobody;
	struct order *o = &y->orders[order];
	char token[TRACK_TOKEN];
	struct track_page t = {.flow = &server.flow,
	    .tenant = &server.tenant, .arena = server.arena,
	    .viewer = &nobody};

	server_ok(track_token(&server.flow, &server.tenant.id, &o->id,
	    token));
	t.token = str_of(token);
	server_read(y, track_page_run, &t);
	HOLDS(y, 10, t.found && strcmp(t.code, o->truth) == 0, order,
	    t.found, 1);
	memcpy(o->code, t.code, CODE_SIZE);
	y->t.track_reads++;
}
