/*
 * Cases: what a person has to look into, and the disputes that open them.
 */
#ifndef FLOW_CASE_H
#define FLOW_CASE_H

#include "base/arena.h"
#include "flow/flow.h"
#include "store/cases.h"
#include "store/shipments.h"

#define CASE_WORDS_MAX 2000

/* case_kind_ok(s): 1 to CASE_KIND_MAX of a-z and _. */
bool case_kind_ok(struct str s);

/*
 * case_open(tx, f, arena, what, ret): opens one, with its event, unless one of
 * the same kind is open about the same shipment.
 */
struct case_about {
	struct id tenant;
	struct str kind;
	struct id account;	/* or none */
	struct id shipment;	/* or none */
	struct str words;	/* may be empty */
	const struct shipment_row *about;	/* of shipment; or NULL */
	unix_ms now;
};
enum err case_open(struct tx *tx, const struct flow *f, struct arena *arena,
    const struct case_about *what, struct case_row *ret_row) MUST_CHECK
    NONNULL;

struct case_new {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;
	struct case_about about;	/* but now */
	/* Made by run. */
	struct case_row row;
};
enum err case_new_run(struct tx *tx, void *case_new) MUST_CHECK NONNULL;

#define CASE_PAGE_MAX 50

struct case_page {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;
	struct id tenant;
	struct id before;	/* all zero: from the newest */
	unsigned max;
	bool one;		/* only that of id */
	struct id id;
	/* Made by run. */
	struct case_row rows[CASE_PAGE_MAX];
	struct str words[CASE_PAGE_MAX];
	unsigned n;
};
enum err case_page_run(struct tx *tx, void *case_page) MUST_CHECK NONNULL;

/*
 * case_change_run: opens or closes a case.  With the last case that denies a
 * delivery its shipment is delivered again; with one opened again, disputed.
 */
struct case_change {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;
	struct id tenant;
	struct id id;
	enum case_status status;
	/* Made by run. */
	bool found;
	struct case_row row;
};
enum err case_change_run(struct tx *tx, void *case_change) MUST_CHECK
    NONNULL;

enum case_verdict { CASE_MADE, CASE_UNKNOWN, CASE_NOT_NOW };

struct case_dispute {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id shipment;
	struct str kind;		/* case_dispute_ok */
	struct str words;
	/* Made by run. */
	enum case_verdict verdict;
	struct case_row row;
	struct shipment_row about;
};

/* case_dispute_ok(s): "not_received", "nobody_came", "wrong_parcel" … */
bool case_dispute_ok(struct str s);

/*
 * case_dispute_run: a use_case over struct case_dispute.  "not_received" and
 * "wrong_parcel" contradict a delivery, which becomes disputed; the others
 * open a case and change nothing else.
 */
enum err case_dispute_run(struct tx *tx, void *case_dispute) MUST_CHECK NONNULL;

#endif
