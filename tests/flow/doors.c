#include "doors.h"

#include <stdio.h>
#include <stdlib.h>

#include "flow/admin.h"
#include "flow/pass.h"

/* A pairing as an operator and an agent do it. */
static void
pair(struct doors *d, unsigned i)
{
	struct world *w = d->w;
	struct agent_new agent = {.flow = &w->flow, .tenant = &w->tenant,
	    .arena = w->arena, .name = STR("Bo Berg")};
	struct pairing_new code = {.flow = &w->flow, .tenant = &w->tenant,
	    .arena = w->arena};
	struct pair pair = {.flow = &w->flow, .arena = w->arena,
	    .key_type = DEVICE_KEY_ED25519, .key_n = 32,
	    .key = {(uint8_t)(i + 1)}};

	OK(agent_new_prepare(&agent));
	world_do(w, agent_new_run, &agent);
	code.agent = d->agents[i] = agent.row.id;
	OK(pairing_new_prepare(&code));
	world_do(w, pairing_new_run, &code);
	pair.code = str_of(code.text);
	OK(pair_prepare(&pair));
	world_do(w, pair_run, &pair);
	assert_int_equal(PAIR_DONE, pair.verdict);
	d->devices[i] = pair.device.id;
}

static void
make_tenant(struct doors *d)
{
	struct world *w = d->w;
	static unsigned made;
	char name[16];
	struct tenant_new t = {.flow = &w->flow,
	    .brand = STR("Ada's Books")};

	(void)snprintf(name, sizeof(name), "doors%u", ++made);
	t.name = str_of(name);
	OK(tenant_new_prepare(&t));
	world_do(w, tenant_new_run, &t);
	OK(directory_new(&w->flow, &d->directory));
	d->tenants = directory_hold(d->directory);
	w->tenant = *directory_id(d->tenants, &t.id);
}

/* One store for all tests of a program: a fresh one costs half a second. */
static void *world;

int
doors_open(void **state UNUSED)
{
	return world_setup(&world);
}

int
doors_close(void **state UNUSED)
{
	return world_teardown(&world);
}

int
doors_setup(void **state)
{
	struct doors *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	d->w = world;
	tzdata_open(&d->tzdata, &d->w->flow);
	make_tenant(d);
	pair(d, 0);
	pair(d, 1);
	*state = d;
	return 0;
}

int
doors_teardown(void **state)
{
	struct doors *d = *state;

	directory_drop(d->tenants);
	directory_free(d->directory);
	tzdata_close(&d->tzdata);
	arena_reset(d->w->arena);
	free(d);
	return 0;
}

static struct str
or_usual(const char *given, const char *usual)
{
	return str_of(given != NULL ? given : usual);
}

static void
fill(struct doors *d, const struct parcel_ask *ask, struct ship_request *r)
{
	static const char *const numbers[] = {"P0", "P1", "P2", "P3"};

	r->reference = STR("A-1001");
	r->name = STR("Ada Lovelace");
	r->email = or_usual(ask->email, "ada@example.com");
	assert_true(recipient_parse(CHANNEL_EMAIL, r->email, &r->recipient));
	r->locale = STR("en");
	r->lines = STR("12 Example Street");
	r->spot = ask->spot;
	r->country = STR("DE");
	r->region = or_usual(ask->region, "de");
	r->time_zone = or_usual(ask->zone, "Europe/Berlin");
	r->promised_on = (civil_day){world_now(d->w).v / HOURS(24).v + 1};
	r->signals.has_amount = true;
	r->signals.amount = ask->amount > 0 ? ask->amount : 200 * 10000;
	r->n = ask->parcels > 0 ? ask->parcels : 1;
	assert_in_range(r->n, 1, 4);
	for (unsigned i = 0; i < r->n; i++) {
		r->parcels[i].tracking = str_of(numbers[i]);
	}
}

struct id
doors_ship(struct doors *d, struct parcel_ask ask)
{
	struct ship *s = calloc(1, sizeof(*s));
	struct id id;

	assert_non_null(s);
	s->flow = &d->w->flow;
	s->tenant = &d->w->tenant;
	s->arena = d->w->arena;
	fill(d, &ask, &s->request);
	OK(ship_prepare(s));
	assert_int_equal(SHIP_CREATED, s->verdict);
	world_do(d->w, ship_run, s);
	assert_int_equal(SHIP_CREATED, s->verdict);
	id = s->row.id;
	free(s);
	return id;
}

enum dispatch_verdict
doors_dispatch(struct doors *d, struct id shipment, unsigned agent)
{
	struct dispatch dispatch = {.flow = &d->w->flow,
	    .tenant = &d->w->tenant, .arena = d->w->arena,
	    .shipment = shipment, .agent = d->agents[agent], .stop = 1};

	world_do(d->w, dispatch_run, &dispatch);
	return dispatch.verdict;
}

enum dispatch_verdict
doors_order(struct doors *d, struct id shipment, enum shipment_order order)
{
	struct shipment_change c = {.flow = &d->w->flow,
	    .tenant = &d->w->tenant, .arena = d->w->arena,
	    .shipment = shipment, .order = order};

	world_do(d->w, shipment_change_run, &c);
	return c.verdict;
}

static struct door_call
call(struct doors *d, struct id shipment, unsigned agent)
{
	return (struct door_call){.flow = &d->w->flow,
	    .tenant = &d->w->tenant, .arena = d->w->arena,
	    .device = d->devices[agent], .shipment = shipment};
}

