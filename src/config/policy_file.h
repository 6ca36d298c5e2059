/*
 * A tenant's policy as an INI file: a section for each purpose, and [limits].
 * The settings and their ranges are those of domain/policy.def.
 */
#ifndef CONFIG_POLICY_FILE_H
#define CONFIG_POLICY_FILE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/policy.h"

/*
 * policy_file_load(path, p, reason): changes p, usually policy_default(), by
 * what the file says.  False: p is as before, and reason has a line for every
 * problem, "FILE:3: …", those of settings that are unsafe together included.
 */
bool policy_file_load(const char *path, struct policy *p, struct buf *reason)
    MUST_CHECK NONNULL;

/* policy_file_parse(name, text, p, reason): the same for a text in memory. */
bool policy_file_parse(const char *name, struct str text, struct policy *p,
    struct buf *reason) MUST_CHECK NONNULL;

#endif
