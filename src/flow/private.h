/*
 * Several texts sealed as one cell: who receives a parcel, where, what an
 * agent is called.
 */
#ifndef FLOW_PRIVATE_H
#define FLOW_PRIVATE_H

#include "base/arena.h"
#include "flow/flow.h"

#define PRIVATE_PARTS_MAX 8
#define PRIVATE_PART_MAX 4096

/* private_seal(f, arena, cell, parts, n, ret): sealed, in the arena. */
enum err private_seal(const struct flow *f, struct arena *arena,
    const struct cell *cell, const struct str *parts, unsigned n,
    struct str *ret_sealed) MUST_CHECK NONNULL;

/*
 * private_unseal(f, arena, cell, sealed, parts, n): exactly n parts, copied
 * into the arena.  ERR_MISSING: forgotten by retention, and each part empty.
 */
enum err private_unseal(const struct flow *f, struct arena *arena,
    const struct cell *cell, struct str sealed, struct str *parts, unsigned n)
    MUST_CHECK NONNULL;

#endif
