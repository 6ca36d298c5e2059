#include "flow/account_code.h"

enum err
account_code_run(struct tx *tx, void *account_code)
{
	struct account_code *c = account_code;
	struct issue *i = &c->issue;
	struct account a;
	enum err e = account_open(tx, i->flow, &i->tenant->id, &c->account,
	    i->arena, &a);

	c->found = e == ERR_NONE;
	if (e != ERR_NONE) {
		return e == ERR_MISSING ? ERR_NONE : e;
	}
	i->channel = c->has_channel ? &c->channel : NULL;
	i->approval = (struct approval){.kind = APPROVAL_PROOF};
	if (i->purpose == PURPOSE_TRANSACTION) {
		i->counted = "transaction";
	}
	return issue_code(tx, i, &a);
}
