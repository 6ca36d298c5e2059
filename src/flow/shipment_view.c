#include "flow/shipment_view.h"

#include "flow/delegate.h"
#include "flow/far.h"
#include "flow/override.h"
#include "flow/pass.h"
#include "flow/private.h"
#include "flow/ship.h"

/* What was forgotten is shown as nothing. */
static enum err
forgive(enum err e)
{
	return e == ERR_MISSING ? ERR_NONE : e;
}

enum err
shipment_view_parcels(struct tx *tx, const struct flow *f, struct arena *arena,
    const struct id *shipment, struct parcel_row parcels[static PARCELS_MAX],
    struct str what[static PARCELS_MAX], unsigned *ret_n)
{
	enum err e = parcel_row_list(tx, shipment, arena, parcels, ret_n);

	for (unsigned i = 0; e == ERR_NONE && i < *ret_n; i++) {
		uint8_t row[PARCEL_CELL_ROW];
		struct cell cell = parcel_cell(&parcels[i], row);

		e = forgive(private_unseal(f, arena, &cell, parcels[i].what,
		    &what[i], 1));
	}
	return e;
}

static enum err
open_where(const struct flow *f, struct arena *arena,
    const struct shipment_row *row, struct str *ret_lines,
    struct str *ret_postcode)
{
	struct cell cell = shipment_address_cell(&row->id);
	struct str parts[2];
	enum err e = forgive(private_unseal(f, arena, &cell, row->address,
	    parts, 2));

	*ret_lines = parts[0];
	*ret_postcode = parts[1];
	return e;
}

static enum err
open_who(const struct flow *f, struct arena *arena,
    const struct shipment_row *row, struct str parts[static 3])
{
	struct cell cell = shipment_recipient_cell(&row->id);

	return forgive(private_unseal(f, arena, &cell, row->recipient, parts,
	    3));
}

static enum err
open_delegates(struct tx *tx, const struct flow *f, struct arena *arena,
    struct shipment_view *v)
{
	enum err e = delegate_row_list(tx, &v->row.id, DELEGATES_EVER, arena,
	    v->delegates, &v->n_delegates);

	for (unsigned i = 0; e == ERR_NONE && i < v->n_delegates; i++) {
		struct cell cell = delegate_name_cell(&v->delegates[i].id);

		e = forgive(private_unseal(f, arena, &cell,
		    v->delegates[i].name, &v->delegate_names[i], 1));
	}
	return e;
}

/* Who comes, and by what word he proves it. */
static enum err
open_visit(struct tx *tx, const struct flow *f, struct arena *arena,
    struct shipment_view *v)
{
	struct agent_row agent;
	enum err e = visit_row_list(tx, &v->row.id, VIEW_VISITS_MAX, arena,
	    v->visits, &v->n_visits);

	v->agent_name = STR("");
	v->countersign = NULL;
	if (e != ERR_NONE || v->n_visits == 0) {
		return e;
	}
	e = track_countersign(f, &v->visits[0], &v->countersign);
	if (e != ERR_NONE) {
		return e;
	}
	e = agent_row_get(tx, &v->row.tenant, &v->visits[0].agent, arena,
	    &agent);
	if (e == ERR_NONE) {
		e = agent_name(f, arena, &agent, &v->agent_name);
	}
	return forgive(e);
}

enum err
shipment_view_load(struct tx *tx, const struct flow *f, struct arena *arena,
    struct shipment_view *v)
{
	struct str who[3];
	enum err e = track_token(f, &v->row.tenant, &v->row.id, v->track);

	if (e == ERR_NONE) {
		e = open_who(f, arena, &v->row, who);
	}
	if (e == ERR_NONE) {
		v->name = who[0];
		v->email = who[1];
		v->phone = who[2];
		e = open_where(f, arena, &v->row, &v->lines, &v->postcode);
	}
	if (e == ERR_NONE) {
		e = far_open(f, arena, &v->row, &v->spot);
	}
	if (e == ERR_NONE) {
		e = shipment_view_parcels(tx, f, arena, &v->row.id, v->parcels,
		    v->what, &v->n_parcels);
	}
	if (e == ERR_NONE) {
		e = open_delegates(tx, f, arena, v);
	}
	return e == ERR_NONE ? open_visit(tx, f, arena, v) : e;
}

