/*
 * What a check costs in the store: challenge and counter read, both written,
 * one audit event, one commit for as many as wait.
 *
 *	build/bench/bench_store LOCATION [OPERATIONS [WAITING [ROWS]]]
 *
 * LOCATION is a file that does not exist, or an empty PostgreSQL database.
 * Prints operations per second and the processor's time for one, of the
 * whole process.
 */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/parse.h"
#include "store/audit.h"
#include "store/challenges.h"
#include "store/counters.h"

struct bench {
	struct store *store;
	struct rng rng;
	struct clock clock;
	struct id tenant;
	struct id *ids;
	unsigned rows;
	pthread_mutex_t lock;	/* guards what follows */
	pthread_cond_t finished;
	uint64_t left;		/* to be submitted */
	uint64_t running;
	uint64_t failed;
};

struct operation {
	struct store_job job;	/* first */
	struct bench *bench;
	struct arena *arena;
	struct id challenge;
	struct id event;
	uint8_t subject[SUBJECT_BYTES];
};

static void
subject_of(unsigned i, uint8_t subject[static SUBJECT_BYTES])
{
	uint64_t v = (uint64_t)(i / 4 + 1) * UINT64_C(0x9e3779b97f4a7c15);

	memset(subject, 0, SUBJECT_BYTES);
	memcpy(subject, &v, sizeof(v));
}

static enum err
fill(struct tx *tx, void *arg)
{
	static const char sealed[120] = "a sealed value, about as long";
	struct bench *b = arg;
	const unix_ms now = clock_now(&b->clock);
	enum err err = ERR_NONE;

	for (unsigned i = 0; i < 1000 && b->rows > 0 && !err; i++) {
		struct challenge_row row = {
			.tenant = b->tenant,
			.state = {
				.generation = 1, .attempts_left = 1 << 30,
				.attempts_max = 1 << 30, .created_at = now,
				.expires_at = {now.v + 300000},
			},
			.recipient = {sealed, sizeof(sealed)},
			.binding = {sealed, sizeof(sealed)},
			.locale = STR("en"), .length = 6,
		};

		b->rows--;
		err = id_new(&b->rng, now, &row.id);
		if (err == ERR_NONE) {
			b->ids[b->rows] = row.id;
			subject_of(b->rows, row.subject);
			err = challenge_row_insert(tx, &row);
		}
	}
	return err;
}

static enum err
check(struct tx *tx, void *arg)
{
	struct operation *o = arg;
	struct bench *b = o->bench;
	const unix_ms now = clock_now(&b->clock);
	struct audit_event_row event = {
		.id = o->event,
		.body = STR("{\"event\":\"challenge.checked\",\"result\":\"wrong\","
		    "\"purpose\":\"sign_in\",\"at\":\"2026-11-22T09:06:54.120Z\","
		    "\"challenge\":\"chl_000000000000000000000000000000000000\"}"),
	};
	struct challenge_row row = {0};
	struct counter_row counter = {0};
	enum err err;

	arena_reset(o->arena);
	err = challenge_row_get(tx, &b->tenant, &o->challenge, o->arena, &row);
	if (err != ERR_NONE) {
		return err;
	}
	err = counter_row_get(tx, &b->tenant, COUNTER_FAILURES, row.subject,
	    &counter);
	if (err != ERR_NONE) {
		return err;
	}
	row.state.attempts_left--;
	err = challenge_row_update(tx, &row);
	if (err != ERR_NONE) {
		return err;
	}
	counter.state.streak++;
	counter.state.n = counter.state.n % 20 + 1;
	counter.state.marks[counter.state.n - 1] = now;
	err = counter_row_put(tx, &counter, now);
	if (err != ERR_NONE) {
		return err;
	}
	return audit_event_insert(tx, &event);
}

static void
aim(struct operation *o)
{
	uint32_t at;
	enum err err = rng_fill(&o->bench->rng, &at, sizeof(at));

	assert(err == ERR_NONE);
	o->challenge = o->bench->ids[at % o->bench->rows];
	err = id_new(&o->bench->rng, clock_now(&o->bench->clock), &o->event);
	assert(err == ERR_NONE);
}

