#include "server.h"

#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dates.h"
#include "flow/admin.h"
#include "flow/calendars.h"

enum { ARENA_MAX = 64 << 20 };

struct server server;
static struct year *year;
static sem_t open_gate, at_gate, all_done;
static unsigned waiting;

void
server_must(enum err e, const char *file, int line)
{
	if (e != ERR_NONE) {
		(void)fprintf(stderr, "%s:%d: %s, hour %d\n", file, line,
		    err_name(e), year == NULL ? 0 : year->hour);
		exit(2);
	}
}

static unix_ms
clock_read(void *ctx)
{
	const struct year *y = ctx;

	return (unix_ms){y->now};
}

static mono_ms
clock_read_mono(void *ctx)
{
	return (mono_ms){clock_read(ctx).v};
}

/* splitmix64, one step for each byte; it goes on after a crash. */
static enum err
fill(void *ctx, void *p, size_t n)
{
	struct year *y = ctx;
	uint8_t *bytes = p;

	for (size_t i = 0; i < n; i++) {
		uint64_t z = y->bytes += UINT64_C(0x9e3779b97f4a7c15);

		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		bytes[i] = (uint8_t)(z >> 56);
	}
	return ERR_NONE;
}

static void
path_of(const struct year *y, const char *name, char *dst, size_t n)
{
	(void)snprintf(dst, n, "%s/%s", y->folder, name);
}

static void
make_flow(struct year *y)
{
	year = y;
	server.flow = (struct flow){
		.rng = {.fill = fill, .ctx = y},
		.clock = {clock_read, clock_read_mono, y},
		.epoch = 1, .issuer = "https://codes.example",
		.channels = 1u << CHANNEL_EMAIL,
	};
}

static void
trouble(void *ctx UNUSED, const char *what)
{
	(void)fprintf(stderr, "the store: %s\n", what);
}

static void
open_store(struct year *y)
{
	char store[96], ring[96];
	struct store_options options = {.location = store,
	    .clock = server.flow.clock, .queue_max = 2 * JOBS_MAX, .on_trouble = trouble};

	path_of(y, "watchword.db", store, sizeof(store));
	path_of(y, "keyring", ring, sizeof(ring));
	server_ok(store_open(&options, &server.store));
	server_ok(keyring_load(ring, &server.ring));
	server.flow.store = server.store;
	server.flow.ring = server.ring;
	tzdata_open(&server.tzdata, &server.flow);
	server.arena = arena_new(ARENA_MAX);
}

void
server_open(struct year *y)
{
	make_flow(y);
	open_store(y);
	server_ok(directory_new(&server.flow, &server.directory));
	server.tenants = directory_hold(server.directory);
	server.tenant = *directory_id(server.tenants, &y->tenant);
	/* Whoever has the track page's address may see the code there. */
	server.tenant.policy.delivery_code_on_track = 1;
	(void)sem_init(&open_gate, 0, 0);
	(void)sem_init(&at_gate, 0, 0);
	(void)sem_init(&all_done, 0, 0);
}

void
server_close(void)
{
	store_close(server.store);
	directory_drop(server.tenants);
	directory_free(server.directory);
	tzdata_close(&server.tzdata);
	keyring_free(server.ring);
	arena_free(server.arena);
}

static void
make_agent(struct year *y, unsigned i)
{
	struct agent_new agent = {.flow = &server.flow,
	    .tenant = &server.tenant, .arena = server.arena,
	    .name = STR("Bo Berg")};
	struct pairing_new code = {.flow = &server.flow,
	    .tenant = &server.tenant, .arena = server.arena};
	struct pair pair = {.flow = &server.flow, .arena = server.arena,
	    .key_type = DEVICE_KEY_ED25519, .key_n = 32,
	    .key = {(uint8_t)(i + 1)}};

	server_ok(agent_new_prepare(&agent));
	server_do(y, agent_new_run, &agent);
	code.agent = y->agents[i] = agent.row.id;
	server_ok(pairing_new_prepare(&code));
	server_do(y, pairing_new_run, &code);
	pair.code = str_of(code.text);
	server_ok(pair_prepare(&pair));
	server_do(y, pair_run, &pair);
	y->devices[i] = pair.device.id;
}

