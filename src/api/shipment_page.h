/*
 * Pages of shipments: limit and cursor of a query, and what leads on.
 */
#ifndef API_SHIPMENT_PAGE_H
#define API_SHIPMENT_PAGE_H

#include "api/call.h"
#include "flow/shipment_view.h"

/* shipment_page_read(c, p): fills all but the account; false: answered 400. */
bool shipment_page_read(struct call *c, struct shipment_page *p) MUST_CHECK
    NONNULL;

/* shipment_page_end(w, p): the member "next_cursor". */
void shipment_page_end(struct jsonw *w, const struct shipment_page *p) NONNULL;

#endif
