/*
 * Rows of what people decide: cases that somebody has to look into, and
 * overrides of a code by two of them.
 */
#ifndef STORE_CASES_H
#define STORE_CASES_H

#include "base/arena.h"
#include "base/str.h"
#include "store/store.h"

/* Stored as a number: add at the end. */
enum case_status { CASE_OPEN, CASE_CLOSED, CASE_STATUS_COUNT };

#define CASE_KIND_MAX 32

struct case_row {
	struct id id;
	struct id tenant;
	struct str kind;	/* "dispute", "contradiction"; a-z and _ */
	enum case_status status;
	struct id account;	/* or none */
	struct id shipment;	/* or none */
	struct str words;	/* sealed; may be empty */
	unix_ms created_at;
	unix_ms changed_at;
	int64_t version;
};

enum err case_row_insert(struct tx *tx, struct case_row *row)
    MUST_CHECK NONNULL;
/* ERR_MISSING: no such case of this tenant. */
enum err case_row_get(struct tx *tx, const struct id *tenant,
    const struct id *id, struct arena *arena, struct case_row *ret_row)
    MUST_CHECK NONNULL;
/* Writes status, words, changed_at. */
enum err case_row_update(struct tx *tx, struct case_row *row)
    MUST_CHECK NONNULL;
/* case_row_list(tx, tenant, before, max, …): newest first; before may be all
 * zero. */
enum err case_row_list(struct tx *tx, const struct id *tenant,
    const struct id *before, unsigned max, struct arena *arena,
    struct case_row *rows, unsigned *ret_n) MUST_CHECK NONNULL;
/* case_row_open(tx, shipment, kind, ret_n): open ones of a kind. */
enum err case_row_open(struct tx *tx, const struct id *shipment,
    struct str kind, unsigned *ret_n) MUST_CHECK NONNULL;

/*
 * case_row_forget(tx, before, max, ret_n): empties the words of up to max that
 * were closed before a time.
 */
enum err case_row_forget(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

struct override_row {
	struct id id;
	struct id tenant;
	struct id shipment;
	struct str reason;	/* sealed */
	struct id asked_by;	/* who: an API key or an account */
	unix_ms asked_at;
	struct id approved_by;	/* or none */
	unix_ms approved_at;	/* zero: not */
};

enum err override_row_insert(struct tx *tx, const struct override_row *row)
    MUST_CHECK NONNULL;
/* ERR_MISSING: no such override of this tenant and shipment. */
enum err override_row_get(struct tx *tx, const struct id *tenant,
    const struct id *id, struct arena *arena, struct override_row *ret_row)
    MUST_CHECK NONNULL;
#define OVERRIDES_MAX 8
/* override_row_list(tx, shipment, …): newest first, at most OVERRIDES_MAX. */
enum err override_row_list(struct tx *tx, const struct id *shipment,
    struct arena *arena, struct override_row rows[static OVERRIDES_MAX],
    unsigned *ret_n) MUST_CHECK NONNULL;
/* override_row_approve(tx, row): writes approved_by and _at; ERR_CONFLICT:
 * before. */
enum err override_row_approve(struct tx *tx, const struct override_row *row)
    MUST_CHECK NONNULL;

#endif
