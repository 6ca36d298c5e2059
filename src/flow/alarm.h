/*
 * The spraying alarm of a tenant (S20): many wrong codes in ten minutes, and
 * most of what is tried is wrong.  One guess on each of a million accounts
 * trips no counter of a subject; it shows only here.
 *
 * It tells people, by an audit event, the log and a metric, and refuses
 * nobody.  It lives in memory: each process sees what passes through it.
 * Any thread may call.
 */
#ifndef FLOW_ALARM_H
#define FLOW_ALARM_H

#include <stdbool.h>

#include "flow/flow.h"

struct alarm;

/* NULL when there is no memory.  alarm_free(NULL) is fine. */
struct alarm *alarm_new(void);
void alarm_free(struct alarm *a);

/*
 * alarm_count(a, tenant, wrong, now): a check was carried out.  True when
 * that begins an alarm, which then stands until the ten minutes look better.
 */
bool alarm_count(struct alarm *a, const struct tenant *tenant, bool wrong,
    unix_ms now) NONNULL;

/* alarm_count_on(a): tenants whose alarm stands, for metrics. */
unsigned alarm_count_on(struct alarm *a) NONNULL;

/* alarm_run: a use_case over struct alarm_event: the audit event. */
struct alarm_event {
	const struct flow *flow;
	struct id tenant;
};
enum err alarm_run(struct tx *tx, void *alarm_event) MUST_CHECK NONNULL;

#endif
