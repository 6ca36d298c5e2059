#include "flow/recovery.h"

#include <string.h>

#include "base/ct.h"
#include "flow/approval.h"
#include "flow/audit.h"
#include "flow/tell.h"

_Static_assert(RECOVERY_SALT == PASSWORD_SALT, "one salt");
_Static_assert(RECOVERY_MAC == KEYRING_MAC, "a code is kept as a MAC");
_Static_assert(RECOVERY_ROW_CODES == RECOVERY_COUNT, "all of a set");

enum { MESSAGE_MAX = ID_BYTES + RECOVERY_SALT + 1 + PASSWORD_TAG };

static struct str
bytes_of(const uint8_t *p, size_t n)
{
	return (struct str){(const char *)p, n};
}

/* A row that was moved to another account holds no code of his (S62). */
static enum err
mac_of(const struct flow *f, const struct id *tenant,
    const struct recovery_row *row, unsigned n,
    const uint8_t tag[static PASSWORD_TAG], uint8_t ret[static RECOVERY_MAC])
{
	char text[MESSAGE_MAX + 1];
	struct buf message;
	enum err e;

	buf_fixed(&message, text, sizeof(text));
	buf_put(&message, row->account.b, ID_BYTES);
	buf_put(&message, row->salt, RECOVERY_SALT);
	buf_char(&message, (char)(n + 1));
	buf_put(&message, tag, PASSWORD_TAG);
	e = keyring_digest(f->ring, "recovery", flow_id_bytes(tenant),
	    buf_view(&message), ret);
	explicit_bzero(text, sizeof(text));
	return e;
}

enum err
recovery_new_prepare(struct recovery_new *n)
{
	enum err e = recovery_new(&n->flow->rng, &n->set);

	return e == ERR_NONE ? rng_fill(&n->flow->rng, n->salt,
	    RECOVERY_SALT) : e;
}

enum err
recovery_new_hash(struct recovery_new *n, struct password_cost cost)
{
	enum err e = ERR_NONE;

	for (unsigned i = 0; e == ERR_NONE && i < RECOVERY_COUNT; i++) {
		e = password_derive(cost, n->salt,
		    bytes_of(n->set.code[i].b, RECOVERY_BYTES), n->tags[i]);
	}
	return e;
}

void
recovery_new_wipe(struct recovery_new *n)
{
	recovery_wipe(&n->set);
	explicit_bzero(n->tags, sizeof(n->tags));
}

static enum err
record(struct tx *tx, const struct flow *f, enum audit_event event,
    const struct recovery_row *row, unsigned number)
{
	unsigned left = 0;
	struct audit a;
	enum err e = audit_begin(&a, f, event, &row->tenant, flow_now(f));

	if (e != ERR_NONE) {
		return e;
	}
	for (unsigned i = 0; i < RECOVERY_COUNT; i++) {
		left += (row->used >> i & 1) == 0;
	}
	jsonw_member_id(&a.json, "account", ID_ACCOUNT, &row->account);
	if (event == AUDIT_RECOVERY_USED) {
		jsonw_member_i64(&a.json, "number", number);
		jsonw_member_i64(&a.json, "left", left);
	}
	return audit_commit(&a, tx, f);
}

enum err
recovery_new_run(struct tx *tx, void *recovery_new)
{
	struct recovery_new *n = recovery_new;
	struct recovery_row row = {
		.account = n->account,
		.tenant = n->tenant->id,
		.created_at = flow_now(n->flow),
	};
	struct account a;
	enum err e = account_open(tx, n->flow, &n->tenant->id, &n->account,
	    n->arena, &a);

	n->found = e == ERR_NONE;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	memcpy(row.salt, n->salt, RECOVERY_SALT);
	for (unsigned i = 0; e == ERR_NONE && i < RECOVERY_COUNT; i++) {
		e = mac_of(n->flow, &n->tenant->id, &row, i, n->tags[i],
		    row.mac[i]);
	}
	if (e == ERR_NONE) {
		e = recovery_row_put(tx, &row);
	}
	if (e == ERR_NONE) {
		e = record(tx, n->flow, AUDIT_RECOVERY_MADE, &row, 0);
	}
	if (e == ERR_NONE) {
		e = account_secured(tx, n->flow, &a.row,
		    n->session != NULL ? &n->session->id : NULL);
	}
	return e == ERR_NONE ? tell_changed(tx, n->flow, &a, &a,
	    row.created_at) : e;
}

