#include "flow/bounce.h"

#include <assert.h>
#include <stdio.h>

#include "base/ct.h"
#include "flow/deliver.h"

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
	return deliver_end(tx, b->flow, &m, MESSAGE_FAILED, reason,
	    flow_now(b->flow));
}
