#include "flow/case.h"

#include "flow/door_audit.h"
#include "flow/private.h"
#include "flow/track_act.h"

/* What a customer can say, and whether it contradicts a delivery. */
static const struct {
	struct str kind;
	bool contradicts;
} kinds[] = {
	{STR_INIT("not_received"), true},
	{STR_INIT("wrong_parcel"), true},
	{STR_INIT("nobody_came"), false},
	{STR_INIT("wrong_word"), false},
	{STR_INIT("not_ordered"), false},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static size_t
kind_of(struct str s)
{
	size_t i = 0;

	while (i < KINDS && !str_equal(s, kinds[i].kind)) {
		i++;
	}
	return i;
}

bool
case_dispute_ok(struct str s)
{
	return kind_of(s) < KINDS;
}

bool
case_kind_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '_' && (s.p[i] < 'a' || s.p[i] > 'z')) {
			return false;
		}
	}
	return s.n >= 1 && s.n <= CASE_KIND_MAX;
}

static enum err
record(struct tx *tx, const struct flow *f, enum audit_event event,
    const struct case_row *row, unix_ms now)
{
	struct audit a;
	enum err e = audit_begin(&a, f, event, &row->tenant, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "case", ID_CASE, &row->id);
	jsonw_member_str(&a.json, "kind", row->kind);
	jsonw_member_z(&a.json, "status", row->status == CASE_OPEN ? "open"
	    : "closed");
	return audit_commit(&a, tx, f);
}

/* As the track page's own are written. */
static enum err
record_about(struct tx *tx, const struct flow *f,
    const struct shipment_row *about, const struct case_row *row, unix_ms now)
{
	struct audit a;
	enum err e = door_audit_begin(&a, f, AUDIT_CASE_OPENED, about, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "case", ID_CASE, &row->id);
	jsonw_member_str(&a.json, "kind", row->kind);
	return audit_commit(&a, tx, f);
}

enum err
case_open(struct tx *tx, const struct flow *f, struct arena *arena,
    const struct case_about *what, struct case_row *ret_row)
{
	static const struct id none;
	struct case_row row = {
		.tenant = what->tenant, .kind = what->kind,
		.account = what->account, .shipment = what->shipment,
		.created_at = what->now, .changed_at = what->now,
	};
	struct cell cell;
	unsigned open = 0;
	enum err e = id_new(&f->rng, what->now, &row.id);

	if (e == ERR_NONE && !id_equal(&what->shipment, &none)) {
		e = case_row_open(tx, &what->shipment, what->kind, &open);
	}
	*ret_row = row;
	if (e != ERR_NONE || open > 0) {
		return e;
	}
	cell = case_words_cell(&row.id);
	e = private_seal(f, arena, &cell, &what->words, 1, &row.words);
	if (e == ERR_NONE) {
		e = case_row_insert(tx, &row);
	}
	*ret_row = row;
	if (e == ERR_NONE && what->about != NULL) {
		return record_about(tx, f, what->about, &row, what->now);
	}
	return e == ERR_NONE ? record(tx, f, AUDIT_CASE_CREATED, &row,
	    what->now) : e;
}

enum err
case_new_run(struct tx *tx, void *case_new)
{
	struct case_new *c = case_new;

	c->about.now = flow_now(c->flow);
	return case_open(tx, c->flow, c->arena, &c->about, &c->row);
}

enum err
case_page_run(struct tx *tx, void *case_page)
{
	struct case_page *p = case_page;
	enum err e;

	if (p->one) {
		e = case_row_get(tx, &p->tenant, &p->id, p->arena,
		    &p->rows[0]);
		p->n = e == ERR_NONE ? 1 : 0;
		e = e == ERR_MISSING ? ERR_NONE : e;
	} else {
		e = case_row_list(tx, &p->tenant, &p->before, p->max,
		    p->arena, p->rows, &p->n);
	}
	for (unsigned i = 0; e == ERR_NONE && i < p->n; i++) {
		struct cell cell = case_words_cell(&p->rows[i].id);

		e = private_unseal(p->flow, p->arena, &cell,
		    p->rows[i].words, &p->words[i], 1);
		e = e == ERR_MISSING ? ERR_NONE : e;
	}
	return e;
}

