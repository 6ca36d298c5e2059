/*
 * Rows of visits: one attempt each, from the dispatch onto an agent's route
 * to its outcome; and of delegates.  An identifier that is not there is all
 * zero.
 */
#ifndef STORE_VISITS_H
#define STORE_VISITS_H

#include "base/arena.h"
#include "domain/day.h"
#include "domain/purpose.h"
#include "domain/visit.h"
#include "store/challenges.h"
#include "store/store.h"

struct visit_row {
	struct id id;
	struct id tenant;
	struct id shipment;
	struct id agent;
	struct id device;		/* that gave the outcome; or none */
	int64_t stop;			/* its place on the route */
	civil_day day;			/* the date at the address */
	unix_ms valid_until;		/* the end of that day */
	struct id challenge;		/* none: no code is needed */
	bool sent;			/* its code has been sent */
	enum visit_outcome outcome;
	enum visit_proof proof;		/* by which parcels were given away */
	enum typed_by typed_by;
	unix_ms dispatched_at;
	unix_ms arrived_at;		/* zero: not yet */
	unix_ms ended_at;		/* zero: not yet; by the agent's clock
					 * where it was told later */
	unix_ms told_at;		/* when the server heard of the end */
	struct str signals;		/* sealed: place and note; or empty */
	struct str tzdata;		/* versions of what days were made of */
	struct str calendar;
	int64_t version;
};

enum err visit_row_insert(struct tx *tx, struct visit_row *row)
    MUST_CHECK NONNULL;

/* ERR_MISSING: no such visit of this tenant. */
enum err visit_row_get(struct tx *tx, const struct id *tenant,
    const struct id *id, struct arena *arena, struct visit_row *ret_row)
    MUST_CHECK NONNULL;

/*
 * Writes device, sent, outcome, proof, typed_by, arrived_at, ended_at,
 * told_at, signals, calendar; ERR_CONFLICT also when it has ended another way.
 */
enum err visit_row_update(struct tx *tx, struct visit_row *row)
    MUST_CHECK NONNULL;

/* visit_row_list(tx, shipment, max, …): of a shipment, newest first. */
enum err visit_row_list(struct tx *tx, const struct id *shipment,
    unsigned max, struct arena *arena, struct visit_row *rows,
    unsigned *ret_n) MUST_CHECK NONNULL;

/* visit_row_route(tx, agent, max, …): open ones, in the order of stops. */
enum err visit_row_route(struct tx *tx, const struct id *agent, unsigned max,
    struct arena *arena, struct visit_row *rows, unsigned *ret_n)
    MUST_CHECK NONNULL;

struct delegate_row {
	struct id id;
	struct id tenant;
	struct id shipment;
	struct str name;		/* sealed */
	struct str recipient;		/* sealed: the address */
	enum channel channel;
	struct str locale;
	uint8_t subject[SUBJECT_BYTES];
	struct id challenge;		/* of the latest visit; or none */
	unix_ms created_at;
	unix_ms revoked_at;		/* zero: not */
};

enum err delegate_row_insert(struct tx *tx, const struct delegate_row *row)
    MUST_CHECK NONNULL;
/* Writes challenge and revoked_at. */
enum err delegate_row_update(struct tx *tx, const struct delegate_row *row)
    MUST_CHECK NONNULL;
/* delegate_row_list(tx, shipment, max, …): all, the oldest first. */
enum err delegate_row_list(struct tx *tx, const struct id *shipment,
    unsigned max, struct arena *arena, struct delegate_row *rows,
    unsigned *ret_n) MUST_CHECK NONNULL;

#endif
