#include "domain/zone.h"

#include <assert.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

bool
zone_name_ok(struct str s)
{
	if (s.n < 2 || s.n > ZONE_NAME_MAX || s.p[0] < 'A' || s.p[0] > 'Z') {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '_' || c == '-' ||
		    c == '+' || (c == '/' && s.p[i - 1] != '/'))) {
			return false;
		}
	}
	return s.p[s.n - 1] != '/';
}

civil_day
zone_day(const struct zone *z, unix_ms t)
{
	unsigned i;
	int64_t local;

	assert(z->n >= 1 && z->n <= ZONE_STEPS_MAX);
	i = z->n - 1;
	while (i > 0 && unix_ms_before(t, z->steps[i].from)) {
		i--;
	}
	local = t.v + z->steps[i].offset_s * 1000;
	return (civil_day){local < 0 ? 0 : local / DAY_MS};
}

/*
 * Under each offset the next date begins at one moment; the first that falls
 * into the time of its offset, or the beginning of that time where the date
 * has jumped over it, is the end.
 */
unix_ms
zone_day_end(const struct zone *z, civil_day d)
{
	int64_t end = 0;

	assert(z->n >= 1 && z->n <= ZONE_STEPS_MAX);
	for (unsigned i = 0; i < z->n; i++) {
		end = (d.v + 1) * DAY_MS - z->steps[i].offset_s * 1000;
		if (i > 0 && end < z->steps[i].from.v) {
			end = z->steps[i].from.v;
		}
		if (i + 1 == z->n || end < z->steps[i + 1].from.v) {
			break;
		}
	}
	return unix_ms_add((unix_ms){0}, (duration_ms){end});
}
