/*
 * Deliveries, for the tests of the door: a tenant that the keeper knows, the
 * system's time zones, two agents with a paired device each, and shipments on
 * their way.  The tests of a program share a store and its clock, and have a
 * tenant each.
 */
#ifndef TESTS_FLOW_DOORS_H
#define TESTS_FLOW_DOORS_H

#include "app/tzdata.h"
#include "flow/day_end.h"
#include "flow/delegate.h"
#include "flow/dispatch.h"
#include "flow/door.h"
#include "flow/override.h"
#include "flow/ship.h"
#include "world.h"

struct doors {
	struct world *w;
	struct tzdata tzdata;
	struct directory *directory;
	struct directory_copy *tenants;
	struct id agents[2], devices[2];
};

/* For cmocka: of the group; and of a test, where *state is a struct doors. */
int doors_open(void **state);
int doors_close(void **state);
int doors_setup(void **state);
int doors_teardown(void **state);
#define DOORS_TEST(f) \
	cmocka_unit_test_setup_teardown(f, doors_setup, doors_teardown)

/* What is on its way; zero members are the usual ones. */
struct parcel_ask {
	const char *zone;	/* Europe/Berlin */
	const char *region;	/* de */
	const char *email;	/* ada@example.com */
	int64_t amount;		/* in ten-thousandths; 200: a code is needed */
	unsigned parcels;	/* 1; their numbers are P0, P1, … */
	struct spot spot;	/* of the address; not said */
};
struct id doors_ship(struct doors *d, struct parcel_ask ask);

/* Onto the route of one of the agents. */
enum dispatch_verdict doors_dispatch(struct doors *d, struct id shipment,
    unsigned agent);
enum dispatch_verdict doors_order(struct doors *d, struct id shipment,
    enum shipment_order order);
enum door_verdict doors_arrive(struct doors *d, struct id shipment,
    unsigned agent);

/* doors_at_door(d, ask): shipped, dispatched to the first agent, arrived. */
struct id doors_at_door(struct doors *d, struct parcel_ask ask);

/* What the customer has: the code of the latest visit, its pass. */
void doors_code(struct doors *d, struct id shipment,
    char code[static CODE_SIZE]);
struct str doors_pass(struct doors *d, struct id shipment);

/* given: code, pass, parcels, and what else the device says. */
struct handover doors_give(struct doors *d, struct id shipment,
    unsigned agent, struct handover given);
enum door_verdict doors_type(struct doors *d, struct id shipment,
    unsigned agent, const char *code);
/* doors_miss(d, shipment, agent): a wrong code. */
enum door_verdict doors_miss(struct doors *d, struct id shipment,
    unsigned agent);
struct door_attempt doors_attempt(struct doors *d, struct id shipment,
    unsigned agent, struct door_attempt given);
enum door_verdict doors_say(struct doors *d, struct id shipment,
    unsigned agent, enum visit_outcome outcome);

/* The keeper, until nothing is due any more. */
void doors_keep(struct doors *d);

/* doors_tomorrow(d, shipment): until the day of its visit is over, kept. */
void doors_tomorrow(struct doors *d, struct id shipment);

struct shipment_row doors_row(struct doors *d, struct id shipment);
/* doors_visit(d, shipment): the latest. */
struct visit_row doors_visit(struct doors *d, struct id shipment);
unsigned doors_visits(struct doors *d, struct id shipment,
    struct visit_row rows[static 16]);
unsigned doors_parcels(struct doors *d, struct id shipment,
    struct parcel_row rows[static PARCELS_MAX]);

/*
 * How often the log has an event of this tenant, with a word behind it; an
 * alert for a reason; parcels that changed hands.
 */
int64_t doors_events(struct doors *d, const char *event, const char *word);
int64_t doors_alerts(struct doors *d, const char *reason);
int64_t doors_handed_over(struct doors *d);

#endif
