/*
 * The road of a message: each step of a plan in its turn, never after the
 * code has died, one message of the customer's limits, whatever it takes.
 */
#include "world.h"

#include <stdio.h>

#include "domain/breaker.h"
#include "flow/admin.h"
#include "flow/arrival.h"
#include "flow/bounce.h"
#include "flow/directory.h"
#include "flow/road.h"
#include "store/counters.h"

#define PHONE "+4915112345678"

static struct way_health kannel_health, twilio_health;

/* As a server has it: mail, two providers of texts, one of calls. */
static void
add_ways(struct world *w)
{
	static const struct way ways[] = {
		{.channel = CHANNEL_EMAIL, .name = ""},
		{.channel = CHANNEL_SMS, .name = "kannel", .receipts = true,
		    .countries = "DE AT", .prices = "DE 0.10, * 0.20",
		    .health = &kannel_health},
		{.channel = CHANNEL_SMS, .name = "twilio", .receipts = true,
		    .countries = "DE", .prices = "DE 0.50",
		    .health = &twilio_health},
		{.channel = CHANNEL_VOICE, .name = "caller",
		    .countries = "DE", .prices = "* 1.00"},
	};

	w->flow.n_ways = 4;
	memcpy(w->flow.ways, ways, sizeof(ways));
	w->flow.channels = 1U << CHANNEL_EMAIL | 1U << CHANNEL_SMS |
	    1U << CHANNEL_VOICE;
	atomic_store(&kannel_health.state, BREAKER_CLOSED);
	atomic_store(&twilio_health.state, BREAKER_CLOSED);
}

static void
set(struct world *w, const char *section, const char *key, const char *value)
{
	struct buf reason;

	buf_init(&reason, 512);
	assert_true(policy_set(&w->tenant.policy, str_of(section),
	    str_of(key), str_of(value), &reason));
	buf_done(&reason);
}

/* The world's tenant, as the directory finds it. */
static struct directory *
enroll(struct world *w)
{
	struct tenant_new t = {.flow = &w->flow, .id = w->tenant.id,
	    .name = STR("shop"), .brand = str_of(w->tenant.brand)};
	struct policy_put put = {.flow = &w->flow, .tenant = w->tenant.id,
	    .policy = &w->tenant.policy};
	struct directory *d;

	world_do(w, tenant_new_run, &t);
	world_do(w, policy_put_run, &put);
	OK(directory_new(&w->flow, &d));
	return d;
}

/* A shop that knows a phone, and perhaps an address besides. */
static struct start
ask(struct world *w, bool with_email)
{
	struct start s = {
		.flow = &w->flow, .tenant = &w->tenant, .arena = w->arena,
		.request = {
			.purpose = PURPOSE_SIGN_IN,
			.recipient.channel = CHANNEL_SMS,
			.any_channel = true,
			.has_fallback = with_email,
			.fallback.channel = CHANNEL_EMAIL,
			.locale = STR("en"),
		},
	};

	assert_int_equal(FLAW_NONE, e164_parse(STR(PHONE),
	    &s.request.recipient.phone));
	assert_int_equal(FLAW_NONE, email_parse(STR("ada@example.com"),
	    &s.request.fallback.email));
	OK(start_prepare(&s));
	world_do(w, start_run, &s);
	return s;
}

/* There are n; the one that is furthest on the road. */
static struct message_row
last(struct world *w, struct id id, unsigned n)
{
	struct message_row m[16];
	unsigned furthest = 0;

	assert_int_equal(n, world_messages(w, id, m));
	for (unsigned i = 1; i < n; i++) {
		furthest = m[i].step > m[furthest].step ? i : furthest;
	}
	return m[furthest];
}

static void
settle(struct world *w, struct directory_copy *tenants,
    const struct message_row *m, enum deliver_result result)
{
	struct settle s = {
		.flow = &w->flow, .tenants = tenants, .arena = w->arena,
		.tenant = m->tenant, .challenge = m->challenge,
		.message = m->id, .result = result, .reason = "http_503",
		.receipts = true,
	};

	assert_true(str_copy(m->route, s.provider, sizeof(s.provider)));
	assert_true(str_copy(STR("r1"), s.reference, sizeof(s.reference)));
	world_do(w, settle_run, &s);
}

static unsigned
late(struct world *w, struct directory_copy *tenants)
{
	struct road_late l = {.flow = &w->flow, .tenants = tenants,
	    .arena = w->arena, .max = 32};
	struct arena *arena = arena_new(1 << 20);

	l.arena = arena;
	world_do(w, road_late_run, &l);
	arena_free(arena);
	return l.done;
}

