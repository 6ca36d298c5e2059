/*
 * A year of deliveries: what all parts of the simulator know.
 *
 * The year lives in memory that outlives the process which works on it: that
 * one is killed now and then, and the next goes on where it was (server.h).
 * So it holds no pointers, and no secrets but what customers were sent.
 */
#ifndef TESTS_SIM_YEAR_H
#define TESTS_SIM_YEAR_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/door.h"

enum {
	ZONES = 12, AGENTS = 40, FLEETS = ZONES,
	DAYS = 460,		/* that the calendar knows */
	YEAR_DAYS = 365,	/* in which there are orders */
	DRAIN_DAYS = 70,	/* in which what is left is brought to its end */
	TRIES = 5, VISITS = 3, GUESSES = 25,	/* of the defaults table */
	STEPS_MAX = 4096,	/* in one phase; what is more waits an hour */
	LIVE_MAX = 1 << 17
};

/* What will come of a visit: drawn when it is dispatched. */
enum act {
	ACT_NOTHING,		/* he never comes, or never says so */
	ACT_CODE, ACT_MISTYPE, ACT_PART, ACT_REFUSE, ACT_ABSENT, ACT_UNSAFE,
	ACT_ADDRESS, ACT_FIVE_WRONG, ACT_DELEGATE,
	ACT_OFFLINE, ACT_OFFLINE_PART, ACT_OFFLINE_ABSENT,
	/* Agents who cheat. */
	ACT_GUESS,		/* alone at the door, with made-up codes */
	ACT_OLD_CODE,		/* with the code of another day */
	ACT_STRANGER,		/* at the stop of another agent */
	ACT_FORGED_PASS,
	ACT_SAY_ABSENT,		/* though he was never there */
	ACT_TALKED_OUT,		/* the customer says it on the telephone */
	ACT_COUNT
};

/* One order, as the model has it. */
struct order {
	struct id id, visit, challenge, override;
	uint32_t customer;
	int32_t hour;		/* when it is made */
	int32_t amount;
	uint8_t zone, parcels;
	bool needs_code, delegate, made;
	bool touched;		/* by the keeper, and not looked at yet */
	uint8_t status, visits, failures;
	uint8_t given;		/* parcels that changed hands, by bit */
	/* The latest visit. */
	bool open;
	uint8_t agent, slot, act, tries;
	int32_t promised, next_on, day;
	int64_t dispatched, ends;	/* its hours, in ms */
	char truth[CODE_SIZE], code[CODE_SIZE], old[CODE_SIZE];
	char his_truth[CODE_SIZE], his_code[CODE_SIZE];	/* the delegate's */
	/* What was done without coverage, and is told later. */
	struct id late_visit;
	uint8_t late_left;	/* how often it is still told */
	bool late_is_say, late_part, late_current;
	uint8_t late_agent, late_outcome;
	int32_t late_hour;
	int64_t late_at;
};

enum step_kind {
	STEP_SHIP, STEP_DELEGATE, STEP_CANCEL, STEP_DISPATCH, STEP_ARRIVE,
	STEP_TYPE, STEP_PASS, STEP_SAY, STEP_LATE_PASS, STEP_LATE_SAY,
	STEP_ASK, STEP_APPROVE, STEP_RELEASE, STEP_RETURN, STEP_KINDS
};

struct step {
	enum step_kind kind;
	uint32_t order;
	uint8_t agent;
	bool part;
	enum visit_outcome outcome;
	char typed[CODE_SIZE];
	/* Of the model: what must come of it. */
	struct order after;
	int want;		/* the verdict */
	bool again;
	bool fails;		/* counts against the agent */
	enum visit_proof proof;
	/* Of the server. */
	struct id made;		/* the identifier of a new order */
	int got;
	bool got_again;
	bool answered;
};

/* What the report is made of. */
struct tally {
	int64_t steps, by_kind[STEP_KINDS], acts[ACT_COUNT];
	int64_t statuses[SHIPMENT_STATUS_COUNT], handed[PROOF_COUNT];
	int64_t messages, lost, track_reads;
	int64_t got[ACT_COUNT], got_early;	/* hand-overs at the door */
	int64_t guesses, old_codes, strangers, forged, early, said_absent;
	int64_t late, late_again, day_ends, held, restarts, checks;
	int64_t refused_guesser;	/* turned away by his own limit */
};

struct year {
	uint64_t seed, draw;	/* of the run; of its people */
	uint64_t bytes;		/* of the server's random source */
	int64_t now;
	uint32_t n_orders, n_customers, n_made;
	int32_t hours;		/* all of it */
	int32_t hour, phase, crash_every;
	bool planned;		/* the steps of this phase are there */
	uint32_t n_steps, n_done, n_batch;
	uint32_t n_live, live[LIVE_MAX];
	struct step steps[STEPS_MAX];
	/* Of each zone: its days' first moments. */
	int64_t days[ZONES][DAYS];
	int32_t first_day;
	int64_t fails[AGENTS][COUNTER_MARKS];	/* of each agent, a ring */
	uint32_t n_fails[AGENTS];
	struct id agents[AGENTS], devices[AGENTS], tenant;
	int64_t mail_at;	/* when the courier looks again */
	char folder[64], head[1024];
	/* How this process is to die: at which event from now; 0: not. */
	int64_t kill_in;
	bool kill_answering, killed;
	struct tally t;
	struct order orders[];
};

/* An invariant; what does not hold ends the run with seed and hour. */
#define HOLDS(y, n, condition, ...) do { \
	(y)->t.checks++; \
	if (!(condition)) { \
		year_broken((y), (n), #condition, __VA_ARGS__); \
	} \
} while (0)
_Noreturn void year_broken(const struct year *y, int n,
    const char *condition, uint32_t order, int64_t got, int64_t want);

/* year_pick(y, n): 0 to n - 1, the same in each run of a seed. */
uint32_t year_pick(struct year *y, uint32_t n);
/* year_chance(y, n): one of n in ten thousand. */
bool year_chance(struct year *y, uint32_t n);

/* year_step(y, kind, order): one more of this phase; NULL: no room. */
struct step *year_step(struct year *y, enum step_kind kind, uint32_t order);

#endif
