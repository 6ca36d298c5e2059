/*
 * The binding: the facts a code is good for, fixed when the challenge is made
 * (S46 to S48).
 *
 * Up to 16 pairs, kept in the order of their keys.  The encoding is canonical
 * and injective: the same facts give the same bytes, other facts other bytes,
 * whatever the order or the JSON they came in.  Its digest goes into the code.
 */
#ifndef DOMAIN_BINDING_H
#define DOMAIN_BINDING_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/text.h"

#define BINDING_PAIRS 16
#define BINDING_KEY_MAX 32
#define BINDING_VALUE_MAX HEADER_TEXT_MAX
/* Of keys and values together, so that a receipt can carry them. */
#define BINDING_TOTAL_MAX 2048
/* Of the encoding: count, then two lengths and the bytes of each pair. */
#define BINDING_BYTES (2 + BINDING_PAIRS * (4 + BINDING_KEY_MAX + \
    BINDING_VALUE_MAX))

struct binding_pair {
	struct str key;
	struct str value;
};

struct binding {
	unsigned n;
	struct binding_pair pairs[BINDING_PAIRS];
};

/*
 * binding_add(b, key, value): NULL when it was added (the bytes stay
 * borrowed), otherwise the reason why not, as a sentence without its subject:
 * a key is 1 to 32 of a-z, 0-9 and _, given once; a value is a header_text, or
 * a display_text where the key is one that messages show (binding_shown).
 */
const char *binding_add(struct binding *b, struct str key, struct str value)
    MUST_CHECK NONNULL;

/* binding_shown(key): "device", "amount", "payee" and their like. */
bool binding_shown(struct str key);

/* binding_get(b, key): the value, or an empty str with p NULL. */
struct str binding_get(const struct binding *b, struct str key) NONNULL;

/* binding_encode(b, out): appends at most BINDING_BYTES. */
void binding_encode(const struct binding *b, struct buf *out) NONNULL;

/*
 * binding_decode(bytes, ret_binding): pairs borrowed from bytes.  False when
 * they are not the one encoding of their pairs: keys out of order or given
 * twice, something left over.  What values may say is not looked at again.
 */
bool binding_decode(struct str bytes, struct binding *ret_binding)
    MUST_CHECK NONNULL;

#endif
