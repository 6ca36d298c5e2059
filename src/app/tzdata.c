#include "app/tzdata.h"

#include "format/zones.h"

static enum err
get(void *ctx, struct str name, unix_ms near, struct zone *ret_zone)
{
	return ctx == NULL ? ERR_NOMEM : zones_cache_get(ctx, name, near, ret_zone);
}

void
tzdata_open(struct tzdata *t, struct flow *flow)
{
	t->cache = zones_cache_new();
	t->zones = (struct zones){
		.get = get,
		.ctx = t->cache,
		.version = t->cache == NULL ? "" : zones_version(t->cache),
	};
	flow->zones = &t->zones;
}

void
tzdata_close(struct tzdata *t)
{
	zones_cache_free(t->cache);
	*t = (struct tzdata){0};
}
