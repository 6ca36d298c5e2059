/*
 * What a person is told of a message: what became of it, and what can be done
 * next (R45 to R48).  In the languages of the messages, from the tables in
 * told/; which of these is true, flow/help.c decides.
 */
#ifndef DOMAIN_TOLD_H
#define DOMAIN_TOLD_H

#include "base/buf.h"
#include "domain/wording.h"

enum told {
	/* What became of a message. */
	TOLD_QUEUED,
	TOLD_RETRYING,
	TOLD_SENT_EMAIL,
	TOLD_SENT_SMS,
	TOLD_SENT_VOICE,
	TOLD_DELIVERED_EMAIL,
	TOLD_DELIVERED_SMS,
	TOLD_DELIVERED_VOICE,
	TOLD_UNKNOWN,		/* no such address */
	TOLD_FULL,
	TOLD_REFUSED,
	TOLD_UNREACHABLE,
	TOLD_NO_ANSWER,
	TOLD_MACHINE,
	TOLD_TOO_LATE,
	TOLD_CANCELLED,
	TOLD_REROUTED,		/* the next step of its plan was taken */
	/* What can be done next. */
	TOLD_ADDRESS,
	TOLD_SPAM,
	TOLD_WAIT,
	TOLD_RESEND,
	TOLD_NONE_LEFT,
	TOLD_BY_EMAIL,
	TOLD_BY_SMS,
	TOLD_BY_VOICE,
	TOLD_TRACK,
	TOLD_NEW,
	TOLD_DONE,
	TOLD_SUPPORT,
	TOLD_COUNT
};

/* told_name(t): the word of the API: "queued", "unknown_address" … */
const char *told_name(enum told t);

struct told_values {
	struct str to;		/* masked (S81) */
	struct str brand;
	int64_t seconds;	/* until a message may be sent again */
};

/* told_write(t, l, v, out): the sentence, its places filled. */
void told_write(enum told t, enum locale l, const struct told_values *v,
    struct buf *out) NONNULL;

/* told_text(t, l): the sentence as it stands in told/, for the test. */
const char *told_text(enum told t, enum locale l);

#endif