enum door_verdict
doors_arrive(struct doors *d, struct id shipment, unsigned agent)
{
	struct arrive a = {.call = call(d, shipment, agent)};

	world_do(d->w, arrive_run, &a);
	return a.verdict;
}

struct id
doors_at_door(struct doors *d, struct parcel_ask ask)
{
	struct id id = doors_ship(d, ask);

	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, id, 0));
	assert_int_equal(DOOR_DONE, doors_arrive(d, id, 0));
	return id;
}

void
doors_code(struct doors *d, struct id shipment, char code[static CODE_SIZE])
{
	world_code(d->w, doors_visit(d, shipment).challenge, code);
}

struct str
doors_pass(struct doors *d, struct id shipment)
{
	struct visit_row visit = doors_visit(d, shipment);
	struct str pass;

	OK(pass_sign(&d->w->flow, &d->w->tenant, &visit, d->w->arena, &pass));
	return pass;
}

struct handover
doors_give(struct doors *d, struct id shipment, unsigned agent,
    struct handover given)
{
	struct handover h = given;

	h.call = call(d, shipment, agent);
	world_do(d->w, h.late ? handover_late_run : handover_run, &h);
	if (!h.again) {
		OK(handover_finish(&h));
	}
	return h;
}

enum door_verdict
doors_type(struct doors *d, struct id shipment, unsigned agent,
    const char *code)
{
	return doors_give(d, shipment, agent, (struct handover){
	    .code = str_of(code)}).verdict;
}

enum door_verdict
doors_miss(struct doors *d, struct id shipment, unsigned agent)
{
	char code[CODE_SIZE];

	world_wrong(d->w, doors_visit(d, shipment).challenge, 1, code);
	return doors_type(d, shipment, agent, code);
}

struct door_attempt
doors_attempt(struct doors *d, struct id shipment, unsigned agent,
    struct door_attempt given)
{
	struct door_attempt a = given;

	a.call = call(d, shipment, agent);
	world_do(d->w, door_attempt_run, &a);
	return a;
}

enum door_verdict
doors_say(struct doors *d, struct id shipment, unsigned agent,
    enum visit_outcome outcome)
{
	return doors_attempt(d, shipment, agent, (struct door_attempt){
	    .outcome = outcome}).verdict;
}

void
doors_keep(struct doors *d)
{
	struct day_end day = {.flow = &d->w->flow, .tenants = d->tenants,
	    .arena = arena_new(8 << 20)};

	assert_non_null(day.arena);
	do {
		world_do(d->w, day_end_run, &day);
	} while (day.done == DAY_END_BITE);
	arena_free(day.arena);
}

void
doors_tomorrow(struct doors *d, struct id shipment)
{
	struct visit_row visit = doors_visit(d, shipment);

	world_advance(d->w, (duration_ms){visit.valid_until.v -
	    world_now(d->w).v});
	doors_keep(d);
}

struct read {
	struct doors *d;
	struct id shipment;
	struct shipment_row row;
	struct visit_row *visits;
	struct parcel_row *parcels;
	unsigned n;
};

static enum err
read_run(struct tx *tx, void *arg)
{
	struct read *r = arg;
	struct arena *arena = r->d->w->arena;

	if (r->visits != NULL) {
		return visit_row_list(tx, &r->shipment, 16, arena, r->visits,
		    &r->n);
	}
	if (r->parcels != NULL) {
		return parcel_row_list(tx, &r->shipment, arena, r->parcels,
		    &r->n);
	}
	return shipment_row_get(tx, &r->d->w->tenant.id, &r->shipment, arena,
	    &r->row);
}

struct shipment_row
doors_row(struct doors *d, struct id shipment)
{
	struct read r = {.d = d, .shipment = shipment};

	world_read(d->w, read_run, &r);
	return r.row;
}

unsigned
doors_visits(struct doors *d, struct id shipment,
    struct visit_row rows[static 16])
{
	struct read r = {.d = d, .shipment = shipment, .visits = rows};

	world_read(d->w, read_run, &r);
	return r.n;
}

struct visit_row
doors_visit(struct doors *d, struct id shipment)
{
	struct id latest = doors_row(d, shipment).visit;
	struct visit_row rows[16];
	unsigned n = doors_visits(d, shipment, rows), i = 0;

	while (i < n && !id_equal(&latest, &rows[i].id)) {
		i++;
	}
	assert_true(i < n);
	return rows[i];
}

unsigned
doors_parcels(struct doors *d, struct id shipment,
    struct parcel_row rows[static PARCELS_MAX])
{
	struct read r = {.d = d, .shipment = shipment, .parcels = rows};

	world_read(d->w, read_run, &r);
	return r.n;
}

int64_t
doors_events(struct doors *d, const char *event, const char *word)
{
	static const struct sql find = {
		.name = "doors_find_event",
		.text = "SELECT COUNT(*) FROM audit_events "
		    "WHERE body LIKE $1 AND body LIKE $2",
	};
	char id[ID_TEXT_MAX], like[96], whose[96];
	struct sql_value v[2];

	id_text(ID_TENANT, &d->w->tenant.id, id);
	(void)snprintf(whose, sizeof(whose), "%%%s%%", id);
	(void)snprintf(like, sizeof(like), "%%\"%s\"%%\"%s\"%%", event,
	    word);
	v[0] = sql_text(str_of(whose));
	v[1] = sql_text(str_of(like));
	return world_count(d->w, &find, v, 2);
}

int64_t
doors_alerts(struct doors *d, const char *reason)
{
	return doors_events(d, "door.alert", reason);
}

int64_t
doors_handed_over(struct doors *d)
{
	return doors_events(d, "shipment.handed_over", "parcels");
}
