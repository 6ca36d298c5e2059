#include "flow/keep.h"

#include "flow/alert.h"
#include "flow/decide.h"
#include "flow/factor.h"
#include "flow/idempotent.h"
#include "flow/settle.h"
#include "store/approvals.h"
#include "store/cases.h"
#include "store/counters.h"
#include "store/shipments.h"
#include "store/devices.h"
#include "store/messages.h"
#include "store/tallies.h"

static enum err
expire(struct tx *tx, struct challenge_row *row, void *ctx)
{
	struct keep *k = ctx;

	k->done++;
	if (!challenge_settle(k->flow, row, k->now)) {
		return ERR_NONE;
	}
	return challenge_settled(tx, k->flow, row, k->now);
}

enum err
keep_expire_run(struct tx *tx, void *keep)
{
	struct keep *k = keep;

	k->done = 0;
	arena_reset(k->arena);
	return challenge_row_overdue(tx, k->now, KEEP_BITE, k->arena, expire,
	    k);
}

/* What waited for a code, sessions and trust that are over. */
static enum err
forget_accounts(struct tx *tx, const struct keep *k, unsigned *ret_n)
{
	unsigned approvals = 0, sessions = 0, devices = 0, open = 0;
	enum err e = approval_row_purge(tx,
	    unix_ms_sub(k->now, RETENTION_APPROVAL), KEEP_BITE, &approvals);

	if (e == ERR_NONE) {
		e = session_row_purge(tx, k->now, KEEP_BITE, &sessions);
	}
	if (e == ERR_NONE) {
		e = device_row_purge(tx, k->now, KEEP_BITE, &devices);
	}
	if (e == ERR_NONE) {
		e = authenticator_row_purge(tx,
		    unix_ms_sub(k->now, AUTHENTICATOR_CONFIRM), KEEP_BITE,
		    &open);
	}
	*ret_n = approvals > sessions ? approvals : sessions;
	*ret_n = open > *ret_n ? open : *ret_n;
	*ret_n = devices > *ret_n ? devices : *ret_n;
	return e;
}

enum err
keep_forget_run(struct tx *tx, void *keep)
{
	struct keep *k = keep;
	unsigned forgotten = 0, challenges = 0, counters = 0, answers = 0;
	unsigned shipments = 0, cases = 0;
	unsigned recipients = 0, of_accounts = 0;
	unsigned decisions = 0, alerts = 0;
	unsigned tallies = 0;
	enum err e;

	e = challenge_row_forget(tx, unix_ms_sub(k->now, RETENTION_PERSONAL),
	    KEEP_BITE, &forgotten);
	if (e == ERR_NONE) {
		e = message_row_forget(tx,
		    unix_ms_sub(k->now, RETENTION_PERSONAL), KEEP_BITE,
		    &recipients);
	}
	if (e == ERR_NONE) {
		e = forget_accounts(tx, k, &of_accounts);
	}
	if (e == ERR_NONE) {
		e = challenge_row_purge(tx,
		    unix_ms_sub(k->now, RETENTION_CHALLENGE), KEEP_BITE,
		    &challenges);
	}
	if (e == ERR_NONE) {
		e = counter_row_purge(tx,
		    unix_ms_sub(k->now, RETENTION_COUNTER), KEEP_BITE,
		    &counters);
	}
	if (e == ERR_NONE) {
		e = idempotency_row_purge(tx,
		    unix_ms_sub(k->now, IDEMPOTENCY_LIFE), KEEP_BITE,
		    &answers);
	}
	if (e == ERR_NONE) {
		e = decision_row_purge(tx,
		    unix_ms_sub(k->now, RETENTION_DECISION), KEEP_BITE,
		    &decisions);
	}
	if (e == ERR_NONE) {
		e = alert_row_purge(tx,
		    unix_ms_sub(k->now, RETENTION_ALERT), KEEP_BITE, &alerts);
	}
	if (e == ERR_NONE) {
		e = tally_row_purge(tx, k->now, KEEP_BITE, &tallies);
	}
	if (e == ERR_NONE) {
		e = shipment_row_forget(tx,
		    unix_ms_sub(k->now, RETENTION_DELIVERY), KEEP_BITE,
		    &shipments);
	}
	if (e == ERR_NONE) {
		e = case_row_forget(tx,
		    unix_ms_sub(k->now, RETENTION_DELIVERY), KEEP_BITE,
		    &cases);
	}
	k->done = forgotten > recipients ? forgotten : recipients;
	k->done = shipments > k->done ? shipments : k->done;
	k->done = cases > k->done ? cases : k->done;
	k->done = of_accounts > k->done ? of_accounts : k->done;
	k->done = alerts > k->done ? alerts : k->done;
	k->done = tallies > k->done ? tallies : k->done;
	k->done = challenges > k->done ? challenges : k->done;
	k->done = counters > k->done ? counters : k->done;
	k->done = answers > k->done ? answers : k->done;
	k->done = decisions > k->done ? decisions : k->done;
	return e;
}
