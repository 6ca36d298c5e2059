/*
 * The brand: what messages and pages call a shop.
 */
#ifndef FLOW_BRAND_H
#define FLOW_BRAND_H

#include "domain/shop_name.h"
#include "flow/directory.h"

/*
 * brand_taken(c, tenant, name): name looks like the brand or a sender of
 * another tenant here (S89): a customer would take the one shop for the other.
 */
bool brand_taken(const struct directory_copy *c, const struct tenant *t,
    struct str name) MUST_CHECK NONNULL;

/*
 * brand_fit(tenant, name): every message can be worded with that brand, the
 * tenant's own words keep the rules, and each text is one segment (S92).
 * ERR_LIMIT: ours would be too long; ERR_DENIED: the tenant's own would be,
 * or would break another rule.
 */
enum err brand_fit(const struct tenant *t, const struct display_text *name)
    MUST_CHECK NONNULL;

struct brand_put {
	const struct flow *flow;
	struct id tenant;
	struct str name;	/* a shop_name */
};
/* brand_put_run: a use_case over struct brand_put. */
enum err brand_put_run(struct tx *tx, void *brand_put) MUST_CHECK NONNULL;

#endif
