#include "flow/edit_account.h"

#include "domain/ways.h"
#include "flow/audit.h"
#include "flow/device.h"
#include "flow/drop.h"
#include "flow/places.h"
#include "flow/tell.h"
#include "store/approvals.h"
#include "store/decisions.h"

static enum err
record(struct tx *tx, const struct flow *f, enum audit_event event,
    const struct account_row *row, const char *what)
{
	struct audit a;
	enum err e = audit_begin(&a, f, event, &row->tenant, flow_now(f));

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "account", ID_ACCOUNT, &row->id);
	if (what != NULL) {
		jsonw_member_z(&a.json, "what", what);
	}
	return audit_commit(&a, tx, f);
}

static enum err
open_cells(struct show_account *s)
{
	const struct account_row *row = &s->account.row;
	enum err e = account_unseal(s->flow, "external", &row->id,
	    row->external, s->arena, &s->external);

	return e == ERR_NONE ? account_unseal(s->flow, "address", &row->id,
	    row->address, s->arena, &s->address) : e;
}

static enum err
look_at_factors(struct tx *tx, struct show_account *s)
{
	enum err e = factor_list(tx, s->flow, &s->id, s->arena, &s->factors);

	for (unsigned i = 0; e == ERR_NONE && i < s->factors.n; i++) {
		e = factor_label(s->flow, &s->factors.row[i], s->arena,
		    &s->labels[i]);
	}
	return e;
}

enum err
show_account_run(struct tx *tx, void *show_account)
{
	struct show_account *s = show_account;
	enum err e = account_look(tx, s->flow, &s->tenant->id, &s->id,
	    s->arena, &s->account);

	s->found = e == ERR_NONE;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	e = open_cells(s);
	return e == ERR_NONE ? look_at_factors(tx, s) : e;
}

bool
channel_weakens(int64_t from, int64_t to)
{
	enum channel before, after;

	return ways_at(to, 0, &after) && channel_restricted(after) &&
	    (!ways_at(from, 0, &before) || before != after);
}

static enum err
edit_external(struct tx *tx, struct edit_account *e, struct account_row *row)
{
	const struct show_account *s = &e->show;
	uint8_t lookup[LOOKUP_BYTES];
	enum err err;

	if (e->external.p == NULL || str_equal(e->external, s->external)) {
		return ERR_NONE;
	}
	err = account_name_drop_kind(tx, &row->id, NAME_EXTERNAL);
	if (err == ERR_NONE && e->external.n > 0) {
		err = account_external(s->flow, &row->tenant, e->external,
		    lookup);
		if (err == ERR_NONE) {
			err = account_name_put(tx, &row->tenant,
			    NAME_EXTERNAL, lookup, &row->id);
		}
	}
	/* It was free a moment ago. */
	err = err == ERR_EXISTS ? ERR_CONFLICT : err;
	return err == ERR_NONE ? account_seal(s->flow, "external", &row->id,
	    e->external, s->arena, &row->external) : err;
}

static enum err
edit_row(struct tx *tx, struct edit_account *e, struct account_row *row)
{
	enum err err = edit_external(tx, e, row);

	if (err == ERR_NONE && e->name.p != NULL) {
		err = account_seal(e->show.flow, "name", &row->id, e->name,
		    e->show.arena, &row->name);
	}
	row->locale = e->locale.p != NULL ? e->locale : row->locale;
	row->time_zone = e->time_zone.p != NULL ? e->time_zone
	    : row->time_zone;
	row->country = e->country.p != NULL ? e->country : row->country;
	row->channel = e->has_channel ? e->channel : row->channel;
	row->two_step |= e->two_step_on;
	row->delivery_codes |= e->delivery_codes_on;
	return err;
}

static enum err
write_edit(struct tx *tx, struct edit_account *e, struct account *a)
{
	struct account_row before = a->row;
	bool safer;
	enum err err = edit_row(tx, e, &a->row);

	safer = a->row.two_step != before.two_step ||
	    a->row.delivery_codes != before.delivery_codes ||
	    a->row.channel != before.channel;
	if (err == ERR_NONE) {
		err = account_row_update(tx, &a->row);
	}
	if (err == ERR_NONE) {
		err = record(tx, e->show.flow, AUDIT_ACCOUNT_UPDATED,
		    &a->row, safer ? "protection" : "profile");
	}
	if (err == ERR_NONE && safer) {
		err = tell_changed(tx, e->show.flow, a, a,
		    flow_now(e->show.flow));
	}
	return err;
}

/* Another account of the tenant has the identifier that is asked for. */
static enum err
look_for_owner(struct tx *tx, struct edit_account *e)
{
	const struct show_account *s = &e->show;
	uint8_t lookup[LOOKUP_BYTES];
	struct id owner;
	enum err err;

	if (e->external.n == 0) {
		return ERR_NONE;
	}
	err = account_external(s->flow, &s->tenant->id, e->external, lookup);
	if (err == ERR_NONE) {
		err = account_name_get(tx, &s->tenant->id, NAME_EXTERNAL,
		    lookup, &owner);
	}
	e->taken = err == ERR_NONE && !id_equal(&owner, &s->id);
	return err == ERR_MISSING ? ERR_NONE : err;
}

/* S75: which factor stands in for which is more than a wish. */
static bool
needs_code(int64_t from, int64_t to)
{
	enum channel second;

	return channel_weakens(from, to) || (to != from &&
	    (ways_at(to, 1, &second) || ways_at(from, 1, &second)));
}

