#include "flow/flow.h"

unix_ms
flow_now(const struct flow *f)
{
	return clock_now(&f->clock);
}

struct str
flow_id_bytes(const struct id *id)
{
	return (struct str){(const char *)id->b, ID_BYTES};
}

bool
way_is_well(const struct way *w, unix_ms now)
{
	int64_t rest;

	if (w->health == NULL ||
	    atomic_load(&w->health->state) == BREAKER_CLOSED) {
		return true;
	}
	rest = (int64_t)atomic_load(&w->health->ask_at) - now.v;
	return rest <= 0 || rest > BREAKER_PAUSE_MAX.v;
}
