/*
 * The audit log: events as use cases write them, then segments as the keeper
 * seals them.  A segment is one row with the JSON lines of its events; its
 * hash covers the hash before it, so a changed or missing row shows.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "base/arena.h"
#include "base/str.h"
#include "store/store.h"

#define AUDIT_MAC 32
#define AUDIT_HASH 32
#define AUDIT_SIGNATURE 64

/* An event that is not in a segment yet. */
struct audit_event_row {
	struct id id;
	struct str body;		/* one JSON object, no line end */
	uint32_t key;			/* version of KEY_AUDIT */
	uint8_t mac[AUDIT_MAC];		/* over id and body */
};

struct audit_segment_row {
	int64_t n;			/* 1, 2, 3 … */
	int64_t events;			/* in this one */
	unix_ms sealed_at;
	struct str body;		/* events, each ended by a newline */
	uint8_t before[AUDIT_HASH];
	uint8_t hash[AUDIT_HASH];
	uint32_t key;
	uint8_t signature[AUDIT_SIGNATURE];
};

enum err audit_event_insert(struct tx *tx, const struct audit_event_row *row)
    MUST_CHECK NONNULL;

/* audit_event_list(tx, after, max, …): those past an identifier, in order. */
enum err audit_event_list(struct tx *tx, const struct id *after, unsigned max,
    struct arena *arena, struct audit_event_row *rows, unsigned *ret_n)
    MUST_CHECK NONNULL;

/*
 * audit_event_delete(tx, last, n): all up to the identifier last, which must
 * be n: those that audit_event_list gave.  ERR_CONFLICT when they are not.
 */
enum err audit_event_delete(struct tx *tx, const struct id *last, unsigned n)
    MUST_CHECK NONNULL;

/* audit_segment_insert: ERR_CONFLICT when number n exists. */
enum err audit_segment_insert(struct tx *tx,
    const struct audit_segment_row *row) MUST_CHECK NONNULL;

/* audit_segment_last: ERR_MISSING when there is none. */
enum err audit_segment_last(struct tx *tx, struct arena *arena,
    struct audit_segment_row *ret_row) MUST_CHECK NONNULL;

/* audit_segment_get(tx, n, …): ERR_MISSING. */
enum err audit_segment_get(struct tx *tx, int64_t n, struct arena *arena,
    struct audit_segment_row *ret_row) MUST_CHECK NONNULL;

#endif
