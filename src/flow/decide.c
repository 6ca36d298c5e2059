#include "flow/decide.h"

#include "flow/audit.h"

/* A rule has at most as many conditions as there are signals. */
enum { REASONS_MAX = 65536 };

static struct cell
cell_of(const struct id *id)
{
	return (struct cell){"decisions", "signals", flow_id_bytes(id)};
}

static enum err
seal_signals(const struct decide *d, struct buf *out)
{
	struct cell cell = cell_of(&d->id);
	struct buf text;
	struct jsonw w;
	enum err e;

	buf_init(&text, SIGNALS_JSON_MAX);
	jsonw_init(&w, &text);
	signals_write(&d->signals, &w);
	e = buf_err(&text);
	if (e == ERR_NONE) {
		e = keyring_seal(d->flow->ring, &d->flow->rng, &cell,
		    buf_view(&text), out);
	}
	buf_done(&text);
	return e;
}

static enum err
insert(struct tx *tx, const struct decide *d)
{
	struct decision_row row = {
		.id = d->id,
		.tenant = d->tenant->id,
		.event = d->event,
		.code = d->decision.code,
		.rule = d->decision.rule,
		.has_account = d->has_account,
		.account = d->account,
		.monitored = d->monitored,
		.monitored_code = d->would.code,
		.monitored_rule = d->monitored ? d->would.rule : STR(""),
	};
	struct buf reasons, signals;
	struct jsonw w;
	enum err e;

	buf_init(&reasons, REASONS_MAX);
	buf_init(&signals, SIGNALS_JSON_MAX + KEYRING_SEAL_EXTRA);
	jsonw_init(&w, &reasons);
	decision_reasons(&d->decision, &d->tenant->policy, &w);
	e = buf_err(&reasons);
	if (e == ERR_NONE) {
		e = seal_signals(d, &signals);
	}
	row.reasons = buf_view(&reasons);
	row.signals = buf_view(&signals);
	if (e == ERR_NONE) {
		e = decision_row_insert(tx, &row);
	}
	buf_done(&reasons);
	buf_done(&signals);
	return e;
}

static enum err
record(struct tx *tx, const struct decide *d, unix_ms now)
{
	struct audit a;
	enum err e = audit_begin(&a, d->flow, AUDIT_DECISION_MADE,
	    &d->tenant->id, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "decision", ID_DECISION, &d->id);
	if (d->has_account) {
		jsonw_member_id(&a.json, "account", ID_ACCOUNT, &d->account);
	}
	jsonw_member_z(&a.json, "about", decision_event_name(d->event));
	jsonw_member_z(&a.json, "code", decision_code_name(d->decision.code));
	jsonw_member_str(&a.json, "rule", d->decision.rule);
	return audit_commit(&a, tx, d->flow);
}

enum err
decide_run(struct tx *tx, void *decide)
{
	struct decide *d = decide;
	const struct rule_set *monitor = d->tenant->rules[RULES_MONITOR];
	const struct policy *policy = &d->tenant->policy;
	unix_ms now = flow_now(d->flow);
	enum err e = id_new(&d->flow->rng, now, &d->id);

	if (e != ERR_NONE) {
		return e;
	}
	d->decision = decision_make(d->event, &d->signals, policy,
	    d->tenant->rules[RULES_ENFORCE]);
	d->monitored = monitor != NULL;
	if (d->monitored) {
		d->would = decision_make(d->event, &d->signals, policy,
		    monitor);
	}
	e = insert(tx, d);
	return e == ERR_NONE ? record(tx, d, now) : e;
}

static void
write_one(const struct decision *one, const struct policy *policy,
    struct jsonw *w)
{
	jsonw_member_z(w, "code", decision_code_name(one->code));
	jsonw_member_str(w, "rule", one->rule);
	jsonw_key(w, "reasons");
	decision_reasons(one, policy, w);
}

void
decide_write(const struct decide *d, struct jsonw *w)
{
	jsonw_member_id(w, "id", ID_DECISION, &d->id);
	write_one(&d->decision, &d->tenant->policy, w);
	if (d->monitored) {
		jsonw_key(w, "monitored");
		jsonw_object(w);
		write_one(&d->would, &d->tenant->policy, w);
		jsonw_object_end(w);
	}
}

enum err
decision_show_run(struct tx *tx, void *decision_show)
{
	struct decision_show *s = decision_show;
	struct cell cell = cell_of(&s->id);
	struct buf text;
	enum err e = decision_row_get(tx, &s->tenant->id, &s->id, s->arena,
	    &s->row);

	s->found = e == ERR_NONE;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	buf_init(&text, SIGNALS_JSON_MAX);
	e = keyring_unseal(s->flow->ring, &cell, s->row.signals, &text);
	if (e == ERR_NONE &&
	    !arena_str(s->arena, buf_view(&text), &s->signals)) {
		e = ERR_NOMEM;
	}
	buf_done(&text);
	return e;
}

enum err
rules_put_run(struct tx *tx, void *rules_put)
{
	const struct rules_put *p = rules_put;
	unix_ms now = flow_now(p->flow);
	struct rules_row row = {p->tenant, p->mode, p->body, now};
	struct audit a;
	enum err e = p->body.n > 0 ? rules_row_put(tx, &row)
	    : rules_row_delete(tx, &p->tenant, p->mode);

	if (e == ERR_NONE) {
		e = audit_begin(&a, p->flow, AUDIT_RULES_CHANGED, &p->tenant,
		    now);
	}
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_z(&a.json, "mode", rules_mode_name(p->mode));
	jsonw_member_i64(&a.json, "rules", (int64_t)p->n);
	return audit_commit(&a, tx, p->flow);
}
