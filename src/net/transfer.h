/*
 * What a protocol gives to a multi: one prepared transfer.  Internal to net/.
 */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "net/multi.h"

/* The first member of a protocol's own struct. */
struct transfer {
	CURL *easy;		/* taken by the multi with the transfer */
	mono_ms deadline;	/* of the whole, waiting included */
	duration_ms longest;	/* of the part on the wire */
	/*
	 * Called when it failed, unless NULL; true: try the same easy again,
	 * once.  For a kept connection that had died unseen.
	 */
	bool (*again)(struct transfer *t, CURLcode result);
	bool tried_again;
	/*
	 * Called once, when easy is gone: no callback of libcurl comes after
	 * it.  Frees the struct around the transfer.
	 */
	void (*ended)(struct transfer *t, CURLcode result);
	struct transfer *next;
	struct transfer *prev;
};

/*
 * transfer_new_easy(m): a handle with the options that all have: no signals,
 * no proxies or .netrc from the environment, TLS 1.2 at least, peers
 * verified (S97), sockets that m can close at once.  NULL: no memory.
 */
CURL *transfer_new_easy(struct multi *m) MUST_CHECK NONNULL;

/*
 * transfer_may_share(m, host, port, trust): whether a connection may be used
 * again for this peer.  libcurl compares names and passwords before it does,
 * but not how a STARTTLS peer was verified; so the first trust (any text)
 * that a peer is used with owns the kept connections, and every other has to
 * make and close its own.
 */
bool transfer_may_share(struct multi *m, const char *host, uint16_t port,
    const char *trust) MUST_CHECK NONNULL;

/*
 * transfer_hang_up(m, easy): the peer has said all that matters: what libcurl
 * still waits for on this connection ends at once.
 */
void transfer_hang_up(struct multi *m, CURL *easy) NONNULL;

/*
 * transfer_start(m, t): ERR_BUSY when in flight and queue are full; t and its
 * handle then stay the caller's.
 */
enum err transfer_start(struct multi *m, struct transfer *t)
    MUST_CHECK NONNULL;

#endif
