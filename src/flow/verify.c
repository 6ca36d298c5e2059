#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/parse.h"
#include "flow/audit.h"
#include "flow/seal.h"
#include "store/challenges.h"

/*
 * Verification walks the whole log once, in order.  It keeps the identifiers
 * of all approvals that it has read, to hold them against the challenges that
 * say they were approved.
 */
struct walk {
	struct seal_verify *v;
	struct id *approved;
	size_t n, cap;
	/* The head that was kept. */
	bool has_head;
	int64_t head_n;
	uint8_t head_hash[AUDIT_HASH];
	bool head_seen;
};

const char *
seal_fault_text(enum seal_fault f)
{
	static const char *const texts[] = {
		[SEAL_FINE] = "the log is whole",
		[SEAL_HASH] = "a segment does not have the hash that was signed",
		[SEAL_CHAIN] = "a segment is missing or not in its place",
		[SEAL_SIGNATURE] = "a segment is not signed by this installation",
		[SEAL_CUT] = "the log ends before the head that was kept",
		[SEAL_HEAD] = "the head that was kept is not of this log",
		[SEAL_EVENT] = "an event that waits to be sealed was changed",
		[SEAL_APPROVAL] = "a challenge is approved that the log does not know",
	};

	return texts[f];
}

static enum err
fault(struct walk *w, enum seal_fault f, int64_t segment)
{
	if (w->v->fault == SEAL_FINE) {
		w->v->fault = f;
		w->v->segment = segment;
	}
	return ERR_NONE;
}

static enum err
remember(struct walk *w, const struct id *id)
{
	if (w->n == w->cap) {
		size_t cap = w->cap == 0 ? 1024 : w->cap * 2;
		struct id *grown = reallocarray(w->approved, cap,
		    sizeof(*grown));

		if (grown == NULL) {
			return ERR_NOMEM;
		}
		w->approved = grown;
		w->cap = cap;
	}
	w->approved[w->n++] = *id;
	return ERR_NONE;
}

/* The value of a member that this program wrote, by its exact spelling. */
static bool
member(struct str line, struct str opening, struct str *ret_value)
{
	const char *at = line.n < opening.n ? NULL
	    : memmem(line.p, line.n, opening.p, opening.n);
	struct str rest;

	if (at == NULL) {
		return false;
	}
	rest = str_slice(line, (size_t)(at - line.p) + opening.n, line.n);
	*ret_value = str_slice(rest, 0, str_find(rest, '"'));
	return true;
}

static enum err
read_event(struct walk *w, struct str line)
{
	struct str event, challenge;
	struct id id;

	if (!member(line, STR("\"event\":\""), &event)) {
		return ERR_NONE;
	}
	if (str_equal(event, STR(SEAL_CHANGED))) {
		w->v->changed++;
	}
	if (!str_equal(event,
	    str_of(audit_event_name(AUDIT_CHALLENGE_APPROVED))) ||
	    !member(line, STR("\"challenge\":\""), &challenge) ||
	    id_parse(ID_CHALLENGE, challenge, &id) != ERR_NONE) {
		return ERR_NONE;
	}
	return remember(w, &id);
}

static enum err
read_events(struct walk *w, struct str body)
{
	struct str line;
	enum err e = ERR_NONE;

	while (e == ERR_NONE && str_split(&body, '\n', &line)) {
		e = read_event(w, line);
	}
	return e;
}

static enum err
check_segment(struct walk *w, const struct audit_segment_row *row,
    const uint8_t before[static AUDIT_HASH])
{
	uint8_t hash[AUDIT_HASH];
	struct str signed_bytes = {(const char *)row->hash, AUDIT_HASH};
	enum err e = seal_hash(row, hash);

	if (e != ERR_NONE) {
		return e;
	}
	if (memcmp(hash, row->hash, AUDIT_HASH) != 0) {
		return fault(w, SEAL_HASH, row->n);
	}
	if (memcmp(before, row->before, AUDIT_HASH) != 0) {
		return fault(w, SEAL_CHAIN, row->n);
	}
	if (keyring_verify(w->v->flow->ring, KEY_AUDIT, row->key,
	    signed_bytes, row->signature) != ERR_NONE) {
		return fault(w, SEAL_SIGNATURE, row->n);
	}
	if (w->has_head && w->head_n == row->n) {
		w->head_seen = true;
		if (memcmp(w->head_hash, row->hash, AUDIT_HASH) != 0) {
			return fault(w, SEAL_HEAD, row->n);
		}
	}
	return ERR_NONE;
}

