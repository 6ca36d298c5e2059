/*
 * The carrier for text messages and calls: one request to a provider's HTTP
 * interface, as its profile says (domain/provider.h).
 */
#ifndef CHANNEL_GATEWAY_H
#define CHANNEL_GATEWAY_H

#include "base/secret.h"
#include "channel/channel.h"
#include "domain/provider.h"
#include "net/http_out.h"

struct gateway_options {
	const struct provider *provider;	/* outlives the carrier */
	const struct secret *secret;	/* of its account; the same; or NULL */
	const struct secret *token;	/* of its receipts; the same; or NULL */
	/* See channel/sim_swap.h, and sim_auth.h for the client's; or NULL. */
	const struct secret *sim_token;
	const struct secret *sim_secret;
	struct http_out_peer peer;
	struct multi_limits limits;
	struct clock clock;
};

/* gateway_new(o, ret_carrier): as multi_new says. */
enum err gateway_new(const struct gateway_options *o,
    struct carrier *ret_carrier) MUST_CHECK NONNULL;

#endif