/* All regions but the usual ones; a part of a country has its country's. */
static void
make_calendars(struct year *y)
{
	struct calendars *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		abort();
	}
	c->flow = &server.flow;
	c->tenant = &server.tenant;
	c->arena = server.arena;
	c->n = REGIONS_OFF;
	for (unsigned i = 0; i < c->n; i++) {
		const struct off_days *o = dates_off(i);
		struct holiday *days = arena_get(server.arena,
		    sizeof(o->days));

		if (days == NULL) {
			abort();
		}
		memcpy(days, o->days, sizeof(o->days));
		c->regions[i] = (struct calendar_region){
			.row = {.region = str_of(o->region),
			    .weekdays = o->weekdays, .file = STR("days.ics")},
			.holidays = days, .n = o->n,
		};
	}
	server_ok(calendars_prepare(c));
	server_do(y, calendars_put_run, c);
	free(c);
}

void
server_make(struct year *y)
{
	char store[96], ring[96];
	struct store_options options = {.location = store};
	struct tenant_new t = {.flow = &server.flow, .name = STR("year"),
	    .brand = STR("Ada's Books")};

	make_flow(y);
	options.clock = server.flow.clock;
	path_of(y, "watchword.db", store, sizeof(store));
	path_of(y, "keyring", ring, sizeof(ring));
	server_ok(keyring_create(ring, &server.flow.rng, (unix_ms){y->now}));
	server_ok(store_create(&options, (unix_ms){y->now}));
	open_store(y);
	server_ok(tenant_new_prepare(&t));
	server_do(y, tenant_new_run, &t);
	y->tenant = t.id;
	store_close(server.store);
	keyring_free(server.ring);
	tzdata_close(&server.tzdata);
	arena_free(server.arena);
	server_open(y);
	for (unsigned i = 0; i < AGENTS; i++) {
		make_agent(y, i);
	}
	make_calendars(y);
}

/* The end of this process, where the year says so. */
static void
event(bool answering)
{
	if (year->kill_in > 0 && year->kill_answering == answering &&
	    --year->kill_in == 0) {
		year->killed = true;
		(void)kill(getpid(), SIGKILL);
	}
}

static enum err
run_job(struct tx *tx, void *arg)
{
	struct job *j = arg;

	event(false);
	return j->run(tx, j->arg);
}

static void
job_done(struct store_job *base, enum err err)
{
	struct job *j = (struct job *)(void *)base;

	j->err = err;
	if (j->answer != NULL && err == ERR_NONE) {
		j->answer(j);
	}
	event(true);
	if (--waiting == 0) {
		(void)sem_post(&all_done);
	}
}

/* Holds the writer until all are there: their commits depend on no timing. */
static enum err
stand_at_gate(struct tx *tx UNUSED, void *arg UNUSED)
{
	(void)sem_post(&at_gate);
	while (sem_wait(&open_gate) != 0) {
		/* a signal */
	}
	return ERR_NONE;
}

static void
gate_done(struct store_job *job UNUSED, enum err err UNUSED)
{
}

static void
submit(struct store_job *job)
{
	server_ok(store_submit(server.store, job));
}

void
server_batch(struct year *y UNUSED, struct job *const *jobs, unsigned n)
{
	static struct store_job gate;

	if (n == 0) {
		return;
	}
	gate = (struct store_job){.run = stand_at_gate, .done = gate_done,
	    .priority = STORE_CHECK};
	waiting = n;
	if (n > 1) {
		submit(&gate);
	}
	while (n > 1 && sem_wait(&at_gate) != 0) {
		/* a signal */
	}
	for (unsigned i = 0; i < n; i++) {
		jobs[i]->base = (struct store_job){.run = run_job,
		    .arg = jobs[i], .done = job_done,
		    .priority = STORE_CHECK};
		submit(&jobs[i]->base);
	}
	if (n > 1) {
		(void)sem_post(&open_gate);
	}
	while (sem_wait(&all_done) != 0) {
		/* a signal */
	}
	for (unsigned i = 0; i < n; i++) {
		server_ok(jobs[i]->err);
	}
}

void
server_do(struct year *y, use_case *run, void *arg)
{
	struct job one = {.run = run, .arg = arg}, *jobs = &one;

	server_batch(y, &jobs, 1);
}

void
server_read(struct year *y UNUSED, use_case *run, void *arg)
{
	server_ok(store_read(server.store, run, arg));
}
