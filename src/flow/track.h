/*
 * What is derived from a shipment and stored nowhere: the address of its
 * track page, the countersign of a visit, and the short form of a receipt.
 */
#ifndef FLOW_TRACK_H
#define FLOW_TRACK_H

#include "flow/flow.h"
#include "store/shipments.h"
#include "store/visits.h"

/* 128 bits that only this installation can compute, in base32; terminated. */
#define TRACK_TOKEN 27

enum err track_token(const struct flow *f, const struct id *tenant,
    const struct id *shipment, char dst[static TRACK_TOKEN])
    MUST_CHECK NONNULL;

/* track_index(f, token, ret): ERR_SYNTAX: it is not of that form. */
enum err track_index(const struct flow *f, struct str token,
    uint8_t ret_index[static TRACK_BYTES]) MUST_CHECK NONNULL;

/* track_countersign(f, visit, ret): the word of this stop and day (R30). */
enum err track_countersign(const struct flow *f,
    const struct visit_row *visit, const char **ret_word) MUST_CHECK NONNULL;

/* "7KXM-93TA": what both sides compare; 40 bits of a MAC. */
#define TRACK_SHORT 10
enum err track_short(const struct flow *f, const struct visit_row *visit,
    char dst[static TRACK_SHORT]) MUST_CHECK NONNULL;

#endif
