/*
 * The access token by which sim_swap.h asks: OAuth 2's client credentials
 * (RFC 6749 section 4.4), asked for when the first message needs one and kept
 * in memory until shortly before it ends.  It is in no log, and wiped.
 *
 * Belongs to one thread, its multi's.
 */
#ifndef CHANNEL_SIM_AUTH_H
#define CHANNEL_SIM_AUTH_H

#include "base/secret.h"
#include "domain/provider.h"
#include "net/http_out.h"

/* Longer ones are not used. */
#define SIM_AUTH_TOKEN_MAX 2000

struct sim_auth;

/* All of it outlives the sim_auth; secret is the client's. */
struct sim_auth_options {
	const struct provider *provider;
	const struct secret *secret;
	const struct http_out_peer *peer;
	struct multi *multi;
	struct clock clock;
};

enum err sim_auth_new(const struct sim_auth_options *o,
    struct sim_auth **ret_auth) MUST_CHECK NONNULL;

/* sim_auth_free(a): after its multi.  NULL is fine. */
void sim_auth_free(struct sim_auth *a);

/* sim_auth_token(a): the one that is kept; empty: there is none. */
struct str sim_auth_token(struct sim_auth *a) NONNULL;

/* One who waits for a token; the caller's memory until done is called. */
typedef void sim_auth_done(void *arg, struct str token);
struct sim_auth_wait {
	sim_auth_done *done;	/* an empty token: none was to be had */
	void *arg;
	struct sim_auth_wait *next;
};

/*
 * sim_auth_fetch(a, w, deadline): w is called from multi_run_once or
 * multi_free, with the token that is being asked for, by one request for all
 * who wait.  An error: w was not taken, as http_out_send says.
 */
enum err sim_auth_fetch(struct sim_auth *a, struct sim_auth_wait *w,
    mono_ms deadline) MUST_CHECK NONNULL;

/* sim_auth_drop(a): the token that is kept was refused. */
void sim_auth_drop(struct sim_auth *a) NONNULL;

#endif
