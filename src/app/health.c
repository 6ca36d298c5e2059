#include "app/health.h"

#include <stdatomic.h>

#include "base/log.h"
#include "base/str.h"

void
health_show(const struct way *way, const struct breaker *b)
{
	struct way_health *h = way == NULL ? NULL : way->health;
	const int state = (int)b->state;
	int before;

	if (h == NULL) {
		return;
	}
	atomic_store(&h->ask_at, b->ask_at.v);
	before = atomic_exchange(&h->state, state);
	if (before == state) {
		return;
	}
	if (state == BREAKER_OPEN) {
		atomic_fetch_add(&h->opened, 1);
	}
	log_event(state == BREAKER_OPEN ? LOG_ERROR : LOG_INFO,
	    "courier.circuit", "channel", channel_name(way->channel),
	    "provider", way->name, "state", breaker_state_name(b->state),
	    NULL);
}

bool
health_says(const struct sent *s)
{
	struct str reason = str_of(s->reason);

	return s->result != SENT_TEMPORARY ||
	    (!str_equal(reason, STR("stopped")) &&
	    (!str_starts(reason, STR("smtp_4")) ||
	    str_equal(reason, STR("smtp_421"))));
}
