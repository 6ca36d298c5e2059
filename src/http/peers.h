/*
 * Who is connected: a cap for all and one for each address (S101), counted by
 * ip_key.  Shared by the loops, behind one lock.
 */
#ifndef HTTP_PEERS_H
#define HTTP_PEERS_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/ip.h"
#include "base/rng.h"

struct peers;

/*
 * peers_new(max, per_ip, rng, ret_peers): for max connections, allocated at
 * once; rng keys the table.
 */
enum err peers_new(unsigned max, unsigned per_ip, const struct rng *rng,
    struct peers **ret_peers) MUST_CHECK NONNULL;
void peers_free(struct peers *p);

/*
 * peers_enter(p, ip, capped): count a connection; false: there are too many.
 * With capped false only the cap for all holds (a trusted proxy brings
 * everybody's connections from one address).
 */
bool peers_enter(struct peers *p, const struct ip *ip, bool capped)
    MUST_CHECK NONNULL;
void peers_leave(struct peers *p, const struct ip *ip) NONNULL;
unsigned peers_count(struct peers *p) NONNULL;

#endif
