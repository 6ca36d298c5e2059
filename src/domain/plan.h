/*
 * The plan of a message: the roads it takes, one after the other, until it
 * arrives.  Written, shown and stored as
 *
 *	sms:kannel 20s > sms:twilio 30s > voice 60s > email
 *
 * A step is a channel, or one provider of it, and how long the next step
 * waits for a receipt (30 s where it is not said; behind the last step nothing
 * waits).  A plan with one step is no plan.
 */
#ifndef DOMAIN_PLAN_H
#define DOMAIN_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/purpose.h"

#define PLAN_STEPS_MAX 6
#define PLAN_NAME_MAX 32
#define PLAN_TEXT_MAX 320
#define PLAN_PATIENCE_MIN 5
#define PLAN_PATIENCE_MAX 3600
#define PLAN_PATIENCE 30

struct plan_step {
	enum channel channel;			/* not CHANNEL_TOTP */
	char provider[PLAN_NAME_MAX + 1];	/* empty: the channel's first */
	int64_t patience;			/* seconds */
};

struct plan {
	struct plan_step step[PLAN_STEPS_MAX];
	unsigned n;				/* 0: there is none */
};

/*
 * plan_parse(s, ret, reason): the empty text is no plan.  False: reason says
 * in a sentence what is wrong with which step.
 */
bool plan_parse(struct str s, struct plan *ret_plan, struct buf *reason)
    MUST_CHECK NONNULL;

/* plan_print(p, out): so that plan_parse reads it again. */
void plan_print(const struct plan *p, struct buf *out) NONNULL;

/* plan_single(channel): by this channel's first provider, and no further. */
struct plan plan_single(enum channel channel);

/*
 * Where a message is on its road.
 *
 *	          ┌─ RECEIPT ────────────────────────▶ ARRIVED
 *	UNDER_WAY ┼─ CODE_DIED ──────────────────────▶ DEAD
 *	 ▲    │   └─ REFUSED, NO_RECEIPT, CIRCUIT_OPEN,
 *	 │    │      no step can be taken ───────────▶ ENDED
 *	 └────┘ REFUSED, NO_RECEIPT, CIRCUIT_OPEN: the next that can
 *
 * ARRIVED, DEAD and ENDED are final: nothing is sent any more.  A step is
 * never taken twice, and none behind it is taken again.
 */
enum road_state {
	ROAD_UNDER_WAY,
	ROAD_ARRIVED,
	ROAD_ENDED,
	ROAD_DEAD,
	ROAD_STATE_COUNT
};

enum road_event {
	ROAD_RECEIPT,		/* it is with the customer */
	ROAD_REFUSED,		/* the provider will not take it */
	ROAD_NO_RECEIPT,	/* the deadline of this step is over */
	ROAD_CIRCUIT_OPEN,	/* the provider answers nobody */
	ROAD_CODE_DIED,
	ROAD_EVENT_COUNT
};

struct road {
	enum road_state state;
	unsigned step;
};

/*
 * road_step(r, event, n, usable): bit i of usable: step i of n can be taken
 * now.  True: r->step is to be taken, a later one than before.
 */
bool road_step(struct road *r, enum road_event event, unsigned n,
    uint32_t usable) MUST_CHECK NONNULL;

/* road_event_name(e): "no_receipt". */
const char *road_event_name(enum road_event e);

#endif
