/*
 * What happens at a door, in JSON: the same members for a device that has
 * coverage and for the lines of one that had none.
 */
#ifndef API_DOOR_JSON_H
#define API_DOOR_JSON_H

#include "base/jsonw.h"
#include "flow/door.h"
#include "http/jsonr.h"

void handover_read(struct jsonr_object *o, struct handover *h) NONNULL;
void attempt_read(struct jsonr_object *o, struct door_attempt *a) NONNULL;

/* The members of an answer; the receipt where there is one. */
void handover_write(struct jsonw *w, const struct handover *h) NONNULL;
void attempt_write(struct jsonw *w, const struct door_attempt *a) NONNULL;

#endif
