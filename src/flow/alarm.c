#include "flow/alarm.h"

#include <stdlib.h>
#include <string.h>

#include "flow/audit.h"

/* Ten buckets of a minute.  Past the last tenant, nobody new is watched. */
enum { BUCKETS = 10, BUCKET_MS = 60000, TENANTS_MAX = 4096 };

struct bucket {
	int64_t minute;
	int64_t tries;
	int64_t wrong;
};

struct watch {
	struct id tenant;
	struct bucket buckets[BUCKETS];
	bool on;
};

struct alarm {
	pthread_mutex_t lock;	/* guards what follows */
	struct watch *watches;
	size_t n;
	unsigned on;
};

struct alarm *
alarm_new(void)
{
	struct alarm *a = calloc(1, sizeof(*a));

	if (a != NULL) {
		pthread_mutex_init(&a->lock, NULL);
	}
	return a;
}

void
alarm_free(struct alarm *a)
{
	if (a != NULL) {
		pthread_mutex_destroy(&a->lock);
		free(a->watches);
		free(a);
	}
}

static struct watch *
watch_of(struct alarm *a, const struct id *tenant)
{
	struct watch *grown;

	for (size_t i = 0; i < a->n; i++) {
		if (id_equal(&a->watches[i].tenant, tenant)) {
			return &a->watches[i];
		}
	}
	if (a->n == TENANTS_MAX) {
		return NULL;
	}
	grown = reallocarray(a->watches, a->n + 1, sizeof(*grown));
	if (grown == NULL) {
		return NULL;
	}
	a->watches = grown;
	a->watches[a->n] = (struct watch){.tenant = *tenant};
	return &a->watches[a->n++];
}

/* Counts into the minute's bucket, and sums what is younger than ten. */
static struct bucket
count(struct watch *w, bool wrong, unix_ms now)
{
	int64_t minute = now.v / BUCKET_MS;
	struct bucket *b = &w->buckets[minute % BUCKETS];
	struct bucket sum = {0};

	if (b->minute != minute) {
		*b = (struct bucket){.minute = minute};
	}
	b->tries++;
	b->wrong += wrong ? 1 : 0;
	for (int i = 0; i < BUCKETS; i++) {
		int64_t age = minute - w->buckets[i].minute;

		if (age >= 0 && age < BUCKETS) {
			sum.tries += w->buckets[i].tries;
			sum.wrong += w->buckets[i].wrong;
		}
	}
	return sum;
}

bool
alarm_count(struct alarm *a, const struct tenant *tenant, bool wrong,
    unix_ms now)
{
	const struct policy *p = &tenant->policy;
	struct watch *w;
	bool began = false;

	pthread_mutex_lock(&a->lock);
	w = watch_of(a, &tenant->id);
	if (w != NULL) {
		struct bucket sum = count(w, wrong, now);
		bool on = sum.wrong > p->spraying_failures &&
		    sum.wrong * 100 > sum.tries * p->spraying_percent;

		began = on && !w->on;
		a->on = a->on + (on ? 1U : 0U) - (w->on ? 1U : 0U);
		w->on = on;
	}
	pthread_mutex_unlock(&a->lock);
	return began;
}

unsigned
alarm_count_on(struct alarm *a)
{
	unsigned on;

	pthread_mutex_lock(&a->lock);
	on = a->on;
	pthread_mutex_unlock(&a->lock);
	return on;
}

enum err
alarm_run(struct tx *tx, void *alarm_event)
{
	const struct alarm_event *event = alarm_event;
	struct audit a;
	enum err e = audit_begin(&a, event->flow, AUDIT_TENANT_SPRAYED,
	    &event->tenant, flow_now(event->flow));

	return e == ERR_NONE ? audit_commit(&a, tx, event->flow) : e;
}
