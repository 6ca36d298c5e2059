/*
 * The courier and the keeper of the year: who brings the codes, with some
 * lost on the way, and who ends the days.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "flow/keep.h"
#include "flow/day_end.h"
#include "flow/render.h"
#include "flow/seal.h"
#include "judge.h"
#include "model.h"
#include "run.h"
#include "server.h"

enum { KEEPER_ARENA = 16 << 20, ROUND_HOURS = 12 };

/* What became of a message, in ten thousand. */
enum { SOON = 200, NEVER = 50, UNREAD = 150, LOOKS = 7000 };

/* Whose message is it? "S17", in the facts of both codes and news. */
static uint32_t
order_of(const struct render *r)
{
	struct str s = {r->facts[FACT_ORDER].z, r->facts[FACT_ORDER].n};
	int64_t n = -1;

	if (s.n < 2 || !parse_i64(str_slice(s, 1, s.n), &n)) {
		abort();
	}
	return (uint32_t)n;
}

/* D10: the code in the message is the one that opens. */
static void
read_code(struct year *y, const struct render *r)
{
	uint32_t n = order_of(r);
	struct order *o = &y->orders[n];
	struct str to = recipient_str(&r->recipient);
	bool his = to.p[0] == 'd';

	HOLDS(y, 10, o->open, n, o->status, 0);
	HOLDS(y, 10, strcmp(r->code, his ? o->his_truth : o->truth) == 0, n,
	    his, 0);
	memcpy(his ? o->his_code : o->code, r->code, CODE_SIZE);
}

static enum deliver_result
bring(struct year *y, const struct delivery *d)
{
	static struct email from;
	static struct render r;
	enum deliver_result result = DELIVER_ACCEPTED;

	if (email_parse(STR("shop@example.com"), &from) != FLAW_NONE) {
		abort();
	}
	render_init(&r, &from);
	server_ok(render_message(&r, &server.flow, &server.tenant, d,
	    (unix_ms){y->now}));
	y->t.messages++;
	if (year_chance(y, SOON)) {
		result = DELIVER_TEMPORARY;
	} else if (year_chance(y, NEVER)) {
		result = DELIVER_PERMANENT;
	}
	if (r.code[0] != '\0' && result != DELIVER_TEMPORARY) {
		if (result == DELIVER_ACCEPTED && !year_chance(y, UNREAD)) {
			read_code(y, &r);
		} else {
			y->t.lost++;
			if (year_chance(y, LOOKS)) {
				judge_track_page(y, order_of(&r));
			}
		}
	}
	render_done(&r);
	return result;
}

static void
settle(struct year *y, const struct deliver *d)
{
	static struct settle settled[DELIVER_BATCH];
	static struct job jobs[DELIVER_BATCH];
	struct job *list[DELIVER_BATCH];
	struct arena *arena = arena_new(KEEPER_ARENA);

	for (unsigned i = 0; i < d->n; i++) {
		const struct message_row *m = &d->items[i].message;

		settled[i] = (struct settle){.flow = &server.flow,
		    .arena = arena, .tenant = m->tenant,
		    .challenge = m->challenge, .message = m->id,
		    .result = bring(y, &d->items[i]), .reason = "sim"};
		jobs[i] = (struct job){.run = settle_run,
		    .arg = &settled[i]};
		list[i] = &jobs[i];
	}
	server_batch(y, list, d->n);
	arena_free(arena);
}

void
run_mail(struct year *y)
{
	static struct deliver d;

	if (y->now < y->mail_at) {
		return;
	}
	do {
		y->mail_at = INT64_MAX;
		d = (struct deliver){.flow = &server.flow,
		    .max = DELIVER_BATCH, .arena = arena_new(KEEPER_ARENA)};
		server_do(y, deliver_run, &d);
		arena_reset(server.arena);
		settle(y, &d);
		if (d.next_due.v < y->mail_at) {
			y->mail_at = d.next_due.v;
		}
		arena_free(d.arena);
	} while (d.n > 0);
}

static void
seal(struct year *y, struct arena *arena)
{
	struct seal s = {.flow = &server.flow, .arena = arena};
	struct buf head;

	do {
		server_do(y, seal_run, &s);
		HOLDS(y, 13, s.wrong_macs == 0, 0, s.wrong_macs, 0);
		if (s.sealed) {
			buf_fixed(&head, y->head, sizeof(y->head) - 1);
			seal_head_print(&s.head, &head);
			y->head[head.n] = '\0';
		}
	} while (s.sealed);
}

static void
bites(struct year *y, use_case *run, struct arena *arena)
{
	struct keep k = {.flow = &server.flow, .arena = arena,
	    .now = {y->now}};

	do {
		server_do(y, run, &k);
	} while (k.done >= KEEP_BITE);
}

static bool
something_ends(const struct year *y)
{
	for (uint32_t i = 0; i < y->n_live; i++) {
		const struct order *o = &y->orders[y->live[i]];

		if (y->now >= o->ends && (o->open || o->touched ||
		    o->status == SHIPMENT_ATTEMPTED)) {
			return true;
		}
	}
	return false;
}

/* Where nothing is due an hour is left out: the keeper would find nothing. */
void
run_keeper(struct year *y)
{
	bool whole = y->hour % ROUND_HOURS == 0;
	struct arena *arena = arena_new(KEEPER_ARENA);
	struct day_end day = {.flow = &server.flow,
	    .tenants = server.tenants, .arena = arena};

	if (arena == NULL) {
		abort();
	}
	if (!whole && !something_ends(y)) {
		arena_free(arena);
		return;
	}
	model_keep(y);
	if (y->crash_every > 0 && year_chance(y, 20)) {
		y->kill_answering = year_chance(y, 5000);
		y->kill_in = 1 + year_pick(y, 3);
	}
	do {
		server_do(y, day_end_run, &day);
	} while (day.done == DAY_END_BITE);
	if (whole) {
		bites(y, keep_expire_run, arena);
		seal(y, arena);
	}
	if (y->hour % 24 == 0) {
		bites(y, keep_forget_run, arena);
	}
	y->kill_in = y->mail_at = 0;
	arena_free(arena);
	judge_touched(y);
}
