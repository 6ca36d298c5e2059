/*
 * Audit events about shipments, and the alerts of the door.
 */
#ifndef FLOW_DOOR_AUDIT_H
#define FLOW_DOOR_AUDIT_H

#include "flow/audit.h"
#include "flow/door.h"
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
 * door_alert(tx, call, row, agent, alert, now): something that people should
 * see, as an event and in call->alerts.
 */
enum err door_alert(struct tx *tx, const struct door_call *call,
    const struct shipment_row *row, const struct id *agent,
    enum door_alert alert, unix_ms now) MUST_CHECK NONNULL;

#endif
