/*
 * The carrier of the sandbox: an inbox in memory, for every channel, with
 * faults on demand.  Nothing leaves the machine.
 *
 * Submitting and running belong to the courier's thread like with any
 * carrier.  The inbox and the faults may be used from any thread.
 */
#ifndef CHANNEL_SANDBOX_H
#define CHANNEL_SANDBOX_H

#include "channel/channel.h"

/* The oldest messages go when either is reached. */
#define SANDBOX_MESSAGES 1000
#define SANDBOX_BYTES (8 * 1024 * 1024)
/* Under way at once; past it submit says ERR_BUSY. */
#define SANDBOX_PENDING 1024

enum fault {
	FAULT_NONE,
	FAULT_FAIL,	/* refused for good */
	FAULT_BUSY,	/* refused for now: the courier tries again */
	FAULT_HANG,	/* no answer: ends after 20 s, or with its code */
	FAULT_LATE,	/* taken, but in the inbox a minute later */
	FAULT_TWICE,	/* in the inbox twice, under one id */
	FAULT_LOST,	/* taken, and never seen again */
	FAULT_COUNT
};

#define SANDBOX_HANG SECONDS(20)
#define SANDBOX_LATE SECONDS(60)

/* fault_parse(s, ret): "fail", "busy", "hang", "late", "twice", "lost". */
bool fault_parse(struct str s, enum fault *ret_fault) MUST_CHECK NONNULL;
const char *fault_name(enum fault f);

struct sandbox;

enum err sandbox_new(struct sandbox **ret_sandbox) MUST_CHECK NONNULL;

/* sandbox_carrier(s): s goes with carrier_free. */
struct carrier sandbox_carrier(struct sandbox *s) NONNULL;

/*
 * sandbox_fault(s, channel, fault, count): the next count messages over
 * channel meet it; what was ordered for the channel before is forgotten.
 */
void sandbox_fault(struct sandbox *s, enum channel channel, enum fault fault,
    unsigned count) NONNULL;

/* As the inbox shows it; every str is borrowed for the call. */
struct inbox_message {
	struct id id;
	struct id challenge;
	enum message_kind kind;
	enum channel channel;
	enum purpose purpose;
	struct str to;
	struct str from;	/* the tenant's address, or sender; or empty */
	struct str from_name;	/* e-mail only */
	struct str subject;	/* e-mail only, like html */
	struct str text;
	struct str html;
	struct str code;	/* a notice: empty */
	unix_ms created_at;
};

struct inbox_filter {
	struct str to;		/* exact, in any case of its letters; or empty */
	int channel;		/* an enum channel, or -1 for all */
	/* Only what came into the inbox later than this one; or NULL.  One
	 * that is gone from the inbox filters nothing. */
	const struct id *after;
	unix_ms since;		/* only messages made later; or zero */
};

/* Called with the inbox locked: it must not call the sandbox. */
typedef void inbox_fn(void *ctx, const struct inbox_message *m);

/*
 * sandbox_each(s, filter, now, max, fn, ctx): newest first, at most max, what
 * is there at now; how many.
 */
unsigned sandbox_each(struct sandbox *s, const struct inbox_filter *filter,
    unix_ms now, unsigned max, inbox_fn *fn, void *ctx);

/* sandbox_get(s, id, now, fn, ctx): one message; false: there is none. */
bool sandbox_get(struct sandbox *s, const struct id *id, unix_ms now,
    inbox_fn *fn, void *ctx) MUST_CHECK;

#endif
