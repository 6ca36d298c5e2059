/*
 * A shipment with everything that may be shown of it, to whoever asks: the
 * shop, the customer by his track page, the agent.  Who sees what of it is
 * decided where it is written (api/shipment_json.c).
 */
#ifndef FLOW_SHIPMENT_VIEW_H
#define FLOW_SHIPMENT_VIEW_H

#include "base/arena.h"
#include "domain/spot.h"
#include "flow/agent.h"
#include "flow/door_code.h"
#include "flow/track.h"
#include "otp/code.h"
#include "store/cases.h"

#define VIEW_VISITS_MAX 16

struct shipment_view {
	struct shipment_row row;
	char track[TRACK_TOKEN];
	/* Who and where; empty when retention has forgotten them. */
	struct str name, email, phone;
	struct str lines, postcode;
	struct spot spot;
	struct parcel_row parcels[PARCELS_MAX];
	struct str what[PARCELS_MAX];
	unsigned n_parcels;
	struct visit_row visits[VIEW_VISITS_MAX];	/* the latest first */
	unsigned n_visits;
	struct delegate_row delegates[DELEGATES_EVER];
	struct str delegate_names[DELEGATES_EVER];
	unsigned n_delegates;
	/* For the shop only; none elsewhere. */
	struct override_row overrides[OVERRIDES_MAX];
	struct str override_reasons[OVERRIDES_MAX];
	struct id reader;	/* asked for some of them himself; or nobody */
	unsigned n_overrides;
	struct str agent_name;		/* of the latest visit; or empty */
	const char *countersign;	/* of the latest visit; NULL: no visit */
};

/*
 * shipment_view_load(tx, f, arena, v): fills everything but v->row, which is
 * given.
 */
enum err shipment_view_load(struct tx *tx, const struct flow *f,
    struct arena *arena, struct shipment_view *v) MUST_CHECK NONNULL;

/* shipment_view_parcels(tx, …): of a shipment, opened. */
enum err shipment_view_parcels(struct tx *tx, const struct flow *f,
    struct arena *arena, const struct id *shipment,
    struct parcel_row parcels[static PARCELS_MAX],
    struct str what[static PARCELS_MAX], unsigned *ret_n) MUST_CHECK NONNULL;

/* shipment_view_visit(v): the latest, where it goes on; NULL: none does. */
const struct visit_row *shipment_view_visit(const struct shipment_view *v)
    NONNULL;

struct shipment_show {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id id;
	/* Made by run. */
	bool found;
	struct shipment_view *view;	/* in the arena */
};
enum err shipment_show_run(struct tx *tx, void *shipment_show) MUST_CHECK
    NONNULL;

#define SHIPMENT_PAGE_MAX 100

struct shipment_page {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id account;	/* all zero: of all */
	struct id before;	/* all zero: from the newest */
	unsigned max;		/* at most SHIPMENT_PAGE_MAX */
	/* Made by run. */
	struct shipment_row rows[SHIPMENT_PAGE_MAX];
	unsigned n;
};
enum err shipment_page_run(struct tx *tx, void *shipment_page) MUST_CHECK
    NONNULL;

/* An agent's open stops of today. */
#define ROUTE_MAX 300

struct route_stop {
	struct shipment_row row;
	struct visit_row visit;
	struct str name, lines, postcode;
	struct parcel_row parcels[PARCELS_MAX];
	struct str what[PARCELS_MAX];
	unsigned n_parcels;
	const char *countersign;
	struct str pass_head;		/* empty: no code is needed */
};

struct route {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id device;
	/* Called for each stop, in order, inside the transaction. */
	void (*fn)(void *ctx, const struct route_stop *stop);
	void (*begin)(void *ctx);	/* the use case is run (again) */
	void *ctx;
	/* Made by run. */
	bool refused;
	struct agent_row agent;
	struct str name;
};
enum err route_run(struct tx *tx, void *route) MUST_CHECK NONNULL;

#endif
