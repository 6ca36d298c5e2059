/*
 * /v1/decisions: is a code needed here?  Nothing is sent.
 */
#include "api/call.h"
#include "api/rules.h"
#include "base/parse.h"
#include "flow/decide.h"
#include "flow/replay.h"

enum { ANSWER_MAX = 65536 };

struct decide_call {
	struct call call;
	struct decide decide;
};

static void
decide_done(struct call *call)
{
	struct decide_call *c = (struct decide_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	decide_write(&c->decide, &w);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

/* A flaw's texts are borrowed: it keeps its own. */
struct flaws {
	struct jsonr_object *root;
	struct arena *arena;
};

static void
signal_flaw(void *ctx, struct str member, const char *reason)
{
	struct flaws *f = ctx;
	struct str name = member;

	if (member.n == 0) {
		jsonr_flaw(f->root, "signals", reason);
	} else if (arena_str(f->arena, member, &name)) {
		jsonr_flaw_in(f->root, "signals", name, reason);
	}
}

void
api_read_signals(struct jsonr_object *root, struct arena *arena,
    struct signals *s)
{
	struct flaws flaws = {root, arena};
	struct str json;

	if (jsonr_any(root, "signals", 0, SIGNALS_JSON_MAX, &json)) {
		(void)!signals_read(json, signal_flaw, &flaws, s);
	}
}

static void
read_event(struct jsonr_object *root, unsigned flags,
    enum decision_event *ret_event, bool *ret_has)
{
	struct str word;

	if (!jsonr_str(root, "event", flags, 1, 32, &word)) {
		return;
	}
	*ret_has = decision_event_parse(word, ret_event);
	if (!*ret_has) {
		jsonr_flaw(root, "event", "must be sign_in, "
		    "transaction, account_change or delivery");
	}
}

static void
read_account(struct jsonr_object *root, struct decide *d)
{
	struct str word;

	/* A shop may have accounts of its own, whose names are not kept. */
	if (jsonr_str(root, "account", 0, 1, 128, &word)) {
		d->has_account = id_parse(ID_ACCOUNT, word, &d->account) ==
		    ERR_NONE;
	}
}

void
api_decision(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct decide_call *c = call_begin(x, sizeof(*c));
	bool has_event;

	if (c == NULL) {
		return;
	}
	c->decide.flow = c->call.api->flow;
	c->decide.tenant = c->call.tenant;
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		read_event(&root, JSONR_REQUIRED, &c->decide.event,
		    &has_event);
		read_account(&root, &c->decide);
		api_read_signals(&root, c->call.arena, &c->decide.signals);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	call_submit(&c->call, STORE_CREATE, decide_run, &c->decide,
	    decide_done);
}

struct show_call {
	struct call call;
	struct decision_show show;
};

static void
show_done(struct call *call)
{
	struct show_call *c = (struct show_call *)(void *)call;
	const struct decision_row *row = &c->show.row;
	struct buf body;
	struct jsonw w;

	if (!c->show.found) {
		call_problem(call, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_id(&w, "id", ID_DECISION, &row->id);
	jsonw_member_z(&w, "event", decision_event_name(row->event));
	if (row->has_account) {
		jsonw_member_id(&w, "account", ID_ACCOUNT, &row->account);
	}
	jsonw_member_z(&w, "code", decision_code_name(row->code));
	jsonw_member_str(&w, "rule", row->rule);
	jsonw_key(&w, "reasons");
	jsonw_raw(&w, row->reasons);
	jsonw_key(&w, "signals");
	jsonw_raw(&w, c->show.signals);
	if (row->monitored) {
		jsonw_key(&w, "monitored");
		jsonw_object(&w);
		jsonw_member_z(&w, "code",
		    decision_code_name(row->monitored_code));
		jsonw_member_str(&w, "rule", row->monitored_rule);
		jsonw_object_end(&w);
	}
	jsonw_member_time(&w, "created_at", id_time(&row->id));
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_decision_show(struct http_exchange *x)
{
	struct show_call *c = call_begin(x, sizeof(*c));

	if (c == NULL || !call_id(&c->call, ID_DECISION, &c->show.id)) {
		return;
	}
	c->show.flow = c->call.api->flow;
	c->show.tenant = c->call.tenant;
	c->show.arena = c->call.arena;
	call_submit(&c->call, STORE_CREATE, decision_show_run, &c->show,
	    show_done);
}

struct replay_call {
	struct call call;
	struct rule_book book;
	struct replay replay;
};

/* "required" became "not_required": 12 */
static void
write_counts(struct jsonw *w, const struct replay *r)
{
	jsonw_key(w, "answers");
	jsonw_array(w);
	for (int was = 0; was <= DECISION_DENY; was++) {
		for (int would = 0; would <= DECISION_DENY; would++) {
			if (r->count[was][would] == 0) {
				continue;
			}
			jsonw_object(w);
			jsonw_member_z(w, "was",
			    decision_code_name((enum decision_code)was));
			jsonw_member_z(w, "would",
			    decision_code_name((enum decision_code)would));
			jsonw_member_i64(w, "count", r->count[was][would]);
			jsonw_object_end(w);
		}
	}
	jsonw_array_end(w);
}

static void
write_example(struct jsonw *w, const struct replay *r,
    const struct replay_example *e)
{
	jsonw_object(w);
	jsonw_member_id(w, "id", ID_DECISION, &e->id);
	jsonw_member_z(w, "event", decision_event_name(e->event));
	jsonw_member_time(w, "created_at", id_time(&e->id));
	jsonw_key(w, "was");
	jsonw_object(w);
	jsonw_member_z(w, "code", decision_code_name(e->was));
	jsonw_member_str(w, "rule", e->was_rule);
	jsonw_object_end(w);
	jsonw_key(w, "would");
	jsonw_object(w);
	jsonw_member_z(w, "code", decision_code_name(e->would.code));
	jsonw_member_str(w, "rule", e->would.rule);
	jsonw_key(w, "reasons");
	decision_reasons(&e->would, &r->tenant->policy, w);
	jsonw_object_end(w);
	jsonw_object_end(w);
}

static void
replay_done(struct call *call)
{
	struct replay_call *c = (struct replay_call *)(void *)call;
	const struct replay *r = &c->replay;
	unsigned changed = r->n;
	struct buf body;
	struct jsonw w;

	for (int i = 0; i <= DECISION_DENY; i++) {
		changed -= r->count[i][i];
	}
	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_member_i64(&w, "replayed", r->n);
	jsonw_member_i64(&w, "changed", changed);
	jsonw_member_i64(&w, "other_rule", r->other_rule);
	write_counts(&w, r);
	jsonw_key(&w, "changes");
	jsonw_array(&w);
	for (unsigned i = 0; i < r->n_examples; i++) {
		write_example(&w, r, &r->examples[i]);
	}
	jsonw_array_end(&w);
	jsonw_key(&w, "next_cursor");
	if (r->n_read == r->max) {
		char text[ID_TEXT_MAX];

		id_text(ID_DECISION, &r->last, text);
		jsonw_z(&w, text);
	} else {
		jsonw_null(&w);
	}
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

static void
read_replay(struct replay_call *c, struct jsonr_object *root)
{
	struct replay *r = &c->replay;
	int64_t max = REPLAY_MAX;
	struct str cursor;

	api_read_rules(root, c->call.arena, &c->book);
	read_event(root, 0, &r->event, &r->has_event);
	(void)jsonr_i64(root, "limit", 0, 1, REPLAY_MAX, &max);
	r->max = (unsigned)max;
	memset(r->before.b, 0xff, sizeof(r->before.b));
	if (jsonr_str(root, "cursor", 0, 1, ID_TEXT_MAX, &cursor) &&
	    id_parse(ID_DECISION, cursor, &r->before) != ERR_NONE) {
		jsonr_flaw(root, "cursor", "is none that we gave");
	}
}

void
api_decision_replay(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct replay_call *c = call_begin(x, sizeof(*c));

	if (c == NULL) {
		return;
	}
	if (jsonr_open(&r, c->call.arena, http_body(x), &root)) {
		read_replay(c, &root);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	c->replay.flow = c->call.api->flow;
	c->replay.tenant = c->call.tenant;
	c->replay.arena = c->call.arena;
	c->replay.set = &c->book.set;
	call_submit(&c->call, STORE_BACKGROUND, replay_run, &c->replay,
	    replay_done);
}
