#include "flow/new_account.h"

#include "flow/audit.h"

static enum err
add_contact(struct new_account *n, const struct recipient *to)
{
	struct contact_row *row = &n->contacts[n->n];
	enum err e = account_contact_row(n->flow, &n->row, to,
	    n->row.created_at, n->arena, row);

	if (e == ERR_NONE) {
		row->registered_at = n->row.created_at;
		if (n->verified && row->kind == CONTACT_EMAIL) {
			row->verified_at = n->row.created_at;
		}
		n->n++;
	}
	return e;
}

static enum err
seal(struct new_account *n, const char *column, struct str plain,
    struct str *ret_cell)
{
	return account_seal(n->flow, column, &n->row.id, plain, n->arena,
	    ret_cell);
}

enum err
new_account_prepare(struct new_account *n)
{
	unix_ms now = flow_now(n->flow);
	enum err e;

	n->n = 0;
	n->row = (struct account_row){
		.tenant = n->tenant->id,
		.kind = n->kind,
		.locale = n->locale.n > 0 ? n->locale : STR(""),
		.time_zone = n->time_zone.n > 0 ? n->time_zone : STR(""),
		.country = n->country.n > 0 ? n->country : STR(""),
		.address = STR(""),
		.two_step = account_always_two_step(n->kind),
		.delivery_codes = true,
		.generation = 1,
		.created_at = now,
	};
	e = id_new(&n->flow->rng, now, &n->row.id);
	if (e == ERR_NONE) {
		e = seal(n, "external", n->external, &n->row.external);
	}
	if (e == ERR_NONE) {
		e = seal(n, "name", n->name, &n->row.name);
	}
	if (e == ERR_NONE) {
		e = seal(n, "password", n->password_hash, &n->row.password);
	}
	if (e == ERR_NONE && n->external.n > 0) {
		e = account_external(n->flow, &n->tenant->id, n->external,
		    n->lookup);
	}
	if (e == ERR_NONE && n->has_email) {
		e = add_contact(n, &n->email);
	}
	if (e == ERR_NONE && n->has_phone) {
		e = add_contact(n, &n->phone);
	}
	return e;
}

static enum err
claim(struct tx *tx, struct new_account *n, enum account_name kind,
    const uint8_t *lookup, const char *what)
{
	enum err e = account_name_put(tx, &n->row.tenant, kind, lookup,
	    &n->row.id);

	if (e == ERR_EXISTS) {
		n->taken = what;
		e = ERR_NONE;
	}
	return e;
}

static enum err
insert(struct tx *tx, struct new_account *n)
{
	enum err e = account_row_insert(tx, &n->row);

	for (unsigned i = 0; e == ERR_NONE && i < n->n; i++) {
		e = contact_row_insert(tx, &n->contacts[i]);
	}
	return e;
}

static enum err
record(struct tx *tx, const struct new_account *n)
{
	struct audit a;
	enum err e = audit_begin(&a, n->flow, AUDIT_ACCOUNT_CREATED,
	    &n->row.tenant, n->row.created_at);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "account", ID_ACCOUNT, &n->row.id);
	jsonw_member_z(&a.json, "kind", account_kind_name(n->kind));
	return audit_commit(&a, tx, n->flow);
}

/* A name that was claimed before another one was found taken. */
static enum err
give_back(struct tx *tx, struct new_account *n)
{
	return account_name_drop_all(tx, &n->row.id);
}

enum err
new_account_run(struct tx *tx, void *new_account)
{
	struct new_account *n = new_account;
	enum err e = ERR_NONE;

	n->taken = NULL;
	if (n->external.n > 0) {
		e = claim(tx, n, NAME_EXTERNAL, n->lookup, "external_id");
	}
	if (e == ERR_NONE && n->taken == NULL && n->has_email) {
		e = claim(tx, n, NAME_EMAIL, n->contacts[0].lookup, "email");
	}
	if (e == ERR_NONE && n->taken != NULL) {
		return give_back(tx, n);
	}
	if (e == ERR_NONE) {
		e = insert(tx, n);
	}
	if (e == ERR_NONE) {
		e = record(tx, n);
	}
	return e == ERR_NONE ? account_look(tx, n->flow, &n->row.tenant,
	    &n->row.id, n->arena, &n->account) : e;
}
