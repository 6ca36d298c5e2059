/*
 * Contradictions at the door: a parcel that was delivered is in an agent's
 * hand again.  One of the two hand-overs was not what it was said to be.
 */
#ifndef FLOW_CONTRADICTION_H
#define FLOW_CONTRADICTION_H

#include "flow/door.h"

#define CONTRADICTION_CASE "parcel_again"

/*
 * contradiction_look(tx, h): for each parcel that h names and its stop does
 * not expect: where it belongs to a shipment that was delivered, a case about
 * that shipment, once, and an alert.  The shipment stays as it is: an agent
 * who types numbers must not be able to change what others have delivered.
 */
enum err contradiction_look(struct tx *tx, const struct handover *h)
    MUST_CHECK NONNULL;

/*
 * contradiction_open(tx, h): the same about h's own shipment, whatever h
 * names: it was delivered, and this says that another visit did it.
 */
enum err contradiction_open(struct tx *tx, const struct handover *h)
    MUST_CHECK NONNULL;

#endif
