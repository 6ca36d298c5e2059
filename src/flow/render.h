/*
 * Rendering: from a delivery to what a channel sends.
 */
#ifndef FLOW_RENDER_H
#define FLOW_RENDER_H

#include "channel/channel.h"
#include "flow/deliver.h"
#include "flow/recipient.h"
#include "flow/sender.h"
#include "otp/code.h"

/* Everything that an outgoing message borrows; wiped by render_done. */
struct render {
	struct recipient recipient;
	struct wording wording;
	struct display_text brand;
	struct display_text facts[FACT_COUNT];
	struct display_text receipt;	/* of news */
	char code[CODE_SIZE];	/* empty in a notice */
	const struct email *from;
	struct sender_keys keys;
	struct outgoing out;
};

/*
 * render_init(r, from): from is the installation's sender, borrowed, for
 * tenants that have none of their own; NULL where there is no e-mail.
 */
void render_init(struct render *r, const struct email *from)
    __attribute__((nonnull(1)));
void render_done(struct render *r) NONNULL;

/*
 * render_message(r, f, tenant, d, now): fills r->out, which borrows from r and
 * from tenant.  ERR_RANGE, ERR_MISSING,
 * ERR_LIMIT, ERR_DENIED: this message cannot be worded (see domain/wording.h)
 * and never will be.
 */
enum err render_message(struct render *r, const struct flow *f,
    const struct tenant *tenant, const struct delivery *d, unix_ms now)
    MUST_CHECK NONNULL;

#endif
