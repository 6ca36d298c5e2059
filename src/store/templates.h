/*
 * What tenants say in their own words (domain/wording.h).  Every change makes
 * a new revision of the installation (store/tenants.h).
 */
#ifndef STORE_TEMPLATES_H
#define STORE_TEMPLATES_H

#include "base/arena.h"
#include "domain/wording.h"
#include "store/store.h"

struct template_row {
	struct id tenant;
	struct wording_own own;		/* its text in the arena */
	unix_ms changed_at;
};

/* Insert or replace. */
enum err template_row_put(struct tx *tx, const struct template_row *row)
    MUST_CHECK NONNULL;

/*
 * template_row_delete(tx, tenant, purpose, locale, channel, ret_n): all parts
 * of one message; how many there were.
 */
enum err template_row_delete(struct tx *tx, const struct id *tenant,
    enum purpose purpose, enum locale locale, enum channel channel,
    unsigned *ret_n) MUST_CHECK NONNULL;

/* All of them, a tenant's together; ERR_LIMIT past max. */
enum err template_row_list(struct tx *tx, struct arena *arena, unsigned max,
    struct template_row *rows, unsigned *ret_n) MUST_CHECK NONNULL;

#endif
