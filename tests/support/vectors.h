/*
 * The published test values of tests/vectors, parsed.
 */
#ifndef SUPPORT_VECTORS_H
#define SUPPORT_VECTORS_H

#include <jansson.h>

/*
 * vectors_load(name): the content of a file, such as "hotp-rfc4226.json", to
 * be given to json_decref.  Fails the running cmocka test when it cannot.
 */
json_t *vectors_load(const char *name);

/* vectors_text(object, key), vectors_number: a member that must be there. */
const char *vectors_text(const json_t *object, const char *key);
json_int_t vectors_number(const json_t *object, const char *key);

#endif
