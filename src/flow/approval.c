#include "flow/approval.h"

#include <string.h>

#include "domain/ways.h"
#include "flow/audit.h"
#include "flow/authenticator.h"
#include "flow/issue.h"
#include "flow/pay.h"
#include "flow/tell.h"
#include "store/devices.h"

/* The body of a contact's approval: what it replaces goes. */
static const struct str replaces = STR_INIT("replace");

const char *
approval_outcome_name(enum approval_outcome o)
{
	static const char *const names[] = {
		[APPROVAL_NOTHING] = NULL,
		[APPROVAL_APPLIED] = "applied",
		[APPROVAL_STALE] = "stale",
		[APPROVAL_TAKEN] = "address_taken",
	};

	return names[o];
}

static struct cell
body_cell(const struct id *challenge)
{
	return (struct cell){"approvals", "body", flow_id_bytes(challenge)};
}

enum err
approval_wait(struct tx *tx, const struct flow *f,
    const struct challenge_row *challenge, const struct account_row *account,
    const struct approval *approval, struct arena *arena)
{
	struct approval_row row = {
		.challenge = challenge->id,
		.tenant = challenge->tenant,
		.kind = approval->kind,
		.body = STR(""),
		.created_at = challenge->state.created_at,
	};
	struct cell cell = body_cell(&row.challenge);
	struct buf sealed;
	enum err e = ERR_NONE;

	if (account != NULL) {
		row.has_account = true;
		row.account = account->id;
		row.generation = account->generation;
	}
	if (approval->contact != NULL) {
		row.has_target = true;
		row.target = *approval->contact;
	}
	buf_init(&sealed, ACCOUNT_CELL_MAX + KEYRING_SEAL_EXTRA);
	if (approval->body.n > 0) {
		e = keyring_seal(f->ring, &f->rng, &cell, approval->body,
		    &sealed);
		if (e == ERR_NONE &&
		    !arena_str(arena, buf_view(&sealed), &row.body)) {
			e = ERR_NOMEM;
		}
	}
	buf_done(&sealed);
	return e == ERR_NONE ? approval_row_insert(tx, &row) : e;
}

enum err
approval_body(const struct flow *f, const struct approval_row *row,
    struct arena *arena, struct str *ret_body)
{
	struct cell cell = body_cell(&row->challenge);
	struct buf plain;
	enum err e;

	if (row->body.n == 0) {
		*ret_body = STR("");
		return ERR_NONE;
	}
	buf_init(&plain, ACCOUNT_CELL_MAX);
	e = keyring_unseal(f->ring, &cell, row->body, &plain);
	if (e == ERR_NONE && !arena_str(arena, buf_view(&plain), ret_body)) {
		e = ERR_NOMEM;
	}
	buf_done(&plain);
	return e;
}

/* What an effect works on. */
struct effect {
	struct tx *tx;
	struct approved *a;
	struct approval_row row;
	struct account account;		/* locked */
	uint32_t contacts;		/* bit i: of account, codes go to it */
	struct str body;
	bool weakens_trust;	/* devices and other sessions end */
	bool tells;		/* its contacts hear of it */
};

static enum err
write_event(struct tx *tx, const struct flow *f, enum audit_event event,
    const struct account_row *row, const struct id *challenge,
    const char *what)
{
	struct audit audit;
	enum err e = audit_begin(&audit, f, event, &row->tenant, flow_now(f));

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&audit.json, "account", ID_ACCOUNT, &row->id);
	jsonw_member_id(&audit.json, "challenge", ID_CHALLENGE, challenge);
	jsonw_member_z(&audit.json, "what", what);
	return audit_commit(&audit, tx, f);
}

enum err
account_changed(struct tx *tx, const struct flow *f,
    const struct account_row *row, const struct id *challenge,
    const char *what)
{
	return write_event(tx, f, AUDIT_ACCOUNT_CHANGED, row, challenge,
	    what);
}

static enum err
record(struct effect *x, enum audit_event event, const char *what)
{
	return write_event(x->tx, x->a->flow, event, &x->account.row,
	    &x->a->challenge->id, what);
}

