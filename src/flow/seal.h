/*
 * Sealing the audit log, and checking it.
 *
 * The keeper gathers the events that use cases wrote into segments.  A
 * segment's hash covers its number, its events and the hash before it, and is
 * signed.  The last one, the head, is also kept outside the database, so that
 * a database cut short shows.
 *
 *	hash(n) = SHA-256("watchword segment" ‖ n ‖ events ‖ sealed_at ‖
 *	                  hash(n-1) ‖ body),  hash(0) = 32 zero bytes
 *
 * integers big-endian in 8 bytes.
 */
#ifndef FLOW_SEAL_H
#define FLOW_SEAL_H

#include "base/arena.h"
#include "flow/flow.h"
#include "store/audit.h"

#define SEAL_EVENTS 512

/* The event in the place of one that was changed before it was sealed. */
#define SEAL_CHANGED "audit.event_changed"

struct seal {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;	/* reset by run; 4 MiB will do */
	/* Made by run. */
	bool sealed;			/* there was something */
	struct audit_segment_row head;	/* the segment made; body not kept */
	unsigned wrong_macs;		/* events changed since they were written */
};

/* seal_run: a use_case over struct seal: one segment from waiting events. */
enum err seal_run(struct tx *tx, void *seal) MUST_CHECK NONNULL;

/* seal_hash(row, ret_hash): as above, from all members but hash itself. */
enum err seal_hash(const struct audit_segment_row *row,
    uint8_t ret_hash[static AUDIT_HASH]) MUST_CHECK NONNULL;

/* seal_head_print(row, out): the head as one JSON line. */
void seal_head_print(const struct audit_segment_row *row, struct buf *out)
    NONNULL;

/* audit_event_holds(f, row, ret): the event is as its use case wrote it. */
enum err audit_event_holds(const struct flow *f,
    const struct audit_event_row *row, bool *ret_holds) MUST_CHECK NONNULL;

/* What verification has found. */
enum seal_fault {
	SEAL_FINE,
	SEAL_HASH,		/* a segment's bytes were changed */
	SEAL_CHAIN,		/* a segment is missing, or not in its place */
	SEAL_SIGNATURE,		/* signed by another key */
	SEAL_CUT,		/* the head that was kept is ahead of the log */
	SEAL_HEAD,		/* the head that was kept is of another log */
	SEAL_EVENT,		/* a waiting event was changed */
	SEAL_APPROVAL		/* an approval has no event (I10) */
};

struct seal_verify {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;
	struct str head;	/* the kept head; empty: none is kept */
	/* Called with every segment, then with every waiting event; may be NULL. */
	void (*on_segment)(void *ctx, const struct audit_segment_row *row);
	void (*on_event)(void *ctx, const struct audit_event_row *row);
	void *ctx;
	/* Made by run. */
	enum seal_fault fault;
	int64_t segment;	/* where the fault is */
	int64_t segments, events, waiting;
	/* Sealed under the name SEAL_CHANGED: no fault of the log itself. */
	int64_t changed;
};

/* seal_verify_run: for store_read. */
enum err seal_verify_run(struct tx *tx, void *verify) MUST_CHECK NONNULL;

/* seal_fault_text(f): a sentence. */
const char *seal_fault_text(enum seal_fault f);

#endif
