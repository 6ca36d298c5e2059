/*
 * The seam to the outside: a carrier takes a worded message and says once
 * what became of it.
 *
 * A carrier is driven by one thread, which calls carrier_submit and
 * carrier_run; completions are called from carrier_run (or carrier_free) and
 * never from carrier_submit.  Only carrier_wakeup may be called from another
 * thread.  One contract suite (tests/unit/channel/test_contract.c) holds all
 * implementations to this page.
 */
#ifndef CHANNEL_CHANNEL_H
#define CHANNEL_CHANNEL_H

#include <stdint.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/id.h"
#include "base/str.h"
#include "domain/address.h"
#include "domain/dkim_key.h"
#include "domain/purpose.h"
#include "domain/text.h"
#include "domain/wording.h"

/* A keyed tag in the Message-ID, by which we know our own mail (R78). */
#define OUTGOING_TAG 16

/*
 * The keys that sign for a sender at once: two algorithms, the old and the new
 * of each while they are changed.
 */
#define OUTGOING_KEYS 4

/* One message to one person.  All of it is borrowed for the call only. */
struct outgoing {
	struct id id;			/* the same when it is tried again */
	struct id challenge;
	enum message_kind kind;
	enum purpose purpose;
	enum channel channel;		/* which of the two below is used */
	const struct email *to_email;	/* CHANNEL_EMAIL */
	const struct e164 *to_phone;	/* CHANNEL_SMS, CHANNEL_VOICE */
	const struct email *from;	/* CHANNEL_EMAIL: the tenant's sender */
	const struct display_text *from_name;	/* the tenant's brand */
	struct str sender;		/* CHANNEL_SMS, CHANNEL_VOICE: the
					 * tenant's, where the provider takes
					 * it; empty: the provider's */
	const struct dkim_key *keys;	/* CHANNEL_EMAIL: each signs (S86) */
	unsigned n_keys;		/* at most OUTGOING_KEYS; 0: unsigned */
	const struct wording *wording;
	enum locale locale;		/* of the wording */
	struct str code;		/* for the sandbox's inbox only; a
					 * notice has none */
	unix_ms created_at;
	unix_ms expires_at;		/* not sent past it (S96) */
	uint8_t tag[OUTGOING_TAG];	/* CHANNEL_EMAIL */
};

enum sent_result {
	SENT_ACCEPTED,		/* the peer has it */
	SENT_TEMPORARY,		/* may be tried again, if there is time */
	SENT_PERMANENT		/* refused for good */
};

struct sent {
	enum sent_result result;
	const char *reason;	/* short and stable: "accepted", "smtp_550" */
	const char *detail;	/* the peer's words, fit for a log; or "" */
	/* Where receipts come for it: who has it and as what; or NULL, "". */
	const char *provider;
	const char *reference;
	duration_ms wait;	/* not asked again before; zero: not said */
};

/* Called once for each message taken; sent is borrowed. */
typedef void sent_done(void *arg, const struct sent *sent);

struct channel_ops {
	const char *name;
	enum err (*submit)(void *ctx, const struct outgoing *m, unix_ms now,
	    sent_done *done, void *arg);
	enum err (*run)(void *ctx, unix_ms now, duration_ms timeout);
	unsigned (*pending)(const void *ctx);
	void (*wakeup)(void *ctx);
	void (*free)(void *ctx);
};

struct carrier {
	const struct channel_ops *ops;	/* NULL: there is none */
	void *ctx;
};

/*
 * carrier_submit(c, m, now, done, arg): take m; what is needed of it is
 * copied.  done comes later, and only after ERR_NONE.  ERR_BUSY: the bound on
 * what is under way is reached; ERR_TIMEOUT: its time is over already;
 * ERR_RANGE: not a message for this carrier, or it cannot be put on the wire;
 * ERR_CRYPTO: a key cannot sign it, and it does not go out unsigned;
 * ERR_NOMEM; ERR_DENIED: the carrier's settings forbid it.
 */
enum err carrier_submit(struct carrier c, const struct outgoing *m,
    unix_ms now, sent_done *done, void *arg) MUST_CHECK;

/*
 * carrier_run(c, now, timeout): do what is due at now, waiting at most
 * timeout of real time for something to do.
 */
enum err carrier_run(struct carrier c, unix_ms now, duration_ms timeout)
    MUST_CHECK;

/* carrier_pending(c): messages taken whose completion has not come. */
unsigned carrier_pending(struct carrier c);

/* carrier_wakeup(c): ends a carrier_run's wait; from any thread. */
void carrier_wakeup(struct carrier c);

/*
 * carrier_free(c): what is pending is completed as temporary, "stopped".
 * A carrier without ops is fine.
 */
void carrier_free(struct carrier c);

#endif
