/*
 * A message as the request that a provider's profile makes of it.
 */
#ifndef CHANNEL_DRAFT_H
#define CHANNEL_DRAFT_H

#include "base/secret.h"
#include "channel/channel.h"
#include "domain/provider.h"
#include "domain/template.h"
#include "net/http_out.h"

/* Whose account it is; a secret may be NULL. */
struct draft_login {
	const struct provider *provider;
	const struct secret *secret;
	const struct secret *token;	/* of the receipts */
};

/* The words of one message, and the memory of those that are made. */
struct words {
	struct str values[TEMPLATE_WORD_COUNT];
	char id[ID_TEXT_MAX];
	struct buf basic;
	struct buf receipts;
	struct buf call;
	struct buf speech;
};

/* A request being made. */
struct draft {
	struct words words;
	struct buf url;
	struct buf body;
	struct buf headers;		/* each terminated by LF */
	struct str lines[HTTP_OUT_HEADERS_MAX];
	struct http_out_request request;
	bool broken;			/* a header has a line break in it */
};

/*
 * draft_make(d, login, m): d is zeroed, and done afterwards whatever comes of
 * it.  d->request borrows from it, from login and from the provider.
 * ERR_RANGE: a value would break a header (S82).  ERR_LIMIT, ERR_NOMEM.
 */
enum err draft_make(struct draft *d, const struct draft_login *login,
    const struct outgoing *m) MUST_CHECK NONNULL;

/* draft_done(d): wipes it; one that is zeroed is fine. */
void draft_done(struct draft *d) NONNULL;

#endif
