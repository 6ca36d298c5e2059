/*
 * Time is a parameter.
 *
 * Three one-field types keep points in time, monotonic readings and spans
 * apart: adding two dates does not compile.  The only call of the operating
 * system's clock is in clock.c; everybody else is given a unix_ms, or a
 * struct clock.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted. */
typedef struct { int64_t v; } unix_ms;

/* Milliseconds of a clock that never goes back; its zero means nothing. */
typedef struct { int64_t v; } mono_ms;

/* A span in milliseconds. */
typedef struct { int64_t v; } duration_ms;

#define SECONDS(n) ((duration_ms){(int64_t)(n) * 1000})
#define MINUTES(n) SECONDS((int64_t)(n) * 60)
#define HOURS(n) MINUTES((int64_t)(n) * 60)

/* The dates that this project can print: years 1970 to 9999. */
#define UNIX_MS_MAX ((int64_t)253402300799999)

struct clock {
	unix_ms (*now)(void *ctx);
	mono_ms (*mono)(void *ctx);
	void *ctx;
};

/* clock_system(): the operating system's clocks. */
struct clock clock_system(void);

unix_ms clock_now(const struct clock *c) NONNULL;
mono_ms clock_mono(const struct clock *c) NONNULL;

/*
 * Saturating: points in time at 0 and UNIX_MS_MAX, spans and readings at the
 * ends of their type.  No input can overflow.
 */
unix_ms unix_ms_add(unix_ms t, duration_ms d);
unix_ms unix_ms_sub(unix_ms t, duration_ms d);
duration_ms unix_ms_since(unix_ms later, unix_ms earlier);
bool unix_ms_before(unix_ms a, unix_ms b);
unix_ms unix_ms_max(unix_ms a, unix_ms b);

mono_ms mono_ms_add(mono_ms t, duration_ms d);
duration_ms mono_ms_since(mono_ms later, mono_ms earlier);

/* RFC 3339 with milliseconds in UTC: 2026-11-22T09:06:54.120Z (24 bytes). */
#define RFC3339_SIZE 25
void unix_ms_format(unix_ms t, char dst[static RFC3339_SIZE]);

/*
 * unix_ms_parse(s, ret_t): an RFC 3339 time; "Z" or an offset, up to nine
 * digits of fraction.  A leap second (":60") cannot be told in unix_ms and is
 * refused.  ERR_SYNTAX; ERR_RANGE before 1970 or past 9999.
 */
enum err unix_ms_parse(struct str s, unix_ms *ret_t) MUST_CHECK NONNULL;

/* The civil UTC date and time of t. */
struct civil {
	int year, month, day;		/* month and day from 1 */
	int hour, minute, second, ms;
	int weekday;			/* 0 is Sunday */
};
struct civil unix_ms_civil(unix_ms t);

/* RFC 5322 section 3.3: "Sun, 22 Nov 2026 09:06:54 +0000". */
void unix_ms_rfc5322(unix_ms t, struct buf *out) NONNULL;

#endif
