/*
 * A batch: NDJSON in, NDJSON out, of any length.
 *
 * Lines are taken as they come, some at a time; each such part is one
 * transaction, and its answers go out when it is on disk.  The next part is
 * read only when the client has taken most of what was answered, so what is
 * held in memory does not grow.  A line that is wrong is answered with what
 * is wrong with it, and hurts no other.  A client that goes away has had done
 * what it was answered, and perhaps one part more; so every kind of batch does
 * a line that is sent again only once.
 */
#ifndef API_BATCH_H
#define API_BATCH_H

#include "api/call.h"

#define BATCH_LINE_MAX 65536	/* bytes of a line */
#define BATCH_PART_MAX 64	/* lines in one transaction */

struct batch_kind {
	size_t size;		/* of the argument of a line */
	/*
	 * read(c, arena, line, o, arg): fill the zeroed arg from o; flaws are
	 * o's.  line is what o was read from.  Both live as long as arena.
	 */
	void (*read)(const struct call *c, struct arena *arena,
	    struct str line, struct jsonr_object *o, void *arg);
	/* What needs no transaction; NULL: nothing. */
	enum err (*prepare)(void *arg);
	use_case *run;
	/*
	 * The members of its answer; or a member "error", by batch_error.
	 */
	void (*write)(const struct call *c, void *arg, struct jsonw *w);
};

/* batch_begin(x, kind): the whole of a handler.  kind lives for ever. */
void batch_begin(struct http_exchange *x, const struct batch_kind *kind)
    NONNULL;

/* batch_error(w, p, field, reason): the member "error"; field may be NULL. */
void batch_error(struct jsonw *w, enum problem p, const char *field,
    const char *reason) __attribute__((nonnull(1)));

#endif