static enum err
walk_segments(struct tx *tx, struct walk *w)
{
	struct seal_verify *v = w->v;
	uint8_t before[AUDIT_HASH] = {0};
	struct audit_segment_row row, last;
	enum err e = audit_segment_last(tx, v->arena, &last);

	if (e == ERR_MISSING) {
		return ERR_NONE;
	}
	for (int64_t n = 1; e == ERR_NONE && n <= last.n; n++) {
		arena_reset(v->arena);
		e = audit_segment_get(tx, n, v->arena, &row);
		if (e == ERR_MISSING) {
			return fault(w, SEAL_CHAIN, n);
		}
		if (e == ERR_NONE) {
			e = check_segment(w, &row, before);
		}
		if (e == ERR_NONE) {
			e = read_events(w, row.body);
		}
		if (e == ERR_NONE && v->on_segment != NULL) {
			v->on_segment(v->ctx, &row);
		}
		memcpy(before, row.hash, AUDIT_HASH);
		v->segments++;
		v->events += row.events;
	}
	return e;
}

static enum err
check_event(struct walk *w, const struct audit_event_row *row)
{
	bool holds;
	enum err e = audit_event_holds(w->v->flow, row, &holds);

	if (e == ERR_NONE && !holds) {
		e = fault(w, SEAL_EVENT, 0);
	}
	if (e == ERR_NONE) {
		e = read_event(w, row->body);
	}
	if (e == ERR_NONE && w->v->on_event != NULL) {
		w->v->on_event(w->v->ctx, row);
	}
	w->v->waiting++;
	return e;
}

static enum err
walk_events(struct tx *tx, struct walk *w)
{
	struct audit_event_row *rows;
	struct id after = {0};
	unsigned n;

	do {
		enum err e;

		arena_reset(w->v->arena);
		rows = arena_get(w->v->arena, SEAL_EVENTS * sizeof(*rows));
		if (rows == NULL) {
			return ERR_NOMEM;
		}
		e = audit_event_list(tx, &after, SEAL_EVENTS, w->v->arena,
		    rows, &n);
		for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
			e = check_event(w, &rows[i]);
			after = rows[i].id;
		}
		if (e != ERR_NONE) {
			return e;
		}
	} while (n == SEAL_EVENTS);
	return ERR_NONE;
}

static int
compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, ID_BYTES);
}

static enum err
approved(struct tx *tx UNUSED, const struct id *id, void *ctx)
{
	struct walk *w = ctx;

	if (w->n == 0 || bsearch(id, w->approved, w->n, sizeof(*id),
	    compare_ids) == NULL) {
		return fault(w, SEAL_APPROVAL, 0);
	}
	return ERR_NONE;
}

/* The kept head: one line of seal_head_print. */
static bool
parse_head(struct walk *w, struct str head)
{
	static const struct str opening = STR_INIT("{\"segment\":");
	struct str rest, hash;
	size_t n;

	if (!str_starts(head, opening) ||
	    !member(head, STR("\"hash\":\""), &hash) ||
	    hex_decode(hash, w->head_hash, AUDIT_HASH, &n) != ERR_NONE ||
	    n != AUDIT_HASH) {
		return false;
	}
	rest = str_slice(head, opening.n, head.n);
	return parse_i64(str_slice(rest, 0, str_find(rest, ',')), &w->head_n);
}

enum err
seal_verify_run(struct tx *tx, void *verify)
{
	struct seal_verify *v = verify;
	struct walk w = {.v = v};
	enum err e;

	v->fault = SEAL_FINE;
	v->segments = v->events = v->waiting = v->changed = 0;
	w.has_head = v->head.n > 0;
	if (w.has_head && !parse_head(&w, v->head)) {
		return fault(&w, SEAL_HEAD, 0);
	}
	e = walk_segments(tx, &w);
	if (e == ERR_NONE && w.has_head && !w.head_seen) {
		e = fault(&w, SEAL_CUT, w.head_n);
	}
	if (e == ERR_NONE) {
		e = walk_events(tx, &w);
	}
	if (e == ERR_NONE) {
		/* NULL when there is none, which qsort may not be given. */
		if (w.n > 0) {
			qsort(w.approved, w.n, sizeof(*w.approved),
			    compare_ids);
		}
		e = challenge_row_approved(tx, approved, &w);
	}
	free(w.approved);
	return e;
}
