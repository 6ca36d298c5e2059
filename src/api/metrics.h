/*
 * /metrics in the Prometheus text format: requests by route and status, time,
 * the store's queues, and what others add.  No label holds anything of a
 * customer.
 */
#ifndef API_METRICS_H
#define API_METRICS_H

#include "http/server.h"

struct api_metrics;

/* One for n_routes routes, borrowed; NULL when there is no memory. */
struct api_metrics *api_metrics_new(const struct http_route *routes,
    size_t n_routes);
void api_metrics_free(struct api_metrics *m);

/* api_metrics_count(m, done): on any loop's thread. */
void api_metrics_count(struct api_metrics *m, const struct http_done *done);

#endif
