/*
 * Shipments in JSON: what a shop sends, and what each side is shown.
 */
#ifndef API_SHIPMENT_JSON_H
#define API_SHIPMENT_JSON_H

#include "base/jsonw.h"
#include "flow/dispatch.h"
#include "flow/ship.h"
#include "flow/shipment_view.h"
#include "http/jsonr.h"

/*
 * shipment_read(o, f, ret): a shipment as a shop sends it; flaws are o's.
 */
void shipment_read(struct jsonr_object *o, const struct flow *f,
    struct ship_request *ret_request) NONNULL;

/* shipment_read_contact(o, f, ret): email or phone of an object. */
void shipment_read_contact(struct jsonr_object *o, const struct flow *f,
    struct recipient *ret_recipient) NONNULL;

/* shipment_read_degrees(o, name, max, ret_e5): "52.52001", as spot_degrees. */
void shipment_read_degrees(struct jsonr_object *o, const char *name,
    int64_t max, int64_t *ret_e5) NONNULL;

/* Why there is no shipment: a member, and a reason that reads on after it. */
struct shipment_refusal {
	const char *field, *reason;
};

/* shipment_refusal(verdict): of any verdict but SHIP_CREATED. */
const struct shipment_refusal *shipment_refusal(enum ship_verdict verdict);

/* shipment_read_dispatch(o, d): agent and stop. */
void shipment_read_dispatch(struct jsonr_object *o, struct dispatch *d)
    NONNULL;

/* shipment_write_dispatched(w, d): what a dispatch has come to, as members. */
void shipment_write_dispatched(struct jsonw *w, const struct dispatch *d)
    NONNULL;

/* shipment_write_row(w, row): the members that need no look at anything else. */
void shipment_write_row(struct jsonw *w, const struct shipment_row *row)
    NONNULL;

/* shipment_write(w, v): what the shop is shown, as members. */
void shipment_write(struct jsonw *w, const struct shipment_view *v) NONNULL;

/* shipment_write_parcels(w, parcels, what, n): the member "parcels". */
void shipment_write_parcels(struct jsonw *w, const struct parcel_row *parcels,
    const struct str *what, unsigned n) NONNULL;

/*
 * shipment_write_address(w, lines, postcode, spot, row): the member "address";
 * with "geo" where spot is given.
 */
void shipment_write_address(struct jsonw *w, struct str lines,
    struct str postcode, const struct spot *spot,
    const struct shipment_row *row) NONNULL;

/* shipment_write_day(w, key, day): "2026-11-22". */
void shipment_write_day(struct jsonw *w, const char *key, civil_day day)
    NONNULL;

#endif
