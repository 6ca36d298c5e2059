#include "flow/bounce.h"

#include <assert.h>
#include <stdio.h>

#include "base/ct.h"
#include "flow/deliver.h"
#include "flow/road.h"

static_assert(BOUNCE_TAG == KEYRING_INDEX, "a tag is an index");

static enum err
check_tag(const struct bounced *b, const struct message_row *m)
{
	uint8_t tag[KEYRING_INDEX];
	enum err e = keyring_index(b->flow->ring, "message_id",
	    flow_id_bytes(&m->tenant), flow_id_bytes(&m->id), tag);

	if (e != ERR_NONE) {
		return e;
	}
	return ct_equal(tag, b->bounce->tag, sizeof(tag)) ? ERR_NONE
	    : ERR_CRYPTO;
}

/* More than a challenge's messages on all steps of a plan. */
enum { ROWS = 64 };

/* Asked for again, or gone on already: the later one is the road's. */
static enum err
is_last(struct tx *tx, const struct bounced *b, const struct message_row *m,
    bool *ret_last)
{
	struct message_row rows[ROWS];
	unsigned n = 0;
	enum err e = message_row_list(tx, &m->challenge, ROWS, b->arena, rows,
	    &n);

	if (e == ERR_NONE) {
		*ret_last = n > 0 && n < ROWS &&
		    id_equal(&rows[n - 1].id, &m->id);
	}
	return e;
}

/*
 * The next step of its plan.  The road had ended with the mail server's yes;
 * so its deadline is set once more, for road_next to go on from it.
 */
static enum err
go_on(struct tx *tx, const struct bounced *b, struct message_row *m,
    const char *reason)
{
	struct road_next n = {
		.flow = b->flow, .tenants = b->tenants, .arena = b->arena,
		.event = ROAD_REFUSED, .reason = reason,
		.now = flow_now(b->flow),
	};
	bool last = false;
	enum err e = ERR_NONE;

	if (m->plan.n > 0) {
		e = is_last(tx, b, m, &last);
	}
	if (e != ERR_NONE || !last) {
		return e;
	}
	m->deadline_at = m->expires_at;
	return road_next(tx, &n, m);
}

enum err
bounced_run(struct tx *tx, void *bounced)
{
	struct bounced *b = bounced;
	char reason[sizeof("bounce_") + BOUNCE_STATUS_SIZE];
	struct message_row m;
	enum err e = message_row_get(tx, &b->bounce->message, b->arena, &m);

	b->again = false;
	if (e == ERR_NONE) {
		e = check_tag(b, &m);
	}
	if (e != ERR_NONE) {
		return e;
	}
	if (m.channel != CHANNEL_EMAIL) {
		return ERR_MISSING;
	}
	if (m.state == MESSAGE_FAILED) {
		b->again = true;
		return ERR_NONE;
	}
	snprintf(reason, sizeof(reason), "bounce_%s", b->bounce->status);
	e = go_on(tx, b, &m, reason);
	return e == ERR_NONE ? deliver_end(tx, b->flow, &m, MESSAGE_FAILED,
	    reason, flow_now(b->flow)) : e;
}