static void
is_at(const struct message_row *m, enum channel channel, const char *route)
{
	assert_int_equal(channel, m->channel);
	assert_true(str_equal(str_of(route), m->route));
}

/* Refused, silent, away: each step in its turn, and the same code. */
static void
test_every_step(void **state)
{
	struct world *w = *state;
	struct directory *d;
	struct directory_copy *t;
	struct start s;
	struct message_row m;
	char code[CODE_SIZE], again[CODE_SIZE];

	add_ways(w);
	set(w, "sign_in", "plan",
	    "sms:kannel 20s > sms:twilio 30s > voice 60s > email");
	d = enroll(w);
	t = directory_hold(d);
	s = ask(w, true);
	assert_int_equal(START_CREATED, s.verdict);
	world_code(w, s.row.id, code);
	m = last(w, s.row.id, 1);
	is_at(&m, CHANNEL_SMS, "kannel");
	assert_int_equal(WORLD_NOW + 20000, m.deadline_at.v);
	settle(w, t, &m, DELIVER_PERMANENT);
	assert_int_equal(0, last(w, s.row.id, 2).state);
	m = last(w, s.row.id, 2);
	is_at(&m, CHANNEL_SMS, "twilio");
	assert_int_equal(WORLD_NOW + 30000, m.deadline_at.v);
	/* It takes it, and nobody hears of it. */
	settle(w, t, &m, DELIVER_ACCEPTED);
	world_advance(w, (duration_ms){29999});
	assert_int_equal(0, late(w, t));
	world_advance(w, (duration_ms){1});
	assert_int_equal(1, late(w, t));
	assert_int_equal(0, late(w, t));
	m = last(w, s.row.id, 3);
	is_at(&m, CHANNEL_VOICE, "caller");
	/* Its circuit opens: nobody waits for it. */
	settle(w, t, &m, DELIVER_CIRCUIT);
	m = last(w, s.row.id, 4);
	is_at(&m, CHANNEL_EMAIL, "");
	assert_int_equal(0, m.deadline_at.v);
	settle(w, t, &m, DELIVER_PERMANENT);
	(void)last(w, s.row.id, 4);
	assert_int_equal(3, world_events(w, AUDIT_MESSAGE_REROUTED, NULL));
	world_code(w, s.row.id, again);
	assert_string_equal(code, again);
	/* Once by telephone, always restricted; and one message was spent. */
	assert_int_equal(CHANNEL_VOICE, world_row(w, s.row.id).channel);
	assert_int_equal(4, world_row(w, s.row.id).state.sends_left);
	assert_int_equal(CHECK_APPROVED, world_right(w, s.row.id));
	directory_drop(t);
	directory_free(d);
}

/* An e-mail address that the challenge does not have is not made up. */
static void
test_only_known_contacts(void **state)
{
	struct world *w = *state;
	struct directory *d;
	struct directory_copy *t;
	struct start s;
	struct message_row m;

	add_ways(w);
	set(w, "sign_in", "plan", "email 20s > sms:kannel 20s > voice");
	d = enroll(w);
	t = directory_hold(d);
	s = ask(w, false);
	m = last(w, s.row.id, 1);
	is_at(&m, CHANNEL_SMS, "kannel");
	settle(w, t, &m, DELIVER_PERMANENT);
	m = last(w, s.row.id, 2);
	is_at(&m, CHANNEL_VOICE, "caller");
	assert_int_equal(0, m.deadline_at.v);
	settle(w, t, &m, DELIVER_PERMANENT);
	(void)last(w, s.row.id, 2);
	directory_drop(t);
	directory_free(d);
}

/* S44: a number whose SIM was changed gets no code, by no provider. */
static void
test_sim_swap(void **state)
{
	struct world *w = *state;
	struct directory *d;
	struct directory_copy *t;
	struct start s;
	struct message_row m;
	struct settle swapped;

	add_ways(w);
	set(w, "sign_in", "plan",
	    "sms:kannel 20s > sms:twilio 30s > voice 60s > email");
	d = enroll(w);
	t = directory_hold(d);
	s = ask(w, true);
	m = last(w, s.row.id, 1);
	swapped = (struct settle){
		.flow = &w->flow, .tenants = t, .arena = w->arena,
		.tenant = m.tenant, .challenge = m.challenge,
		.message = m.id, .result = DELIVER_PERMANENT,
		.reason = "sim_swapped",
	};
	world_do(w, settle_run, &swapped);
	m = last(w, s.row.id, 2);
	is_at(&m, CHANNEL_EMAIL, "");
	directory_drop(t);
	directory_free(d);
}

