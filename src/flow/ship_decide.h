/*
 * Whether a shipment needs a code at the door (R1 to R7): decided when it is
 * made, and again when it is dispatched, where its account has changed its
 * mind since (R41, R44).  Codes of a visit that goes on stay what they are.
 */
#ifndef FLOW_SHIP_DECIDE_H
#define FLOW_SHIP_DECIDE_H

#include "base/arena.h"
#include "flow/decide.h"
#include "store/shipments.h"

struct ship_decide {
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct shipment_row *row;
};

/*
 * ship_decide(tx, d, known, opted_out): fills the row's code, rule, reason,
 * and, where it is an account's, the sealed signals.  known is what the shop
 * says; opted_out: the account wants no codes at the door.
 */
enum err ship_decide(struct tx *tx, const struct ship_decide *d,
    const struct signals *known, bool opted_out) MUST_CHECK NONNULL;

/*
 * ship_decide_again(tx, d): fills them again where they depend on what the
 * account wants now.  They stay for an account that was erased, for a shipment
 * of none, and where rules would refuse what was accepted.
 */
enum err ship_decide_again(struct tx *tx, const struct ship_decide *d)
    MUST_CHECK NONNULL;

#endif
