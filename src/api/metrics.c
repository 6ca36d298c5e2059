#include "api/metrics.h"

#include <stdlib.h>

#include "api/api.h"
#include "flow/hashes.h"
#include "http/problem.h"

enum {
	CLASSES = 6,		/* 1xx to 5xx; 0 is not used */
	BUCKETS = 10,
	ANSWER_MAX = 1 << 18
};

/* Milliseconds; the last one is +Inf. */
static const int64_t bounds[BUCKETS - 1] = {
	1, 2, 5, 10, 25, 50, 100, 250, 1000,
};

struct api_metrics {
	const struct http_route *routes;
	size_t n;
	/* [route][class], route n is "no route". */
	atomic_uint_fast64_t *requests;
	atomic_uint_fast64_t took[BUCKETS];
	atomic_uint_fast64_t took_ms;
	atomic_uint_fast64_t handovers[DOOR_NOT_A_CODE + 1];
	atomic_uint_fast64_t attempts[VISIT_OUTCOME_COUNT];
	atomic_uint_fast64_t alerts[DOOR_ALERT_COUNT];
};

struct api_metrics *
api_metrics_new(const struct http_route *routes, size_t n_routes)
{
	struct api_metrics *m = calloc(1, sizeof(*m));

	if (m == NULL) {
		return NULL;
	}
	m->routes = routes;
	m->n = n_routes;
	m->requests = calloc((n_routes + 1) * CLASSES, sizeof(*m->requests));
	if (m->requests == NULL) {
		free(m);
		return NULL;
	}
	return m;
}

void
api_metrics_free(struct api_metrics *m)
{
	if (m != NULL) {
		free(m->requests);
		free(m);
	}
}

static void
add(atomic_uint_fast64_t *counter, uint64_t v)
{
	atomic_fetch_add_explicit(counter, v, memory_order_relaxed);
}

