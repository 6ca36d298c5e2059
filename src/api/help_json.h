/*
 * What became of messages and what can be done next, in words for a person,
 * as JSON.
 */
#ifndef API_HELP_JSON_H
#define API_HELP_JSON_H

#include "api/call.h"
#include "flow/help.h"
#include "flow/show.h"

/* Who is told, and how. */
struct audience {
	enum locale locale;
	struct str to;		/* masked */
	struct str brand;
};

/* audience_locale(x, fallback): ?locale=, or the locale of a challenge. */
enum locale audience_locale(const struct http_exchange *x,
    struct str fallback) NONNULL;

/* message_write(w, m, a): one message, as an object. */
void message_write(struct jsonw *w, const struct message_row *m,
    const struct audience *a) NONNULL;

/* messages_write(w, s, a): the member "messages", each with its own "to". */
enum err messages_write(struct jsonw *w, const struct show *s,
    struct audience a) MUST_CHECK NONNULL;

/*
 * next_write(w, f, row, m, now, a): the members "locale" and "next".  m NULL:
 * there is no message.
 */
void next_write(struct jsonw *w, const struct flow *f,
    const struct challenge_row *row, const struct message_row *m,
    unix_ms now, const struct audience *a)
    __attribute__((nonnull(1, 2, 3, 6)));

/* newest_code(rows, n): the newest of rows, oldest first, with a code. */
const struct message_row *newest_code(const struct message_row *rows,
    unsigned n) NONNULL;

#endif
