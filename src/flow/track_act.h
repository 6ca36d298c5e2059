/*
 * What the customer does on the track page: says what went wrong, or asks for
 * another day (R34).  What he says opens a case; a delivery that he denies is
 * disputed in the same transaction.
 */
#ifndef FLOW_TRACK_ACT_H
#define FLOW_TRACK_ACT_H

#include "flow/track_page.h"
#include "store/cases.h"

#define TRACK_WORDS_MAX 1000

/* Stored by its name, as the kind of the case. */
enum dispute {
	DISPUTE_NOBODY_CAME,	/* though it says so */
	DISPUTE_NOT_RECEIVED,	/* though it says so */
	DISPUTE_WRONG_PARCEL,
	DISPUTE_NOT_ORDERED,
	DISPUTE_WRONG_WORD,	/* the agent's word was another (R30) */
	DISPUTE_COUNT
};

const char *dispute_name(enum dispute d);
bool dispute_parse(struct str s, enum dispute *ret_dispute) MUST_CHECK
    NONNULL;

/* dispute_may(row, d): makes sense for a shipment in this state. */
bool dispute_may(const struct shipment_row *row, enum dispute d) NONNULL;

enum track_verdict {
	TRACK_DONE,
	TRACK_UNKNOWN,
	TRACK_NOT_NOW,		/* see row.state */
	TRACK_NOT_YOURS,	/* for the account that ordered, signed in */
	TRACK_DAY		/* not from tomorrow to two weeks ahead */
};

struct track_dispute {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct str token;
	enum dispute kind;
	struct str words;	/* at most TRACK_WORDS_MAX; may be empty */
	/* Made by prepare. */
	struct id id;		/* of the case */
	/* Made by run. */
	enum track_verdict verdict;
	bool again;		/* such a case is open already */
	struct shipment_row row;
};
enum err track_dispute_prepare(struct track_dispute *d) MUST_CHECK NONNULL;
enum err track_dispute_run(struct tx *tx, void *track_dispute) MUST_CHECK
    NONNULL;

/* Where the customer's words stand, sealed. */
struct cell case_words_cell(const struct id *id) NONNULL;

#define TRACK_DAYS_MAX 14

struct track_day {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct str token;
	const struct id *viewer;	/* as in struct track_page */
	civil_day wish;
	/* Made by run: row.next_on is the first working day from wish on. */
	enum track_verdict verdict;
	struct shipment_row row;
};
enum err track_day_run(struct tx *tx, void *track_day) MUST_CHECK NONNULL;

#endif
