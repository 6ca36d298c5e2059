/*
 * What a password must not be (SP 800-63B-4 section 3.1.1.2): short, or one of
 * those that everybody tries first.  Nothing is asked of its composition.
 */
#ifndef DOMAIN_PASSWORD_H
#define DOMAIN_PASSWORD_H

#include "base/compiler.h"
#include "base/str.h"

#define PASSWORD_CHARS_MIN 8
#define PASSWORD_CHARS_OPERATOR 15	/* who reaches what is the tenant's */
#define PASSWORD_BYTES_MAX 512

/*
 * password_flaw(password, least, about, n): NULL when it may be used, otherwise why
 * not, as a sentence without its subject.  about are words that say whose it
 * is: names, the local part of an address, the brand; a password made of one
 * of them and next to nothing else is refused.
 */
const char *password_flaw(struct str password, unsigned least,
    const struct str *about, size_t n) MUST_CHECK;

#endif
