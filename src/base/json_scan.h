/*
 * The words of a JSON text (RFC 8259), one after another, for readers that
 * want no tree: base/json_find.h, and those of domain/ that tell the line of
 * what is wrong.
 *
 * The first thing that is not JSON is latched in bad; the scan then stands
 * still there.  The text should be UTF-8 (str_is_utf8), which is not looked
 * at here.
 */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"

struct json_scan {
	struct str s;
	size_t i;	/* the next byte */
	bool bad;
};

/* json_scan_peek(c): the next byte, or -1 at the end. */
int json_scan_peek(const struct json_scan *c) NONNULL;

/* json_scan_next(c): the same behind blanks; -1 when bad, too. */
int json_scan_next(struct json_scan *c) NONNULL;

void json_scan_blanks(struct json_scan *c) NONNULL;

/* json_scan_accept(c, want): takes the byte when it is the next. */
bool json_scan_accept(struct json_scan *c, char want) NONNULL;

/* json_scan_expect(c, want): the same, or bad. */
void json_scan_expect(struct json_scan *c, char want) NONNULL;

/*
 * json_scan_string(c, out): appends the string that begins here, unescaped.
 * What does not fit is out's own failure, not bad.
 */
void json_scan_string(struct json_scan *c, struct buf *out) NONNULL;

/* json_scan_number(c), json_scan_literal(c): as they are written. */
struct str json_scan_number(struct json_scan *c) NONNULL;
struct str json_scan_literal(struct json_scan *c) NONNULL;

/*
 * json_scan_skip(c, depth): whatever value is next, objects and arrays at
 * most depth deep.
 */
void json_scan_skip(struct json_scan *c, unsigned depth) NONNULL;

/*
 * json_scan_member(c, first, name): the next member of an object whose "{" was
 * taken: its name into name, which is cleared before, and its colon.  False at
 * the "}", which is taken, or when bad.
 *
 * json_scan_element(c, first): the same for an array; its value is next.
 */
bool json_scan_member(struct json_scan *c, bool first, struct buf *name)
    NONNULL;
bool json_scan_element(struct json_scan *c, bool first) NONNULL;

/* json_scan_line(c): the line of the next byte, from 1. */
unsigned json_scan_line(const struct json_scan *c) NONNULL;

#endif
