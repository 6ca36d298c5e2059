#include "domain/shipment.h"

#include <assert.h>

/* Where an event leads, plus one; zero: it is not for this state. */
#define TO(status) (SHIPMENT_##status + 1)

static const unsigned char
    after[SHIPMENT_STATUS_COUNT][SHIPMENT_EVENT_COUNT] = {
	[SHIPMENT_SCHEDULED] = {
		[SHIPMENT_DISPATCH] = TO(OUT_FOR_DELIVERY),
		[SHIPMENT_RESCHEDULE] = TO(SCHEDULED),
		[SHIPMENT_SETTLE] = TO(DELIVERED),
		[SHIPMENT_CANCEL] = TO(CANCELLED),
	},
	[SHIPMENT_OUT_FOR_DELIVERY] = {
		[SHIPMENT_DISPATCH] = TO(OUT_FOR_DELIVERY),
		[SHIPMENT_RECALL] = TO(SCHEDULED),
		[SHIPMENT_ARRIVE] = TO(AT_DOOR),
		[SHIPMENT_DAY_ENDS] = TO(ATTEMPTED),
		[SHIPMENT_SETTLE] = TO(DELIVERED),
		[SHIPMENT_CANCEL] = TO(CANCELLED),
	},
	[SHIPMENT_AT_DOOR] = {
		[SHIPMENT_ARRIVE] = TO(AT_DOOR),
		[SHIPMENT_WRONG] = TO(AT_DOOR),
		[SHIPMENT_HAND_OVER] = TO(DELIVERED),
		[SHIPMENT_PART] = TO(ATTEMPTED),
		[SHIPMENT_ABSENT] = TO(ATTEMPTED),
		[SHIPMENT_REFUSED] = TO(RETURNING),
		[SHIPMENT_BLOCK] = TO(HELD),
		[SHIPMENT_DAY_ENDS] = TO(ATTEMPTED),
		[SHIPMENT_SETTLE] = TO(DELIVERED),
		[SHIPMENT_OVERRIDE] = TO(DELIVERED),
		[SHIPMENT_CANCEL] = TO(CANCELLED),
	},
	[SHIPMENT_DELIVERED] = {
		[SHIPMENT_CONTRADICT] = TO(DISPUTED),
	},
	[SHIPMENT_ATTEMPTED] = {
		[SHIPMENT_RESCHEDULE] = TO(SCHEDULED),
		[SHIPMENT_SETTLE] = TO(DELIVERED),
		[SHIPMENT_CANCEL] = TO(CANCELLED),
	},
	[SHIPMENT_HELD] = {
		[SHIPMENT_REFUSED] = TO(RETURNING),
		[SHIPMENT_OVERRIDE] = TO(DELIVERED),
		[SHIPMENT_RELEASE] = TO(SCHEDULED),
		[SHIPMENT_CANCEL] = TO(CANCELLED),
	},
	/* What is on its way back was perhaps handed over without coverage. */
	[SHIPMENT_RETURNING] = {
		[SHIPMENT_SETTLE] = TO(DELIVERED),
	},
	[SHIPMENT_CANCELLED] = {0},
	[SHIPMENT_DISPUTED] = {
		[SHIPMENT_CONTRADICT] = TO(DISPUTED),
		[SHIPMENT_RESOLVE] = TO(DELIVERED),
	},
};

static const char *const names[SHIPMENT_STATUS_COUNT] = {
	[SHIPMENT_SCHEDULED] = "scheduled",
	[SHIPMENT_OUT_FOR_DELIVERY] = "out_for_delivery",
	[SHIPMENT_AT_DOOR] = "at_door",
	[SHIPMENT_DELIVERED] = "delivered",
	[SHIPMENT_ATTEMPTED] = "attempted",
	[SHIPMENT_HELD] = "held",
	[SHIPMENT_RETURNING] = "returning",
	[SHIPMENT_CANCELLED] = "cancelled",
	[SHIPMENT_DISPUTED] = "disputed",
};

static const char *const parcel_names[PARCEL_STATE_COUNT] = {
	[PARCEL_EXPECTED] = "expected",
	[PARCEL_DELIVERED] = "delivered",
	[PARCEL_REFUSED] = "refused",
};

struct shipment
shipment_make(int64_t visits_max, int64_t failures_max)
{
	struct shipment s = {
		.status = SHIPMENT_SCHEDULED,
		.visits_max = visits_max,
		.failures_max = failures_max,
	};

	shipment_check_invariants(&s);
	return s;
}

static void
count(struct shipment *s, enum shipment_event event)
{
	switch ((int)event) {
	case SHIPMENT_WRONG:
		s->failures++;
		if (s->failures >= s->failures_max) {
			s->status = SHIPMENT_HELD;
		}
		break;
	case SHIPMENT_RELEASE:
		s->failures = 0;
		break;
	default:
		break;
	}
	if (s->status == SHIPMENT_ATTEMPTED) {
		s->visits++;
		if (s->visits >= s->visits_max) {
			s->status = SHIPMENT_RETURNING;
		}
	}
}

enum shipment_step
shipment_step(struct shipment *s, enum shipment_event event)
{
	unsigned to;

	shipment_check_invariants(s);
	assert(event < SHIPMENT_EVENT_COUNT);
	to = after[s->status][event];
	if (to == 0) {
		return SHIPMENT_NOT_NOW;
	}
	s->status = (enum shipment_status)(to - 1);
	count(s, event);
	shipment_check_invariants(s);
	return SHIPMENT_DONE;
}

bool
shipment_is_final(enum shipment_status status)
{
	return status == SHIPMENT_DELIVERED || status == SHIPMENT_RETURNING ||
	    status == SHIPMENT_CANCELLED;
}

bool
shipment_on_route(enum shipment_status status)
{
	return status == SHIPMENT_OUT_FOR_DELIVERY ||
	    status == SHIPMENT_AT_DOOR;
}

const char *
shipment_status_name(enum shipment_status s)
{
	assert(s < SHIPMENT_STATUS_COUNT);
	return names[s];
}

bool
shipment_status_parse(struct str s, enum shipment_status *ret_status)
{
	for (int i = 0; i < SHIPMENT_STATUS_COUNT; i++) {
		if (str_equal(s, str_of(names[i]))) {
			*ret_status = (enum shipment_status)i;
			return true;
		}
	}
	return false;
}

void
shipment_check_invariants(const struct shipment *s)
{
	assert(s->status < SHIPMENT_STATUS_COUNT);
	assert(s->visits_max >= 1 && s->failures_max >= 1);
	assert(s->visits >= 0 && s->visits <= s->visits_max);
	assert(s->failures >= 0 && s->failures <= s->failures_max);
	/* Who has used up his tries is not let near a code. */
	assert(s->failures < s->failures_max ||
	    (!shipment_on_route(s->status) &&
	    s->status != SHIPMENT_SCHEDULED &&
	    s->status != SHIPMENT_ATTEMPTED));
	/* What still goes out has a visit left. */
	assert(s->visits < s->visits_max ||
	    (!shipment_on_route(s->status) &&
	    s->status != SHIPMENT_SCHEDULED &&
	    s->status != SHIPMENT_ATTEMPTED &&
	    s->status != SHIPMENT_HELD));
}

const char *
parcel_state_name(enum parcel_state s)
{
	assert(s < PARCEL_STATE_COUNT);
	return parcel_names[s];
}

bool
tracking_ok(struct str s)
{
	if (s.n < 1 || s.n > TRACKING_MAX) {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '-')) {
			return false;
		}
	}
	return true;
}
