#include "flow/payer.h"

#include "domain/payer.h"
#include "flow/account.h"

bool
payer_applies(const struct tenant *tenant, enum purpose purpose)
{
	return tenant->policy.payer.psd2 != 0 && purpose == PURPOSE_TRANSACTION;
}

enum err
payer_counter_of(struct tx *tx, const struct flow *f, const struct id *tenant,
    const struct id *account, unix_ms now, struct counter_row *ret_row)
{
	uint8_t payer[SUBJECT_BYTES];
	enum err e = account_subject(f, tenant, account, "payer", payer);

	return e == ERR_NONE ? limited_counter(tx, tenant, COUNTER_PAYER,
	    payer, now, ret_row) : e;
}

enum err
payer_counter(struct tx *tx, const struct flow *f,
    const struct challenge_row *row, unix_ms now, struct counter_row *ret_row)
{
	return row->has_account ? payer_counter_of(tx, f, &row->tenant,
	    &row->account, now, ret_row) : limited_counter(tx, &row->tenant,
	    COUNTER_PAYER, row->subject, now, ret_row);
}

struct limited
payer_limited(const struct payer_policy *p, const struct counter_row *c,
    unix_ms now)
{
	return (struct limited){
		.rule = "payments",
		.wait = payer_wait(p, &c->state, now),
	};
}

enum message_kind
payer_notice(const struct payer_policy *p, int64_t streak)
{
	switch (payer_left(p, streak)) {
	case 0:
		return MESSAGE_NOTICE_BLOCKED;
	case 1:
		return MESSAGE_NOTICE_LAST_TRY;
	default:
		return MESSAGE_CODE;
	}
}
