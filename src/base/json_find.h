/*
 * One value out of a JSON text (RFC 8259), by its pointer (RFC 6901): for
 * what strangers answer, where neither a tree nor strictness about members is
 * wanted.  Requests to us are read by http/jsonr.h.
 */
#ifndef BASE_JSON_FIND_H
#define BASE_JSON_FIND_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"

#define JSON_FIND_DEPTH_MAX 16

/* json_pointer_valid(s): empty, or "/" and what follows; "~" as ~0 and ~1. */
bool json_pointer_valid(struct str s) MUST_CHECK;

/*
 * json_find(text, pointer, out): appends the value: a string unescaped, a
 * number, true and false as they are written.  False, and out is as it was,
 * when text is not JSON, is nested too deep, or has no such scalar there;
 * null is none.  Of a member that is given twice the first is meant.
 */
bool json_find(struct str text, struct str pointer, struct buf *out)
    MUST_CHECK NONNULL;

#endif
