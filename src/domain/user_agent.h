/*
 * What a browser says it is, in the few words by which its owner knows it.
 * A hint for people; nothing is decided by it.
 */
#ifndef DOMAIN_USER_AGENT_H
#define DOMAIN_USER_AGENT_H

#include "base/buf.h"
#include "base/str.h"

/* user_agent_label(s, out): appends "Firefox on Linux", or nothing. */
void user_agent_label(struct str s, struct buf *out);

#endif