const struct visit_row *
shipment_view_visit(const struct shipment_view *v)
{
	return v->n_visits > 0 && v->visits[0].outcome == VISIT_OPEN
	    ? &v->visits[0] : NULL;
}

static enum err
open_overrides(struct tx *tx, const struct flow *f, struct arena *arena,
    struct shipment_view *v)
{
	enum err e = override_row_list(tx, &v->row.id, arena, v->overrides,
	    &v->n_overrides);

	for (unsigned i = 0; e == ERR_NONE && i < v->n_overrides; i++) {
		struct cell cell = override_reason_cell(&v->overrides[i].id);

		e = forgive(private_unseal(f, arena, &cell,
		    v->overrides[i].reason, &v->override_reasons[i], 1));
	}
	return e;
}

enum err
shipment_show_run(struct tx *tx, void *shipment_show)
{
	struct shipment_show *s = shipment_show;
	enum err e;

	s->view = arena_get(s->arena, sizeof(*s->view));
	if (s->view == NULL) {
		return ERR_NOMEM;
	}
	e = shipment_row_get(tx, &s->tenant->id, &s->id, s->arena,
	    &s->view->row);
	s->found = e == ERR_NONE;
	if (e == ERR_NONE) {
		e = shipment_view_load(tx, s->flow, s->arena, s->view);
	}
	return e == ERR_NONE ? open_overrides(tx, s->flow, s->arena, s->view)
	    : forgive(e);
}

enum err
shipment_page_run(struct tx *tx, void *shipment_page)
{
	struct shipment_page *p = shipment_page;
	const struct shipment_list list = {
		.tenant = p->tenant->id, .account = p->account,
		.before = p->before, .max = p->max,
	};

	return shipment_row_list(tx, &list, p->arena, p->rows, &p->n);
}

/* R86: neither telephone number nor e-mail address is even read here. */
static enum err
open_stop(struct tx *tx, struct route *r, struct route_stop *stop)
{
	struct str who[3];
	enum err e = shipment_row_get(tx, &r->tenant->id,
	    &stop->visit.shipment, r->arena, &stop->row);

	if (e == ERR_NONE) {
		e = open_who(r->flow, r->arena, &stop->row, who);
	}
	if (e == ERR_NONE) {
		stop->name = who[0];
		e = open_where(r->flow, r->arena, &stop->row, &stop->lines,
		    &stop->postcode);
	}
	if (e == ERR_NONE) {
		e = shipment_view_parcels(tx, r->flow, r->arena, &stop->row.id,
		    stop->parcels, stop->what, &stop->n_parcels);
	}
	if (e == ERR_NONE) {
		e = track_countersign(r->flow, &stop->visit,
		    &stop->countersign);
	}
	stop->pass_head = STR("");
	return e == ERR_NONE && stop->row.code == DECISION_REQUIRED
	    ? pass_head(r->flow, r->tenant, &stop->visit, r->arena,
	    &stop->pass_head) : e;
}

enum err
route_run(struct tx *tx, void *route)
{
	struct route *r = route;
	struct route_stop *stop = arena_get(r->arena, sizeof(*stop));
	struct visit_row *visits = arena_get(r->arena,
	    ROUTE_MAX * sizeof(*visits));
	unsigned n = 0;
	enum err e;

	if (stop == NULL || visits == NULL) {
		return ERR_NOMEM;
	}
	r->begin(r->ctx);
	e = agent_enter(tx, &r->tenant->id, &r->device, r->arena, &r->agent,
	    &r->refused);
	if (e != ERR_NONE || r->refused) {
		return e;
	}
	e = agent_name(r->flow, r->arena, &r->agent, &r->name);
	if (e == ERR_NONE) {
		e = visit_row_route(tx, &r->agent.id, ROUTE_MAX, r->arena,
		    visits, &n);
	}
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		stop->visit = visits[i];
		e = open_stop(tx, r, stop);
		if (e == ERR_NONE) {
			r->fn(r->ctx, stop);
		}
	}
	return e;
}
