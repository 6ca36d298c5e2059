/*
 * Intake: one line of a shop's batch becomes one shipment, however often it
 * is sent.  The order is what a line is known by: the same order with the same
 * line gives the shipment that there is, with another line nothing.
 */
#ifndef FLOW_INTAKE_H
#define FLOW_INTAKE_H

#include "flow/ship.h"
#include "store/shipment_lines.h"

struct intake {
	struct ship ship;	/* given; see flow/ship.h */
	struct str line;	/* given: its bytes */
	/* Made by prepare. */
	uint8_t request[SHIPMENT_LINE_HASH];
	enum ship_verdict prepared;
	/* Made by run. */
	bool again;		/* ship.row is what was made before */
	bool other;		/* the order was taken in as another line */
	struct id shipment;	/* of again and other */
};

/* intake_prepare(i): ship_prepare, and the line's hash. */
enum err intake_prepare(struct intake *i) MUST_CHECK NONNULL;

/* intake_run: a use_case over struct intake; else see ship.verdict. */
enum err intake_run(struct tx *tx, void *intake) MUST_CHECK NONNULL;

#endif