enum err
recovery_look_run(struct tx *tx, void *recovery_try)
{
	struct recovery_try *t = recovery_try;
	struct challenge_row challenge;
	struct recovery_row row = {.version = 0};
	enum err e = challenge_row_get(tx, &t->tenant->id, &t->challenge,
	    t->arena, &challenge);

	memset(t->salt, 0, RECOVERY_SALT);
	if (e == ERR_NONE && challenge.has_account) {
		e = recovery_row_get(tx, &challenge.account, &row);
	}
	if (e == ERR_NONE && row.version > 0) {
		memcpy(t->salt, row.salt, RECOVERY_SALT);
	}
	return e == ERR_MISSING ? ERR_NONE : e;
}

enum err
recovery_hash(struct recovery_try *t, struct password_cost cost)
{
	return password_derive(cost, t->salt,
	    bytes_of(t->code.b, RECOVERY_BYTES), t->tag);
}

/* Which of the ten it is, looked for in all of them (S7). */
static enum err
find(const struct flow *f, const struct id *tenant,
    const struct recovery_row *row, const uint8_t tag[static PASSWORD_TAG],
    unsigned *ret_n)
{
	unsigned found = RECOVERY_COUNT;

	for (unsigned i = 0; i < RECOVERY_COUNT; i++) {
		uint8_t mac[RECOVERY_MAC];
		enum err e = mac_of(f, tenant, row, i, tag, mac);

		if (e != ERR_NONE) {
			return e;
		}
		if (ct_equal(mac, row->mac[i], RECOVERY_MAC)) {
			found = i;
		}
	}
	*ret_n = found;
	return ERR_NONE;
}

static enum err
use_up(struct tx *tx, const struct flow *f, struct recovery_row *row,
    unsigned n, struct arena *arena)
{
	struct account a;
	enum err e;

	row->used |= UINT32_C(1) << n;
	e = recovery_row_use(tx, row);
	if (e == ERR_NONE) {
		e = record(tx, f, AUDIT_RECOVERY_USED, row, n + 1);
	}
	if (e == ERR_NONE) {
		e = account_look(tx, f, &row->tenant, &row->account, arena,
		    &a);
	}
	return e == ERR_NONE ? tell_changed(tx, f, &a, &a, flow_now(f)) : e;
}

enum err
recovery_use(struct tx *tx, const struct flow *f, const struct id *tenant,
    const struct id *account, const struct recovery_proof *proof,
    struct arena *arena, enum factor_verdict *ret_verdict)
{
	struct recovery_row row;
	unsigned n = RECOVERY_COUNT;
	enum err e = recovery_row_get(tx, account, &row);

	*ret_verdict = FACTOR_WRONG;
	/* A new set meanwhile: what was hashed is of the old one (S73). */
	if (e != ERR_NONE || row.version == 0 ||
	    memcmp(row.salt, proof->salt, RECOVERY_SALT) != 0) {
		return e;
	}
	e = find(f, tenant, &row, proof->tag, &n);
	if (e != ERR_NONE || n == RECOVERY_COUNT) {
		return e;
	}
	if ((row.used >> n & 1) != 0) {
		*ret_verdict = FACTOR_REPLAYED;
		return ERR_NONE;
	}
	*ret_verdict = FACTOR_RIGHT;
	return use_up(tx, f, &row, n, arena);
}
