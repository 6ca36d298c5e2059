/*
 * The ways out of an installation: the mail server and the providers, or the
 * sandbox, each with a carrier and a courier of its own.
 */
#ifndef APP_WAYS_H
#define APP_WAYS_H

#include "app/courier.h"
#include "app/gateways.h"
#include "app/sandbox.h"
#include "config/config.h"
#include "flow/directory.h"

struct ways {
	/* Given. */
	const struct config *config;
	const char *data;		/* the folder */
	struct flow *flow;		/* its ways and channels are filled in */
	struct directory *directory;
	struct sandbox_api *sandbox;	/* where config says sandbox */
	/* Made by ways_start. */
	struct courier *couriers[WAYS_MAX];
	struct gateways gateways;
	struct way_health mail_health;
	struct secret mail_password;
	struct email from;
	struct email bounces;
	char helo[256];
};

/* ways_start(s, reason): without a channel nothing is taken to be sent. */
enum err ways_start(struct ways *s, struct buf *reason) MUST_CHECK NONNULL;

/* ways_wake(s): there may be something to send; from any thread. */
void ways_wake(struct ways *s) NONNULL;

void ways_metrics(struct ways *s, struct buf *out) NONNULL;

/* ways_list(s, out): a line for each, "sms:kannel open asked again in 9 s". */
void ways_list(struct ways *s, struct buf *out) NONNULL;

/* In this order, as courier_stop and courier_free. */
void ways_stop(struct ways *s) NONNULL;
void ways_free(struct ways *s) NONNULL;

#endif
