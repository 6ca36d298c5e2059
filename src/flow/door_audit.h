/*
 * Audit events about shipments, and the alerts of the door.
 */
#ifndef FLOW_DOOR_AUDIT_H
#define FLOW_DOOR_AUDIT_H

#include "flow/audit.h"
#include "store/shipments.h"
#include "store/visits.h"

/* door_audit_begin(a, f, event, row, now): with shipment, subject, state. */
enum err door_audit_begin(struct audit *a, const struct flow *f,
    enum audit_event event, const struct shipment_row *row, unix_ms now)
    MUST_CHECK NONNULL;

/* door_audit_simple(tx, f, event, row, now): with nothing to add. */
enum err door_audit_simple(struct tx *tx, const struct flow *f,
    enum audit_event event, const struct shipment_row *row, unix_ms now)
    MUST_CHECK NONNULL;

/*
 * door_alert(tx, f, row, agent, reason, now): something at the door that
 * people should see: "not_yours", "not_now", "guessing", "locked",
 * "pass", "contradiction", "far".
 */
enum err door_alert(struct tx *tx, const struct flow *f,
    const struct shipment_row *row, const struct id *agent,
    const char *reason, unix_ms now) MUST_CHECK NONNULL;

#endif
