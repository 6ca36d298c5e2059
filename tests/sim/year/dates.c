#include "dates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MON_TO_SAT = 0x7e, MON_TO_FRI = 0x3e, SUN_TO_THU = 0x1f };

const struct place places[ZONES] = {
	{"Europe/London", "gb", "GB", MON_TO_SAT},
	{"Europe/Berlin", "de", "DE", MON_TO_SAT},
	{"America/New_York", "us", "US", MON_TO_FRI},
	{"America/Los_Angeles", "us-ca", "US", MON_TO_FRI},
	{"Pacific/Honolulu", "us-hi", "US", MON_TO_FRI},
	{"Africa/Cairo", "eg", "EG", SUN_TO_THU},
	{"Australia/Lord_Howe", "au", "AU", MON_TO_SAT},
	{"Pacific/Apia", "ws", "WS", MON_TO_SAT},
	{"America/Santiago", "cl", "CL", MON_TO_SAT},
	{"Asia/Kathmandu", "np", "NP", MON_TO_SAT},
	{"America/St_Johns", "ca", "CA", MON_TO_SAT},
	{"Pacific/Kiritimati", "ki", "KI", MON_TO_SAT},
};

/* 2027 and the first of 2028; those by the moon as they are foretold. */
static const struct {
	const char *region;
	unsigned weekdays;
	const char *days;
} off[REGIONS_OFF] = {
	{"gb", MON_TO_SAT, "0101 0326 0329 0503 0531 0830 1227 1228 1303"},
	{"de", MON_TO_SAT, "0101 0326 0329 0501 0506 0517 1225"},
	{"us", MON_TO_FRI, "0101 0118 0215 0531 0618 0705 0906 1011 1111 1125 "
	    "1224 1231"},
	{"eg", SUN_TO_THU, "0107 0125 0310 0311 0425 0503 0516 0517 0518 0606 "
	    "0630 0815 1006 1307"},
};

/* Month and day; a month 13 is the next January. */
static void
parse(const char *text, struct off_days *to)
{
	struct str rest = str_of(text), word;

	while (str_split(&rest, ' ', &word) && word.n == 4) {
		int month = (word.p[0] - '0') * 10 + word.p[1] - '0';
		int day = (word.p[2] - '0') * 10 + word.p[3] - '0';
		struct holiday *h = &to->days[to->n];

		h->name = STR("a holiday");
		if (day_of(2027 + month / 13, month > 12 ? month - 12 : month,
		    day, &h->day)) {
			to->n++;
		}
	}
}

const struct off_days *
dates_off(unsigned i)
{
	static struct off_days all[REGIONS_OFF];
	struct off_days *one = &all[i];

	if (one->region == NULL) {
		one->region = off[i].region;
		one->weekdays = off[i].weekdays;
		parse(off[i].days, one);
	}
	return one;
}

void
dates_load(struct year *y, const char *script)
{
	char command[1024];
	int n = snprintf(command, sizeof(command), "python3 '%s' %d %d",
	    script, YEAR_FIRST_DAY - 2, DAYS);
	FILE *from;

	for (int i = 0; i < ZONES; i++) {
		n += snprintf(command + n, sizeof(command) - (size_t)n, " %s",
		    places[i].zone);
	}
	from = popen(command, "r");
	y->first_day = YEAR_FIRST_DAY - 2;
	for (int i = 0; from != NULL && i < ZONES * DAYS; i++) {
		char word[32];
		int k = 0, c;

		while ((c = getc(from)) >= '0' && k < 31) {
			word[k++] = (char)c;
		}
		word[k] = '\0';
		y->days[i / DAYS][i % DAYS] = strtoll(word, NULL, 10) * 1000;
	}
	if (from == NULL || pclose(from) != 0) {
		(void)fprintf(stderr, "no days: %s\n", command);
		exit(2);
	}
}

int32_t
dates_day(const struct year *y, unsigned zone, int64_t at)
{
	int32_t i = (int32_t)(at / 86400000) - y->first_day - 1;

	while (y->days[zone][i + 1] <= at) {
		i++;
	}
	return y->first_day + i;
}

int
dates_hour(const struct year *y, unsigned zone, int64_t at)
{
	int32_t day = dates_day(y, zone, at) - y->first_day;

	return (int)((at - y->days[zone][day]) / 3600000);
}

int64_t
dates_end(const struct year *y, unsigned zone, int32_t day)
{
	return y->days[zone][day + 1 - y->first_day];
}

/* Of the region's country, as of the region. */
static const struct off_days *
off_of(unsigned zone)
{
	for (unsigned i = 0; i < REGIONS_OFF; i++) {
		if (strncmp(off[i].region, places[zone].region, 2) == 0) {
			return dates_off(i);
		}
	}
	return NULL;
}

bool
dates_works(unsigned zone, int32_t day)
{
	const struct off_days *o = off_of(zone);
	unsigned weekday = (unsigned)(day + 4) % 7;	/* 1970 began on a 4 */

	for (unsigned i = 0; o != NULL && i < o->n; i++) {
		if (o->days[i].day.v == day) {
			return false;
		}
	}
	return (places[zone].weekdays >> weekday & 1) != 0;
}

int32_t
dates_next(unsigned zone, int32_t after)
{
	do {
		after++;
	} while (!dates_works(zone, after));
	return after;
}
