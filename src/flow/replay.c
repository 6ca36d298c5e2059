#include "flow/replay.h"

#include <assert.h>
#include <string.h>

struct pass {
	struct replay *r;
	struct buf text;
};

/* What was written here is read again; if not, the row is damaged. */
static void
ignore_flaw(void *ctx UNUSED, struct str member UNUSED,
    const char *reason UNUSED)
{
}

static enum err
open_signals(struct pass *p, const struct decision_row *row,
    struct signals *ret)
{
	struct cell cell = {"decisions", "signals", flow_id_bytes(&row->id)};
	enum err e;

	buf_clear(&p->text);
	e = keyring_unseal(p->r->flow->ring, &cell, row->signals, &p->text);
	if (e != ERR_NONE) {
		return e;
	}
	return signals_read(buf_view(&p->text), ignore_flaw, NULL, ret)
	    ? ERR_NONE : ERR_STORE;
}

static enum err
compare(struct replay *r, const struct decision_row *row,
    const struct decision *would)
{
	struct replay_example *example;

	r->count[row->code][would->code]++;
	if (row->code == would->code) {
		r->other_rule += !str_equal(row->rule, would->rule);
		return ERR_NONE;
	}
	if (r->n_examples == REPLAY_EXAMPLES) {
		return ERR_NONE;
	}
	example = &r->examples[r->n_examples];
	*example = (struct replay_example){
		row->id, row->event, row->code, {"", 0}, *would,
	};
	if (!arena_str(r->arena, row->rule, &example->was_rule)) {
		return ERR_NOMEM;
	}
	r->n_examples++;
	return ERR_NONE;
}

static enum err
replay_row(const struct decision_row *row, void *ctx)
{
	struct pass *p = ctx;
	struct replay *r = p->r;
	struct signals signals;
	struct decision would;
	enum err e;

	r->n_read++;
	r->last = row->id;
	if (r->has_event && row->event != r->event) {
		return ERR_NONE;
	}
	e = open_signals(p, row, &signals);
	if (e != ERR_NONE) {
		return e;
	}
	r->n++;
	would = decision_make(row->event, &signals, &r->tenant->policy,
	    r->set);
	return compare(r, row, &would);
}

enum err
replay_run(struct tx *tx, void *replay)
{
	struct replay *r = replay;
	struct pass p = {.r = r};
	enum err e;

	assert(r->max <= REPLAY_MAX);
	r->n_read = r->n = r->other_rule = r->n_examples = 0;
	memset(r->count, 0, sizeof(r->count));
	buf_init(&p.text, SIGNALS_JSON_MAX);
	e = decision_row_list(tx, &r->tenant->id, &r->before, r->max,
	    replay_row, &p);
	buf_done(&p.text);
	return e;
}