/* An e-mail address names one account; false: another one has it. */
static enum err
claim_name(struct effect *x, const struct contact_row *contact,
    bool *ret_claimed)
{
	struct id owner;
	enum err e;

	*ret_claimed = true;
	if (contact->kind != CONTACT_EMAIL) {
		return ERR_NONE;
	}
	e = account_name_put(x->tx, &x->account.row.tenant, NAME_EMAIL,
	    contact->lookup, &x->account.row.id);
	if (e != ERR_EXISTS) {
		return e;
	}
	e = account_name_get(x->tx, &x->account.row.tenant, NAME_EMAIL,
	    contact->lookup, &owner);
	*ret_claimed = e == ERR_NONE &&
	    id_equal(&owner, &x->account.row.id);
	return e == ERR_MISSING ? ERR_CONFLICT : e;
}

static enum err
remove_contact(struct effect *x, const struct account_contact *c)
{
	enum err e = contact_row_delete(x->tx, &x->account.row.id, &c->id);

	/* What codes went by to it alone is no way any more. */
	x->contacts &= ~(UINT32_C(1) << (c - x->account.contacts));
	x->account.row.channel = account_ways_left(&x->account, x->contacts);

	if (e == ERR_NONE && c->kind == CONTACT_EMAIL) {
		e = account_name_drop(x->tx, &x->account.row.tenant,
		    NAME_EMAIL, c->lookup, &x->account.row.id);
	}
	return e == ERR_NONE ? record(x, AUDIT_CONTACT_REMOVED,
	    c->kind == CONTACT_EMAIL ? "email" : "phone") : e;
}

/* All others of its kind; the same address twice is one name. */
static enum err
replace_contacts(struct effect *x, const struct contact_row *by)
{
	enum err e = ERR_NONE;

	for (unsigned i = 0; i < x->account.n; i++) {
		x->contacts |= id_equal(&x->account.contacts[i].id, &by->id)
		    ? UINT32_C(1) << i : 0;
	}
	for (unsigned i = 0; e == ERR_NONE && i < x->account.n; i++) {
		const struct account_contact *c = &x->account.contacts[i];

		if (c->kind != by->kind || id_equal(&c->id, &by->id)) {
			continue;
		}
		if (memcmp(c->lookup, by->lookup, LOOKUP_BYTES) == 0) {
			e = contact_row_delete(x->tx, &x->account.row.id,
			    &c->id);
		} else {
			e = remove_contact(x, c);
		}
	}
	return e;
}

/* R22: its code came back, so it is a contact from now on. */
static enum err
register_contact(struct effect *x)
{
	struct contact_row contact;
	bool claimed = false;
	enum err e = contact_row_get(x->tx, &x->account.row.id,
	    &x->row.target, x->a->arena, &contact);

	if (e == ERR_MISSING) {
		x->a->outcome = APPROVAL_STALE;
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = claim_name(x, &contact, &claimed);
	}
	if (e == ERR_NONE && !claimed) {
		x->a->outcome = APPROVAL_TAKEN;
		return contact_row_delete(x->tx, &x->account.row.id,
		    &contact.id);
	}
	contact.registered_at = x->a->now;
	contact.verified_at = x->a->now;
	if (e == ERR_NONE) {
		e = contact_row_update(x->tx, &contact);
	}
	if (e == ERR_NONE && str_equal(x->body, replaces)) {
		e = replace_contacts(x, &contact);
	}
	x->weakens_trust = true;
	x->tells = true;
	return e == ERR_NONE ? record(x, AUDIT_CONTACT_REGISTERED,
	    contact.kind == CONTACT_EMAIL ? "email" : "phone") : e;
}

/*
 * S45: a new address is written down, and proved by a code of its own; until
 * then the old one stands.
 */
static enum err
begin_contact(struct effect *x, enum channel channel, struct str address)
{
	struct approved *a = x->a;
	struct recipient to;
	struct contact_row row;
	struct account_contact contact;
	struct issue i = {
		.flow = a->flow, .tenant = a->tenant, .arena = a->arena,
		.purpose = PURPOSE_CONTACT_VERIFICATION,
		.contact = &contact,
		.approval = {.kind = APPROVAL_CONTACT, .body = replaces},
	};
	enum err e;

	if (!recipient_parse(channel, address, &to)) {
		return ERR_CRYPTO;
	}
	e = account_contact_row(a->flow, &x->account.row, &to, a->now,
	    a->arena, &row);
	if (e == ERR_NONE) {
		e = contact_row_insert(x->tx, &row);
	}
	contact = (struct account_contact){
		.id = row.id, .kind = row.kind, .uses = row.uses, .to = to,
	};
	if (e == ERR_NONE) {
		e = issue_code(x->tx, &i, &x->account);
	}
	if (e == ERR_NONE && i.verdict == ISSUE_DONE) {
		a->has_next = true;
		a->next = i.start.view;
	}
	return e;
}

