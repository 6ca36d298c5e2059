#include "report.h"

#include <inttypes.h>
#include <stdio.h>

#include "people.h"

/*
 * Six digits, one code at a door (two with a delegate), and a day's most
 * tries for an agent: so many at most, whatever he does.
 */
double
report_odds(const struct year *y)
{
	int guessers = 0;

	for (unsigned i = 0; i < AGENTS; i++) {
		guessers += agent_kind(i) == GUESSER;
	}
	return guessers * (double)y->hours / 24 * GUESSES * 2 / 1e6;
}

static void
line(const char *what, int64_t n)
{
	if (n > 0) {
		(void)printf("  %-50s %10" PRId64 "\n", what, n);
	}
}

static void
print_ends(const struct year *y)
{
	int64_t ends[SHIPMENT_STATUS_COUNT] = {0};

	for (uint32_t i = 0; i < y->n_orders; i++) {
		ends[y->orders[i].status]++;
	}
	(void)printf("how they ended\n");
	for (int i = 0; i < SHIPMENT_STATUS_COUNT; i++) {
		line(shipment_status_name((enum shipment_status)i), ends[i]);
	}
	(void)printf("by what parcels changed hands\n");
	for (int i = PROOF_CODE; i < PROOF_COUNT; i++) {
		line(visit_proof_name((enum visit_proof)i), y->t.handed[i]);
	}
}

static void
got(const char *what, int64_t n, int64_t of)
{
	(void)printf("  %-50s %10" PRId64 " of %" PRId64 "\n", what, n, of);
}

static void
print_fraud(const struct year *y)
{
	const struct tally *t = &y->t;

	(void)printf("what the fraudsters got\n");
	got("parcels by made-up codes, of tries", t->got[ACT_GUESS],
	    t->guesses);
	(void)printf("  %-50s %10.4f\n",
	    "  to be expected of these tries", (double)t->guesses * 1e-6);
	(void)printf("  %-50s %10.4f\n",
	    "  computed beforehand, at the most", report_odds(y));
	line("  turned away for the day by their own limit",
	    t->refused_guesser);
	got("by the code of another day", t->got[ACT_OLD_CODE], t->old_codes);
	got("at another agent's stop, with its right code",
	    t->got[ACT_STRANGER], t->strangers);
	got("by a forged pass", t->got[ACT_FORGED_PASS], t->forged);
	got("by \"absent\"", t->got[ACT_SAY_ABSENT], t->said_absent);
	got("by a right code before arrival", t->got_early, t->early);
	got("by a code that a customer gave away", t->got[ACT_TALKED_OUT],
	    t->acts[ACT_TALKED_OUT]);
	(void)printf("  (no code can prevent the last: R39 tells customers "
	    "never to say it on the telephone)\n");
}

void
report_print(const struct year *y, int64_t seconds)
{
	const struct tally *t = &y->t;

	(void)printf("a year of deliveries, seed %" PRIu64 "\n", y->seed);
	line("customers", customers_for(y->n_orders));
	line("  who ordered", y->n_customers);
	line("orders", y->n_orders);
	line("steps", t->steps);
	line("invariants looked at", t->checks);
	line("messages", t->messages);
	line("codes that did not arrive", t->lost);
	line("codes read on the track page instead", t->track_reads);
	line("told later, without coverage", t->late);
	line("told again, and settled once", t->late_again);
	line("days that ended a visit", t->day_ends);
	line("held", t->held);
	line("times the server was killed", t->restarts);
	line("seconds", seconds);
	(void)printf("what came of the visits\n");
	for (int i = 0; i < ACT_COUNT; i++) {
		line(act_name((enum act)i), t->acts[i]);
	}
	print_ends(y);
	print_fraud(y);
}
