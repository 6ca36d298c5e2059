#include "flow/authenticator.h"

#include <string.h>

#include "domain/ways.h"
#include "flow/approval.h"
#include "flow/audit.h"
#include "flow/tell.h"

/* S56: 160 bits; as much as the hash function gives for the longer ones. */
static size_t
secret_bytes(enum hmac_hash hash)
{
	return hash == HMAC_SHA1 ? 20 : hash == HMAC_SHA256 ? 32 : 64;
}

static enum err
seal(const struct flow *f, const char *column, const struct id *id,
    struct str plain, struct arena *arena, struct str *ret_sealed)
{
	struct cell cell = factor_cell(column, id);
	struct buf sealed;
	enum err e;

	buf_init(&sealed, SECRET_MAX + KEYRING_SEAL_EXTRA);
	e = keyring_seal(f->ring, &f->rng, &cell, plain, &sealed);
	if (e == ERR_NONE && !arena_str(arena, buf_view(&sealed), ret_sealed)) {
		e = ERR_NOMEM;
	}
	buf_done(&sealed);
	return e;
}

static enum err
seal_row(const struct flow *f, struct authenticator_row *row,
    struct str label, struct str secret, struct arena *arena)
{
	enum err e = seal(f, "label", &row->id, label, arena, &row->label);

	return e == ERR_NONE ? seal(f, "secret", &row->id, secret, arena,
	    &row->secret) : e;
}

enum err
authenticator_new_prepare(struct authenticator_new *n)
{
	unix_ms now = flow_now(n->flow);
	enum err e;

	n->digits = n->digits == 0 ? HOTP_DIGITS_MIN : n->digits;
	n->period_s = n->period_s == 0 ? TOTP_PERIOD_DEFAULT : n->period_s;
	if (n->digits < HOTP_DIGITS_MIN || n->digits > HOTP_DIGITS_MAX ||
	    n->period_s > TOTP_PERIOD_MAX ||
	    n->label.n > AUTHENTICATOR_LABEL_MAX) {
		return ERR_RANGE;
	}
	e = id_new(&n->flow->rng, now, &n->id);
	n->row = (struct authenticator_row){
		.id = n->id,
		.tenant = n->tenant->id,
		.account = n->account,
		.kind = AUTHENTICATOR_TOTP,
		.hash = n->hash,
		.digits = n->digits,
		.period_s = n->period_s,
		.moved = TOTP_NO_STEP,
		.created_at = now,
	};
	n->uri = (struct otpauth){
		.type = OTPAUTH_TOTP,
		.hash = n->hash,
		.digits = n->digits,
		.period_s = n->period_s,
	};
	n->uri.secret.n = secret_bytes(n->hash);
	if (e == ERR_NONE) {
		e = rng_fill(&n->flow->rng, n->uri.secret.b, n->uri.secret.n);
	}
	return e == ERR_NONE ? seal_row(n->flow, &n->row, n->label,
	    (struct str){(const char *)n->uri.secret.b, n->uri.secret.n},
	    n->arena) : e;
}

void
authenticator_new_wipe(struct authenticator_new *n)
{
	otpauth_wipe(&n->uri);
}

/* What the app shows beside the code: no colon, or it is taken for two. */
static void
put_name(struct str s, const char *otherwise,
    char dst[static OTPAUTH_TEXT_MAX + 1])
{
	size_t n = 0;

	if (s.n == 0 || s.n > OTPAUTH_TEXT_MAX) {
		s = str_of(otherwise);
	}
	for (size_t i = 0; i < s.n; i++) {
		dst[n++] = s.p[i] == ':' ? ' ' : s.p[i];
	}
	dst[n] = '\0';
}

/* Whose it is: the e-mail address where there is one. */
static struct str
name_of(const struct account *a)
{
	for (unsigned i = 0; i < a->n; i++) {
		if (a->contacts[i].kind == CONTACT_EMAIL &&
		    a->contacts[i].registered) {
			return email_str(&a->contacts[i].to.email);
		}
	}
	return a->name;
}

