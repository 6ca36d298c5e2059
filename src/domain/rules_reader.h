/*
 * Private to the reader of rules: what its two files share.
 */
#ifndef DOMAIN_RULES_READER_H
#define DOMAIN_RULES_READER_H

#include "base/json_scan.h"
#include "domain/rules.h"

enum { RULES_DEPTH_MAX = 8, RULES_STRING_MAX = 512 };

/* A member's name with the longest prefix, and one byte more: too long. */
enum { RULES_KEY_MAX = SIGNAL_NAME_MAX + sizeof("custom.") + 1 };

struct rules_reader {
	struct json_scan scan;
	rules_flaw_fn *fn;
	void *ctx;
	struct rule_book *book;
	struct buf place;	/* of what is being read: "rules[3].when" */
	bool flawed;
};

/* rules_reader_flaw(r, reason): of the present place. */
void rules_reader_flaw(struct rules_reader *r, const char *reason) NONNULL;

/* The place one step further in; rules_reader_leave takes it back. */
size_t rules_reader_enter(struct rules_reader *r, struct str name) NONNULL;
void rules_reader_leave(struct rules_reader *r, size_t back) NONNULL;

/* rules_reader_unknown(r, name): a flaw; its value is passed over. */
void rules_reader_unknown(struct rules_reader *r, struct str name) NONNULL;

/*
 * rules_reader_is_new(r, seen, bit, name): true at most once for each bit of
 * seen; then a flaw, and the value is passed over.
 */
bool rules_reader_is_new(struct rules_reader *r, unsigned *seen, unsigned bit,
    struct str name) NONNULL;

/* True, the brace taken, when an object is next; a flaw otherwise. */
bool rules_reader_open_object(struct rules_reader *r) NONNULL;

/* A string into the caller's bytes, or a flaw. */
bool rules_reader_take_string(struct rules_reader *r,
    char text[static RULES_STRING_MAX], struct str *ret) NONNULL;

/* True or false, or a flaw. */
bool rules_reader_take_bool(struct rules_reader *r, bool *ret) NONNULL;

/* rules_reader_keep(r, s, ret): the text, kept in the book. */
bool rules_reader_keep(struct rules_reader *r, struct str s, struct str *ret)
    NONNULL;

/* rules_reader_conditions(r, ret, ret_n): the object of when or unless. */
void rules_reader_conditions(struct rules_reader *r,
    const struct condition **ret, size_t *ret_n) NONNULL;

#endif