static void
checked(struct store_job *job, enum err result)
{
	struct operation *o = (struct operation *)job;
	struct bench *b = o->bench;
	bool again;

	pthread_mutex_lock(&b->lock);
	b->failed += result != ERR_NONE;
	again = b->left > 0;
	b->left -= again;
	if (!again && --b->running == 0) {
		pthread_cond_signal(&b->finished);
	}
	pthread_mutex_unlock(&b->lock);
	if (again) {
		enum err err;

		aim(o);
		err = store_submit(b->store, job);
		assert(err == ERR_NONE);
	}
}

static double
cpu_ms(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e3 +
	    (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e3;
}

static void
print_result(const struct bench *b, uint64_t operations, unsigned waiting,
    double wall_ms, double cpu)
{
	printf("%s waiting=%u operations=%llu failed=%llu per_second=%.0f "
	    "cpu_us=%.2f\n", store_engine(b->store), waiting,
	    (unsigned long long)operations, (unsigned long long)b->failed,
	    (double)operations / wall_ms * 1e3,
	    cpu * 1e3 / (double)operations);
}

static void
measure(struct bench *b, uint64_t operations, unsigned waiting)
{
	struct operation *all = calloc(waiting, sizeof(*all));
	double cpu = cpu_ms(), wall;
	mono_ms from = clock_mono(&b->clock);

	assert(all != NULL);
	b->left = operations;
	b->running = waiting;
	for (unsigned i = 0; i < waiting; i++) {
		all[i] = (struct operation){
			.job = {
				.run = check, .arg = &all[i], .done = checked,
				.priority = STORE_CHECK,
			},
			.bench = b,
			.arena = arena_new(1 << 16),
		};
		aim(&all[i]);
	}
	for (unsigned i = 0; i < waiting; i++) {
		enum err err = store_submit(b->store, &all[i].job);

		assert(err == ERR_NONE);
	}
	pthread_mutex_lock(&b->lock);
	while (b->running > 0) {
		pthread_cond_wait(&b->finished, &b->lock);
	}
	pthread_mutex_unlock(&b->lock);
	wall = (double)mono_ms_since(clock_mono(&b->clock), from).v;
	cpu = cpu_ms() - cpu;
	print_result(b, operations + waiting, waiting, wall, cpu);
	for (unsigned i = 0; i < waiting; i++) {
		arena_free(all[i].arena);
	}
	free(all);
}

static uint64_t
number(int argc, char **argv, int i, uint64_t otherwise)
{
	uint64_t v = otherwise;

	if (argc > i && !parse_u64(str_of(argv[i]), &v)) {
		fprintf(stderr, "not a number: %s\n", argv[i]);
		exit(2);
	}
	return v;
}

int
main(int argc, char **argv)
{
	struct bench b = {
		.rng = rng_system(),
		.clock = clock_system(),
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.finished = PTHREAD_COND_INITIALIZER,
	};
	struct store_options options = {.clock = b.clock};
	const unsigned rows = (unsigned)number(argc, argv, 4, 20000);
	enum err err;

	if (argc < 2) {
		fprintf(stderr, "usage: bench_store LOCATION "
		    "[OPERATIONS [WAITING [ROWS]]]\n");
		return 2;
	}
	options.location = argv[1];
	err = store_create(&options, clock_now(&b.clock));
	if (err == ERR_NONE) {
		err = store_open(&options, &b.store);
	}
	if (err == ERR_NONE) {
		err = id_new(&b.rng, clock_now(&b.clock), &b.tenant);
	}
	b.ids = calloc(rows, sizeof(struct id));
	b.rows = rows;
	while (err == ERR_NONE && b.rows > 0) {
		err = store_do(b.store, STORE_CREATE, fill, &b);
	}
	if (err != ERR_NONE) {
		fprintf(stderr, "%s: %s\n", argv[1], err_name(err));
		return 3;
	}
	b.rows = rows;
	measure(&b, number(argc, argv, 2, 100000),
	    (unsigned)number(argc, argv, 3, 64));
	store_close(b.store);
	free(b.ids);
	return b.failed == 0 ? 0 : 1;
}
