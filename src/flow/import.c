#include "flow/import.h"

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
	enum err e = authenticator_import_run(tx, &one);

	item->verdict = one.verdict == AUTHENTICATOR_DONE ? IMPORT_TAKEN
	    : one.verdict == AUTHENTICATOR_TOO_MANY ? IMPORT_FULL
	    : IMPORT_NOBODY;
	return e;
}

enum err
import_run(struct tx *tx, void *import)
{
	struct import *i = import;

	i->refused = 0;
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
		i->refused += item->verdict == IMPORT_TAKEN ? 0 : 1;
	}
	/* The store takes back what a use case did that fails. */
	return i->refused > 0 || i->dry_run ? ERR_DENIED : ERR_NONE;
}
