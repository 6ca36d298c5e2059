/*
 * Templates as JSON: what a request, and the command "template", say and are
 * answered.  One reader for both, so that neither takes what the other
 * refuses (R67 to R75).
 */
#ifndef API_TEMPLATE_JSON_H
#define API_TEMPLATE_JSON_H

#include "flow/templates.h"
#include "http/jsonr.h"

/* template_json_reason(l): what the rule asks, for who wrote the text. */
const char *template_json_reason(enum lint l);

/* template_json_locale(s, ret_locale): exactly one of ours. */
bool template_json_locale(struct str s, enum locale *ret_locale)
    MUST_CHECK NONNULL;

/*
 * template_json_read(o, t): one message and its parts; false: noted in o's
 * reader.  Its words were not looked at.  t->n is 0 before.
 */
bool template_json_read(struct jsonr_object *o, struct template_change *t)
    MUST_CHECK NONNULL;

/*
 * template_json_read_all(root, tenant, ret_changes, ret_n): "templates", each
 * looked at with every rule of the linter; in the reader's arena.  What is
 * wrong is noted in the reader: see jsonr_ok.
 */
enum err template_json_read_all(struct jsonr_object *root,
    const struct tenant *tenant, struct template_change **ret_changes,
    unsigned *ret_n) MUST_CHECK NONNULL;

/*
 * template_json_write(own, n, out): as it is read, {"templates": …}.  own is
 * NULL where a tenant has none.
 */
void template_json_write(const struct wording_own *own, unsigned n,
    struct buf *out) __attribute__((nonnull(3)));

#endif
