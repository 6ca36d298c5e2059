/*
 * /v1/shipments/batch and /v1/shipments/dispatch: shipments taken in and sent
 * out by the hundred thousand.
 */
#include "api/batch.h"
#include "api/shipment_json.h"
#include "flow/dispatch.h"
#include "flow/intake.h"
#include "flow/track.h"

/* Shipments. */

static void
read_intake(const struct call *c, struct arena *arena, struct str line,
    struct jsonr_object *o, void *arg)
{
	struct intake *i = arg;

	i->ship.flow = c->api->flow;
	i->ship.tenant = c->tenant;
	i->ship.arena = arena;
	i->line = line;
	shipment_read(o, c->api->flow, &i->ship.request);
}

static enum err
prepare_intake(void *arg)
{
	return intake_prepare(arg);
}

static void
write_intake(const struct call *c UNUSED, void *arg, struct jsonw *w)
{
	const struct intake *i = arg;
	const struct ship *s = &i->ship;
	char token[TRACK_TOKEN] = "";

	if (i->other) {
		jsonw_member_str(w, "order", s->request.reference);
		jsonw_member_id(w, "shipment", ID_SHIPMENT, &i->shipment);
		batch_error(w, PROBLEM_CONFLICT, "order",
		    "was taken in as another line");
		return;
	}
	if (s->verdict != SHIP_CREATED) {
		const struct shipment_refusal *why =
		    shipment_refusal(s->verdict);

		jsonw_member_str(w, "order", s->request.reference);
		batch_error(w, PROBLEM_INVALID_REQUEST, why->field,
		    why->reason);
		return;
	}
	shipment_write_row(w, &s->row);
	if (track_token(s->flow, &s->row.tenant, &s->row.id, token) ==
	    ERR_NONE) {
		jsonw_member_z(w, "track", token);
	}
	jsonw_member_bool(w, "again", i->again);
}

void
api_shipment_batch(struct http_exchange *x)
{
	static const struct batch_kind kind = {
		.size = sizeof(struct intake), .read = read_intake,
		.prepare = prepare_intake, .run = intake_run,
		.write = write_intake,
	};

	batch_begin(x, &kind);
}

/* Dispatches. */

static void
read_dispatch(const struct call *c, struct arena *arena,
    struct str line UNUSED, struct jsonr_object *o, void *arg)
{
	struct dispatch *d = arg;
	struct str id;

	d->flow = c->api->flow;
	d->tenant = c->tenant;
	d->arena = arena;
	d->once = true;
	if (jsonr_str(o, "shipment", JSONR_REQUIRED, 0, ID_TEXT_MAX, &id) &&
	    id_parse(ID_SHIPMENT, id, &d->shipment) != ERR_NONE) {
		jsonr_flaw(o, "shipment", "is not an identifier");
	}
	shipment_read_dispatch(o, d);
}

static void
write_dispatch(const struct call *c UNUSED, void *arg, struct jsonw *w)
{
	const struct dispatch *d = arg;

	if (d->verdict == DISPATCH_DONE) {
		shipment_write_dispatched(w, d);
		jsonw_member_bool(w, "again", d->again);
		return;
	}
	jsonw_member_id(w, "shipment", ID_SHIPMENT, &d->shipment);
	if (d->verdict == DISPATCH_NOT_NOW) {
		jsonw_member_z(w, "status",
		    shipment_status_name(d->row.state.status));
		batch_error(w, PROBLEM_CONFLICT, NULL, NULL);
	} else if (d->verdict == DISPATCH_NO_AGENT) {
		batch_error(w, PROBLEM_INVALID_REQUEST, "agent",
		    "is not known, or was revoked");
	} else {
		batch_error(w, PROBLEM_NOT_FOUND, NULL, NULL);
	}
}

void
api_shipment_dispatch_batch(struct http_exchange *x)
{
	static const struct batch_kind kind = {
		.size = sizeof(struct dispatch), .read = read_dispatch,
		.run = dispatch_run, .write = write_dispatch,
	};

	batch_begin(x, &kind);
}