/* Never after the code has died: used, cancelled, replaced, expired. */
static void
test_dead_code(void **state)
{
	struct world *w = *state;
	struct directory *d;
	struct directory_copy *t;
	struct start s[4];
	struct message_row m;

	add_ways(w);
	set(w, "sign_in", "plan", "sms:kannel 20s > sms:twilio");
	d = enroll(w);
	t = directory_hold(d);
	for (int i = 0; i < 4; i++) {
		s[i] = ask(w, true);
		m = last(w, s[i].row.id, 1);
		settle(w, t, &m, DELIVER_ACCEPTED);
	}
	assert_int_equal(CHECK_APPROVED, world_right(w, s[0].row.id));
	world_cancel(w, s[1].row.id);
	world_advance(w, SECONDS(30));
	assert_int_equal(RESEND_QUEUED,
	    world_resend(w, s[2].row.id, true).verdict);
	world_advance(w, MINUTES(5));
	while (late(w, t) > 0) {
		/* all of them */
	}
	(void)last(w, s[0].row.id, 1);
	(void)last(w, s[1].row.id, 1);
	(void)last(w, s[2].row.id, 2);
	(void)last(w, s[3].row.id, 1);
	assert_int_equal(0, world_events(w, AUDIT_MESSAGE_REROUTED, NULL));
	directory_drop(t);
	directory_free(d);
}

static struct arrival
receipt(struct world *w, struct directory_copy *t, bool delivered)
{
	struct arrival a = {
		.flow = &w->flow, .arena = w->arena, .tenants = t,
		.provider = STR("kannel"), .channel = CHANNEL_SMS,
		.reference = STR("r1"), .final = true,
		.delivered = delivered,
	};

	world_do(w, arrival_run, &a);
	assert_true(a.found);
	return a;
}

/* A receipt ends the waiting; one that says "lost" goes on at once. */
static void
test_receipts(void **state)
{
	struct world *w = *state;
	struct directory *d;
	struct directory_copy *t;
	struct start s;
	struct message_row m;

	add_ways(w);
	set(w, "sign_in", "plan", "sms:kannel 20s > sms:twilio");
	d = enroll(w);
	t = directory_hold(d);
	s = ask(w, false);
	m = last(w, s.row.id, 1);
	settle(w, t, &m, DELIVER_ACCEPTED);
	(void)receipt(w, t, true);
	world_advance(w, MINUTES(1));
	assert_int_equal(0, late(w, t));
	(void)last(w, s.row.id, 1);
	assert_int_equal(1, world_exec(w, &(const struct sql){
	    .name = "test_forget", .text = "DELETE FROM messages"}, NULL, 0));
	s = ask(w, false);
	m = last(w, s.row.id, 1);
	settle(w, t, &m, DELIVER_ACCEPTED);
	(void)receipt(w, t, false);
	m = last(w, s.row.id, 2);
	is_at(&m, CHANNEL_SMS, "twilio");
	directory_drop(t);
	directory_free(d);
}

static void
bounce(struct world *w, struct directory_copy *t, const struct message_row *m)
{
	struct bounce one = {.message = m->id, .status = "5.1.1"};
	struct bounced b = {.flow = &w->flow, .arena = w->arena,
	    .bounce = &one, .tenants = t};

	OK(keyring_index(w->ring, "message_id", flow_id_bytes(&m->tenant),
	    flow_id_bytes(&m->id), one.tag));
	world_do(w, bounced_run, &b);
}

/*
 * A mail that comes back is the end of its step, long after its server had
 * said yes; once, and not where a later message is on its way.
 */
