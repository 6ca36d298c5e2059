#include "flow/alert.h"

bool
alert_is(enum audit_event event)
{
	static const enum audit_event alerts[] = {
		AUDIT_TENANT_SPRAYED,
		AUDIT_SUBJECT_STOPPED,
		AUDIT_RECEIPT_REPLAYED,
		AUDIT_DOOR_ALERT,
		AUDIT_SHIPMENT_HELD,
		AUDIT_OVERRIDE_ASKED,
		AUDIT_OVERRIDE_APPROVED,
	};

	for (size_t i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++) {
		if (alerts[i] == event) {
			return true;
		}
	}
	return false;
}

enum err
alert_page_run(struct tx *tx, void *alert_page)
{
	struct alert_page *p = alert_page;

	return alert_row_list(tx, &p->tenant, &p->before, p->max, p->arena,
	    p->rows, &p->n);
}
