/*
 * What an API key may do.  The bits are stored: add at the end.
 */
#ifndef DOMAIN_SCOPE_H
#define DOMAIN_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"

enum scope {
	SCOPE_CHALLENGES = 1 << 0,
	SCOPE_ACCOUNTS = 1 << 1,
	SCOPE_SHIPMENTS = 1 << 2,
	SCOPE_AGENTS = 1 << 3,
	SCOPE_AUDIT = 1 << 4,
	SCOPE_ADMIN = 1 << 5
};

#define SCOPES_ALL ((uint32_t)(SCOPE_ADMIN << 1) - 1)

/* scopes_parse(s, ret): words between commas, or "all"; none is not enough. */
bool scopes_parse(struct str s, uint32_t *ret_scopes) MUST_CHECK NONNULL;

/* scopes_print(scopes, out): the words, or "all". */
void scopes_print(uint32_t scopes, struct buf *out) NONNULL;

#endif