static uint64_t
get(atomic_uint_fast64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void
api_metrics_count(struct api_metrics *m, const struct http_done *done)
{
	size_t route = done->route == NULL ? m->n
	    : (size_t)(done->route - m->routes);
	size_t class = (size_t)(done->status / 100) % CLASSES;
	size_t bucket = 0;

	add(&m->requests[route * CLASSES + class], 1);
	while (bucket < BUCKETS - 1 && done->took.v > bounds[bucket]) {
		bucket++;
	}
	add(&m->took[bucket], 1);
	add(&m->took_ms, (uint64_t)(done->took.v < 0 ? 0 : done->took.v));
}

void
api_metrics_handover(struct api_metrics *m, enum door_verdict v)
{
	add(&m->handovers[v], 1);
}

void
api_metrics_attempt(struct api_metrics *m, enum visit_outcome o)
{
	add(&m->attempts[o], 1);
}

void
api_metrics_alerts(struct api_metrics *m, const struct door_alerts *alerts)
{
	for (int a = 0; a < DOOR_ALERT_COUNT; a++) {
		add(&m->alerts[a], alerts->n[a]);
	}
}

/* Those that there were; the words are ours, so their number is bounded. */
static void
write_doors(struct api_metrics *m, struct buf *out)
{
	buf_z(out, "# TYPE watchword_handovers_total counter\n");
	for (int v = 0; v <= DOOR_NOT_A_CODE; v++) {
		uint64_t n = get(&m->handovers[v]);

		if (n > 0) {
			buf_printf(out, "watchword_handovers_total"
			    "{result=\"%s\"} %llu\n",
			    door_verdict_name((enum door_verdict)v),
			    (unsigned long long)n);
		}
	}
	buf_z(out, "# TYPE watchword_attempts_total counter\n");
	for (int o = 0; o < VISIT_OUTCOME_COUNT; o++) {
		uint64_t n = get(&m->attempts[o]);

		if (n > 0) {
			buf_printf(out, "watchword_attempts_total"
			    "{outcome=\"%s\"} %llu\n",
			    visit_outcome_name((enum visit_outcome)o),
			    (unsigned long long)n);
		}
	}
	/* All of them, at zero too: an alarm on a rate wants to see it begin. */
	buf_z(out, "# TYPE watchword_door_alerts_total counter\n");
	for (int a = 0; a < DOOR_ALERT_COUNT; a++) {
		buf_printf(out, "watchword_door_alerts_total{reason=\"%s\"} "
		    "%llu\n", door_alert_name((enum door_alert)a),
		    (unsigned long long)get(&m->alerts[a]));
	}
}

static void
write_requests(struct api_metrics *m, struct buf *out)
{
	buf_z(out, "# TYPE watchword_http_requests_total counter\n");
	for (size_t r = 0; r <= m->n; r++) {
		const char *path = r < m->n ? m->routes[r].pattern : "none";
		const char *method = r < m->n
		    ? http_method_name(m->routes[r].method) : "any";

		for (size_t class = 1; class < CLASSES; class++) {
			uint64_t n = get(&m->requests[r * CLASSES + class]);

			if (n > 0) {
				buf_printf(out, "watchword_http_requests_total"
				    "{method=\"%s\",route=\"%s\",class=\"%zuxx\"}"
				    " %llu\n", method, path, class,
				    (unsigned long long)n);
			}
		}
	}
}

static void
write_times(struct api_metrics *m, struct buf *out)
{
	static const char name[] = "watchword_http_request_seconds";
	uint64_t sum = 0;

	buf_printf(out, "# TYPE %s histogram\n", name);
	for (size_t i = 0; i < BUCKETS; i++) {
		sum += get(&m->took[i]);
		if (i < BUCKETS - 1) {
			buf_printf(out, "%s_bucket{le=\"%g\"} %llu\n", name,
			    (double)bounds[i] / 1000,
			    (unsigned long long)sum);
		}
	}
	buf_printf(out, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %g\n%s_count "
	    "%llu\n", name, (unsigned long long)sum, name,
	    (double)get(&m->took_ms) / 1000, name, (unsigned long long)sum);
}

static void
write_queues(const struct api *api, struct buf *out)
{
	static const char *const names[STORE_PRIORITY_COUNT] = {
		[STORE_CHECK] = "check",
		[STORE_CREATE] = "create",
		[STORE_BACKGROUND] = "background",
	};

	buf_z(out, "# TYPE watchword_store_queue gauge\n");
	for (int i = 0; i < STORE_PRIORITY_COUNT; i++) {
		buf_printf(out, "watchword_store_queue{priority=\"%s\"} %u\n",
		    names[i], store_depth(api->flow->store,
		    (enum store_priority)i));
	}
}

static void
write_hashes(const struct api *api, struct buf *out)
{
	buf_printf(out, "# TYPE watchword_password_hashes gauge\n"
	    "watchword_password_hashes{state=\"waiting\"} %u\n"
	    "watchword_password_hashes{state=\"running\"} %u\n",
	    hashes_waiting(api->hashes), hashes_running(api->hashes));
}

void
api_metrics_show(struct http_exchange *x)
{
	struct api *api = http_app(x);
	struct buf body;

	buf_init(&body, ANSWER_MAX);
	write_requests(api->metrics, &body);
	write_times(api->metrics, &body);
	write_queues(api, &body);
	write_doors(api->metrics, &body);
	write_hashes(api, &body);
	buf_printf(&body, "# TYPE watchword_spraying_alarms gauge\n"
	    "watchword_spraying_alarms %u\n", alarm_count_on(api->alarm));
	if (api->more_metrics != NULL) {
		api->more_metrics(api->ctx, &body);
	}
	if (buf_err(&body) != ERR_NONE) {
		problem_reply(x, PROBLEM_UNAVAILABLE, NULL);
	} else {
		http_reply(x, 200, "text/plain; version=0.0.4; charset=utf-8",
		    buf_view(&body));
	}
	buf_done(&body);
}
