/*
 * The outbox: messages that a use case decided to send.  No row holds a code
 * (S5): the courier derives it from the challenge when it renders.
 */
#ifndef STORE_MESSAGES_H
#define STORE_MESSAGES_H

#include "base/arena.h"
#include "domain/notice.h"
#include "domain/purpose.h"
#include "store/challenges.h"
#include "store/store.h"

/* Stored as a number: add at the end. */
enum message_state {
	MESSAGE_QUEUED,		/* to be sent at due_at */
	MESSAGE_SENT,		/* the peer has taken it */
	MESSAGE_DELIVERED,	/* the peer says it arrived */
	MESSAGE_FAILED,		/* refused for good */
	MESSAGE_EXPIRED,	/* its time was over before it could go */
	MESSAGE_CANCELLED,	/* the challenge ended first */
	MESSAGE_STATE_COUNT
};

struct message_row {
	struct id id;
	struct id tenant;
	struct id challenge;
	enum message_kind kind;
	uint32_t generation;	/* of the code it carries; a notice: zero */
	int failures;		/* what a notice tells of; a code: zero */
	enum channel channel;
	enum message_state state;
	int attempts;		/* how often the peer was asked */
	unix_ms created_at;
	unix_ms due_at;		/* while queued: not before; a lease moves it */
	unix_ms expires_at;
	unix_ms sent_at;	/* zero: not yet */
	struct str detail;	/* short stable reason, "smtp_550" */
	struct str provider;	/* who took it, and what it is to him: for */
	struct str reference;	/* receipts; or empty */
	/* Of a notice of its own, sealed, and its language; or empty. */
	struct str recipient;
	struct str locale;
	struct str route;	/* the provider that it waits for; empty: the
				 * channel's first */
	struct str plan;	/* domain/plan.h; empty: nothing follows */
	int step;		/* in the plan */
	unix_ms deadline_at;	/* the next step is taken then; zero: never */
	int64_t price;		/* set aside for it, in millionths */
	int64_t version;
};

enum err message_row_insert(struct tx *tx, struct message_row *row)
    MUST_CHECK NONNULL;

#define MESSAGE_ALL_CHANNELS ((1U << CHANNEL_COUNT) - 1)

/* What one courier serves. */
struct message_lanes {
	uint32_t channels;	/* bit c: those that go by enum channel c */
	struct str route;	/* of one provider besides; or empty */
	bool route_only;	/* of that provider alone */
};

struct message_lease {
	struct message_lanes at;
	unix_ms now;
	unix_ms until;
	unsigned max;
};

/*
 * message_row_lease(tx, lease, arena, rows, ret_n): up to max queued messages
 * that are due at now, of each channel the oldest first, their due_at set to
 * until, so that nobody else sends them meanwhile; a courier that dies loses
 * its lease by time.
 */
enum err message_row_lease(struct tx *tx, const struct message_lease *lease,
    struct arena *arena, struct message_row *rows, unsigned *ret_n)
    MUST_CHECK NONNULL;

/* message_row_get(tx, id, arena, ret_row): ERR_MISSING. */
enum err message_row_get(struct tx *tx, const struct id *id,
    struct arena *arena, struct message_row *ret_row) MUST_CHECK NONNULL;

/* message_row_find(tx, provider, reference, arena, ret_row): ERR_MISSING. */
enum err message_row_find(struct tx *tx, struct str provider,
    struct str reference, struct arena *arena, struct message_row *ret_row)
    MUST_CHECK NONNULL;

/*
 * Writes state, attempts, due_at, sent_at, detail, provider, reference,
 * deadline_at, price; by version.
 */
enum err message_row_update(struct tx *tx, struct message_row *row)
    MUST_CHECK NONNULL;

/* message_row_list(tx, challenge, …): of one challenge, oldest first. */
enum err message_row_list(struct tx *tx, const struct id *challenge,
    unsigned max, struct arena *arena, struct message_row *rows,
    unsigned *ret_n) MUST_CHECK NONNULL;

/*
 * message_row_of_subject(tx, tenant, subject, before, max, …): those to one
 * person, of any challenge, newest first; older than before.
 */
enum err message_row_of_subject(struct tx *tx, const struct id *tenant,
    const uint8_t subject[static SUBJECT_BYTES], const struct id *before,
    unsigned max, struct arena *arena, struct message_row *rows,
    unsigned *ret_n) MUST_CHECK NONNULL;

/*
 * message_row_next_due(tx, at, ret_at): UNIX_MS_MAX when nothing is queued
 * for them.
 */
enum err message_row_next_due(struct tx *tx, const struct message_lanes *at,
    unix_ms *ret_at) MUST_CHECK NONNULL;

/* message_row_late(tx, now, max, …): whose deadline is over, oldest first. */
enum err message_row_late(struct tx *tx, unix_ms now, unsigned max,
    struct arena *arena, struct message_row *rows, unsigned *ret_n)
    MUST_CHECK NONNULL;

/*
 * message_row_settle_road(tx, challenge, but): no step follows any of its
 * messages any more, except but.
 */
enum err message_row_settle_road(struct tx *tx, const struct id *challenge,
    const struct id *but) MUST_CHECK NONNULL;

/*
 * message_row_routes, message_row_leave_route: the routes that messages wait
 * for; and those of one, whose provider is gone, become anybody's.
 */
#define MESSAGE_ROUTES_MAX 64
struct message_route {
	enum channel channel;
	char name[33];
};
struct message_routes {
	struct message_route v[MESSAGE_ROUTES_MAX];
	unsigned n;
};
enum err message_row_routes(struct tx *tx,
    struct message_routes *ret_routes) MUST_CHECK NONNULL;
enum err message_row_leave_route(struct tx *tx,
    const struct message_route *route) MUST_CHECK NONNULL;

/*
 * message_row_forget(tx, before, max, ret_n): empty the sealed recipient of up
 * to max messages made before a time (S127).
 */
enum err message_row_forget(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

/*
 * message_row_cancel(tx, challenge): codes that are still queued are not sent.
 * Notices are: the end of a challenge is no reason to say less.
 */
enum err message_row_cancel(struct tx *tx, const struct id *challenge)
    MUST_CHECK NONNULL;

#endif
