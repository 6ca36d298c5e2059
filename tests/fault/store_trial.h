/*
 * A trial of the SQLite store under faults (S130, S141, I3): whatever fails,
 * what was acknowledged is there afterwards, and nothing is there by half.
 *
 * A child opens a copy of a fresh store, writes, and reports each acknowledged
 * job through a pipe, while the n-th call of something fails or the power
 * goes.  Then the store is opened without faults and looked at.
 */
#ifndef FAULT_STORE_TRIAL_H
#define FAULT_STORE_TRIAL_H

#include <stdbool.h>

struct trial {
	const char *what;
	/* In the child, before the store is opened. */
	void (*arm)(const struct trial *t, unsigned n);
	unsigned (*fired)(void);
	int kind;		/* for arm */
	bool recovers;		/* the fault ends, and then all is well */
};

/* How the child ended. */
enum trial_end {
	TRIAL_UNHURT,		/* it met no fault */
	TRIAL_HURT,		/* it lived through one */
	TRIAL_ABORTED,
	TRIAL_CUT		/* FAULT_VFS_CUT_STATUS */
};

/* Jobs in a trial, and how many may share a commit. */
enum { TRIAL_JOBS = 16, TRIAL_TOGETHER = 4 };

/* trial_run(t, n): fails the running test when a promise is not kept. */
enum trial_end trial_run(const struct trial *t, unsigned n);

/* Group set-up and tear-down of cmocka. */
int trial_setup(void **state);
int trial_teardown(void **state);

#endif
