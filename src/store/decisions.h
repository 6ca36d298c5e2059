/*
 * Decisions that were taken, and the rules that tenants gave for them.
 *
 * A decision is written once and never changed.  Its signals are sealed for
 * ("decisions", "signals", id).
 */
#ifndef STORE_DECISIONS_H
#define STORE_DECISIONS_H

#include "base/arena.h"
#include "base/str.h"
#include "domain/rules.h"
#include "store/store.h"

struct decision_row {
	struct id id;
	struct id tenant;
	enum decision_event event;
	enum decision_code code;
	struct str rule;
	struct str reasons;		/* JSON: an array of sentences */
	bool has_account;
	struct id account;
	struct str signals;		/* sealed */
	bool monitored;			/* rules in monitor mode said: */
	enum decision_code monitored_code;
	struct str monitored_rule;
};

enum err decision_row_insert(struct tx *tx, const struct decision_row *row)
    MUST_CHECK NONNULL;

/* ERR_MISSING: no such decision of this tenant (S80). */
enum err decision_row_get(struct tx *tx, const struct id *tenant,
    const struct id *id, struct arena *arena, struct decision_row *ret_row)
    MUST_CHECK NONNULL;

/*
 * decision_row_list(tx, tenant, before, max, fn, ctx): fn for up to max
 * decisions made before the identifier before, the newest first.  The strings
 * are borrowed until fn returns.
 */
typedef enum err decision_row_fn(const struct decision_row *row, void *ctx);
enum err decision_row_list(struct tx *tx, const struct id *tenant,
    const struct id *before, unsigned max, decision_row_fn *fn, void *ctx)
    MUST_CHECK;

/* decision_row_purge: up to max of those made before a time (S127). */
enum err decision_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

/* decision_row_erase(tx, account): all about an account (S128). */
enum err decision_row_erase(struct tx *tx, const struct id *account)
    MUST_CHECK NONNULL;

struct rules_row {
	struct id tenant;
	enum rules_mode mode;
	struct str body;		/* of rules_read */
	unix_ms changed_at;
};

/* Insert or replace; each adds one to the installation's revision. */
enum err rules_row_put(struct tx *tx, const struct rules_row *row)
    MUST_CHECK NONNULL;
/* rules_row_delete: no error when there are none. */
enum err rules_row_delete(struct tx *tx, const struct id *tenant,
    enum rules_mode mode) MUST_CHECK NONNULL;
/* All of them, into the arena; ERR_LIMIT past max. */
enum err rules_row_list(struct tx *tx, struct arena *arena, unsigned max,
    struct rules_row *rows, unsigned *ret_n) MUST_CHECK NONNULL;

#endif
