#include "app/gateways.h"

#include <stdio.h>
#include <unistd.h>

#include "base/parse.h"
#include "channel/gateway.h"
#include "config/provider_file.h"

enum { FILE_NAME_MAX = 4096, QUEUED = 1024 };

static enum err
read_secret(const struct provider *p, enum provider_key key,
    struct secret *secret, struct buf *reason)
{
	const char *path = provider_get_z(p, key);
	enum err e;

	if (path == NULL) {
		return ERR_NONE;
	}
	e = config_secret_read(path, secret);
	if (e != ERR_NONE) {
		buf_printf(reason, "provider %s: its secret in %s: %s",
		    p->name, path, err_name(e));
	}
	return e;
}

enum err
gateways_load(struct gateways *g, const struct config *config,
    const char *dir, struct buf *reason)
{
	char path[FILE_NAME_MAX];
	bool named = config->providers_file[0] != '\0';
	int n = snprintf(path, sizeof(path), "%s%s", named
	    ? config->providers_file : dir, named ? "" : "/providers.ini");
	enum err e = ERR_NONE;

	if (n < 0 || (size_t)n >= sizeof(path)) {
		return ERR_LIMIT;
	}
	if (!named && access(path, F_OK) != 0) {
		return ERR_NONE;
	}
	if (!provider_file_load(path, &g->all, reason)) {
		return ERR_SYNTAX;
	}
	for (unsigned i = 0; e == ERR_NONE && i < g->all.n; i++) {
		e = read_secret(&g->all.v[i], PROVIDER_secret_file,
		    &g->secrets[i], reason);
		if (e == ERR_NONE) {
			e = read_secret(&g->all.v[i],
			    PROVIDER_receipts_token_file, &g->tokens[i],
			    reason);
		}
		if (e == ERR_NONE) {
			e = read_secret(&g->all.v[i],
			    PROVIDER_sim_swap_token_file, &g->sim_tokens[i],
			    reason);
		}
		if (e == ERR_NONE) {
			e = read_secret(&g->all.v[i],
			    PROVIDER_sim_swap_secret_file,
			    &g->sim_secrets[i], reason);
		}
	}
	return e;
}

enum err
gateways_carrier(const struct gateways *g, const struct provider *p,
    struct clock clock, struct carrier *ret_carrier)
{
	size_t i = (size_t)(p - g->all.v);
	struct gateway_options o = {
		.provider = p,
		.secret = &g->secrets[i],
		.token = &g->tokens[i],
		.sim_token = &g->sim_tokens[i],
		.sim_secret = &g->sim_secrets[i],
		.peer = http_out_peer_default(),
		.clock = clock,
	};
	uint64_t connections = 0, timeout = 0;

	if (!parse_u64(provider_get(p, PROVIDER_connections), &connections) ||
	    !parse_u64(provider_get(p, PROVIDER_timeout_s), &timeout)) {
		return ERR_RANGE;
	}
	o.peer.whole = SECONDS(timeout);
	o.limits = (struct multi_limits){
		.in_flight = (unsigned)connections,
		.queued = QUEUED,
		.kept = (unsigned)connections,
	};
	return gateway_new(&o, ret_carrier);
}

struct way
gateways_way(struct gateways *g, const struct provider *p)
{
	return (struct way){
		.channel = provider_channel(p),
		.name = p->name,
		.receipts = provider_get(p, PROVIDER_receipts_url).n > 0,
		.countries = p->setting[PROVIDER_countries],
		.prices = provider_get_z(p, PROVIDER_prices),
		.senders = provider_get_z(p, PROVIDER_senders),
		.health = &g->health[(size_t)(p - g->all.v)],
	};
}

void
gateways_wipe(struct gateways *g)
{
	for (unsigned i = 0; i < PROVIDERS_MAX; i++) {
		secret_wipe(&g->secrets[i]);
		secret_wipe(&g->tokens[i]);
		secret_wipe(&g->sim_tokens[i]);
		secret_wipe(&g->sim_secrets[i]);
	}
}