static enum err
record(struct tx *tx, const struct flow *f, enum audit_event event,
    const struct authenticator_row *row)
{
	struct audit a;
	enum err e = audit_begin(&a, f, event, &row->tenant, flow_now(f));

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "account", ID_ACCOUNT, &row->account);
	jsonw_member_id(&a.json, "authenticator", ID_AUTHENTICATOR, &row->id);
	return audit_commit(&a, tx, f);
}

/*
 * Room for one more: of those that were never confirmed, the dead ones go,
 * and when the others fill the account, the oldest of them.
 */
static enum err
make_room(struct tx *tx, const struct flow *f, const struct id *account,
    struct arena *arena, bool *ret_room)
{
	struct authenticator_row rows[AUTHENTICATORS_MAX];
	unsigned n = 0, left;
	enum err e = authenticator_row_list(tx, account, AUTHENTICATORS_MAX,
	    arena, rows, &n);
	unix_ms dead = unix_ms_sub(flow_now(f), AUTHENTICATOR_CONFIRM);

	left = n;
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		bool open = rows[i].confirmed_at.v == 0;

		if (open && (rows[i].created_at.v <= dead.v ||
		    left == AUTHENTICATORS_MAX)) {
			e = authenticator_row_delete(tx, account, &rows[i].id);
			left--;
		}
	}
	*ret_room = left < AUTHENTICATORS_MAX;
	return e;
}

enum err
authenticator_new_run(struct tx *tx, void *authenticator_new)
{
	struct authenticator_new *n = authenticator_new;
	struct account account;
	bool room = false;
	enum err e = account_open(tx, n->flow, &n->tenant->id, &n->account,
	    n->arena, &account);

	if (e == ERR_MISSING) {
		n->verdict = AUTHENTICATOR_UNKNOWN;
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = make_room(tx, n->flow, &n->account, n->arena, &room);
	}
	if (e != ERR_NONE) {
		return e;
	}
	n->verdict = room ? AUTHENTICATOR_DONE : AUTHENTICATOR_TOO_MANY;
	if (!room) {
		return ERR_NONE;
	}
	n->row.account = n->account;
	put_name(str_of(n->tenant->brand), "Watchword", n->uri.issuer);
	put_name(name_of(&account), "account", n->uri.account);
	e = authenticator_row_insert(tx, &n->row);
	return e == ERR_NONE ? record(tx, n->flow, AUDIT_FACTOR_BEGUN,
	    &n->row) : e;
}

/* Devices and sessions of before end, and everybody is told (S75). */
static enum err
secure(struct tx *tx, const struct authenticator_change *c,
    struct account *account)
{
	enum err e = account_secured(tx, c->flow, &account->row,
	    c->session != NULL ? &c->session->id : NULL);

	return e == ERR_NONE ? tell_changed(tx, c->flow, account, account,
	    flow_now(c->flow)) : e;
}

/* Too late, or tried too often: it never becomes one. */
static bool
is_dead(const struct authenticator_row *row, unix_ms now)
{
	return row->failures >= AUTHENTICATOR_TRIES ||
	    unix_ms_since(now, row->created_at).v >= AUTHENTICATOR_CONFIRM.v;
}

static enum err
confirm(struct tx *tx, struct authenticator_change *c,
    struct account *account, struct authenticator_row *row, struct str code)
{
	unix_ms now = flow_now(c->flow);
	enum factor_verdict verdict = FACTOR_WRONG;
	bool changed;
	enum err e = factor_judge(c->flow, row, code, now, &verdict,
	    &changed);

	if (e != ERR_NONE) {
		return e;
	}
	if (verdict != FACTOR_RIGHT) {
		row->failures++;
		c->tries_left = AUTHENTICATOR_TRIES - row->failures;
		c->verdict = AUTHENTICATOR_WRONG;
		return authenticator_row_update(tx, row);
	}
	/* S59: the step is used up by this. */
	row->confirmed_at = now;
	row->used_at = now;
	c->verdict = AUTHENTICATOR_DONE;
	e = authenticator_row_update(tx, row);
	if (e == ERR_NONE) {
		e = record(tx, c->flow, AUDIT_FACTOR_ADDED, row);
	}
	return e == ERR_NONE ? secure(tx, c, account) : e;
}

