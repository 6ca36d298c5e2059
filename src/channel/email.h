/*
 * The carrier for e-mail: one RFC 5322 message over SMTP.
 */
#ifndef CHANNEL_EMAIL_H
#define CHANNEL_EMAIL_H

#include "channel/channel.h"
#include "net/smtp.h"

struct email_carrier_options {
	struct smtp_peer peer;		/* its strings outlive the carrier */
	struct multi_limits limits;
	struct clock clock;
	/* Where bounces go; NULL: the sender itself. */
	const struct email *bounces;
};

/*
 * email_carrier_new(o, ret_carrier): ERR_RANGE, ERR_DENIED: as smtp_peer_check
 * and multi_new say.  ERR_NOMEM.
 */
enum err email_carrier_new(const struct email_carrier_options *o,
    struct carrier *ret_carrier) MUST_CHECK NONNULL;

#endif
