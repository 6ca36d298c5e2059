/*
 * A year of deliveries: year dates.py [ORDERS [SEED]].  See README.md.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "base/parse.h"
#include "crypto/crypto.h"
#include "dates.h"
#include "judge.h"
#include "people.h"
#include "report.h"
#include "run.h"
#include "server.h"

enum { PHASE_MS = 2 * 60 * 1000, WHOLE_DAYS = 30, DOOR_ROUNDS = 5 };

static const struct phase {
	plan_fn *plan;
	void (*run)(struct year *y);
} phases[] = {
	{plan_orders, run_steps}, {plan_cancels, run_steps},
	{plan_dispatch, run_steps}, {NULL, run_mail},
	{plan_delegates, run_steps}, {NULL, run_mail},
	{plan_arrivals, run_steps}, {plan_arrivals, run_steps},
	{plan_doors, run_steps}, {plan_doors, run_steps},
	{plan_doors, run_steps}, {plan_doors, run_steps},
	{plan_doors, run_steps}, {plan_words, run_steps},
	{plan_sync, run_steps}, {plan_desk, run_steps},
	{plan_second_desk, run_steps}, {NULL, run_keeper},
};
enum { PHASES = sizeof(phases) / sizeof(phases[0]) };

void
year_broken(const struct year *y, int n, const char *condition,
    uint32_t order, int64_t got, int64_t want)
{
	const struct order *o = &y->orders[order];

	(void)fprintf(stderr, "D%d does not hold: %s\n  got %" PRId64
	    ", want %" PRId64 "; seed %" PRIu64 ", %u orders, hour %d, "
	    "phase %d; order %u: %s, act %s, agent %u\n", n, condition, got,
	    want, y->seed, y->n_orders, y->hour, y->phase, order,
	    shipment_status_name((enum shipment_status)o->status),
	    act_name((enum act)o->act), o->agent);
	for (uint32_t i = 0; i < y->n_steps; i++) {
		if (y->steps[i].order == order) {
			(void)fprintf(stderr, "  step %d, wanted %d, got %d\n",
			    y->steps[i].kind, y->steps[i].want,
			    y->steps[i].got);
		}
	}
	exit(1);
}

/* xorshift64*. */
uint32_t
year_pick(struct year *y, uint32_t n)
{
	y->draw ^= y->draw >> 12;
	y->draw ^= y->draw << 25;
	y->draw ^= y->draw >> 27;
	return (uint32_t)((y->draw * UINT64_C(0x2545f4914f6cdd1d) >> 33) %
	    n);
}

bool
year_chance(struct year *y, uint32_t n)
{
	return year_pick(y, 10000) < n;
}

struct step *
year_step(struct year *y, enum step_kind kind, uint32_t order)
{
	struct step *s = &y->steps[y->n_steps];

	if (y->n_steps == STEPS_MAX) {
		return NULL;
	}
	*s = (struct step){.kind = kind, .order = order};
	y->n_steps++;
	return s;
}

/* What is final, and of which nothing more is told, is done with. */
static void
forget_final(struct year *y)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < y->n_live; i++) {
		const struct order *o = &y->orders[y->live[i]];

		if (o->late_left > 0 || !shipment_is_final(
		    (enum shipment_status)o->status)) {
			y->live[n++] = y->live[i];
		}
	}
	y->n_live = n;
}

static void
one_phase(struct year *y)
{
	const struct phase *p = &phases[y->phase];

	y->now = YEAR_START + (int64_t)y->hour * 3600000 +
	    (int64_t)y->phase * PHASE_MS;
	if (p->plan != NULL && !y->planned) {
		y->n_steps = y->n_done = 0;
		p->plan(y);
		y->planned = true;
	}
	p->run(y);
	y->planned = false;
	y->phase++;
}

/* A process that works on the year until its end, or until it is killed. */
static void
work(struct year *y)
{
	static const struct id none;

	server_ok(crypto_init());
	if (id_equal(&y->tenant, &none)) {
		server_make(y);
	} else {
		server_open(y);
	}
	for (; y->hour < y->hours && (y->n_made < y->n_orders ||
	    y->n_live > 0 || y->phase > 0); y->hour++) {
		while (y->phase < PHASES) {
			one_phase(y);
		}
		y->phase = 0;
		forget_final(y);
		if (y->hour % (WHOLE_DAYS * 24) == 0) {
			judge_all(y, false);
		}
	}
	y->hour = (y->hour / 24 + 1) * 24;
	run_keeper(y);
	judge_all(y, true);
	server_close();
	exit(0);
}

static struct year *
make(uint32_t orders, uint64_t seed)
{
	size_t size = sizeof(struct year) + orders * sizeof(struct order);
	struct year *y = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const char *base = getenv("TMPDIR");

	if (y == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	y->seed = seed;
	y->draw = y->bytes = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	y->n_orders = orders;
	y->now = YEAR_START;
	y->hours = (YEAR_DAYS + DRAIN_DAYS) * 24;
	(void)snprintf(y->folder, sizeof(y->folder), "%s/year-XXXXXX",
	    base != NULL ? base : "/tmp");
	if (mkdtemp(y->folder) == NULL) {
		perror(y->folder);
		exit(2);
	}
	return y;
}

static void
clean(const struct year *y)
{
	static const char *const names[] = {"watchword.db",
	    "watchword.db-wal", "watchword.db-shm", "watchword.db.lock",
	    "keyring"};
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", y->folder,
		    names[i]);
		(void)unlink(path);
	}
	(void)rmdir(y->folder);
}

/* One process after the other, until one comes to the end. */
static int
live(struct year *y)
{
	int status = 0;

	for (;;) {
		pid_t child = fork();

		if (child == 0) {
			work(y);
		}
		if (child < 0 || waitpid(child, &status, 0) != child) {
			perror("fork");
			return 2;
		}
		if (!WIFSIGNALED(status) || !y->killed) {
			break;
		}
		y->killed = false;
		y->kill_in = 0;
		y->t.restarts++;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

int
main(int argc, char **argv)
{
	int64_t orders = CUSTOMERS_ORDERS, seed = 1, began = clock_system().mono(NULL).v;
	struct year *y;
	int result;

	if (argc < 2 || (argc > 2 && !parse_i64(str_of(argv[2]), &orders)) ||
	    (argc > 3 && !parse_i64(str_of(argv[3]), &seed)) ||
	    orders < 1 || orders > 1000000) {
		(void)fprintf(stderr, "usage: %s dates.py [ORDERS [SEED]]\n",
		    argv[0]);
		return 2;
	}
	y = make((uint32_t)orders, (uint64_t)seed);
	y->crash_every = (int32_t)(orders / 10) + 40;
	dates_load(y, argv[1]);
	customers_make(y);
	result = live(y);
	clean(y);
	if (result == 0) {
		report_print(y, (clock_system().mono(NULL).v - began) / 1000);
	}
	return result;
}
