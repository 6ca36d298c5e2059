/*
 * /v1/agent/sync: what a device did without coverage, one JSON object a line;
 * the answer has a line for each, in the same order.
 */
#include <string.h>

#include "api/agent_call.h"
#include "api/door_json.h"
#include "api/metrics.h"
#include "flow/sync.h"

enum { ANSWER_MAX = 1 << 18, ARENA_MAX = 8 << 20,
	BODY_MAX = 1 << 17 };

struct sync_call {
	struct call call;
	struct sync sync;
	struct arena *arena;
	bool array;	/* and no lines */
};

static const char *
result_of(const struct sync_line *l)
{
	enum door_verdict v = l->attempt ? l->tried.verdict
	    : l->handover.verdict;

	return l->attempt && v == DOOR_DONE ? "recorded"
	    : door_verdict_name(v);
}

static void
write_line(struct jsonw *w, struct sync_line *l)
{
	jsonw_object(w);
	jsonw_member_id(w, "shipment", ID_SHIPMENT, l->attempt
	    ? &l->tried.call.shipment : &l->handover.call.shipment);
	jsonw_member_z(w, "result", result_of(l));
	jsonw_member_bool(w, "again", l->attempt ? l->tried.again
	    : l->handover.again);
	if (!l->attempt && handover_finish(&l->handover) == ERR_NONE &&
	    l->handover.receipt.n > 0) {
		jsonw_member_str(w, "receipt", l->handover.receipt);
	}
	jsonw_object_end(w);
}

/* What was told before has been counted. */
static void
count(const struct call *c, const struct sync_line *l)
{
	struct api_metrics *m = c->api->metrics;

	api_metrics_alerts(m, l->attempt ? &l->tried.alerts
	    : &l->handover.alerts);
	if (!l->attempt && !l->handover.again) {
		api_metrics_handover(m, l->handover.verdict);
	} else if (l->attempt && !l->tried.again &&
	    l->tried.verdict == DOOR_DONE) {
		api_metrics_attempt(m, l->tried.outcome);
	}
}

static void
sync_done(struct call *call)
{
	struct sync_call *c = (struct sync_call *)(void *)call;
	struct buf body;

	if (c->sync.refused) {
		agent_call_refused(call);
		return;
	}
	buf_init(&body, ANSWER_MAX);
	buf_z(&body, c->array ? "[" : "");
	for (unsigned i = 0; i < c->sync.n; i++) {
		struct jsonw w;

		buf_z(&body, c->array && i > 0 ? "," : "");
		jsonw_init(&w, &body);
		write_line(&w, c->sync.lines[i]);
		count(call, c->sync.lines[i]);
		buf_z(&body, c->array ? "" : "\n");
	}
	buf_z(&body, c->array ? "]" : "");
	call_body(call, 200, c->array ? "application/json"
	    : "application/x-ndjson", &body);
}

static void
read_times(struct jsonr_object *o, unix_ms *ret_at, unix_ms *ret_arrived)
{
	struct str text;

	if (jsonr_str(o, "at", JSONR_REQUIRED, 1, 40, &text) &&
	    unix_ms_parse(text, ret_at) != ERR_NONE) {
		jsonr_flaw(o, "at", "is not a time");
	}
	*ret_arrived = *ret_at;
	if (jsonr_str(o, "arrived_at", 0, 1, 40, &text) &&
	    unix_ms_parse(text, ret_arrived) != ERR_NONE) {
		jsonr_flaw(o, "arrived_at", "is not a time");
	}
}

static void
read_line(struct jsonr_object *o, struct sync_call *c, const struct id *device,
    struct sync_line *l)
{
	struct door_call door = {
		.flow = c->call.api->flow, .tenant = c->call.tenant,
		.arena = c->arena, .device = *device,
	};
	struct str id;

	if (jsonr_str(o, "shipment", JSONR_REQUIRED, 1, ID_TEXT_MAX, &id) &&
	    id_parse(ID_SHIPMENT, id, &door.shipment) != ERR_NONE) {
		jsonr_flaw(o, "shipment", "is not an identifier");
	}
	l->attempt = jsonr_has(o, "outcome");
	if (l->attempt) {
		l->tried.call = door;
		l->tried.late = true;
		read_times(o, &l->tried.at, &l->tried.arrived_at);
		attempt_read(o, &l->tried);
		return;
	}
	l->handover.call = door;
	l->handover.late = true;
	read_times(o, &l->handover.at, &l->handover.arrived_at);
	handover_read(o, &l->handover);
	if (l->handover.pass.n == 0) {
		jsonr_flaw(o, "pass",
		    "is required: a code cannot be checked offline");
	}
}

/* One more; false: answered. */
static bool
add_line(struct sync_call *c, struct sync_line **ret_line)
{
	struct sync_line *l = arena_get(c->arena, sizeof(*l));

	if (c->sync.n == SYNC_LINES_MAX || l == NULL) {
		call_flaw(&c->call, "", "has more than 50 lines");
		return false;
	}
	c->sync.lines[c->sync.n++] = *ret_line = l;
	return true;
}

/* False: answered, with the flaws of the first line that has some. */
static bool
read_lines(struct sync_call *c, const struct id *device)
{
	struct str rest = http_body(c->call.x), line;

	while (str_split(&rest, '\n', &line)) {
		struct jsonr CLEANUP(jsonr_done) r = {0};
		struct jsonr_object root;
		struct sync_line *l;

		line = str_trim(line);
		if (line.n == 0) {
			continue;
		}
		if (!add_line(c, &l)) {
			return false;
		}
		if (jsonr_open(&r, c->arena, line, &root)) {
			read_line(&root, c, device, l);
			jsonr_close(&root);
		}
		if (!jsonr_ok(&r)) {
			call_flaws(&c->call, &r);
			return false;
		}
	}
	return true;
}

/* The same lines as one JSON array, for callers that know no NDJSON. */
static bool
read_array(struct sync_call *c, const struct id *device)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct buf CLEANUP(buf_done) text = {0};
	struct jsonr_object root, o;
	struct jsonr_array list;
	struct sync_line *l;

	buf_init(&text, BODY_MAX);
	buf_z(&text, "{\"lines\":");
	buf_str(&text, http_body(c->call.x));
	buf_z(&text, "}");
	if (jsonr_open(&r, c->arena, buf_view(&text), &root)) {
		if (jsonr_array(&root, "lines", JSONR_REQUIRED,
		    SYNC_LINES_MAX, &list)) {
			for (size_t i = 0; i < list.n; i++) {
				if (!jsonr_at_object(&list, i, &o)) {
					continue;
				}
				if (!add_line(c, &l)) {
					return false;
				}
				read_line(&o, c, device, l);
				jsonr_close(&o);
			}
		}
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
	}
	return jsonr_ok(&r);
}

void
api_agent_sync(struct http_exchange *x)
{
	struct id device;
	struct sync_call *c = agent_call_begin(x, sizeof(*c), &device);

	if (c == NULL) {
		return;
	}
	c->arena = call_memory(&c->call, ARENA_MAX);
	if (c->arena == NULL) {
		return;
	}
	c->array = str_starts(str_trim(http_body(x)), STR("["));
	if (!(c->array ? read_array(c, &device) : read_lines(c, &device))) {
		return;
	}
	if (c->sync.n == 0) {
		call_flaw(&c->call, "", "has no line");
		return;
	}
	call_submit(&c->call, STORE_CHECK, sync_run, &c->sync, sync_done);
}
