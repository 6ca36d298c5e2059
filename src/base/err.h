/*
 * The closed list of operational failures.
 *
 * A failure here means "it could not be done".  An expected outcome (a wrong
 * code, a challenge that has expired) is never an error: it has an enum of
 * its own.  A bug is an assert.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
	ERR_NONE = 0,	/* done */
	ERR_NOMEM,	/* the allocator, or an arena's cap, said no */
	ERR_LIMIT,	/* a stated maximum would be passed */
	ERR_SYNTAX,	/* the bytes are not what they should be */
	ERR_RANGE,	/* well formed, but outside what is allowed */
	ERR_IO,		/* a file, socket or sync failed */
	ERR_EXISTS,	/* there is one already */
	ERR_MISSING,	/* there is none */
	ERR_CONFLICT,	/* somebody else changed the row first; try again */
	ERR_BUSY,	/* a bounded queue is full; try later */
	ERR_CLOSED,	/* the thing is being shut down */
	ERR_DENIED,	/* the peer or the system refuses */
	ERR_TIMEOUT,	/* a deadline passed */
	ERR_CRYPTO,	/* a library refused, or a seal or signature is not right */
	ERR_STORE,	/* the database refused; nothing was changed */
	ERR_COUNT
};

/*
 * err_name(e): a short constant name for logs, such as "conflict".  Never
 * NULL.
 */
const char *err_name(enum err e);

#endif
