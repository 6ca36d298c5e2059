/*
 * Far from the stop: where a shop says where an address is, and the agent's
 * device where it stands when a code is typed or a door is said not to open.
 *
 * The device is its own witness, so this refuses and approves nothing: it
 * raises an alert and opens a case, for a person to look into.
 */
#ifndef FLOW_FAR_H
#define FLOW_FAR_H

#include "domain/spot.h"
#include "flow/door.h"

#define FAR_CASE "far_from_stop"

/* far_seal(f, arena, row, spot): into row->geo; nothing where none is given. */
enum err far_seal(const struct flow *f, struct arena *arena,
    struct shipment_row *row, const struct spot *spot) MUST_CHECK NONNULL;

/* far_open(f, arena, row, ret): not given: never said, or forgotten. */
enum err far_open(const struct flow *f, struct arena *arena,
    const struct shipment_row *row, struct spot *ret_spot) MUST_CHECK NONNULL;

/*
 * far_look(tx, look): further away than the policy's delivery_distance_m: an
 * alert, and a case about the shipment unless one is open.
 */
struct far_look {
	const struct door_call *call;
	const struct shipment_row *row;
	const struct id *agent;
	const struct door_place *place;
	unix_ms now;
};
enum err far_look(struct tx *tx, const struct far_look *look) MUST_CHECK
    NONNULL;

/*
 * far_handover(tx, h): the same for a hand-over in which a code or a pass was
 * judged, right or wrong; nothing for what was not let so far.
 */
enum err far_handover(struct tx *tx, const struct handover *h) MUST_CHECK
    NONNULL;

#endif
