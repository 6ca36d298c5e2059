/*
 * The codes of the door: challenges that a visit makes, whose binding names
 * the parcels, the agent, the stop and the day (R29), and which are good to
 * the end of that day at the address (R14).
 *
 * They are checked at the door only (flow/door.h): the shop's own check does
 * not know them.
 */
#ifndef FLOW_DOOR_CODE_H
#define FLOW_DOOR_CODE_H

#include "base/arena.h"
#include "flow/recipient.h"
#include "store/shipments.h"
#include "store/visits.h"

/* What a code is made from. */
struct door {
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	const struct shipment_row *shipment;
	const struct visit_row *visit;
	const struct parcel_row *parcels;	/* those still expected count */
	unsigned n_parcels;
	unix_ms now;
};

/* Whom it is for. */
struct door_person {
	struct recipient recipient;
	uint8_t subject[SUBJECT_BYTES];
	struct str locale;
	const struct id *delegate;	/* NULL: the customer himself */
};

/* door_customer(f, arena, row, ret): ERR_MISSING: forgotten. */
enum err door_customer(const struct flow *f, struct arena *arena,
    const struct shipment_row *row, struct door_person *ret_person)
    MUST_CHECK NONNULL;

/* door_delegate(f, arena, row, ret): ERR_MISSING: forgotten. */
enum err door_delegate(const struct flow *f, struct arena *arena,
    const struct delegate_row *row, struct door_person *ret_person)
    MUST_CHECK NONNULL;

/* door_code_make(tx, d, person, ret_row): inserts it, with its event. */
enum err door_code_make(struct tx *tx, const struct door *d,
    const struct door_person *person, struct challenge_row *ret_row)
    MUST_CHECK NONNULL;

/*
 * door_code_send(tx, d, row, ret_wait): queues the message, unless the
 * recipient's limits forbid it for now: then *ret_wait is not zero, and the
 * keeper tries again.
 */
enum err door_code_send(struct tx *tx, const struct door *d,
    struct challenge_row *row, duration_ms *ret_wait) MUST_CHECK NONNULL;

/*
 * door_code_end(tx, d, challenge, event): ends one that is pending, by
 * CHALLENGE_SUPERSEDE or CHALLENGE_CANCEL; what is over stays as it is.
 */
enum err door_code_end(struct tx *tx, const struct door *d,
    const struct id *challenge, enum challenge_event event) MUST_CHECK
    NONNULL;

/* door_code_is(f, row): a visit has made it. */
bool door_code_is(const struct flow *f, const struct challenge_row *row)
    NONNULL;

#define DELEGATES_MAX 2		/* live ones; each adds a code that opens */
#define DELEGATES_EVER 16	/* of one shipment, with those revoked */

/*
 * door_codes_issue(tx, d, visit): codes for the customer and his delegates,
 * sent where the policy says so; fills visit->challenge and visit->sent.
 * *ret_wait is not zero when some must be sent later.
 */
enum err door_codes_issue(struct tx *tx, const struct door *d,
    struct visit_row *visit, bool send, duration_ms *ret_wait) MUST_CHECK
    NONNULL;

/* door_codes_send(tx, d, visit, ret_wait): those that were made before. */
enum err door_codes_send(struct tx *tx, const struct door *d,
    struct visit_row *visit, duration_ms *ret_wait) MUST_CHECK NONNULL;

/* door_codes_end(tx, d, event, except): all of the visit; except may be NULL. */
enum err door_codes_end(struct tx *tx, const struct door *d,
    enum challenge_event event, const struct id *except) MUST_CHECK
    __attribute__((nonnull(1, 2)));

#endif
