/*
 * /metrics in the Prometheus text format: requests by route and status, time,
 * the store's queues, and what others add.  No label holds anything of a
 * customer.
 */
#ifndef API_METRICS_H
#define API_METRICS_H

#include "flow/door.h"
#include "http/server.h"

struct api_metrics;

/* One for n_routes routes, borrowed; NULL when there is no memory. */
struct api_metrics *api_metrics_new(const struct http_route *routes,
    size_t n_routes);
void api_metrics_free(struct api_metrics *m);

/* api_metrics_count(m, done): on any loop's thread. */
void api_metrics_count(struct api_metrics *m, const struct http_done *done);

/*
 * What a device asked for at a door, once it is on disk: a hand-over by what
 * came of it, and what else he said of the door.  On any thread.
 */
void api_metrics_handover(struct api_metrics *m, enum door_verdict v) NONNULL;
void api_metrics_attempt(struct api_metrics *m, enum visit_outcome o) NONNULL;
void api_metrics_alerts(struct api_metrics *m, const struct door_alerts *alerts)
    NONNULL;

#endif