/* The account with its lock, and the authenticator. */
static enum err
open_both(struct tx *tx, struct authenticator_change *c,
    struct account *ret_account, struct authenticator_row *ret_row)
{
	enum err e = account_open(tx, c->flow, &c->tenant->id, &c->account,
	    c->arena, ret_account);

	return e == ERR_NONE ? authenticator_row_get(tx, &c->account, &c->id,
	    c->arena, ret_row) : e;
}

enum err
authenticator_confirm_run(struct tx *tx, void *authenticator_change)
{
	struct authenticator_change *c = authenticator_change;
	char code[HOTP_CODE_SIZE];
	struct authenticator_row row;
	struct account account;
	enum err e = open_both(tx, c, &account, &row);

	if (e == ERR_MISSING) {
		c->verdict = AUTHENTICATOR_UNKNOWN;
		return ERR_NONE;
	}
	if (e != ERR_NONE) {
		return e;
	}
	if (row.confirmed_at.v != 0) {
		c->verdict = AUTHENTICATOR_CONFIRMED;
	} else if (is_dead(&row, flow_now(c->flow))) {
		c->verdict = AUTHENTICATOR_GONE;
	} else if (!factor_digits(c->typed, code) ||
	    strlen(code) != (size_t)row.digits) {
		c->verdict = AUTHENTICATOR_NOT_A_CODE;
	} else {
		e = confirm(tx, c, &account, &row, str_of(code));
	}
	explicit_bzero(code, sizeof(code));
	return e;
}

enum err
authenticator_remove_run(struct tx *tx, void *authenticator_change)
{
	struct authenticator_change *c = authenticator_change;
	struct authenticator_row row;
	struct account account;
	enum err e = open_both(tx, c, &account, &row);

	if (e == ERR_MISSING) {
		c->verdict = AUTHENTICATOR_UNKNOWN;
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = authenticator_drop(tx, c->flow, c->arena, &row,
		    &account.row);
	}
	c->verdict = AUTHENTICATOR_DONE;
	/* One that never counted protected nothing. */
	return e == ERR_NONE && row.confirmed_at.v != 0
	    ? secure(tx, c, &account) : e;
}

enum err
authenticator_drop(struct tx *tx, const struct flow *f, struct arena *arena,
    const struct authenticator_row *row, struct account_row *account)
{
	struct factor_set left = {0};
	enum err e = authenticator_row_delete(tx, &row->account, &row->id);

	if (e == ERR_NONE) {
		e = factor_list(tx, f, &row->account, arena, &left);
	}
	if (e == ERR_NONE && !left.totp) {
		account->channel = ways_without(account->channel,
		    CHANNEL_TOTP);
	}
	return e == ERR_NONE && row->confirmed_at.v != 0
	    ? record(tx, f, AUDIT_FACTOR_REMOVED, row) : e;
}

enum err
authenticator_import_run(struct tx *tx, void *authenticator_import)
{
	struct authenticator_import *i = authenticator_import;
	unix_ms now = flow_now(i->flow);
	struct account account;
	bool room = false;
	enum err e = account_open(tx, i->flow, &i->tenant->id, &i->account,
	    i->arena, &account);

	if (e == ERR_MISSING) {
		i->verdict = AUTHENTICATOR_UNKNOWN;
		return ERR_NONE;
	}
	if (e == ERR_NONE) {
		e = make_room(tx, i->flow, &i->account, i->arena, &room);
	}
	i->verdict = room ? AUTHENTICATOR_DONE : AUTHENTICATOR_TOO_MANY;
	if (e != ERR_NONE || !room) {
		return e;
	}
	i->row.tenant = i->tenant->id;
	i->row.account = i->account;
	i->row.created_at = i->row.confirmed_at = now;
	e = id_new(&i->flow->rng, now, &i->row.id);
	if (e == ERR_NONE) {
		e = seal_row(i->flow, &i->row, i->label, i->secret, i->arena);
	}
	if (e == ERR_NONE) {
		e = authenticator_row_insert(tx, &i->row);
	}
	return e == ERR_NONE ? record(tx, i->flow, AUDIT_FACTOR_ADDED,
	    &i->row) : e;
}
