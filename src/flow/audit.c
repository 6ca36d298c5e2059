#include "flow/audit.h"

#include <assert.h>
#include <string.h>

#include "flow/alert.h"
#include "store/audit.h"

static const char *const names[AUDIT_EVENT_COUNT] = {
#define EVENT(name, text) [AUDIT_##name] = text,
#include "flow/events.def"
#undef EVENT
};

const char *
audit_event_name(enum audit_event e)
{
	assert(e < AUDIT_EVENT_COUNT);
	return names[e];
}

enum err
audit_begin(struct audit *a, const struct flow *f, enum audit_event event,
    const struct id *tenant, unix_ms now)
{
	enum err e = id_new(&f->rng, now, &a->id);

	if (e != ERR_NONE) {
		return e;
	}
	a->event = event;
	a->tenant = tenant != NULL ? *tenant : (struct id){0};
	buf_init(&a->body, AUDIT_BODY_MAX);
	jsonw_init(&a->json, &a->body);
	jsonw_object(&a->json);
	jsonw_member_id(&a->json, "id", ID_EVENT, &a->id);
	jsonw_member_time(&a->json, "at", now);
	jsonw_member_z(&a->json, "event", audit_event_name(event));
	if (tenant != NULL) {
		jsonw_member_id(&a->json, "tenant", ID_TENANT, tenant);
	}
	return ERR_NONE;
}

void
audit_challenge(struct audit *a, const struct challenge_row *row)
{
	jsonw_member_id(&a->json, "challenge", ID_CHALLENGE, &row->id);
	jsonw_key(&a->json, "subject");
	jsonw_hex(&a->json, row->subject, SUBJECT_BYTES);
	jsonw_member_z(&a->json, "purpose", purpose_name(row->purpose));
	jsonw_member_z(&a->json, "channel", channel_name(row->channel));
}

void
audit_mac_message(const struct id *id, struct str body, struct buf *out)
{
	buf_put(out, id->b, ID_BYTES);
	buf_str(out, body);
}

enum err
audit_commit(struct audit *a, struct tx *tx, const struct flow *f)
{
	struct audit_event_row row = {.id = a->id};
	struct buf message;
	enum err e;

	jsonw_object_end(&a->json);
	buf_init(&message, ID_BYTES + AUDIT_BODY_MAX);
	row.body = buf_view(&a->body);
	row.key = keyring_version(f->ring, KEY_AUDIT);
	audit_mac_message(&row.id, row.body, &message);
	e = buf_err(&a->body);
	if (e == ERR_NONE) {
		e = buf_err(&message);
	}
	if (e == ERR_NONE) {
		e = keyring_audit_mac(f->ring, row.key, buf_view(&message),
		    row.mac);
	}
	if (e == ERR_NONE) {
		e = audit_event_insert(tx, &row);
	}
	if (e == ERR_NONE && alert_is(a->event)) {
		const struct alert_row alert = {a->id, a->tenant, row.body};

		e = alert_row_insert(tx, &alert);
	}
	buf_done(&message);
	buf_done(&a->body);
	return e;
}

enum err
audit_simple(struct tx *tx, const struct flow *f, enum audit_event event,
    const struct challenge_row *row, unix_ms now)
{
	struct audit a;
	enum err e = audit_begin(&a, f, event, &row->tenant, now);

	if (e != ERR_NONE) {
		return e;
	}
	audit_challenge(&a, row);
	return audit_commit(&a, tx, f);
}
