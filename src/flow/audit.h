/*
 * Audit events: written in the transaction that decides, so that nothing is
 * answered whose event could not be kept (S125, I7, I10).
 *
 * An event is one JSON object.  It never holds a code, a seed, a key or an
 * address in the clear; the subject is a keyed pseudonym (S124).
 */
#ifndef FLOW_AUDIT_H
#define FLOW_AUDIT_H

#include "base/jsonw.h"
#include "flow/flow.h"
#include "store/challenges.h"

enum audit_event {
#define EVENT(name, text) AUDIT_##name,
#include "flow/events.def"
#undef EVENT
	AUDIT_EVENT_COUNT
};

const char *audit_event_name(enum audit_event e);

#define AUDIT_BODY_MAX 2048

/* An event being written. */
struct audit {
	struct id id;
	enum audit_event event;
	struct id tenant;	/* or none */
	struct buf body;
	struct jsonw json;
};

/*
 * audit_begin(a, f, event, tenant, now): opens the object; the caller may add
 * members to a->json.  tenant may be NULL: an event of the installation.
 * Always followed by audit_commit, which frees.
 */
enum err audit_begin(struct audit *a, const struct flow *f,
    enum audit_event event, const struct id *tenant, unix_ms now) MUST_CHECK;

/* audit_challenge(a, row): who and what: challenge, subject, purpose, channel. */
void audit_challenge(struct audit *a, const struct challenge_row *row) NONNULL;

/*
 * audit_commit(a, tx, f): closes the object and inserts the row; where it is an
 * alert (flow/alert.h), that too.
 */
enum err audit_commit(struct audit *a, struct tx *tx, const struct flow *f)
    MUST_CHECK NONNULL;

/* audit_simple(tx, f, event, row, now): an event with nothing to add. */
enum err audit_simple(struct tx *tx, const struct flow *f,
    enum audit_event event, const struct challenge_row *row, unix_ms now)
    MUST_CHECK NONNULL;

/* audit_mac_message(id, body, out): the bytes under an event's MAC. */
void audit_mac_message(const struct id *id, struct str body, struct buf *out)
    NONNULL;

#endif