static enum err
set_cell(struct effect *x, const char *column, struct str plain,
    struct str *ret_cell)
{
	return account_seal(x->a->flow, column, &x->account.row.id, plain,
	    x->a->arena, ret_cell);
}

static enum err
remove_authenticator(struct effect *x, const struct id *id)
{
	struct authenticator_row row;
	enum err e = authenticator_row_get(x->tx, &x->account.row.id, id,
	    x->a->arena, &row);

	if (e == ERR_MISSING) {
		x->a->outcome = APPROVAL_STALE;
		return ERR_NONE;
	}
	return e == ERR_NONE ? authenticator_drop(x->tx, x->a->flow, x->a->arena,
	    &row, &x->account.row)
	    : e;
}

static enum err
remove_named(struct effect *x, struct str name)
{
	const struct account_contact *c = NULL;
	unsigned left = 0;
	struct id id;

	if (id_parse(ID_AUTHENTICATOR, name, &id) == ERR_NONE) {
		return remove_authenticator(x, &id);
	}
	if (id_parse(ID_CONTACT, name, &id) == ERR_NONE) {
		c = account_contact(&x->account, &id);
	}
	for (unsigned i = 0; i < x->account.n; i++) {
		left += &x->account.contacts[i] != c &&
		    x->account.contacts[i].registered;
	}
	/* The last is not removed: there would be no way back in. */
	if (c == NULL || (left == 0 && c->registered)) {
		x->a->outcome = APPROVAL_STALE;
		return ERR_NONE;
	}
	return remove_contact(x, c);
}

static bool
is_on(struct str word)
{
	return str_equal(word, STR("on"));
}

static enum err
apply_field(struct effect *x, enum change_field field, struct str v)
{
	struct account_row *row = &x->account.row;

	/* Of a new address they hear when it has been proved. */
	x->tells |= field != CHANGE_CONFIRM && field != CHANGE_EMAIL &&
	    field != CHANGE_PHONE;
	switch (field) {
	case CHANGE_EMAIL:
		return begin_contact(x, CHANNEL_EMAIL, v);
	case CHANGE_PHONE:
		return begin_contact(x, CHANNEL_SMS, v);
	case CHANGE_PASSWORD:
		x->weakens_trust = true;
		return set_cell(x, "password", v, &row->password);
	case CHANGE_ADDRESS:
		return set_cell(x, "address", v, &row->address);
	case CHANGE_TWO_STEP:
		x->weakens_trust = true;
		row->two_step = is_on(v);
		return ERR_NONE;
	case CHANGE_DELIVERY_CODES:
		row->delivery_codes = is_on(v);
		return ERR_NONE;
	case CHANGE_CHANNEL:
		return ways_parse(v, &row->channel) ? ERR_NONE : ERR_CRYPTO;
	case CHANGE_REMOVE:
		x->weakens_trust = true;
		return remove_named(x, v);
	case CHANGE_CONFIRM:
	case CHANGE_FIELD_COUNT:
	default:
		return ERR_NONE;
	}
}

static enum err
apply_change(struct effect *x)
{
	struct account_change change;
	enum err e = ERR_NONE;

	/* Something else was changed meanwhile: this was not asked for now. */
	if (x->row.generation != x->account.row.generation) {
		x->a->outcome = APPROVAL_STALE;
		return ERR_NONE;
	}
	if (!account_change_decode(x->body, &change)) {
		return ERR_CRYPTO;
	}
	for (int i = 0; e == ERR_NONE && i < CHANGE_FIELD_COUNT; i++) {
		if (change.v[i].p == NULL) {
			continue;
		}
		e = apply_field(x, (enum change_field)i, change.v[i]);
		if (e == ERR_NONE && x->a->outcome == APPROVAL_APPLIED) {
			e = record(x, AUDIT_ACCOUNT_CHANGED,
			    account_change_name((enum change_field)i));
		}
	}
	return e;
}

/* The payee, whom flow/pay.c wrote down, is not new any more. */
static enum err
note_payee(struct effect *x)
{
	return x->body.n == 0 ? ERR_NONE : payee_paid(x->tx, x->a->flow,
	    &x->account.row.tenant, &x->account.row.id, x->body, x->a->now);
}

/*
 * By purpose: what the owner's code does, where such an approval waits for it.
 * Signing in and resetting a password have flows of their own, which need more
 * than the code.
 */
