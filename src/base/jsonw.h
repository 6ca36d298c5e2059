/*
 * Writing JSON into a buf: for answers, log lines and audit events.
 *
 * Commas and quoting are done here; text that is not well-formed UTF-8 is
 * written with U+FFFD in place of each bad byte, so that the output is always
 * valid JSON on one line (S126).  Nesting at most 16 deep; past that, or past
 * the buf's maximum, the buf's latched error says so.
 */
#ifndef BASE_JSONW_H
#define BASE_JSONW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/str.h"

struct jsonw {
	struct buf *out;
	uint32_t comma;		/* bit d: level d has a member already */
	unsigned depth;
	bool after_key;
};

/* jsonw_init(w, out): writes go to out, which must outlive w. */
void jsonw_init(struct jsonw *w, struct buf *out);

void jsonw_object(struct jsonw *w);
void jsonw_object_end(struct jsonw *w);
void jsonw_array(struct jsonw *w);
void jsonw_array_end(struct jsonw *w);
void jsonw_key(struct jsonw *w, const char *key);

/* Values: as array elements, after a key, or alone. */
void jsonw_str(struct jsonw *w, struct str s);
void jsonw_z(struct jsonw *w, const char *z);
void jsonw_i64(struct jsonw *w, int64_t v);
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);
void jsonw_time(struct jsonw *w, unix_ms t);
void jsonw_id(struct jsonw *w, enum id_type type, const struct id *id);
void jsonw_hex(struct jsonw *w, const void *p, size_t n);
/* jsonw_raw(w, json): json is one JSON value already. */
void jsonw_raw(struct jsonw *w, struct str json);

/* Members: a key and its value. */
void jsonw_member_str(struct jsonw *w, const char *key, struct str s);
void jsonw_member_z(struct jsonw *w, const char *key, const char *z);
void jsonw_member_i64(struct jsonw *w, const char *key, int64_t v);
void jsonw_member_bool(struct jsonw *w, const char *key, bool v);
void jsonw_member_time(struct jsonw *w, const char *key, unix_ms t);
void jsonw_member_id(struct jsonw *w, const char *key, enum id_type type,
    const struct id *id);

#endif
