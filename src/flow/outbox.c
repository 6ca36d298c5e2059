#include "flow/outbox.h"

#include "store/counters.h"
#include "store/messages.h"

struct limited
limited_by(const char *rule, duration_ms wait, const struct rate_limit *limit)
{
	return (struct limited){
		.rule = rule,
		.quota = limit->n,
		.window = limit->window,
		.wait = wait,
	};
}

enum err
limited_counter(struct tx *tx, const struct id *tenant,
    enum counter_kind kind, const uint8_t key[static SUBJECT_BYTES],
    unix_ms now, struct counter_row *ret_row)
{
	struct counter_row row;
	enum err e = counter_row_get(tx, tenant, kind, key, &row);

	if (e == ERR_NONE && counter_settle(&row.state, now)) {
		e = counter_row_put(tx, &row, now);
	}
	if (e == ERR_NONE) {
		*ret_row = row;
	}
	return e;
}

struct limited
limited_throttle(const struct counter_row *failures, unix_ms now,
    const struct policy *policy)
{
	struct throttle t = counter_throttle(&failures->state, now,
	    &policy->throttle);
	struct limited limited = {.rule = "subject", .wait = t.wait};

	if (t.state == THROTTLE_STOPPED) {
		limited.wait = HOURS(24);
		limited.for_good = true;
	}
	return limited;
}

static enum err
queue(struct tx *tx, const struct challenge_row *row,
    const struct id *message, unix_ms now)
{
	struct message_row m = {
		.id = *message,
		.tenant = row->tenant,
		.challenge = row->id,
		.generation = row->state.generation,
		.channel = row->channel,
		.state = MESSAGE_QUEUED,
		.created_at = now,
		.due_at = now,
		.expires_at = row->state.expires_at,
		.detail = STR(""),
	};
	enum err e = message_row_insert(tx, &m);

	if (e == ERR_NONE) {
		tx_messages(tx);
	}
	return e;
}

/* Nobody's challenge (S78) is counted as if a message went out. */
static bool
has_recipient(const struct challenge_row *row)
{
	return row->recipient.n > 0;
}

enum err
outbox_send(struct tx *tx, const struct flow *f UNUSED,
    const struct tenant *tenant, const struct challenge_row *row,
    const struct id *message, unix_ms now, struct limited *ret_limited)
{
	const struct rate_limit *limits = tenant->policy.sends;
	struct counter_row sends;
	enum err e = limited_counter(tx, &row->tenant, COUNTER_SENDS,
	    row->subject, now, &sends);

	if (e != ERR_NONE) {
		return e;
	}
	*ret_limited = (struct limited){0};
	if (row->channel == CHANNEL_TOTP) {
		return ERR_NONE;
	}
	for (unsigned i = 0; i < POLICY_SEND_LIMITS; i++) {
		duration_ms wait = counter_wait(&sends.state, now,
		    &limits[i], 1);

		if (wait.v > ret_limited->wait.v) {
			*ret_limited = limited_by("sends", wait, &limits[i]);
		}
	}
	if (ret_limited->wait.v > 0) {
		return ERR_NONE;
	}
	counter_add(&sends.state, now);
	e = counter_row_put(tx, &sends, now);
	if (e != ERR_NONE || !has_recipient(row)) {
		return e;
	}
	return queue(tx, row, message, now);
}
