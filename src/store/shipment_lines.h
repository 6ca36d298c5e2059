/*
 * Which line of a shop's batches became which shipment, by its order.
 */
#ifndef STORE_SHIPMENT_LINES_H
#define STORE_SHIPMENT_LINES_H

#include "base/str.h"
#include "store/store.h"

#define SHIPMENT_LINE_HASH 16

struct shipment_line_row {
	struct id tenant;
	struct str reference;		/* the shop's order */
	uint8_t request[SHIPMENT_LINE_HASH];	/* of the line, keyed */
	struct id shipment;
};

/*
 * shipment_line_row_find(tx, row): fills request and shipment for tenant and
 * reference.  ERR_MISSING.
 */
enum err shipment_line_row_find(struct tx *tx, struct shipment_line_row *row)
    MUST_CHECK NONNULL;

/* ERR_CONFLICT: somebody was faster; run again and find finds it. */
enum err shipment_line_row_insert(struct tx *tx,
    const struct shipment_line_row *row) MUST_CHECK NONNULL;

#endif
