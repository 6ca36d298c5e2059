/*
 * A tenant's rules as a JSON file: domain/rules.h.
 */
#ifndef CONFIG_RULES_FILE_H
#define CONFIG_RULES_FILE_H

#include "base/buf.h"
#include "base/compiler.h"
#include "domain/rules.h"

enum rules_file {
	RULES_FILE_OTHER,	/* it does not begin as JSON: a policy, perhaps */
	RULES_FILE_GOOD,
	RULES_FILE_BAD		/* see reason */
};

/*
 * rules_file_load(path, book, reason): for RULES_FILE_BAD, reason has a line
 * for every problem, "FILE:3: rules[1].when.amount must be …".
 */
enum rules_file rules_file_load(const char *path, struct rule_book *book,
    struct buf *reason) MUST_CHECK NONNULL;

/* rules_file_report(book, out): how many rules there are for each event. */
void rules_file_report(const struct rule_book *book, struct buf *out) NONNULL;

#endif
