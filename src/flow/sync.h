/*
 * Sync: what a device did without coverage, line by line, each settled once.
 */
#ifndef FLOW_SYNC_H
#define FLOW_SYNC_H

#include "flow/door.h"

#define SYNC_LINES_MAX 50

/* A hand-over by pass, or what was said of a door. */
struct sync_line {
	bool attempt;
	struct handover handover;
	struct door_attempt tried;
};

struct sync {
	/* Given. */
	struct sync_line *lines[SYNC_LINES_MAX];
	unsigned n;
	/* Made by run. */
	bool refused;		/* the device is no longer paired */
};

/* sync_run: a use_case over struct sync; the lines in their order. */
enum err sync_run(struct tx *tx, void *sync) MUST_CHECK NONNULL;

#endif
