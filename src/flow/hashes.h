/*
 * The threads that hash passwords: as many as there are cores, behind a queue
 * with a bound, so that a flood of sign-ins costs memory and time that are
 * known beforehand, and everything else goes on.
 */
#ifndef FLOW_HASHES_H
#define FLOW_HASHES_H

#include "base/rng.h"
#include "crypto/password.h"

struct hashes;

struct hashes_options {
	unsigned threads;
	unsigned queue_max;
	struct password_cost cost;
	struct rng rng;
};

enum err hashes_new(const struct hashes_options *options,
    struct hashes **ret_hashes) MUST_CHECK NONNULL;

/* hashes_free(h): finishes what waits.  NULL is fine. */
void hashes_free(struct hashes *h);

struct hash_job {
	/* Given; borrowed until done. */
	struct str password;
	/*
	 * With verify: what it must give; empty stands for nobody's, which
	 * takes the same time and is never right (S79).
	 */
	bool verify;
	struct str hash;
	/*
	 * NULL, or what is done instead of all this, with the cost that a hash
	 * shall have; it sets result.
	 */
	void (*work)(struct hash_job *job, struct password_cost cost);
	void (*done)(struct hash_job *job);	/* on a thread of the pool */
	void *ctx;			/* done's */
	/* Made. */
	enum err result;
	bool right;
	/* The password's hash: without verify, or where hash was too weak. */
	char made[PASSWORD_HASH_SIZE];
	struct hash_job *next;
};

/* hashes_submit(h, job): ERR_BUSY: too many wait; done is not called. */
enum err hashes_submit(struct hashes *h, struct hash_job *job)
    MUST_CHECK NONNULL;

/* hash_job_run(h, job): the work itself, on the calling thread. */
void hash_job_run(const struct hashes *h, struct hash_job *job) NONNULL;

/* For metrics: how many wait for a thread, and how many threads are at work. */
unsigned hashes_waiting(struct hashes *h) NONNULL;
unsigned hashes_running(struct hashes *h) NONNULL;

#endif
