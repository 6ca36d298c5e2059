/*
 * The sandbox's routes: inbox, clock, faults.
 */
#ifndef APP_SANDBOX_H
#define APP_SANDBOX_H

#include "app/keeper.h"
#include "app/sandclock.h"
#include "channel/channel.h"
#include "http/router.h"

struct sandbox_api;

/*
 * sandbox_api_new(clock, keeper, ret): both are borrowed.  The courier of a
 * sandbox is set later, so that moving the clock can wake it.
 */
enum err sandbox_api_new(struct sandclock *clock, struct keeper *keeper,
    struct sandbox_api **ret_sandbox) MUST_CHECK NONNULL;
void sandbox_api_free(struct sandbox_api *s);

/* sandbox_api_carrier(s): freed by its courier. */
struct carrier sandbox_api_carrier(struct sandbox_api *s) NONNULL;

struct courier;
void sandbox_api_courier(struct sandbox_api *s, struct courier *c);

/*
 * sandbox_api_dispatch: http_server_options.dispatch of a sandbox.  It runs
 * the route's handler where the request is for an address or for localhost.
 */
void sandbox_api_dispatch(struct http_exchange *x,
    const struct http_route *route) NONNULL;

/* sandbox_api_routes(ret_n): handlers that find s as api.sandbox_api. */
const struct http_route *sandbox_api_routes(size_t *ret_n) NONNULL;

#endif
