#include "flow/agent.h"

#include <string.h>

#include "flow/audit.h"
#include "flow/private.h"

struct cell
agent_name_cell(const struct id *agent)
{
	return (struct cell){"agents", "name", flow_id_bytes(agent)};
}

enum err
agent_new_prepare(struct agent_new *a)
{
	unix_ms now = flow_now(a->flow);
	struct cell cell;
	enum err e;

	a->row = (struct agent_row){
		.tenant = a->tenant->id,
		.created_at = now,
	};
	e = id_new(&a->flow->rng, now, &a->row.id);
	if (e != ERR_NONE) {
		return e;
	}
	cell = agent_name_cell(&a->row.id);
	return private_seal(a->flow, a->arena, &cell, &a->name, 1,
	    &a->row.name);
}

/* An event of one agent, with nothing to add. */
static enum err
record(struct tx *tx, const struct flow *f, enum audit_event event,
    const struct id *tenant, const struct id *agent, unix_ms now)
{
	struct audit a;
	enum err e = audit_begin(&a, f, event, tenant, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "agent", ID_AGENT, agent);
	return audit_commit(&a, tx, f);
}

enum err
agent_new_run(struct tx *tx, void *agent_new)
{
	struct agent_new *a = agent_new;
	enum err e = agent_row_insert(tx, &a->row);

	return e != ERR_NONE ? e : record(tx, a->flow, AUDIT_AGENT_CREATED,
	    &a->row.tenant, &a->row.id, a->row.created_at);
}

enum err
agent_name(const struct flow *f, struct arena *arena,
    const struct agent_row *row, struct str *ret_name)
{
	struct cell cell = agent_name_cell(&row->id);

	return private_unseal(f, arena, &cell, row->name, ret_name, 1);
}

struct str
agent_first_name(struct str name)
{
	return str_slice(name, 0, str_find(name, ' '));
}

enum err
agent_list_run(struct tx *tx, void *agent_list)
{
	struct agent_list *l = agent_list;
	enum err e = agent_row_list(tx, &l->tenant->id, &l->after, l->max,
	    l->arena, l->rows, &l->n);

	for (unsigned i = 0; e == ERR_NONE && i < l->n; i++) {
		e = agent_name(l->flow, l->arena, &l->rows[i], &l->names[i]);
	}
	return e;
}

enum err
agent_show_run(struct tx *tx, void *agent_show)
{
	struct agent_show *s = agent_show;
	enum err e = agent_row_get(tx, &s->tenant->id, &s->id, s->arena,
	    &s->row);

	s->found = e == ERR_NONE;
	if (e == ERR_MISSING) {
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = agent_name(s->flow, s->arena, &s->row, &s->name);
	}
	return e != ERR_NONE ? e : agent_device_row_list(tx, &s->id,
	    AGENT_DEVICES_MAX, s->devices, &s->n);
}

enum err
agent_end_run(struct tx *tx, void *agent_end)
{
	struct agent_end *a = agent_end;
	unix_ms now = flow_now(a->flow);
	enum err e = a->one_device
	    ? agent_device_row_revoke(tx, &a->tenant->id, &a->agent,
	    &a->device, now)
	    : agent_row_revoke(tx, &a->tenant->id, &a->agent, now);

	a->found = e == ERR_NONE;
	if (e == ERR_MISSING) {
		return ERR_NONE;
	}
	return e != ERR_NONE ? e : record(tx, a->flow, a->one_device
	    ? AUDIT_DEVICE_UNPAIRED : AUDIT_AGENT_REVOKED, &a->tenant->id,
	    &a->agent, now);
}

enum err
agent_enter(struct tx *tx, const struct id *tenant, const struct id *device,
    struct arena *arena, struct agent_row *ret_agent, bool *ret_refused)
{
	struct agent_device_row d;
	enum err e = agent_device_row_get(tx, device, &d);

	*ret_refused = true;
	if (e == ERR_NONE && d.revoked_at.v == 0 &&
	    id_equal(&d.tenant, tenant)) {
		e = agent_row_get(tx, tenant, &d.agent, arena, ret_agent);
		*ret_refused = e != ERR_NONE || ret_agent->revoked_at.v != 0;
	}
	return e == ERR_MISSING ? ERR_NONE : e;
}
