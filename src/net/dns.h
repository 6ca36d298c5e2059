/*
 * Texts in the DNS, by the C library's resolver.  For the doctor: it blocks.
 */
#ifndef NET_DNS_H
#define NET_DNS_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* One record's text, its strings joined (RFC 7208 section 3.3). */
typedef void dns_text_fn(void *ctx, struct str text);

/*
 * dns_text(server, name, patience, fn, ctx): fn for each TXT record of name.
 * server is "127.0.0.1:53", IPv4 with a port; empty: those of the system.
 * patience is for one try of two, in whole seconds.  Texts are bytes of
 * strangers.  ERR_MISSING: no such name or no text there; ERR_TIMEOUT: no
 * answer; ERR_SYNTAX: server or name is none; ERR_IO: the answer is none.
 */
enum err dns_text(struct str server, const char *name, duration_ms patience,
    dns_text_fn *fn, void *ctx) MUST_CHECK;

#endif
