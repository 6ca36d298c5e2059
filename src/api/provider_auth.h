/*
 * What a provider sends: by which token it is known, and the values in it.
 */
#ifndef API_PROVIDER_AUTH_H
#define API_PROVIDER_AUTH_H

#include "api/call.h"
#include "domain/provider.h"

/* provider_authenticate(c): the {name} of the path; NULL: answered 401. */
const struct provider *provider_authenticate(struct call *c) NONNULL;

/* provider_token(c, p): that of a provider of c's api. */
const struct secret *provider_token(const struct call *c,
    const struct provider *p) NONNULL;

/*
 * provider_value(c, p, type, key, ret): the value that the setting key names:
 * a pointer into the body where the setting type says json and key begins with
 * a slash; otherwise a field of the form, else of the query.  False: there is none.
 */
bool provider_value(struct call *c, const struct provider *p,
    enum provider_key type, enum provider_key key, struct str *ret_value)
    NONNULL;

#endif
