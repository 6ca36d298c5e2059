/*
 * Was the SIM of a number changed lately?  Whoever has taken over a number
 * reads its codes (S44).  Asked of an operator in the shape of CAMARA's
 * sim-swap API: POST {"phoneNumber", "maxAge"}, answered {"swapped"}.
 */
#ifndef CHANNEL_SIM_SWAP_H
#define CHANNEL_SIM_SWAP_H

#include "domain/provider.h"
#include "net/http_out.h"

enum sim_swap {
	SIM_SAME,
	SIM_SWAPPED,
	SIM_UNKNOWN	/* nobody could tell */
};

/*
 * sim_swap_applies(p, purpose): provider p has somebody to ask, and purpose
 * is about an account: who reads a delivery code opens a parcel at most.
 */
bool sim_swap_applies(const struct provider *p, enum purpose purpose)
    MUST_CHECK NONNULL;

/*
 * sim_swap_ask(m, peer, p, token, number, deadline, done, arg): as
 * http_out_send; token may be empty.
 */
enum err sim_swap_ask(struct multi *m, const struct http_out_peer *peer,
    const struct provider *p, struct str token, const struct e164 *number,
    mono_ms deadline, http_out_done *done, void *arg) MUST_CHECK;

enum sim_swap sim_swap_read(const struct http_out_answer *a) NONNULL;

#endif
