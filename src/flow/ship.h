/*
 * Ship: a shop says what is on its way.
 *
 * Whether a code is needed at the door is decided here, from value, place,
 * method and what else the shop knows, and kept with its reason (R1 to R7);
 * the customer is told in the same transaction.
 */
#ifndef FLOW_SHIP_H
#define FLOW_SHIP_H

#include "base/arena.h"
#include "domain/decision.h"
#include "domain/spot.h"
#include "flow/account.h"
#include "store/shipments.h"

#define SHIP_NAME_MAX DISPLAY_TEXT_MAX
#define SHIP_REFERENCE_MAX 40
#define SHIP_METHOD_MAX 32
#define SHIP_LINES_MAX 1024	/* of the address, with their ends */
#define SHIP_POSTCODE_MAX 32
#define SHIP_WHAT_MAX 120
#define SHIP_DAYS_MAX 400	/* from today to the promised day */

struct ship_parcel {
	struct str tracking;	/* tracking_ok */
	struct str what;	/* for people; may be empty */
};

struct ship_request {
	struct str reference;	/* a display_text of at most 40 characters */
	/* Or none; of one come name, addresses and the recipient by run. */
	struct id account;
	bool wants_channel;	/* of the account's; else as it prefers */
	enum channel channel;
	struct str name;	/* a display_text */
	struct str email, phone;	/* as parsed; one of them may be empty */
	struct recipient recipient;	/* the one that messages go to */
	struct str locale;	/* empty: the account's */
	struct str lines;	/* of the address, between newlines */
	struct str postcode;	/* may be empty */
	struct spot spot;	/* where that is, if the shop knows */
	struct str country;	/* two capitals */
	struct str region;	/* region_ok: country, or its part */
	struct str time_zone;
	civil_day promised_on;
	/* With value, currency, country, region and method. */
	struct signals signals;
	struct ship_parcel parcels[PARCELS_MAX];
	unsigned n;		/* at least one */
};

enum ship_verdict {
	SHIP_CREATED,
	SHIP_DENIED,		/* the shop's own signals say no */
	SHIP_NO_ACCOUNT,	/* there is none, or it was erased */
	SHIP_NO_CONTACT,	/* none that can be written to, so */
	SHIP_NO_ZONE,		/* there is no such time zone */
	SHIP_DAY		/* promised for the past, or too far away */
};

struct ship {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct ship_request request;
	/* Made by prepare. */
	struct shipment_row row;
	struct parcel_row parcels[PARCELS_MAX];
	unix_ms now;
	/* Made by prepare or run; after prepare only if not SHIP_CREATED. */
	enum ship_verdict verdict;
};

/* ship_prepare(s): makes and seals the rows; see s->verdict. */
enum err ship_prepare(struct ship *s) MUST_CHECK NONNULL;

/* ship_run: a use_case over struct ship. */
enum err ship_run(struct tx *tx, void *ship) MUST_CHECK NONNULL;

/* Where the sealed columns stand. */
struct cell shipment_recipient_cell(const struct id *shipment) NONNULL;
struct cell shipment_address_cell(const struct id *shipment) NONNULL;

/* parcel_cell(row, dst): dst is the row's name, kept as long as the cell. */
#define PARCEL_CELL_ROW (ID_BYTES + 1)
struct cell parcel_cell(const struct parcel_row *row,
    uint8_t dst[static PARCEL_CELL_ROW]) NONNULL;

#endif
