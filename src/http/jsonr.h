/*
 * Reading JSON strictly (S102; RFC 8259 sections 4 and 6; RFC 7493).
 *
 * UTF-8 only, no duplicate or unknown members, no NUL, at most 16 levels,
 * integers that fit 64 bits.  Every flaw of a body is collected, so that one
 * answer names them all:
 *
 *	struct jsonr CLEANUP(jsonr_done) r = {0};
 *	struct jsonr_object root, to;
 *
 *	if (jsonr_open(&r, arena, body, &root)) {
 *		jsonr_str(&root, "purpose", JSONR_REQUIRED, 1, 32, &purpose);
 *		if (jsonr_object(&root, "to", JSONR_REQUIRED, &to)) {
 *			jsonr_str(&to, "email", 0, 3, 254, &email);
 *			jsonr_close(&to);
 *		}
 *		jsonr_close(&root);
 *	}
 *	if (!jsonr_ok(&r)) { problem_reply_flaws(x, …, jsonr_flaws(&r)); }
 *
 * A getter returns true and sets its result when the member is there and
 * right.  Otherwise the result is untouched, and there is a flaw unless the
 * member was optional and absent; null counts as absent only with
 * JSONR_NULL.  Strings are copied into the arena, so that the parsed tree can
 * be wiped and freed.
 */
#ifndef HTTP_JSONR_H
#define HTTP_JSONR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/str.h"

#define JSONR_DEPTH_MAX 16
#define JSONR_MEMBERS_MAX 32	/* that one object may be asked for */
#define JSONR_FLAWS_MAX 32	/* later ones are counted, not kept */

enum {
	JSONR_REQUIRED = 1 << 0,
	JSONR_NULL = 1 << 1,	/* null is taken as absent */
};

struct jsonr_flaw {
	struct str field;	/* "to.email", "parcels[2].tracking"; "" is all */
	struct str reason;	/* "is required" */
};

struct jsonr_flaws {
	size_t n;
	size_t more;		/* found, but not kept */
	struct jsonr_flaw v[JSONR_FLAWS_MAX];
};

struct jsonr {
	struct arena *arena;
	void *tree;		/* the library's */
	bool no_memory;
	struct jsonr_flaws flaws;
};

struct jsonr_object {
	struct jsonr *r;
	void *node;
	struct str path;
	size_t n_asked;
	const char *asked[JSONR_MEMBERS_MAX];
};

struct jsonr_array {
	struct jsonr *r;
	void *node;
	struct str path;
	size_t n;
};

/* jsonr_open(r, arena, body, ret_root): false, with a flaw, if not an object. */
bool jsonr_open(struct jsonr *r, struct arena *arena, struct str body,
    struct jsonr_object *ret_root) NONNULL;

/* jsonr_done(r): free and wipe the tree; what was read stays. */
void jsonr_done(struct jsonr *r) NONNULL;

/* jsonr_ok(r): there was no flaw, and no lack of memory. */
bool jsonr_ok(const struct jsonr *r) MUST_CHECK NONNULL;
const struct jsonr_flaws *jsonr_flaws(const struct jsonr *r) NONNULL;

/* A string of min to max bytes. */
bool jsonr_str(struct jsonr_object *o, const char *name, unsigned flags,
    size_t min, size_t max, struct str *ret_value) NONNULL;

/* An integer from min to max; "1.0" and "1e3" are not integers. */
bool jsonr_i64(struct jsonr_object *o, const char *name, unsigned flags,
    int64_t min, int64_t max, int64_t *ret_value) NONNULL;

bool jsonr_bool(struct jsonr_object *o, const char *name, unsigned flags,
    bool *ret_value) NONNULL;

/* An object; to be closed with jsonr_close when its members were read. */
bool jsonr_object(struct jsonr_object *o, const char *name, unsigned flags,
    struct jsonr_object *ret_object) NONNULL;

/* An array of at most max elements. */
bool jsonr_array(struct jsonr_object *o, const char *name, unsigned flags,
    size_t max, struct jsonr_array *ret_array) NONNULL;

/* The i-th element, i less than a->n. */
bool jsonr_at_str(struct jsonr_array *a, size_t i, size_t min, size_t max,
    struct str *ret_value) NONNULL;
bool jsonr_at_object(struct jsonr_array *a, size_t i,
    struct jsonr_object *ret_object) NONNULL;

/*
 * An object of any member names with string values, such as a binding: at
 * most max pairs, sorted by name as bytes, names of 1 to name_max bytes,
 * values of 0 to value_max.
 */
struct jsonr_pair {
	struct str name, value;
};
struct jsonr_limits {
	size_t pairs, name, value;
};
bool jsonr_pairs(struct jsonr_object *o, const char *name, unsigned flags,
    struct jsonr_limits max, struct jsonr_pair **ret_pairs, size_t *ret_n)
    NONNULL;

/* Any JSON value, written again as compact text with sorted members. */
bool jsonr_any(struct jsonr_object *o, const char *name, unsigned flags,
    size_t max, struct str *ret_json) NONNULL;

/* jsonr_has(o, name): the member is there; it does not count as asked for. */
bool jsonr_has(const struct jsonr_object *o, const char *name) NONNULL;

/* jsonr_close(o): each member that was not asked for is a flaw. */
void jsonr_close(struct jsonr_object *o) NONNULL;

/*
 * jsonr_flaw(o, name, why): a flaw found by the caller, in the member name
 * of o (NULL: o itself).  why reads on after the field: "is not an
 * e-mail address".  It is borrowed.
 */
void jsonr_flaw(struct jsonr_object *o, const char *name, const char *why)
    __attribute__((nonnull(1, 3)));

/* jsonr_flaw_in(o, name, member, reason): in a member of the member name. */
void jsonr_flaw_in(struct jsonr_object *o, const char *name,
    struct str member, const char *reason) NONNULL;

#endif
