#include "flow/session.h"

#include <string.h>

#include "flow/audit.h"

/* A read writes at most this often. */
static const duration_ms seen_step = {60000};

/* A clock that was put back does not make a session last longer. */
static bool
is_over(const struct session_row *row, bool psd2, unix_ms now)
{
	struct session_life life = session_life(row->kind, psd2);

	return !unix_ms_before(now, row->expires_at) ||
	    !unix_ms_before(now, unix_ms_add(row->seen_at, life.idle)) ||
	    unix_ms_before(unix_ms_add(now, MINUTES(1)), row->created_at);
}

enum err
session_find(struct tx *tx, const struct flow *f, const struct tenant *tenant,
    const struct session_key *key, struct arena *arena,
    struct session_row *ret_row, bool *ret_found)
{
	unix_ms now = flow_now(f);
	struct session_row row;
	enum err e = session_row_get(tx, &tenant->id, key->hash, arena, &row);

	*ret_found = false;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	if (is_over(&row, tenant->policy.payer.psd2 != 0, now)) {
		return session_row_end(tx, &row.id);
	}
	if (!str_equal(row.host, key->host)) {
		return ERR_NONE;
	}
	if (unix_ms_since(now, row.seen_at).v >= seen_step.v) {
		e = session_row_seen(tx, &row.id, now);
		row.seen_at = now;
	}
	*ret_row = row;
	*ret_found = true;
	return e;
}

bool
session_proved_lately(const struct session_row *row, unix_ms now)
{
	return row->proved_at.v != 0 &&
	    unix_ms_before(now, unix_ms_add(row->proved_at, PROOF_LIFE)) &&
	    !unix_ms_before(now, row->proved_at);
}

bool
session_is_operator(const struct session_row *row)
{
	return row->kind == ACCOUNT_OPERATOR && row->proved_at.v != 0;
}

enum err
session_acted(struct tx *tx, const struct flow *f,
    const struct session_row *row, struct str did, struct str about)
{
	struct audit a;
	enum err e = audit_begin(&a, f, AUDIT_OPERATOR_ACTED, &row->tenant,
	    flow_now(f));

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "account", ID_ACCOUNT, &row->account);
	jsonw_member_id(&a.json, "session", ID_SESSION, &row->id);
	jsonw_member_str(&a.json, "did", did);
	if (about.n > 0) {
		jsonw_member_str(&a.json, "about", about);
	}
	return audit_commit(&a, tx, f);
}

static enum err
record(struct tx *tx, const struct flow *f, enum audit_event event,
    const struct id *tenant, const struct id *account,
    const struct id *session)
{
	struct audit a;
	enum err e = audit_begin(&a, f, event, tenant, flow_now(f));

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "account", ID_ACCOUNT, account);
	jsonw_member_id(&a.json, "session", ID_SESSION, session);
	return audit_commit(&a, tx, f);
}

static struct cell
label_cell(const struct id *session)
{
	return (struct cell){"sessions", "label", flow_id_bytes(session)};
}

static enum err
seal_label(const struct flow *f, struct str label, struct session_row *row,
    struct buf *sealed)
{
	struct cell cell = label_cell(&row->id);
	enum err e;

	row->label = STR("");
	if (label.n == 0) {
		return ERR_NONE;
	}
	e = keyring_seal(f->ring, &f->rng, &cell, label, sealed);
	row->label = buf_view(sealed);
	return e;
}

static enum err
open_label(const struct flow *f, const struct session_row *row,
    struct arena *arena, struct str *ret_label)
{
	struct cell cell = label_cell(&row->id);
	struct buf plain;
	enum err e;

	*ret_label = STR("");
	if (row->label.n == 0) {
		return ERR_NONE;
	}
	buf_init(&plain, DISPLAY_TEXT_MAX);
	e = keyring_unseal(f->ring, &cell, row->label, &plain);
	if (e == ERR_NONE && !arena_str(arena, buf_view(&plain), ret_label)) {
		e = ERR_NOMEM;
	}
	buf_done(&plain);
	return e;
}

enum err
session_open(struct tx *tx, const struct flow *f,
    const struct account_row *account, const struct session_start *start,
    struct session_row *ret_row)
{
	unix_ms now = flow_now(f);
	struct session_row row = {
		.tenant = account->tenant,
		.account = account->id,
		.kind = account->kind,
		.host = start->host,
		.created_at = now,
		.proved_at = start->proved ? now : (unix_ms){0},
		.seen_at = now,
		.expires_at = unix_ms_add(now,
		    session_life(account->kind, false).absolute),
	};
	struct buf sealed;
	enum err e = id_new(&f->rng, now, &row.id);

	memcpy(row.hash, start->token->hash, TOKEN_HASH);
	buf_init(&sealed, DISPLAY_TEXT_MAX + KEYRING_SEAL_EXTRA);
	if (e == ERR_NONE) {
		e = seal_label(f, start->label, &row, &sealed);
	}
	if (e == ERR_NONE) {
		e = session_row_insert(tx, &row);
	}
	buf_done(&sealed);
	row.label = STR("");
	if (e == ERR_NONE) {
		e = session_row_crowd(tx, &account->id, ACCOUNT_SESSIONS_MAX);
	}
	if (e == ERR_NONE) {
		e = record(tx, f, AUDIT_SESSION_OPENED, &row.tenant,
		    &row.account, &row.id);
	}
	if (e == ERR_NONE) {
		*ret_row = row;
	}
	return e;
}

enum err
session_end(struct tx *tx, const struct flow *f,
    const struct session_row *row)
{
	enum err e = session_row_end(tx, &row->id);

	return e == ERR_NONE ? record(tx, f, AUDIT_SESSION_ENDED,
	    &row->tenant, &row->account, &row->id) : e;
}

static enum err
end_one(struct tx *tx, const struct sessions *s)
{
	enum err e = session_row_end_one(tx, &s->account, &s->session);

	return e == ERR_NONE ? record(tx, s->flow, AUDIT_SESSION_ENDED,
	    &s->tenant->id, &s->account, &s->session) : e;
}

static enum err
view(struct sessions *s, const struct session_row *row)
{
	struct session_view *v = &s->views[s->n];

	if (is_over(row, s->tenant->policy.payer.psd2 != 0,
	    flow_now(s->flow))) {
		return ERR_NONE;
	}
	s->n++;
	*v = (struct session_view){
		.id = row->id,
		.created_at = row->created_at,
		.seen_at = row->seen_at,
		.expires_at = row->expires_at,
	};
	return open_label(s->flow, row, s->arena, &v->label);
}

enum err
sessions_run(struct tx *tx, void *sessions)
{
	struct sessions *s = sessions;
	struct session_row rows[ACCOUNT_SESSIONS_MAX];
	struct account_row account;
	unsigned n = 0;
	enum err e = account_row_look(tx, &s->tenant->id, &s->account,
	    s->arena, &account);

	s->n = 0;
	if (e == ERR_NONE && account.status != ACCOUNT_ACTIVE) {
		e = ERR_MISSING;
	}
	if (e == ERR_NONE && s->end) {
		e = end_one(tx, s);
	}
	s->found = e == ERR_NONE;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	e = session_row_list(tx, &s->account, ACCOUNT_SESSIONS_MAX, s->arena,
	    rows, &n);
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		e = view(s, &rows[i]);
	}
	return e;
}

enum err
sign_out_run(struct tx *tx, void *sign_out)
{
	struct sign_out *s = sign_out;
	enum err e = session_end(tx, s->flow, s->session);

	if (e == ERR_NONE && s->everywhere) {
		e = session_row_end_others(tx, &s->session->account, NULL);
	}
	return e;
}
