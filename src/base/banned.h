/*
 * Force-included into every translation unit: functions that this project
 * does not call.  Their use is a compile error that names the reason.
 *
 * base/clock.c, the home of the clock, is built with BASE_OWNS_CLOCK.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* Declared first, so that poisoning does not hit the system's headers. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Some of these are macros where the library checks them. */
#undef strcpy
#undef strcat
#undef strncpy
#undef sprintf
#undef vsprintf
#undef gets

/* Unbounded or ambiguous: use struct str, struct buf, base/parse.h. */
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets
#pragma GCC poison strtok atoi atol atoll atof sscanf vsscanf

/* Hidden state, or the machine's time zone. */
#pragma GCC poison localtime localtime_r asctime ctime gmtime mktime
#pragma GCC poison srand srandom drand48 rand_r

/* OpenSSL and libsodium name parameters so, which a poisoned word may not be. */
int rand(void) __attribute__((unavailable("use base/rng.h")));
long random(void) __attribute__((unavailable("use base/rng.h")));

/* Time and randomness are parameters: base/clock.h, base/rng.h. */
#ifndef BASE_OWNS_CLOCK
#pragma GCC poison clock_gettime
/* libevent's headers name it in a macro, which a poisoned word may not be. */
int gettimeofday(struct timeval *restrict tv, void *restrict tz)
    __attribute__((unavailable("use base/clock.h")));
#endif

#endif
