#include "channel/channel.h"

#include <stddef.h>

enum err
carrier_submit(struct carrier c, const struct outgoing *m, unix_ms now,
    sent_done *done, void *arg)
{
	if (!unix_ms_before(now, m->expires_at)) {
		return ERR_TIMEOUT;
	}
	return c.ops->submit(c.ctx, m, now, done, arg);
}

enum err
carrier_run(struct carrier c, unix_ms now, duration_ms timeout)
{
	return c.ops->run(c.ctx, now, timeout);
}

unsigned
carrier_pending(struct carrier c)
{
	return c.ops->pending(c.ctx);
}

void
carrier_wakeup(struct carrier c)
{
	c.ops->wakeup(c.ctx);
}

void
carrier_free(struct carrier c)
{
	if (c.ops != NULL) {
		c.ops->free(c.ctx);
	}
}
