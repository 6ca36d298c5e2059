/*
 * Addresses that messages go to.
 *
 * struct email and struct e164 are made by their parsers only: whoever holds
 * one may put it on a line of SMTP or into a header without looking again
 * (S82).  Nothing here allocates.
 */
#ifndef DOMAIN_ADDRESS_H
#define DOMAIN_ADDRESS_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/flaw.h"

/* RFC 5321 section 4.5.3.1: a path is 256 with its angle brackets. */
#define EMAIL_MAX 254
#define EMAIL_LOCAL_MAX 64
#define EMAIL_DOMAIN_MAX 253

struct email {
	char z[EMAIL_MAX + 1];	/* the address, terminated */
	unsigned short at;	/* where the @ is */
	unsigned short n;
};

/*
 * email_parse(s, ret_email): an RFC 5321 mailbox without quotes: a dot-atom
 * of at most 64 bytes, "@", a host name of at least two labels.  The domain
 * is lower-cased; the local part is kept as written.  No address literals,
 * no comments, ASCII only: an internationalised domain is given as xn--.
 */
enum flaw email_parse(struct str s, struct email *ret_email)
    MUST_CHECK NONNULL;

/* email_str(e), email_domain(e): borrowed from e. */
struct str email_str(const struct email *e) NONNULL;
struct str email_domain(const struct email *e) NONNULL;

/*
 * email_canonical(e, ret_key): the form under which limits count and indexes
 * look up, lower-cased as a whole.  RFC 5321 lets a server tell "Ada" from
 * "ada"; a limit must not (rule 5).
 */
void email_canonical(const struct email *e, struct email *ret_key) NONNULL;

/* email_mask(e, out): appends "a•••@example.com" (S81). */
void email_mask(const struct email *e, struct buf *out) NONNULL;

/* The domain of a sender, in lower case: made by its parser only. */
struct domain_name {
	char z[EMAIL_DOMAIN_MAX + 1];	/* terminated */
	unsigned char n;
};

/* domain_name_parse(s, ret): as email_parse takes them behind the "@". */
enum flaw domain_name_parse(struct str s, struct domain_name *ret_domain)
    MUST_CHECK NONNULL;

struct str domain_name_str(const struct domain_name *d) NONNULL;

/*
 * domain_name_covers(official, domain): domain is the official one or lies
 * below it, at a label's boundary (R76, R77): "mail.shop.example" is covered
 * by "shop.example", "myshop.example" is not.  Both in lower case.
 */
bool domain_name_covers(struct str official, struct str domain);

/* S94: a plus sign and 7 to 15 digits, the first not 0. */
#define E164_MAX 16

struct e164 {
	char z[E164_MAX + 1];	/* with its plus sign, terminated */
	unsigned char n;
};

/* e164_parse(s, ret_number): exactly ^\+[1-9]\d{6,14}$; nothing is mapped. */
enum flaw e164_parse(struct str s, struct e164 *ret_number)
    MUST_CHECK NONNULL;

struct str e164_str(const struct e164 *number) NONNULL;

/* e164_mask(number, out): appends "+•••67": two digits, no length (S81). */
void e164_mask(const struct e164 *number, struct buf *out) NONNULL;

#endif
