#include "flow/outbox.h"

#include "flow/road.h"
#include "store/counters.h"

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

void
limited_record(const struct limited *l, struct jsonw *w)
{
	jsonw_member_z(w, "rule", l->rule);
	jsonw_member_i64(w, "wait_ms", l->wait.v);
	if (l->country[0] != '\0') {
		jsonw_member_z(w, "country", l->country);
	}
	if (l->why[0] != '\0' && !l->lasts) {
		jsonw_member_i64(w, "seen", l->seen);
		jsonw_member_i64(w, "limit", l->quota);
	}
	if (l->of > 0) {
		jsonw_member_i64(w, "of", l->of);
	}
}

/* Which of the recipient's limits is hit, and for how long. */
static struct limited
look_at_sends(const struct counter_row *sends,
    const struct rate_limit limits[static POLICY_SEND_LIMITS], unix_ms now)
{
	struct limited limited = {0};

	for (unsigned i = 0; i < POLICY_SEND_LIMITS; i++) {
		duration_ms wait = counter_wait(&sends->state, now,
		    &limits[i], 1);

		if (wait.v > limited.wait.v) {
			limited = limited_by("sends", wait, &limits[i]);
		}
	}
	return limited;
}

/* Nobody's challenge (S78) is counted as if a message went out. */
static bool
has_recipient(const struct challenge_row *row)
{
	return row->recipient.n > 0;
}

enum err
outbox_send(struct tx *tx, struct road_begin *b, struct challenge_row *row)
{
	struct counter_row sends;
	enum err e = limited_counter(tx, &row->tenant, COUNTER_SENDS,
	    row->subject, b->now, &sends);

	if (e != ERR_NONE) {
		return e;
	}
	b->limited = (struct limited){0};
	if (row->channel == CHANNEL_TOTP) {
		return ERR_NONE;
	}
	b->limited = look_at_sends(&sends, b->tenant->policy.sends, b->now);
	if (b->limited.wait.v > 0) {
		return ERR_NONE;
	}
	if (has_recipient(row)) {
		e = road_begin(tx, b, row);
	}
	if (e != ERR_NONE || b->limited.wait.v > 0) {
		return e;
	}
	counter_add(&sends.state, b->now);
	return counter_row_put(tx, &sends, b->now);
}
