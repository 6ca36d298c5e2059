/*
 * From where somebody asks: what limits and decisions look at.
 */
#ifndef FLOW_CLIENT_H
#define FLOW_CLIENT_H

#include "domain/place.h"
#include "flow/token.h"

struct client {
	struct str network;	/* the end user's address, canonical, or empty */
	const struct place *place;	/* where that is; NULL: not known */
	bool has_device;	/* a token of a trusted device came along */
	uint8_t device[TOKEN_HASH];
	struct str label;	/* "Firefox on Linux"; a display_text, or empty */
	struct str host;	/* of a browser; empty: through the shop */
};

#endif
