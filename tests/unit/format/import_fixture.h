/* What the tests of importers share: a list, what is in it, what is not. */
#ifndef UNIT_FORMAT_IMPORT_FIXTURE_H
#define UNIT_FORMAT_IMPORT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "format/import.h"

/* The key of RFC 4226 and RFC 6238, "12345678901234567890". */
#define KEY "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define HEX "3132333435363738393031323334353637383930"

/* What was read last; each reading begins with an empty list. */
extern struct tokens t;

int import_setup(void **state);
int import_teardown(void **state);

#define IMPORT_TEST(f) \
	cmocka_unit_test_setup_teardown(f, import_setup, import_teardown)

/* read_as(f, text, key, passphrase): as the commands do it. */
void read_as(enum import_format f, struct str text, struct str key,
    struct str passphrase);

/* read_text(f, text): without a key and a passphrase. */
void read_text(enum import_format f, const char *text);

/* is_refused(place, why): nothing was taken, and this is the first flaw. */
void is_refused(size_t place, const char *why);

/* refused(f, text, place, why): read_text, then is_refused. */
void refused(enum import_format f, const char *text, size_t place,
    const char *why);

/* same(i, …): the i-th has these settings, and the key KEY. */
void same(size_t i, enum otpauth_type type, enum hmac_hash hash,
    unsigned digits, unsigned period, uint64_t counter);

/* named(i, issuer, account): so is the i-th called. */
void named(size_t i, const char *issuer, const char *account);

#endif