static bool
contradicts(struct str kind)
{
	const size_t i = kind_of(kind);

	return i < KINDS && kinds[i].contradicts;
}

/* Those that still deny a delivery. */
static enum err
count_denials(struct tx *tx, const struct id *shipment, unsigned *ret_n)
{
	enum err e = ERR_NONE;

	*ret_n = 0;
	for (size_t i = 0; e == ERR_NONE && i < KINDS; i++) {
		unsigned n = 0;

		if (kinds[i].contradicts) {
			e = case_row_open(tx, shipment, kinds[i].kind, &n);
			*ret_n += n;
		}
	}
	return e;
}

/*
 * A shipment is disputed for as long as a case about it says so: with the last
 * one closed it is delivered, with one opened again it is disputed again.
 */
static enum err
follow(struct tx *tx, struct case_change *c)
{
	const bool closed = c->row.status == CASE_CLOSED;
	struct shipment_row about;
	unsigned denials = 0;
	enum err e = shipment_row_get(tx, &c->tenant, &c->row.shipment,
	    c->arena, &about);

	if (e == ERR_NONE) {
		e = count_denials(tx, &about.id, &denials);
	}
	if (e != ERR_NONE || closed != (denials == 0) ||
	    about.state.status != (closed ? SHIPMENT_DISPUTED
	    : SHIPMENT_DELIVERED) ||
	    shipment_step(&about.state, closed ? SHIPMENT_RESOLVE
	    : SHIPMENT_CONTRADICT) != SHIPMENT_DONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	e = shipment_row_update(tx, &about);
	return e == ERR_NONE ? door_audit_simple(tx, c->flow, closed
	    ? AUDIT_SHIPMENT_RESOLVED : AUDIT_SHIPMENT_DISPUTED, &about,
	    c->row.changed_at) : e;
}

enum err
case_change_run(struct tx *tx, void *case_change)
{
	struct case_change *c = case_change;
	enum err e = case_row_get(tx, &c->tenant, &c->id, c->arena, &c->row);

	c->found = e == ERR_NONE;
	if (e != ERR_NONE || c->row.status == c->status) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	c->row.status = c->status;
	c->row.changed_at = flow_now(c->flow);
	e = case_row_update(tx, &c->row);
	if (e == ERR_NONE && contradicts(c->row.kind)) {
		e = follow(tx, c);
	}
	return e == ERR_NONE ? record(tx, c->flow, AUDIT_CASE_CHANGED,
	    &c->row, c->row.changed_at) : e;
}

static enum err
contradict(struct tx *tx, struct case_dispute *d, unix_ms now)
{
	enum err e;

	if (shipment_step(&d->about.state, SHIPMENT_CONTRADICT) !=
	    SHIPMENT_DONE) {
		d->verdict = CASE_NOT_NOW;
		return ERR_NONE;
	}
	e = shipment_row_update(tx, &d->about);
	return e == ERR_NONE ? door_audit_simple(tx, d->flow,
	    AUDIT_SHIPMENT_DISPUTED, &d->about, now) : e;
}

enum err
case_dispute_run(struct tx *tx, void *case_dispute)
{
	struct case_dispute *d = case_dispute;
	struct case_about about = {
		.tenant = d->tenant->id, .kind = d->kind, .words = d->words,
		.now = flow_now(d->flow),
	};
	enum err e = shipment_row_get(tx, &d->tenant->id, &d->shipment,
	    d->arena, &d->about);

	d->verdict = CASE_UNKNOWN;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	d->verdict = CASE_MADE;
	if (contradicts(d->kind)) {
		e = contradict(tx, d, about.now);
	}
	if (e != ERR_NONE || d->verdict != CASE_MADE) {
		return e;
	}
	about.account = d->about.account;
	about.shipment = d->about.id;
	about.about = &d->about;
	return case_open(tx, d->flow, d->arena, &about, &d->row);
}
