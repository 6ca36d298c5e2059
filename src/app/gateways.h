/*
 * The providers of text messages and calls, with their secrets, and the
 * carriers made of them.
 */
#ifndef APP_GATEWAYS_H
#define APP_GATEWAYS_H

#include "base/secret.h"
#include "channel/channel.h"
#include "config/config.h"
#include "domain/provider.h"
#include "flow/flow.h"

struct gateways {
	struct providers all;
	struct way_health health[PROVIDERS_MAX];
	struct secret secrets[PROVIDERS_MAX];	/* of all.v[i]; empty: none */
	struct secret tokens[PROVIDERS_MAX];
	struct secret sim_tokens[PROVIDERS_MAX];
	struct secret sim_secrets[PROVIDERS_MAX];
};

/*
 * gateways_load(g, config, dir, reason): the file that config names, or
 * providers.ini in the data folder dir.  ERR_SYNTAX: the file has problems;
 * what config_secret_read says of a secret.
 */
enum err gateways_load(struct gateways *g, const struct config *config,
    const char *dir, struct buf *reason) MUST_CHECK NONNULL;

/* gateways_carrier(g, p, clock, ret): p is one of g's. */
enum err gateways_carrier(const struct gateways *g, const struct provider *p,
    struct clock clock, struct carrier *ret_carrier) MUST_CHECK NONNULL;

/* gateways_way(g, p): how the flows see p, one of g's, which outlives it. */
struct way gateways_way(struct gateways *g, const struct provider *p) NONNULL;

void gateways_wipe(struct gateways *g) NONNULL;

#endif
