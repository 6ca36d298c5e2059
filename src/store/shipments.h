/*
 * Rows of shipments and their parcels.  Writes are conditional on the row's
 * version, as in store/challenges.h; an identifier that is not there is all
 * zero.
 */
#ifndef STORE_SHIPMENTS_H
#define STORE_SHIPMENTS_H

#include "base/arena.h"
#include "domain/day.h"
#include "domain/decision.h"
#include "domain/purpose.h"
#include "domain/shipment.h"
#include "store/challenges.h"
#include "store/store.h"

#define TRACK_BYTES 16

struct shipment_row {
	struct id id;
	struct id tenant;
	struct id account;
	struct str reference;		/* the shop's order */
	struct shipment state;
	struct str method, country, region, time_zone;
	int64_t amount;			/* in ten-thousandths */
	struct str currency;
	enum decision_code code;	/* is one needed */
	struct str rule;
	struct str reason;		/* why (R6): a JSON array of sentences */
	civil_day promised_on;
	civil_day next_on;		/* when it is to come */
	struct str why;			/* next_on is that day; may be empty */
	enum channel channel;		/* of what its customer is told */
	struct str locale;
	uint8_t subject[SUBJECT_BYTES];	/* blind index of the customer */
	struct str recipient;		/* sealed */
	struct str address;		/* sealed */
	uint8_t track[TRACK_BYTES];	/* blind index of the track token */
	struct id visit;		/* the latest; or none */
	unix_ms due_at;			/* for the keeper; zero: never */
	unix_ms created_at;
	unix_ms ended_at;		/* zero: not yet */
	int64_t version;
	struct str signals;		/* sealed; empty: of no account */
	struct str geo;			/* sealed; empty: where, nobody said */
};

/* ERR_EXISTS: the identifier is taken. */
enum err shipment_row_insert(struct tx *tx, struct shipment_row *row)
    MUST_CHECK NONNULL;

/* shipment_row_get(tx, tenant, id, arena, ret): ERR_MISSING (S80). */
enum err shipment_row_get(struct tx *tx, const struct id *tenant,
    const struct id *id, struct arena *arena, struct shipment_row *ret_row)
    MUST_CHECK NONNULL;

/* shipment_row_track(tx, track, …): by the blind index of its token. */
enum err shipment_row_track(struct tx *tx,
    const uint8_t track[static TRACK_BYTES], struct arena *arena,
    struct shipment_row *ret_row) MUST_CHECK NONNULL;

/*
 * Writes the state, code, rule, reason, next_on, why, visit, due_at, ended_at;
 * ERR_CONFLICT.
 */
enum err shipment_row_update(struct tx *tx, struct shipment_row *row)
    MUST_CHECK NONNULL;

/*
 * shipment_row_list(tx, tenant, account, after, max, …): of a tenant, or of
 * one account (all zero: of all), newest first, those made before `before`
 * (all zero: from the newest).
 */
struct shipment_list {
	struct id tenant;
	struct id account;
	struct id before;
	unsigned max;
};
enum err shipment_row_list(struct tx *tx, const struct shipment_list *list,
    struct arena *arena, struct shipment_row *rows, unsigned *ret_n)
    MUST_CHECK NONNULL;

/* shipment_row_due(tx, now, max, …): those whose due_at has come. */
enum err shipment_row_due(struct tx *tx, unix_ms now, unsigned max,
    struct arena *arena, struct shipment_row *rows, unsigned *ret_n)
    MUST_CHECK NONNULL;

/*
 * shipment_row_forget(tx, before, max, ret_n): empty what is sealed of up to
 * max that ended before a time, with their parcels, delegates, visits and
 * overrides (S127).
 */
enum err shipment_row_forget(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

struct parcel_row {
	struct id shipment;
	unsigned n;			/* from 0 */
	struct id tenant;
	struct str tracking;
	struct str what;		/* sealed */
	enum parcel_state state;
	struct id visit;		/* by which it was settled; or none */
};

enum err parcel_row_insert(struct tx *tx, const struct parcel_row *row)
    MUST_CHECK NONNULL;

/* parcel_row_list(tx, shipment, …): in their order; at most PARCELS_MAX. */
enum err parcel_row_list(struct tx *tx, const struct id *shipment,
    struct arena *arena, struct parcel_row rows[static PARCELS_MAX],
    unsigned *ret_n) MUST_CHECK NONNULL;

/* parcel_row_settle(tx, row): writes state and visit, once; ERR_CONFLICT. */
enum err parcel_row_settle(struct tx *tx, const struct parcel_row *row)
    MUST_CHECK NONNULL;

/*
 * parcel_row_find(tx, tenant, tracking, ret): the shipment that a parcel was
 * last part of.  ERR_MISSING.
 */
enum err parcel_row_find(struct tx *tx, const struct id *tenant,
    struct str tracking, struct id *ret_shipment) MUST_CHECK NONNULL;

#endif
