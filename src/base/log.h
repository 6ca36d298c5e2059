/*
 * The log: one JSON line for each event, on standard error.
 *
 *	log_event(LOG_INFO, "courier.sent", "message", id_text, NULL);
 *
 * Names and values alternate up to a NULL name.  Values are text and are
 * escaped (S126).  A line has at most 4096 bytes; when the values do not fit,
 * "cut": true stands in their place.  Never give it a code, a seed, a key, an API key, a session
 * or an address: a test reads the log of every flow for them (S124).
 * Layers below flow/ return errors and do not log.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/clock.h"
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_OFF };

/* log_init(level, clock): once, before any thread starts. */
void log_init(enum log_level level, const struct clock *clock);

/* log_event(level, event, name, value, …, NULL). */
void log_event(enum log_level level, const char *event, ...)
    __attribute__((sentinel));

/* log_level_parse(s, ret): "debug", "info", "warning", "error", "off". */
bool log_level_parse(struct str s, enum log_level *ret_level);

#endif
