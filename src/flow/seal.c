#include "flow/seal.h"

#include <string.h>

#include "base/ct.h"
#include "base/encode.h"
#include "base/jsonw.h"
#include "crypto/hmac.h"
#include "flow/audit.h"

/* FOUND_MAX: of an event that somebody has changed, perhaps inflated. */
enum { FOUND_MAX = 320, BODY_MAX = SEAL_EVENTS * (AUDIT_BODY_MAX + 128) };

static const struct str label = STR_INIT("watchword segment");

enum err
seal_hash(const struct audit_segment_row *row,
    uint8_t ret_hash[static AUDIT_HASH])
{
	struct buf head;
	enum err e;

	buf_init(&head, 128);
	buf_str(&head, label);
	buf_be64(&head, (uint64_t)row->n);
	buf_be64(&head, (uint64_t)row->events);
	buf_be64(&head, (uint64_t)row->sealed_at.v);
	buf_put(&head, row->before, AUDIT_HASH);
	e = buf_err(&head);
	if (e == ERR_NONE) {
		const struct str parts[] = {buf_view(&head), row->body};

		e = sha256(parts, 2, ret_hash);
	}
	buf_done(&head);
	return e;
}

enum err
audit_event_holds(const struct flow *f, const struct audit_event_row *row,
    bool *ret_holds)
{
	uint8_t mac[AUDIT_MAC];
	struct buf message;
	enum err e;

	buf_init(&message, ID_BYTES + AUDIT_BODY_MAX + row->body.n);
	audit_mac_message(&row->id, row->body, &message);
	e = buf_err(&message);
	if (e == ERR_NONE) {
		e = keyring_audit_mac(f->ring, row->key, buf_view(&message),
		    mac);
	}
	*ret_holds = e == ERR_NONE && ct_equal(mac, row->mac, AUDIT_MAC);
	buf_done(&message);
	return e == ERR_MISSING ? ERR_NONE : e;
}

/*
 * A changed event is not dropped: it stands in the log as text, under a name
 * that says what happened to it.
 */
static void
put_event(struct buf *body, const struct audit_event_row *row, bool holds)
{
	struct jsonw w;

	if (holds) {
		buf_str(body, row->body);
	} else {
		jsonw_init(&w, body);
		jsonw_object(&w);
		jsonw_member_id(&w, "id", ID_EVENT, &row->id);
		jsonw_member_z(&w, "event", SEAL_CHANGED);
		jsonw_member_str(&w, "found",
		    str_slice(row->body, 0, FOUND_MAX));
		jsonw_object_end(&w);
	}
	buf_char(body, '\n');
}

/* Moves the events into the body, out of the waiting table. */
static enum err
gather(struct tx *tx, struct seal *s, const struct audit_event_row *rows,
    unsigned n, struct buf *body)
{
	for (unsigned i = 0; i < n; i++) {
		bool holds;
		enum err e = audit_event_holds(s->flow, &rows[i], &holds);

		if (e != ERR_NONE) {
			return e;
		}
		s->wrong_macs += holds ? 0 : 1;
		put_event(body, &rows[i], holds);
	}
	return buf_err(body) != ERR_NONE ? buf_err(body)
	    : audit_event_delete(tx, &rows[n - 1].id, n);
}

/* Numbers, chains, signs and inserts the segment. */
static enum err
append(struct tx *tx, struct seal *s, struct str body, unsigned n)
{
	struct audit_segment_row last, row = {
		.n = 1,
		.events = n,
		.sealed_at = flow_now(s->flow),
		.body = body,
	};
	enum err e = audit_segment_last(tx, s->arena, &last);

	if (e == ERR_NONE) {
		row.n = last.n + 1;
		memcpy(row.before, last.hash, AUDIT_HASH);
	} else if (e != ERR_MISSING) {
		return e;
	}
	e = seal_hash(&row, row.hash);
	if (e == ERR_NONE) {
		e = keyring_sign(s->flow->ring, KEY_AUDIT,
		    (struct str){(const char *)row.hash, AUDIT_HASH},
		    &row.key, row.signature);
	}
	if (e == ERR_NONE) {
		e = audit_segment_insert(tx, &row);
	}
	row.body = (struct str){NULL, 0};
	s->head = row;
	s->sealed = e == ERR_NONE;
	return e;
}

enum err
seal_run(struct tx *tx, void *seal)
{
	struct seal *s = seal;
	const struct id oldest = {0};
	struct audit_event_row *rows;
	struct buf body;
	unsigned n = 0;
	enum err e;

	s->sealed = false;
	s->wrong_macs = 0;
	arena_reset(s->arena);
	rows = arena_get(s->arena, SEAL_EVENTS * sizeof(*rows));
	if (rows == NULL) {
		return ERR_NOMEM;
	}
	e = audit_event_list(tx, &oldest, SEAL_EVENTS, s->arena, rows, &n);
	if (e != ERR_NONE || n == 0) {
		return e;
	}
	buf_init(&body, BODY_MAX);
	e = gather(tx, s, rows, n, &body);
	if (e == ERR_NONE) {
		e = append(tx, s, buf_view(&body), n);
	}
	buf_done(&body);
	return e;
}

void
seal_head_print(const struct audit_segment_row *row, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_i64(&w, "segment", row->n);
	jsonw_member_i64(&w, "events", row->events);
	jsonw_member_time(&w, "sealed_at", row->sealed_at);
	jsonw_key(&w, "before");
	jsonw_hex(&w, row->before, AUDIT_HASH);
	jsonw_key(&w, "hash");
	jsonw_hex(&w, row->hash, AUDIT_HASH);
	jsonw_member_i64(&w, "key", row->key);
	jsonw_key(&w, "signature");
	jsonw_hex(&w, row->signature, AUDIT_SIGNATURE);
	jsonw_object_end(&w);
}
