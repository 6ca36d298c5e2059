#include "format/zones.h"

#include <libical/ical.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Offsets are looked at every third day, and where two differ the moment
 * between them is halved down to the second: no zone has changed its clocks
 * twice within three days since 1970, and the fasting month of Morocco takes
 * four weeks.
 */
enum {
	STRIDE_S = 3 * 86400,
	BEFORE_S = 40 * 86400,
	BEHIND_S = 400 * 86400,
	ZONES_MAX = 700,
	VERSION_MAX = 16
};

static const char folder[] = "/usr/share/zoneinfo";

struct entry {
	char name[ZONE_NAME_MAX + 1];
	int64_t from_s, to_s;
	struct zone zone;
};

struct zones_cache {
	pthread_mutex_t lock;	/* guards what follows, and libical's zones */
	struct entry *entries[ZONES_MAX];
	unsigned n;
	char version[VERSION_MAX];
};

/* The first line of the file: "# version 2025b". */
static void
read_version(struct zones_cache *c)
{
	static const struct str opening = STR_INIT("# version ");
	char line[64] = "";
	struct str s;
	FILE *f = fopen("/usr/share/zoneinfo/tzdata.zi", "re");

	if (f == NULL || fgets(line, sizeof(line), f) == NULL) {
		line[0] = '\0';
	}
	if (f != NULL) {
		(void)fclose(f);
	}
	s = str_trim(str_of(line));
	if (!str_starts(s, opening) || !str_copy(str_slice(s, opening.n, s.n),
	    c->version, sizeof(c->version))) {
		memcpy(c->version, "unknown", sizeof("unknown"));
	}
}

struct zones_cache *
zones_cache_new(void)
{
	struct zones_cache *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		return NULL;
	}
	pthread_mutex_init(&c->lock, NULL);
	set_zone_directory(folder);
	read_version(c);
	return c;
}

void
zones_cache_free(struct zones_cache *c)
{
	if (c == NULL) {
		return;
	}
	for (unsigned i = 0; i < c->n; i++) {
		free(c->entries[i]);
	}
	pthread_mutex_destroy(&c->lock);
	free(c);
}

const char *
zones_version(struct zones_cache *c)
{
	return c->version;
}

static int64_t
offset_at(icaltimezone *zone, int64_t t)
{
	struct icaltimetype utc = icaltime_from_timet_with_zone((time_t)t, 0,
	    icaltimezone_get_utc_timezone());
	int is_daylight;

	return icaltimezone_get_utc_offset_of_utc_time(zone, &utc,
	    &is_daylight);
}

/* The first second behind low that has not low's offset; high has not. */
static int64_t
change_between(icaltimezone *zone, int64_t low, int64_t high)
{
	int64_t before = offset_at(zone, low);

	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		if (offset_at(zone, middle) == before) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return high;
}

static void
add(struct zone *z, int64_t from_s, int64_t offset)
{
	if (z->n < ZONE_STEPS_MAX) {
		z->steps[z->n++] = (struct zone_step){
			.from = unix_ms_add((unix_ms){0}, SECONDS(from_s)),
			.offset_s = offset,
		};
	}
}

static void
read_zone(icaltimezone *zone, struct entry *e)
{
	int64_t offset = offset_at(zone, e->from_s);

	e->zone.n = 0;
	add(&e->zone, e->from_s, offset);
	for (int64_t t = e->from_s; t < e->to_s; t += STRIDE_S) {
		int64_t next = offset_at(zone, t + STRIDE_S);

		if (next != offset) {
			add(&e->zone, change_between(zone, t, t + STRIDE_S),
			    next);
			offset = next;
		}
	}
}

static struct entry *
find(struct zones_cache *c, struct str name)
{
	for (unsigned i = 0; i < c->n; i++) {
		if (str_equal(name, str_of(c->entries[i]->name))) {
			return c->entries[i];
		}
	}
	return NULL;
}

/* UTC is not among libical's built-in zones. */
static icaltimezone *
open_zone(const char *name)
{
	return strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0
	    ? icaltimezone_get_utc_timezone()
	    : icaltimezone_get_builtin_timezone(name);
}

static enum err
add_entry(struct zones_cache *c, struct str name, struct entry **ret_entry)
{
	struct entry *e = c->n < ZONES_MAX ? calloc(1, sizeof(*e)) : NULL;

	if (e == NULL) {
		return ERR_NOMEM;
	}
	if (!str_copy(name, e->name, sizeof(e->name)) ||
	    open_zone(e->name) == NULL) {
		free(e);
		return ERR_MISSING;
	}
	c->entries[c->n++] = e;
	*ret_entry = e;
	return ERR_NONE;
}

enum err
zones_cache_get(struct zones_cache *c, struct str name, unix_ms near,
    struct zone *ret_zone)
{
	int64_t at = near.v / 1000;
	struct entry *e;
	enum err err = ERR_NONE;

	if (!zone_name_ok(name)) {
		return ERR_MISSING;
	}
	pthread_mutex_lock(&c->lock);
	e = find(c, name);
	if (e == NULL) {
		err = add_entry(c, name, &e);
	}
	if (err == ERR_NONE && (at < e->from_s + BEFORE_S / 2 ||
	    at > e->to_s - BEHIND_S / 2)) {
		e->from_s = at > BEFORE_S ? at - BEFORE_S : 0;
		e->to_s = at + BEHIND_S;
		read_zone(open_zone(e->name), e);
	}
	if (err == ERR_NONE) {
		*ret_zone = e->zone;
	}
	pthread_mutex_unlock(&c->lock);
	return err;
}
