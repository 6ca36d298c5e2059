/*
 * Help: a person whose code has not come is told what became of the messages
 * and what can be done next (R45 to R48), and may have the same code sent
 * once more.  Never a code, never a whole address.
 *
 * The shop asks for a help token of a challenge and puts it into a link's
 * fragment, which browsers do not send.  The token says which challenge and
 * until when, and a MAC proves it; nothing is stored.  Who has it sees what
 * stands below and may resend, under the limits of every resend; he cannot
 * check a code, nor change where it goes.
 */
#ifndef FLOW_HELP_H
#define FLOW_HELP_H

#include "base/arena.h"
#include "domain/told.h"
#include "flow/flow.h"
#include "flow/recipient.h"
#include "store/messages.h"

/* help_told(m): what became of m. */
enum told help_told(const struct message_row *m) NONNULL;

struct help_next {
	enum told told;
	enum channel channel;	/* of TOLD_BY_… */
	int64_t seconds;	/* of TOLD_WAIT */
};

#define HELP_NEXT 9

/*
 * help_next(f, row, m, now, next): what can be done, the most useful first;
 * how many.  m is the newest message with a code; NULL: there is none.
 */
unsigned help_next(const struct flow *f, const struct challenge_row *row,
    const struct message_row *m, unix_ms now,
    struct help_next next[static HELP_NEXT])
    __attribute__((nonnull(1, 2, 5)));

/*
 * help_masked(f, row, m, arena, ret): where m of row went, masked; dots alone
 * when retention has forgotten it.
 */
enum err help_masked(const struct flow *f, const struct challenge_row *row,
    const struct message_row *m, struct arena *arena, struct str *ret_mask)
    MUST_CHECK NONNULL;

#define HELP_TOKEN_LIFE MINUTES(60)

struct help_token {
	struct id tenant;
	struct id challenge;
	unix_ms until;
};

/* help_token_write(f, t, out): "wwh_" and 88 characters. */
enum err help_token_write(const struct flow *f, const struct help_token *t,
    struct buf *out) MUST_CHECK NONNULL;

/* ERR_MISSING: not a token of ours, or its time is over. */
enum err help_token_read(const struct flow *f, struct str text, unix_ms now,
    struct help_token *ret_token) MUST_CHECK NONNULL;

/* One message, or those of a person, newest first. */
#define LOOK_MAX 100

struct look {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id id;			/* of look_one_run */
	uint8_t subject[SUBJECT_BYTES];	/* of look_many_run */
	struct id before;		/* older than this one */
	unsigned limit;			/* 1 to LOOK_MAX */
	/* Made by run. */
	struct challenge_row row;	/* of look_one_run */
	struct message_row *messages;
	unsigned n;
	bool more;
};

/* look_one_run: n is 0 when the tenant has no such message (S80). */
enum err look_one_run(struct tx *tx, void *look) MUST_CHECK NONNULL;
enum err look_many_run(struct tx *tx, void *look) MUST_CHECK NONNULL;

#endif