enum err
edit_account_run(struct tx *tx, void *edit_account)
{
	struct edit_account *e = edit_account;
	struct show_account *s = &e->show;
	struct account a;
	enum err err = account_open(tx, s->flow, &s->tenant->id, &s->id,
	    s->arena, &a);

	e->taken = false;
	e->weakens = false;
	s->found = err == ERR_NONE;
	if (err != ERR_NONE) {
		return err == ERR_MISSING ? ERR_NONE : err;
	}
	if (e->has_channel && needs_code(a.row.channel, e->channel)) {
		e->weakens = true;
		return ERR_NONE;
	}
	s->account = a;
	err = open_cells(s);
	if (err == ERR_NONE) {
		err = look_for_owner(tx, e);
	}
	if (err != ERR_NONE || e->taken) {
		return err;
	}
	err = write_edit(tx, e, &a);
	return err == ERR_NONE ? show_account_run(tx, s) : err;
}

static enum err
cancel_waiting(struct tx *tx, const struct erase_account *x)
{
	enum { MOST = 32 };
	struct id ids[MOST];
	enum err e = ERR_NONE;

	for (int kind = 0; e == ERR_NONE && kind < APPROVAL_KIND_COUNT;
	    kind++) {
		unsigned n = 0;

		e = approval_row_waiting(tx, &x->id, (enum approval_kind)kind,
		    MOST, ids, &n);
		for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
			e = challenge_drop(tx, x->flow, &x->tenant->id,
			    &ids[i], CHALLENGE_CANCEL, x->arena);
		}
	}
	return e;
}

static enum err
erase_rows(struct tx *tx, const struct erase_account *x)
{
	enum err e = cancel_waiting(tx, x);

	if (e == ERR_NONE) {
		e = approval_row_forget(tx, &x->id);
	}
	if (e == ERR_NONE) {
		e = contact_row_delete_all(tx, &x->id);
	}
	if (e == ERR_NONE) {
		e = account_name_drop_all(tx, &x->id);
	}
	if (e == ERR_NONE) {
		e = session_row_end_others(tx, &x->id, NULL);
	}
	if (e == ERR_NONE) {
		e = factor_erase(tx, &x->id);
	}
	if (e == ERR_NONE) {
		e = places_erase(tx, &x->id);
	}
	if (e == ERR_NONE) {
		e = decision_row_erase(tx, &x->id);
	}
	return e == ERR_NONE ? device_row_delete_all(tx, &x->id) : e;
}

enum err
erase_account_run(struct tx *tx, void *erase_account)
{
	struct erase_account *x = erase_account;
	struct account_row row;
	enum err e = account_row_get(tx, &x->tenant->id, &x->id, x->arena,
	    &row);

	x->found = e == ERR_NONE && row.status == ACCOUNT_ACTIVE;
	if (!x->found) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	e = erase_rows(tx, x);
	row.status = ACCOUNT_ERASED;
	row.external = row.name = row.address = row.password = STR("");
	row.locale = row.time_zone = row.country = STR("");
	row.generation++;
	row.ended_at = flow_now(x->flow);
	if (e == ERR_NONE) {
		e = account_row_update(tx, &row);
	}
	return e == ERR_NONE ? record(tx, x->flow, AUDIT_ACCOUNT_ERASED, &row,
	    NULL) : e;
}

static enum err
forget(struct tx *tx, struct account_devices *d)
{
	struct audit a;
	enum err e = device_row_delete(tx, &d->account, &d->device);

	if (e != ERR_NONE) {
		return e;
	}
	e = audit_begin(&a, d->flow, AUDIT_DEVICE_FORGOTTEN, &d->tenant->id,
	    flow_now(d->flow));
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "account", ID_ACCOUNT, &d->account);
	jsonw_member_id(&a.json, "device", ID_DEVICE, &d->device);
	return audit_commit(&a, tx, d->flow);
}

static enum err
view_device(struct account_devices *d, const struct device_row *row,
    const struct account_row *account)
{
	struct device_view *v = &d->views[d->n];
	unix_ms now = flow_now(d->flow);

	if (!unix_ms_before(now, row->expires_at) ||
	    row->generation != account->generation) {
		return ERR_NONE;
	}
	d->n++;
	*v = (struct device_view){
		.id = row->id,
		.created_at = row->created_at,
		.seen_at = row->seen_at,
		.expires_at = row->expires_at,
	};
	return device_label(d->flow, row, d->arena, &v->label);
}

enum err
account_devices_run(struct tx *tx, void *account_devices)
{
	struct account_devices *d = account_devices;
	struct device_row rows[ACCOUNT_DEVICES_MAX];
	struct account_row account;
	unsigned n = 0;
	enum err e = account_row_look(tx, &d->tenant->id, &d->account,
	    d->arena, &account);

	d->n = 0;
	if (e == ERR_NONE && account.status != ACCOUNT_ACTIVE) {
		e = ERR_MISSING;
	}
	if (e == ERR_NONE && d->forget) {
		e = forget(tx, d);
	}
	d->found = e == ERR_NONE;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	e = device_row_list(tx, &d->account, ACCOUNT_DEVICES_MAX, d->arena,
	    rows, &n);
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		e = view_device(d, &rows[i], &account);
	}
	return e;
}