static void
test_bounces(void **state)
{
	struct world *w = *state;
	struct directory *d;
	struct directory_copy *t;
	struct start s;
	struct message_row m, next;

	add_ways(w);
	set(w, "sign_in", "plan", "email 60s > sms:twilio");
	d = enroll(w);
	t = directory_hold(d);
	s = ask(w, true);
	m = last(w, s.row.id, 1);
	is_at(&m, CHANNEL_EMAIL, "");
	world_do(w, settle_run, &(struct settle){
		.flow = &w->flow, .tenants = t, .arena = w->arena,
		.tenant = m.tenant, .challenge = m.challenge,
		.message = m.id, .result = DELIVER_ACCEPTED,
		.reason = "accepted"});
	world_advance(w, MINUTES(2));
	assert_int_equal(0, late(w, t));
	bounce(w, t, &m);
	next = last(w, s.row.id, 2);
	is_at(&next, CHANNEL_SMS, "twilio");
	bounce(w, t, &m);
	(void)last(w, s.row.id, 2);
	/* The code has died: nothing follows. */
	s = ask(w, true);
	m = last(w, s.row.id, 1);
	world_advance(w, HOURS(1));
	bounce(w, t, &m);
	(void)last(w, s.row.id, 1);
	directory_drop(t);
	directory_free(d);
}

/* A provider whose circuit is open is passed over, until it is time to ask. */
static void
test_open_circuit(void **state)
{
	struct world *w = *state;
	struct start s;
	struct message_row m;

	add_ways(w);
	set(w, "sign_in", "plan", "sms:kannel 20s > sms:twilio 20s > voice");
	atomic_store(&kannel_health.state, BREAKER_OPEN);
	atomic_store(&kannel_health.ask_at, WORLD_NOW + 10000);
	s = ask(w, false);
	m = last(w, s.row.id, 1);
	is_at(&m, CHANNEL_SMS, "twilio");
	/* Without a plan too: the channel's other provider. */
	w->tenant.policy.plan[PURPOSE_SIGN_IN].n = 0;
	s = ask(w, false);
	m = last(w, s.row.id, 1);
	is_at(&m, CHANNEL_SMS, "twilio");
	/* All are away: it waits for the first. */
	atomic_store(&twilio_health.state, BREAKER_OPEN);
	atomic_store(&twilio_health.ask_at, WORLD_NOW + 10000);
	s = ask(w, false);
	m = last(w, s.row.id, 1);
	is_at(&m, CHANNEL_SMS, "kannel");
	world_advance(w, SECONDS(10));
	s = ask(w, false);
	m = last(w, s.row.id, 1);
	is_at(&m, CHANNEL_SMS, "kannel");
}

/* Fifty at once: one message (S38), and one road. */
static void
test_parallel_resends(void **state)
{
	enum { RESENDS = 50 };
	struct world *w = *state;
	static struct resend r[RESENDS];
	struct message_row m[16];
	struct start s;
	unsigned queued = 0, under_way = 0, n;

	add_ways(w);
	set(w, "sign_in", "plan", "sms:kannel 60s > sms:twilio");
	s = ask(w, false);
	world_advance(w, SECONDS(30));
	for (int i = 0; i < RESENDS; i++) {
		r[i] = (struct resend){.flow = &w->flow,
		    .tenant = &w->tenant, .arena = arena_new(1 << 16),
		    .id = s.row.id};
		OK(resend_prepare(&r[i]));
	}
	fan_out(w, resend_run, r, sizeof(r[0]), RESENDS, NULL);
	for (int i = 0; i < RESENDS; i++) {
		queued += r[i].verdict == RESEND_QUEUED;
		arena_free(r[i].arena);
	}
	assert_int_equal(1, queued);
	n = world_messages(w, s.row.id, m);
	assert_int_equal(2, n);
	for (unsigned i = 0; i < n; i++) {
		under_way += m[i].deadline_at.v != 0;
	}
	assert_int_equal(1, under_way);
}

/* What waits for a provider that is gone is anybody's of its channel. */
static void
test_orphans(void **state)
{
	struct world *w = *state;
	struct start s;
	struct message_row m;

	add_ways(w);
	set(w, "sign_in", "plan", "sms:twilio 60s > voice");
	s = ask(w, false);
	m = last(w, s.row.id, 1);
	is_at(&m, CHANNEL_SMS, "twilio");
	world_do(w, road_orphans_run, &w->flow);
	m = last(w, s.row.id, 1);
	is_at(&m, CHANNEL_SMS, "twilio");
	w->flow.n_ways = 2;
	world_do(w, road_orphans_run, &w->flow);
	m = last(w, s.row.id, 1);
	is_at(&m, CHANNEL_SMS, "");
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_every_step),
		WORLD_TEST(test_only_known_contacts),
		WORLD_TEST(test_sim_swap),
		WORLD_TEST(test_dead_code),
		WORLD_TEST(test_receipts),
		WORLD_TEST(test_bounces),
		WORLD_TEST(test_open_circuit),
		WORLD_TEST(test_parallel_resends),
		WORLD_TEST(test_orphans),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
