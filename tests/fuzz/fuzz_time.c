/*
 * base/clock: a time that was parsed prints in one way, which parses to the
 * same time; and arithmetic with any eight bytes stays within its limits.
 */
#include <string.h>

#include "base/clock.h"

#include "fuzz.h"

static void
there_and_back(unix_ms t)
{
	char text[RFC3339_SIZE];
	unix_ms again;

	unix_ms_format(t, text);
	require(unix_ms_parse(str_of(text), &again) == ERR_NONE,
	    "what is printed is accepted");
	require(again.v == t.v, "it is the same time");
}

static void
add_and_subtract(unix_ms t, int64_t span)
{
	unix_ms later = unix_ms_add(t, (duration_ms){span});
	unix_ms earlier = unix_ms_sub(t, (duration_ms){span});

	require(later.v >= 0 && later.v <= UNIX_MS_MAX, "sums are dates");
	require(earlier.v >= 0 && earlier.v <= UNIX_MS_MAX,
	    "differences are dates");
	require(span < 0 || !unix_ms_before(later, t), "later is not before");
	there_and_back(later);
	there_and_back(earlier);
	(void)unix_ms_since((unix_ms){span}, t);
	(void)unix_ms_since(t, (unix_ms){span});
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unix_ms t = {0};
	int64_t span = 0;

	if (unix_ms_parse((struct str){(const char *)data, size}, &t) ==
	    ERR_NONE) {
		require(t.v >= 0 && t.v <= UNIX_MS_MAX, "it is in range");
		there_and_back(t);
	}
	if (size >= sizeof(span)) {
		memcpy(&span, data + size - sizeof(span), sizeof(span));
	}
	add_and_subtract(t, span);
	return 0;
}