static const struct {
	enum approval_kind kind;
	enum err (*run)(struct effect *x);
	enum approval_outcome outcome;
} effects[PURPOSE_COUNT] = {
	[PURPOSE_ACCOUNT_CHANGE] = {APPROVAL_CHANGE, apply_change,
	    APPROVAL_APPLIED},
	[PURPOSE_CONTACT_VERIFICATION] = {APPROVAL_CONTACT, register_contact,
	    APPROVAL_APPLIED},
	[PURPOSE_TRANSACTION] = {APPROVAL_PROOF, note_payee,
	    APPROVAL_NOTHING},
};

/* A code came back from it, whatever for. */
static enum err
mark_verified(struct effect *x)
{
	const struct account_contact *c = x->row.has_target
	    ? account_contact(&x->account, &x->row.target) : NULL;
	struct contact_row row;
	enum err e;

	if (c == NULL || c->verified ||
	    x->row.kind == APPROVAL_CONTACT) {
		return ERR_NONE;
	}
	e = contact_row_get(x->tx, &x->account.row.id, &c->id, x->a->arena,
	    &row);
	if (e != ERR_NONE) {
		return e;
	}
	row.verified_at = x->a->now;
	return contact_row_update(x->tx, &row);
}

enum err
account_secured(struct tx *tx, const struct flow *f, struct account_row *row,
    const struct id *session)
{
	enum err e;

	row->generation++;
	row->secured_at = flow_now(f);
	e = account_row_update(tx, row);
	if (e == ERR_NONE) {
		e = session_row_end_others(tx, &row->id, session);
	}
	if (e == ERR_NONE) {
		e = device_row_delete_all(tx, &row->id);
	}
	return e;
}

/* Writes the account, ends what was trusted before, tells every contact. */
static enum err
conclude(struct effect *x)
{
	struct approved *a = x->a;
	struct account after;
	enum err e;

	if (a->outcome != APPROVAL_APPLIED) {
		return ERR_NONE;
	}
	if (x->weakens_trust) {
		e = account_secured(x->tx, a->flow, &x->account.row,
		    a->session != NULL ? &a->session->id : NULL);
	} else {
		e = account_row_update(x->tx, &x->account.row);
	}
	if (e != ERR_NONE || !x->tells) {
		return e;
	}
	if (e == ERR_NONE) {
		e = account_look(x->tx, a->flow, &a->tenant->id,
		    &x->account.row.id, a->arena, &after);
	}
	return e == ERR_NONE ? tell_changed(x->tx, a->flow, &x->account,
	    &after, a->now) : e;
}

static enum err
prove_session(struct effect *x)
{
	const struct session_row *session = x->a->session;

	if (session == NULL ||
	    !id_equal(&session->account, &x->account.row.id)) {
		return ERR_NONE;
	}
	return session_row_proved(x->tx, &session->id, x->a->now);
}

static enum err
run_effect(struct effect *x)
{
	enum purpose purpose = x->a->challenge->purpose;
	enum err e = mark_verified(x);

	if (e == ERR_NONE && effects[purpose].run != NULL &&
	    effects[purpose].kind == x->row.kind) {
		x->a->outcome = effects[purpose].outcome;
		e = effects[purpose].run(x);
		if (e == ERR_NONE) {
			e = approval_row_done(x->tx, &x->row.challenge,
			    x->a->now);
		}
		if (e == ERR_NONE) {
			e = conclude(x);
		}
	}
	return e == ERR_NONE ? prove_session(x) : e;
}

enum err
approval_apply(struct tx *tx, struct approved *a)
{
	struct effect x = {.tx = tx, .a = a};
	enum err e = approval_row_get(tx, &a->tenant->id, &a->challenge->id,
	    a->arena, &x.row);

	a->outcome = APPROVAL_NOTHING;
	a->has_next = false;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	if (!x.row.has_account) {
		return ERR_NONE;
	}
	e = account_open(tx, a->flow, &a->tenant->id, &x.row.account,
	    a->arena, &x.account);
	if (e == ERR_MISSING) {
		a->outcome = APPROVAL_STALE;
		return ERR_NONE;
	}
	for (unsigned i = 0; e == ERR_NONE && i < x.account.n; i++) {
		x.contacts |= x.account.contacts[i].registered
		    ? UINT32_C(1) << i : 0;
	}
	if (e == ERR_NONE) {
		e = approval_body(a->flow, &x.row, a->arena, &x.body);
	}
	return e == ERR_NONE ? run_effect(&x) : e;
}
