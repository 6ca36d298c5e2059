/*
 * Identifiers: 128 random bits (S8) behind a 48-bit millisecond prefix.
 *
 * The prefix makes rows that are written together lie together, which halves
 * what a commit writes.  Printed as a type prefix and Crockford base32:
 * "chl_" and 36 symbols.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/str.h"

#define ID_BYTES 22
#define ID_TEXT_MAX 48	/* with prefix and NUL */

struct id {
	uint8_t b[ID_BYTES];
};

enum id_type {
	ID_CHALLENGE,	/* chl_ */
	ID_TENANT,	/* ten_ */
	ID_API_KEY,	/* key_ */
	ID_MESSAGE,	/* msg_ */
	ID_EVENT,	/* evt_ */
	ID_RECEIPT,	/* rct_ */
	ID_REQUEST,	/* req_ */
	ID_ACCOUNT,	/* acc_ */
	ID_SHIPMENT,	/* shp_ */
	ID_DECISION,	/* dcn_ */
	ID_VISIT,	/* vis_ */
	ID_AGENT,	/* agt_ */
	ID_AGENT_DEVICE,	/* agd_ */
	ID_DELEGATE,	/* dlg_ */
	ID_OVERRIDE,	/* ovr_ */
	ID_CASE,	/* cas_ */
	ID_CONTACT,	/* con_ */
	ID_SESSION,	/* ses_ */
	ID_DEVICE,	/* dev_ */
	ID_SIGN_IN,	/* sgn_ */
	ID_RESET,	/* rst_ */
	ID_SIGN_UP,	/* sup_ */
	ID_AUTHENTICATOR, /* aut_ */
	ID_TYPE_COUNT
};

/* id_new(rng, now, ret_id): a fresh identifier; fails as rng does. */
enum err id_new(const struct rng *rng, unix_ms now, struct id *ret_id)
    MUST_CHECK NONNULL;

/* id_print(type, id, out): appends the text form. */
void id_print(enum id_type type, const struct id *id, struct buf *out)
    NONNULL;

/* id_text(type, id, dst): the text form, terminated. */
void id_text(enum id_type type, const struct id *id,
    char dst[static ID_TEXT_MAX]) NONNULL;

/*
 * id_parse(type, s, ret_id): only the exact form that id_print gives
 * (one spelling for one identifier); ERR_SYNTAX otherwise.
 */
enum err id_parse(enum id_type type, struct str s, struct id *ret_id)
    MUST_CHECK NONNULL;

/* id_time(id): when it was made, from the prefix. */
unix_ms id_time(const struct id *id) NONNULL;

/* id_floor(t): the smallest identifier of time t, for range queries. */
struct id id_floor(unix_ms t);

bool id_equal(const struct id *a, const struct id *b) NONNULL;

#endif
