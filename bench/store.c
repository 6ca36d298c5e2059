/*
 * What a check costs in the store: challenge and counter read, both written,
 * one audit event, one commit for as many as wait; or a creation: challenge,
 * counter, message and event.
 *
 *	build/bench/bench_store LOCATION [OPERATIONS [WAITING [ROWS [KIND]]]]
 *
 * LOCATION is a file that does not exist, or an empty PostgreSQL database;
 * KIND is check, create, or create_unindexed: without the index over a
 * subject's challenges, to see what that costs.  Prints operations per second
 * and the processor's time for one, of the whole process.
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
#include "store/messages.h"
#include "store/sql.h"

struct bench {
	struct store *store;
	use_case *run;
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
	struct id challenge;	/* one that is there; a creation: a new one */
	struct id event;
	struct id message;
	unsigned subject;	/* of a creation */
};

static const char sealed[120] = "a sealed value, about as long";

static void
subject_of(unsigned i, uint8_t subject[static SUBJECT_BYTES])
{
	uint64_t v = (uint64_t)(i / 4 + 1) * UINT64_C(0x9e3779b97f4a7c15);

	memset(subject, 0, SUBJECT_BYTES);
	memcpy(subject, &v, sizeof(v));
}

/* Subject n's. */
static struct challenge_row
challenge_of(const struct bench *b, unsigned n, struct id id, unix_ms now)
{
	struct challenge_row row = {
		.id = id,
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

	subject_of(n, row.subject);
	return row;
}

static enum err
fill(struct tx *tx, void *arg)
{
	struct bench *b = arg;
	const unix_ms now = clock_now(&b->clock);
	enum err err = ERR_NONE;

	for (unsigned i = 0; i < 1000 && b->rows > 0 && !err; i++) {
		struct challenge_row row;
		struct id id;

		b->rows--;
		err = id_new(&b->rng, now, &id);
		if (err == ERR_NONE) {
			b->ids[b->rows] = id;
			row = challenge_of(b, b->rows, id, now);
			err = challenge_row_insert(tx, &row);
		}
	}
	return err;
}

static enum err
drop_index(struct tx *tx, void *arg UNUSED)
{
	static const struct sql drop = {
		.name = "drop", .text = "DROP INDEX challenges_subject",
	};

	return sql_exec_any(tx, &drop, NULL, 0);
}

static enum err
write_event(struct tx *tx, const struct operation *o)
{
	struct audit_event_row event = {
		.id = o->event,
		.body = STR("{\"event\":\"challenge.checked\",\"result\":\"wrong\","
		    "\"purpose\":\"sign_in\",\"at\":\"2026-11-22T09:06:54.120Z\","
		    "\"challenge\":\"chl_000000000000000000000000000000000000\"}"),
	};

	return audit_event_insert(tx, &event);
}

static enum err
count(struct tx *tx, const struct bench *b,
    const uint8_t subject[static SUBJECT_BYTES], unix_ms now)
{
	struct counter_row counter = {0};
	enum err err = counter_row_get(tx, &b->tenant, COUNTER_FAILURES,
	    subject, &counter);

	if (err != ERR_NONE) {
		return err;
	}
	counter.state.streak++;
	counter.state.n = counter.state.n % 20 + 1;
	counter.state.marks[counter.state.n - 1] = now;
	return counter_row_put(tx, &counter, now);
}

static enum err
create(struct tx *tx, void *arg)
{
	struct operation *o = arg;
	struct bench *b = o->bench;
	const unix_ms now = clock_now(&b->clock);
	struct challenge_row row = challenge_of(b, o->subject, o->challenge,
	    now);
	struct message_row message = {
		.id = o->message, .tenant = b->tenant,
		.challenge = o->challenge, .generation = 1,
		.created_at = now, .due_at = now, .detail = STR(""),
		.expires_at = row.state.expires_at,
	};
	enum err err = count(tx, b, row.subject, now);

	if (err == ERR_NONE) {
		err = challenge_row_insert(tx, &row);
	}
	if (err == ERR_NONE) {
		err = message_row_insert(tx, &message);
	}
	return err == ERR_NONE ? write_event(tx, o) : err;
}

static enum err
check(struct tx *tx, void *arg)
{
	struct operation *o = arg;
	struct bench *b = o->bench;
	struct challenge_row row = {0};
	enum err err;

	arena_reset(o->arena);
	err = challenge_row_get(tx, &b->tenant, &o->challenge, o->arena, &row);
	if (err != ERR_NONE) {
		return err;
	}
	row.state.attempts_left--;
	err = challenge_row_update(tx, &row);
	if (err == ERR_NONE) {
		err = count(tx, b, row.subject, clock_now(&b->clock));
	}
	return err == ERR_NONE ? write_event(tx, o) : err;
}

static void
aim(struct operation *o)
{
	struct bench *b = o->bench;
	const unix_ms now = clock_now(&b->clock);
	uint32_t at;
	enum err err = rng_fill(&b->rng, &at, sizeof(at));

	assert(err == ERR_NONE);
	o->subject = at % b->rows;
	o->challenge = b->ids[o->subject];
	if (b->run == create) {
		err = id_new(&b->rng, now, &o->challenge);
		assert(err == ERR_NONE);
		err = id_new(&b->rng, now, &o->message);
		assert(err == ERR_NONE);
	}
	err = id_new(&b->rng, now, &o->event);
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
				.run = b->run, .arg = &all[i], .done = checked,
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

static use_case *
run_of(const char *kind)
{
	return strcmp(kind, "check") == 0 ? check :
	    strcmp(kind, "create") == 0 ||
	    strcmp(kind, "create_unindexed") == 0 ? create : NULL;
}

int
main(int argc, char **argv)
{
	const char *kind = argc > 5 ? argv[5] : "check";
	struct bench b = {
		.run = run_of(kind),
		.rng = rng_system(),
		.clock = clock_system(),
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.finished = PTHREAD_COND_INITIALIZER,
	};
	struct store_options options = {.clock = b.clock};
	const unsigned rows = (unsigned)number(argc, argv, 4, 20000);
	enum err err;

	if (argc < 2 || b.run == NULL) {
		fprintf(stderr, "usage: bench_store LOCATION "
		    "[OPERATIONS [WAITING [ROWS [KIND]]]]\n");
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
	if (err == ERR_NONE && strcmp(kind, "create_unindexed") == 0) {
		err = store_do(b.store, STORE_CREATE, drop_index, NULL);
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
