/*
 * A tenant's own words where he has some, and how they are looked at.
 */
#ifndef DOMAIN_WORDING_OWN_H
#define DOMAIN_WORDING_OWN_H

#include "domain/lint.h"
#include "domain/wording.h"

/* wording_own_or(rq, part): the tenant's template, or ours. */
const char *wording_own_or(const struct wording_request *rq,
    enum wording_own_part part) NONNULL;

/*
 * wording_preview(rq, w, ret_lint): as wording_render, but in this language
 * and this form or not at all, and with every rule of the linter: for a look
 * at a template before it is used.  A text message is shown with the line for
 * the app, which counts, and without the host's.  *ret_lint says which rule the words break.
 */
enum err wording_preview(const struct wording_request *rq, struct wording *w,
    enum lint *ret_lint) MUST_CHECK NONNULL;

#endif
