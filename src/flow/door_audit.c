#include "flow/door_audit.h"

enum err
door_audit_begin(struct audit *a, const struct flow *f,
    enum audit_event event, const struct shipment_row *row, unix_ms now)
{
	enum err e = audit_begin(a, f, event, &row->tenant, now);

	if (e == ERR_NONE) {
		jsonw_member_id(&a->json, "shipment", ID_SHIPMENT, &row->id);
		jsonw_key(&a->json, "subject");
		jsonw_hex(&a->json, row->subject, SUBJECT_BYTES);
		jsonw_member_z(&a->json, "status",
		    shipment_status_name(row->state.status));
	}
	return e;
}

enum err
door_audit_simple(struct tx *tx, const struct flow *f,
    enum audit_event event, const struct shipment_row *row, unix_ms now)
{
	struct audit a;
	enum err e = door_audit_begin(&a, f, event, row, now);

	return e == ERR_NONE ? audit_commit(&a, tx, f) : e;
}

enum err
door_alert(struct tx *tx, const struct door_call *call,
    const struct shipment_row *row, const struct id *agent,
    enum door_alert alert, unix_ms now)
{
	struct audit a;
	enum err e = door_audit_begin(&a, call->flow, AUDIT_DOOR_ALERT, row,
	    now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "agent", ID_AGENT, agent);
	jsonw_member_z(&a.json, "reason", door_alert_name(alert));
	if (call->alerts != NULL) {
		call->alerts->n[alert]++;
	}
	return audit_commit(&a, tx, call->flow);
}
