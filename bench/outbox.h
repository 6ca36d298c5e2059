/*
 * An outbox with many messages in it, and one courier that empties it; in a
 * store that no server has open.
 */
#ifndef BENCH_OUTBOX_H
#define BENCH_OUTBOX_H

#include "app/courier.h"
#include "base/secret.h"
#include "config/provider_file.h"
#include "flow/start.h"

enum { OUTBOX_BATCH = 500, OUTBOX_CONNECTIONS = 4 };

struct outbox {
	struct flow flow;
	struct keyring *ring;
	struct arena *arena;
	struct tenant tenant;
	enum channel channel;		/* set before anything is called */
	struct courier *courier;	/* NULL until it is started */
	struct directory *directory;
	struct providers providers;
	struct secret secret;
	struct email from;
	uint64_t next;			/* recipients so far */
	/* Those of one transaction. */
	struct challenge_row rows[OUTBOX_BATCH];
	struct message_row messages[OUTBOX_BATCH];
	unsigned n;
};

/* outbox_open(b, keys, location): what watchword init has made. */
enum err outbox_open(struct outbox *b, const char *keys,
    const char *location) MUST_CHECK NONNULL;

/* outbox_fill(b, n): n challenges, each with a message that is due. */
enum err outbox_fill(struct outbox *b, uint64_t n) MUST_CHECK NONNULL;

/* outbox_ask(b): one more challenge, as a request makes it; to its commit. */
enum err outbox_ask(struct outbox *b) MUST_CHECK NONNULL;

/*
 * outbox_start(b, peer): a courier over OUTBOX_CONNECTIONS connections; peer
 * is the URL of a gateway or the port of a mail server.
 */
enum err outbox_start(struct outbox *b, const char *peer) MUST_CHECK NONNULL;

#endif
