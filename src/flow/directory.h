/*
 * The directory: tenants, their keys, policies and senders, in memory.
 *
 * A copy of the store's rows that is replaced as a whole when they change; a
 * request holds the copy it began with.  Revoking a key is seen within one
 * refresh (S110: under a second).
 */
#ifndef FLOW_DIRECTORY_H
#define FLOW_DIRECTORY_H

#include "base/str.h"
#include "flow/flow.h"

#define DIRECTORY_TENANTS_MAX 4096
#define DIRECTORY_KEYS_MAX 16384
#define DIRECTORY_DKIM_MAX 8192

struct directory;
struct directory_copy;

/* directory_new(flow, ret): loads it; flow is borrowed. */
enum err directory_new(const struct flow *flow, struct directory **ret_dir)
    MUST_CHECK NONNULL;
void directory_free(struct directory *d);

/* directory_refresh(d): one row read when nothing has changed. */
enum err directory_refresh(struct directory *d) MUST_CHECK NONNULL;

/* directory_hold(d): the present copy, until directory_drop. */
struct directory_copy *directory_hold(struct directory *d) NONNULL;
void directory_drop(struct directory_copy *c);

/*
 * directory_key(c, api_key, ret_scopes, ret_tenant): the tenant that an API
 * key belongs to.  Looked up by its SHA-256 and compared in constant time.
 * ERR_MISSING: nobody's; ERR_NOMEM or ERR_CRYPTO: it could not be hashed,
 * which says nothing of the key.
 */
enum err directory_key(const struct directory_copy *c, struct str api_key,
    uint32_t *ret_scopes, const struct tenant **ret_tenant) MUST_CHECK
    NONNULL;

/* directory_name(c, name): or NULL. */
const struct tenant *directory_name(const struct directory_copy *c,
    struct str name) NONNULL;

/* directory_id(c, id): or NULL. */
const struct tenant *directory_id(const struct directory_copy *c,
    const struct id *id) NONNULL;

/* directory_each(c, fn, ctx): fn for each tenant, by name. */
typedef void directory_fn(void *ctx, const struct tenant *t);
void directory_each(const struct directory_copy *c, directory_fn *fn,
    void *ctx);

#endif
