/*
 * What the resources that decide share: reading signals and rules.
 */
#ifndef API_RULES_H
#define API_RULES_H

#include "domain/rules.h"
#include "http/jsonr.h"

/* api_read_signals: the optional member "signals" of root; flaws go there. */
void api_read_signals(struct jsonr_object *root, struct arena *arena,
    struct signals *s) NONNULL;

/* api_read_rules: the members "rules", required, and "mode". */
void api_read_rules(struct jsonr_object *root, struct arena *arena,
    struct rule_book *ret_book) NONNULL;

#endif
