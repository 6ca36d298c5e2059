#include "flow/import.h"

#include "base/ct.h"

static enum err
find(struct tx *tx, const struct import *i, const struct import_item *item,
    struct id *ret_account, bool *ret_found)
{
	struct account_identifier who;
	enum err e = account_identifier_make(i->flow, &i->tenant->id,
	    item->owner, &who);

	return e != ERR_NONE ? e : account_find(tx, &i->tenant->id, &who,
	    i->arena, ret_account, ret_found);
}

/* The account has an authenticator with this key: the file came before. */
static enum err
is_known(struct tx *tx, const struct import *i, const struct import_item *item,
    const struct id *account, bool *ret_known)
{
	struct factor_set set;
	enum err e = factor_list(tx, i->flow, account, i->arena, &set);

	*ret_known = false;
	for (unsigned k = 0; e == ERR_NONE && k < set.n && !*ret_known; k++) {
		struct cell cell = factor_cell("secret", &set.row[k].id);
		struct buf CLEANUP(buf_done) secret = {0};

		buf_init(&secret, SECRET_MAX);
		e = keyring_unseal(i->flow->ring, &cell, set.row[k].secret,
		    &secret);
		*ret_known = e == ERR_NONE && secret.n == item->secret.n &&
		    ct_equal(secret.p, item->secret.p, secret.n);
	}
	return e;
}

static enum err
put(struct tx *tx, const struct import *i, struct import_item *item,
    const struct id *account)
{
	struct authenticator_import one = {
		.flow = i->flow,
		.tenant = i->tenant,
		.arena = i->arena,
		.account = *account,
		.label = item->label,
		.secret = item->secret,
		.row = {
			.kind = item->kind,
			.hash = (int64_t)item->hash,
			.digits = item->digits,
			.period_s = item->period_s,
			/* No step was accepted yet; or the next counter. */
			.moved = item->kind == AUTHENTICATOR_TOTP ? -1
			    : (int64_t)item->counter,
		},
	};
	bool known;
	enum err e = is_known(tx, i, item, account, &known);

	if (e != ERR_NONE || known) {
		item->verdict = IMPORT_KNOWN;
		return e;
	}
	e = authenticator_import_run(tx, &one);
	item->verdict = one.verdict == AUTHENTICATOR_DONE ? IMPORT_TAKEN
	    : one.verdict == AUTHENTICATOR_TOO_MANY ? IMPORT_FULL
	    : IMPORT_NOBODY;
	return e;
}

enum err
import_run(struct tx *tx, void *import)
{
	struct import *i = import;

	i->refused = i->known = 0;
	for (size_t k = 0; k < i->n; k++) {
		struct import_item *item = &i->items[k];
		struct id account;
		bool found = false;
		enum err e;

		arena_reset(i->arena);
		item->verdict = IMPORT_NOBODY;
		e = find(tx, i, item, &account, &found);
		if (e == ERR_NONE && found) {
			e = put(tx, i, item, &account);
		}
		if (e != ERR_NONE) {
			return e;
		}
		i->known += item->verdict == IMPORT_KNOWN ? 1 : 0;
		i->refused += item->verdict == IMPORT_NOBODY ||
		    item->verdict == IMPORT_FULL ? 1 : 0;
	}
	/* The store takes back what a use case did that fails. */
	return i->refused > 0 || i->dry_run ? ERR_DENIED : ERR_NONE;
}
