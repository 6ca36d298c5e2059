/*
 * Where an account was seen: for new_place, known_place and travel_kmh
 * (R50, R54).  Kept sealed, coarse, the last eight places.
 *
 * Where an address is, is looked up before the transaction (format/mmdb.h).
 */
#ifndef FLOW_PLACES_H
#define FLOW_PLACES_H

#include "domain/place.h"
#include "flow/flow.h"

/*
 * places_ask(tx, f, account, here, now, signals): adds the signals of places.
 * here is NULL where no file says where the address is: then none are added.
 */
enum err places_ask(struct tx *tx, const struct flow *f,
    const struct id *account, const struct place *here, unix_ms now,
    struct signals *signals) MUST_CHECK __attribute__((nonnull(1, 2, 3, 6)));

/*
 * places_remember(tx, f, tenant, account, here, now): he was let in here; to
 * be called when he was, and not before.  here may be NULL.
 */
enum err places_remember(struct tx *tx, const struct flow *f,
    const struct id *tenant, const struct id *account,
    const struct place *here, unix_ms now) MUST_CHECK
    __attribute__((nonnull(1, 2, 3, 4)));

/* places_erase(tx, account): with the account (S128). */
enum err places_erase(struct tx *tx, const struct id *account)
    MUST_CHECK NONNULL;

#endif
